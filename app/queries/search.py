"""Who claims what, by when, and where does it say so? Records of all types as rows of one table."""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import (
    Date,
    Row,
    Select,
    cast,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.catalog import CATALOG
from app.catalog.resource import Resource
from app.catalog.search import CLAIMS, FILTERS, SearchQuery
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.db import text_key
from app.models import MODELS, ExpectedOutcome, TimelineItem
from app.queries.facets import (
    bucket_path,
    make_facet,
    read_names,
    rolls_up,
)
from app.queries.filters import ANY, Filters, resolve_filters
from app.queries.keyset import Key, is_ranked, make_order, sort_names
from app.queries.loading import Json, load_shown
from app.queries.paths import list_path
from app.queries.plans import count_rows
from app.queries.ranking import all_best_first
from app.queries.revisions import read_revision
from app.queries.snippets import make_snippets
from app.queries.tallies import sum_up, tally
from app.queries.turns import seal_turns, stream, turn_ranked, turn_sorted, weigh
from app.schemas.filters import TIMED
from app.schemas.paging import Facet
from app.schemas.timeline import LAST_DAY
from app.schemas.write import main_field
from app.words import Term

PATH = "/v1/search"
# Types that have dates: an outcome those of the timeline items that date it.
_DATED = ("expected_outcome", "timeline_item")
_DATES: Mapping[str, TypeEngine[Any]] = {
    "wording": text_key(),
    "start_earliest": Date(),
    "end_latest": Date(),
    "end_kind": text_key(),
}
# What tells one row from all others: an outcome has one for each item that dates it.
ROW_KEY = ("type", "slug", "item")


def read_search(session: Session, query: SearchQuery) -> Json:
    """One page of the rows that the query asks for, in its order: a `SearchPage`.

    Raises InvalidRequest for a value that names nothing, InvalidCursor for a foreign cursor."""
    filters = resolve_filters(session, FILTERS, query, query.facet)
    total, exact = count_rows(session, [select_rows(query, filters)], query.count)
    revision = read_revision(session)
    seal_of = seal_turns("search", filters)
    ranked = is_ranked(query)
    candidates = select_rows(query, filters, ranked=ranked)
    if ranked:
        turn = turn_ranked(session, candidates, ROW_KEY, revision, query, seal_of)
    else:
        rows, order = sort_rows(query, candidates)
        turn = turn_sorted(session, rows, [ANY], order, query, seal_of)
    return {
        "items": make_rows(session, turn.rows, filters.terms),
        "total": total,
        "total_is_exact": exact,
        **turn.rank,
        "next": list_path(PATH, query, cursor=turn.cursor) if turn.cursor is not None else None,
        "revision": revision,
        "facets": {name: _count_facet(session, query, filters, name) for name in query.facet},
        "query": {**filters.echo, "sort": sort_names(query), "limit": query.limit},
    }


def stream_search(session: Session, query: SearchQuery) -> Generator[list[Json]]:
    """Every row that the query asks for, in its order, a chunk at a time; the first `limit` of
    them where it is given. Raises as `read_search` does, before the first chunk."""
    filters = resolve_filters(session, FILTERS, query)
    ranked = is_ranked(query)
    candidates = select_rows(query, filters, ranked=ranked)
    if ranked:
        rows = all_best_first(candidates, ROW_KEY)
    else:
        rows, order = sort_rows(query, candidates)
        rows = rows.order_by(*(key.direction for key in order))
    with closing(stream(session, rows, query)) as chunks:
        for some in chunks:
            yield make_rows(session, some, filters.terms)


def sort_rows(query: SearchQuery, candidates: Select[Any]) -> tuple[Select[Any], list[Key]]:
    """The rows, and the order asked for."""
    found = candidates.subquery()
    columns = {"start": found.c.start_order, "end": found.c.end_order}
    columns |= {name: found.c[name] for name in ("text", "updated_at", *ROW_KEY)}
    order = make_order(columns, query, ROW_KEY)
    return select(found), order


def select_rows(query: SearchQuery, filters: Filters, *, ranked: bool = False) -> Select[Any]:
    """All rows that the query asks for, with `id` and `score` if they are to be ranked."""
    found = [_select_type(resource, filters, ranked=ranked) for resource in _resources(query)]
    rows = [rows for rows in found if rows is not None]
    if not rows:
        # No type has what is asked for.
        rows = [_select_any(CATALOG[0], ranked=ranked).where(false())]
    return select(union_all(*rows).subquery())


def _resources(query: SearchQuery, *, of_any_type: bool = False) -> list[Resource]:
    types: Sequence[str] = () if of_any_type else query.type
    wanted = types or (CLAIMS if query.q is None else tuple(MODELS))
    return [resource for resource in CATALOG if resource.type_ in wanted]


def _select_type(
    resource: Resource, filters: Filters, without: str = "", *, ranked: bool = False
) -> Select[Any] | None:
    """The rows of one type; None if it has no field that a filter asks for."""
    asked = set(filters.values) - {without}
    timed = asked & set(TIMED)
    if not asked - timed <= set(resource.where) or (timed and resource.type_ not in _DATED):
        return None
    rows = _select_any(resource)
    if resource.model is ExpectedOutcome:
        dates = TimelineItem.expected_outcome_slug == ExpectedOutcome.slug
        rows = rows.join(TimelineItem, dates, isouter=not timed)
    rows = rows.where(*filters.conditions(TIMELINE_ITEMS, *(set(filters.values) - timed), "q"))
    if ranked:
        matches = filters.matches(resource).subquery()
        rows = rows.join(matches, matches.c.slug == resource.model.slug)
        rows = rows.add_columns(matches.c.id, matches.c.score)
    apart = (without, *TIMED, "q") if ranked else (without, *TIMED)
    return rows.where(*filters.conditions(resource, *apart))


def _select_any(resource: Resource, *, ranked: bool = False) -> Select[Any]:
    """The columns of the table, from the records of one type."""
    model = resource.model
    dated = resource.type_ in _DATED
    item: Any = TimelineItem
    columns = [
        literal(resource.type_).label("type"),
        model.slug.label("slug"),
        (func.coalesce(item.slug, "") if dated else literal("")).label("item"),
        getattr(model, main_field(resource.type_)).label("text"),
        model.updated_at.label("updated_at"),
        weigh(model),
    ]
    for name, kind in _DATES.items():
        columns.append((getattr(item, name) if dated else cast(null(), kind)).label(name))
    for name in ("start_order", "end_order"):
        order = func.coalesce(getattr(item, name), LAST_DAY) if dated else literal(LAST_DAY)
        columns.append(order.label(name))
    if ranked:
        columns += [literal(0).label("id"), literal(0.0).label("score")]
    return select(*columns).select_from(model)


def make_rows(
    session: Session, found: Sequence[Row[Any]], terms: Sequence[Term] | None
) -> list[Json]:
    """The rows as a reader gets them (`SearchRow`), with a snippet each where something was
    searched for."""
    records = _load(session, found)
    rows = [_make_row(row, records[row.type, row.slug]) for row in found]
    if terms is not None:
        kept = [(row.type, records[row.type, row.slug]) for row in found]
        for made, snippet in zip(rows, make_snippets(session, kept, terms), strict=True):
            made["snippet"] = snippet
    return rows


def _load(session: Session, found: Sequence[Row[Any]]) -> dict[tuple[str, str], Json]:
    slugs: dict[str, dict[str, None]] = {}
    for row in found:
        slugs.setdefault(row.type, {})[row.slug] = None
    return {
        (type_, slug): record
        for type_, some in slugs.items()
        for slug, record in load_shown(session, MODELS[type_], list(some)).items()
    }


def _make_row(row: Row[Any], record: Json) -> Json:
    main = main_field(row.type)
    # Every text is quoted or derived; where it is derived, the first quote of all stands for it.
    quotes = sorted(record["citations"], key=lambda citation: main not in citation["supports"])
    quote: Json = next(iter(quotes), {})
    return {
        "type": row.type,
        "slug": row.slug,
        "url": record["url"],
        "text": row.text,
        "kind": record.get("kind"),
        "modality": record.get("modality"),
        "focus_area_slugs": record.get("focus_area_slugs", []),
        "wording": row.wording,
        "start_earliest": _written(row.start_earliest),
        "end_latest": _written(row.end_latest),
        "end_kind": row.end_kind,
        "exact": quote.get("exact"),
        "section": quote.get("section"),
        "document_slug": quote.get("document_slug", _own_document(row)),
    }


def _written(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


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
            tallies.append(tally(session, resource.model, rows, counted, rolled_up=rolls_up(query)))
        elif rows is not None:
            total, _ = count_rows(session, [rows], "exact")
            counts[resource.type_ if name == "type" else None] += total or 0
    found = sum_up(tallies)
    counts.update(found.by_value())
    labels = partial(read_names, session, next(iter(dimensions), None))
    url = partial(bucket_path, PATH, query, name)
    return make_facet(+counts, labels, found.count_other, url)
