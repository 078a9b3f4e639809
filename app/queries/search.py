"""Who claims what, by when, and where does it say so? Records of all types as rows of one table."""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.catalog import CATALOG
from app.catalog.resource import Resource
from app.catalog.search import CLAIMS, FILTERS, SearchQuery
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.cursors import cursor_scope
from app.queries.facets import bucket_path, make_facet, read_names, rolls_up
from app.queries.filters import Filters, resolve_filters
from app.queries.loading import Json, load_json
from app.queries.paging import (
    SortKey,
    fetch_sorted_page,
    make_order,
    read_page_request,
    read_sort,
)
from app.queries.planning.conditions import list_conditions, sql_conditions, to_check
from app.queries.planning.plan import count_rows
from app.queries.ranking import fetch_ranked_page, rank
from app.queries.snippets import make_snippets
from app.queries.streaming import stream_rows, text_length
from app.queries.value_counts import count_values, merge_counts
from app.schemas.entities import ENTITIES
from app.schemas.filters import TIME_FILTERS
from app.schemas.paging import RELEVANCE, Facet
from app.schemas.timeline import LAST_DAY
from app.store.fulltext import find
from app.store.models import MODELS, Document, ExpectedOutcome, SearchDocument, TimelineItem
from app.store.revisions import read_revision
from app.text.tokens import Term

PATH = "/v1/search"
# Types that have dates: an outcome those of the timeline items that date it.
_DATED = ("expected_outcome", "timeline_item")
_DATES = ("wording", "start_earliest", "end_latest", "end_kind")
_OUTCOME = "expected_outcome"
# What tells one row from all others: an outcome has one for each item that dates it.
ROW_KEY = ("type", "slug", "item")


def read_search(session: Session, query: SearchQuery) -> Json:
    """One page of the rows that the query asks for, in its order: a `SearchPage`.

    Raises InvalidRequest for a value that names nothing, InvalidCursor for a foreign cursor."""
    filters = resolve_filters(session, FILTERS, query, query.facet)
    revision = read_revision(session)
    sort = read_sort(query)
    if sort == [RELEVANCE]:
        candidates = select_matches(query, filters)
        scope = cursor_scope("search", filters.requested, RELEVANCE)
        page = fetch_ranked_page(session, candidates, ROW_KEY, revision, query, scope)
    else:
        candidates = select_rows(query, filters)
        total = count_rows(session, candidates, query.count)
        rows, order = sort_rows(candidates, sort)
        request = read_page_request(order, query, "search", filters.requested)
        page = fetch_sorted_page(session, rows, request, total)
    return {
        "items": make_rows(session, page.rows, filters.terms),
        **page.describe(PATH, query),
        "revision": revision,
        "facets": {name: _count_facet(session, query, filters, name) for name in query.facet},
        "query": {**filters.interpreted, "sort": sort, "limit": query.limit},
    }


def stream_search(session: Session, query: SearchQuery) -> Generator[list[Json]]:
    """Every row that the query asks for, in its order, a chunk at a time; the first `limit` of
    them where it is given. Raises as `read_search` does, before the first chunk."""
    filters = resolve_filters(session, FILTERS, query)
    sort = read_sort(query)
    if sort == [RELEVANCE]:
        rows = rank(select_matches(query, filters), ROW_KEY)
    else:
        rows, order = sort_rows(select_rows(query, filters), sort)
        rows = rows.order_by(*(key.direction for key in order))
    with closing(stream_rows(session, rows, query)) as chunks:
        for some in chunks:
            yield make_rows(session, some, filters.terms)


def sort_rows(candidates: Select[Any], sort: Sequence[str]) -> tuple[Select[Any], list[SortKey]]:
    """The rows, and the order with these sort keys."""
    found = candidates.subquery()
    columns = {"start": found.c.start_order, "end": found.c.end_order}
    columns |= {name: found.c[name] for name in ("text", "updated_at", *ROW_KEY)}
    order = make_order(columns, sort, ROW_KEY)
    return select(found), order


def select_matches(query: SearchQuery, filters: Filters) -> Select[Any]:
    """All rows of what is searched for, with their `id` and `score`, to be ranked."""
    asked = [_meets(one, filters) for one in _resources(query)]
    conditions = [condition for condition in asked if condition is not None]
    dated = TimelineItem.expected_outcome_slug == SearchDocument.slug
    item = case(
        (SearchDocument.type == TIMELINE_ITEMS.type_, SearchDocument.slug),
        else_=func.coalesce(TimelineItem.slug, ""),
    ).label("item")
    found = find(filters.dialect, filters.terms or (), SearchDocument.type, SearchDocument.slug)
    return (
        found.add_columns(item, _weigh_document())
        .outerjoin(TimelineItem, and_(SearchDocument.type == _OUTCOME, dated))
        .where(or_(false(), *conditions))
    )


def _meets(resource: Resource, filters: Filters) -> ColumnElement[bool] | None:
    """That a search document is of a record of this type that meets the filters; None if it has no
    field that a filter asks for."""
    asked = set(filters.values)
    timed = asked & set(TIME_FILTERS)
    if not _has(resource, asked):
        return None
    model = resource.model
    meets = [SearchDocument.type == resource.type_]
    if model is ExpectedOutcome and timed:
        # The item that dates it stands beside it.
        dates = list_conditions(filters, TIMELINE_ITEMS, *(asked - timed), "q")
        meets += [TimelineItem.slug.is_not(None), *map(to_check, dates)]
    apart = TIME_FILTERS if model is not TimelineItem else ()
    mine = [to_check(one) for one in list_conditions(filters, resource, *apart, "q")]
    if mine:
        same = select(literal(1)).where(model.slug == SearchDocument.slug, *mine)
        meets.append(same.correlate(SearchDocument).exists())
    return and_(*meets)


def _has(resource: Resource, asked: set[str]) -> bool:
    """Whether its records have what the filters ask for."""
    timed = asked & set(TIME_FILTERS)
    return asked - timed <= set(resource.where) and not (timed and resource.type_ not in _DATED)


def _weigh_document() -> ColumnElement[int]:
    """The characters of a document's text, as the column `text_length`."""
    text = select(text_length(Document)).where(Document.slug == SearchDocument.slug)
    long = (SearchDocument.type == Document.__tablename__, text.scalar_subquery())
    return case(long, else_=0).label("text_length")


def select_rows(query: SearchQuery, filters: Filters) -> Select[Any]:
    """All rows that the query asks for."""
    found = [_select_type(resource, filters) for resource in _resources(query)]
    rows = [rows for rows in found if rows is not None]
    if not rows:
        # No type has what is asked for.
        rows = [_select_any(CATALOG[0]).where(false())]
    return select(union_all(*rows).subquery())


def _resources(query: SearchQuery, *, of_any_type: bool = False) -> list[Resource]:
    types: Sequence[str] = () if of_any_type else query.type
    wanted = types or (CLAIMS if query.q is None else tuple(MODELS))
    return [resource for resource in CATALOG if resource.type_ in wanted]


def _select_type(resource: Resource, filters: Filters, without: str = "") -> Select[Any] | None:
    """The rows of one type; None if it has no field that a filter asks for."""
    asked = set(filters.values) - {without}
    timed = asked & set(TIME_FILTERS)
    if not _has(resource, asked):
        return None
    rows = _select_any(resource)
    if resource.model is ExpectedOutcome:
        dates = TimelineItem.expected_outcome_slug == ExpectedOutcome.slug
        rows = rows.join(TimelineItem, dates, isouter=not timed)
    rows = rows.where(*sql_conditions(filters, TIMELINE_ITEMS, *(set(filters.values) - timed), "q"))
    return rows.where(*sql_conditions(filters, resource, without, *TIME_FILTERS))


def _select_any(resource: Resource) -> Select[Any]:
    """The columns of the table that rows are told apart and sorted by, from the records of one
    type."""
    model = resource.model
    dated = resource.type_ in _DATED
    item: Any = TimelineItem
    columns = [
        literal(resource.type_).label("type"),
        model.slug.label("slug"),
        (func.coalesce(item.slug, "") if dated else literal("")).label("item"),
        getattr(model, ENTITIES[resource.type_].main).label("text"),
        model.updated_at.label("updated_at"),
        text_length(model),
    ]
    for name in ("start_order", "end_order"):
        order = func.coalesce(getattr(item, name), LAST_DAY) if dated else literal(LAST_DAY)
        columns.append(order.label(name))
    return select(*columns).select_from(model)


def make_rows(
    session: Session, found: Sequence[Row[Any]], terms: Sequence[Term] | None
) -> list[Json]:
    """The rows as a reader gets them (`SearchRow`), with a snippet each where something was
    searched for."""
    records = _load(session, found)
    rows = [_make_row(row, records) for row in found]
    if terms is not None:
        kept = [(row.type, records[row.type, row.slug]) for row in found]
        for made, snippet in zip(rows, make_snippets(session, kept, terms), strict=True):
            made["snippet"] = snippet
    return rows


def _load(session: Session, found: Sequence[Row[Any]]) -> dict[tuple[str, str], Json]:
    """The records of the rows, and the items that date them."""
    slugs: dict[str, dict[str, None]] = {}
    for row in found:
        slugs.setdefault(row.type, {})[row.slug] = None
        if row.item:
            slugs.setdefault(TIMELINE_ITEMS.type_, {})[row.item] = None
    return {
        (type_, slug): record
        for type_, some in slugs.items()
        for slug, record in load_json(session, MODELS[type_], list(some)).items()
    }


def _make_row(row: Row[Any], records: Mapping[tuple[str, str], Json]) -> Json:
    record = records[row.type, row.slug]
    main = ENTITIES[row.type].main
    # Every text is quoted or derived; where it is derived, the first quote of all stands for it.
    quotes = sorted(record["citations"], key=lambda citation: main not in citation["supports"])
    quote: Json = next(iter(quotes), {})
    dates = records[TIMELINE_ITEMS.type_, row.item] if row.item else {}
    return {
        "type": row.type,
        "slug": row.slug,
        "url": record["url"],
        "text": record[main],
        "kind": record.get("kind"),
        "modality": record.get("modality"),
        "focus_area_slugs": record.get("focus_area_slugs", []),
        **{name: dates.get(name) for name in _DATES},
        "exact": quote.get("exact"),
        "section": quote.get("section"),
        "document_slug": quote.get("document_slug", _own_document(row)),
    }


def _own_document(row: Row[Any]) -> str | None:
    return str(row.slug) if row.type == "document" else None


def _count_facet(session: Session, query: SearchQuery, filters: Filters, name: str) -> Facet:
    """As the facets of a list, over the rows of every type."""
    counts: Counter[str | None] = Counter()
    tallies = []
    resources = _resources(query, of_any_type=name == "type")
    dimensions = [each for resource in resources if (each := resource.dimensions.get(name))]
    for resource in resources:
        rows = _select_type(resource, filters, name)
        if rows is not None and name in resource.dimensions:
            counted = [resource.dimensions[name]]
            tallies.append(
                count_values(session, resource.model, rows, counted, rolled_up=rolls_up(query))
            )
        elif rows is not None:
            total = count_rows(session, rows, "exact")
            counts[resource.type_ if name == "type" else None] += total.number or 0
    found = merge_counts(tallies)
    counts.update(found.by_value())
    labels = partial(read_names, session, next(iter(dimensions), None))
    url = partial(bucket_path, PATH, query, name)
    return make_facet(+counts, labels, found.count_other, url)
