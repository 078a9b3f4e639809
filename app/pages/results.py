"""Lists of records with their filters: the search of claims, and the list of each collection."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup
from pydantic_core import from_json
from sqlalchemy.orm import Session

from app.catalog.documents import DOCUMENTS, DocumentQuery
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.expected_outcomes import ExpectedOutcomeQuery as OutcomeQuery
from app.catalog.initiatives import INITIATIVES, InitiativeQuery
from app.catalog.offices import OFFICES, OfficeQuery
from app.catalog.resource import Resource
from app.catalog.search import SearchQuery
from app.catalog.timeline_items import TIMELINE_ITEMS, TimelineItemQuery
from app.http.session import SessionDep
from app.http.twins import data_path, page_path
from app.pages import words
from app.pages.addresses import ListAddress, make_address
from app.pages.facets import Chip, FacetView, make_chips, make_facets
from app.pages.frame import Link, make_frame
from app.pages.rendering import View, page_response
from app.pages.routing import PageRoute
from app.pages.takeaways import Takeaway, take_list
from app.queries.loading import Json
from app.queries.pages import read_page
from app.queries.search import read_search
from app.schemas.paging import Facet, ListQuery
from app.schemas.record_types import ENTITIES

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_SEARCH_FACETS = ("modality", "type", "kind", "focus_area", "office", "document")
# The facets that a list shows, if its collection has them.
_LIST_FACETS = (
    *("modality", "kind", "focus_area", "office", "country", "document"),
    *("language", "voice", "broader", "end_kind"),
)


@dataclass(frozen=True)
class Row:
    """A record in a list. `snippet` is the passage that a search has found, as safe HTML; `quote`
    are the words that support the title, if they are others."""

    title: str
    path: str
    modality: str | None
    remark: str
    snippet: Markup | None
    is_title_marked: bool
    quote: str | None
    wording: str | None
    section: str | None
    document_path: str | None


@dataclass(frozen=True)
class ResultsPage(View):
    """A page of a list, its filters, and how it is ordered."""

    template = "results.html"

    facets: tuple[FacetView, ...]
    chips: tuple[Chip, ...]
    clear_path: str
    total: str
    order: str
    rows: tuple[Row, ...]
    next_path: str | None
    search_hint: str | None
    takeaways: tuple[Takeaway, ...]


@router.get("/claims")
def show_claims(
    request: Request,
    session: SessionDep,
    query: Annotated[SearchQuery, Query()],
) -> Response:
    """Search the records of all types; without `q`, all claims as one table."""
    page = read_search(session, query.model_copy(update={"facet": list(_SEARCH_FACETS)}))
    rows = [make_search_row(item) for item in page["items"]]
    noun = "record" if query.q is not None else "claim"
    title = f"“{query.q}”" if query.q is not None else "Claims"
    view = make_results(
        request,
        query,
        page,
        rows,
        title=title,
        noun=noun,
    )
    return page_response(
        request,
        session,
        view,
    )


@router.get("/documents")
def list_documents(
    request: Request,
    session: SessionDep,
    query: Annotated[DocumentQuery, Query()],
) -> Response:
    """List documents."""
    return _list_response(
        request,
        session,
        DOCUMENTS,
        query,
    )


@router.get("/offices")
def list_offices(
    request: Request,
    session: SessionDep,
    query: Annotated[OfficeQuery, Query()],
) -> Response:
    """List offices."""
    return _list_response(
        request,
        session,
        OFFICES,
        query,
    )


@router.get("/initiatives")
def list_initiatives(
    request: Request,
    session: SessionDep,
    query: Annotated[InitiativeQuery, Query()],
) -> Response:
    """List initiatives."""
    return _list_response(
        request,
        session,
        INITIATIVES,
        query,
    )


@router.get("/expected-outcomes")
def list_expected_outcomes(
    request: Request,
    session: SessionDep,
    query: Annotated[OutcomeQuery, Query()],
) -> Response:
    """List expected outcomes."""
    return _list_response(
        request,
        session,
        EXPECTED_OUTCOMES,
        query,
    )


@router.get("/timeline-items")
def list_timeline_items(
    request: Request,
    session: SessionDep,
    query: Annotated[TimelineItemQuery, Query()],
) -> Response:
    """List timeline items."""
    return _list_response(
        request,
        session,
        TIMELINE_ITEMS,
        query,
    )


def _list_response(
    request: Request,
    session: Session,
    resource: Resource,
    query: ListQuery,
) -> Response:
    view = make_list_view(
        request,
        session,
        resource,
        query,
    )
    return page_response(
        request,
        session,
        view,
    )


def make_list_view(
    request: Request,
    session: Session,
    resource: Resource,
    query: ListQuery,
) -> ResultsPage:
    """One page of a collection."""
    names = [name for name in _LIST_FACETS if name in resource.facets]
    page = read_page(
        session,
        resource,
        query.model_copy(update={"facet": names}),
    )
    rows = [make_row(resource, from_json(item)) for item in page.items]
    noun = ENTITIES[resource.type_].noun
    title = words.TYPES[resource.type_].meaning
    return make_results(
        request,
        query,
        page.fields,
        rows,
        title=title,
        noun=noun,
    )


def make_results(
    request: Request,
    query: ListQuery,
    fields: Json,
    rows: Sequence[Row],
    **text: str,
) -> ResultsPage:
    """The view of a page of a list. `text` has its title, and the noun of its records."""
    address = make_address(make_frame(request, fields["revision"]))
    facets: dict[str, Facet] = fields["facets"]
    views = make_facets(
        facets,
        list(facets),
        address,
    )
    next_path = fields["next"]
    return ResultsPage(
        title=text["title"],
        downloads=_make_downloads(address),
        facets=views,
        chips=make_chips(address, views),
        clear_path=address.path,
        total=describe_total(fields, text["noun"]),
        order=_describe_order(fields["query"]["sort"]),
        rows=tuple(rows),
        next_path=address.page(next_path) if next_path is not None else None,
        search_hint=_shorten_word(query.q),
        takeaways=take_list(request, _data_of(address)),
    )


def _data_of(address: ListAddress) -> str:
    path = data_path(address.path)
    assert path is not None
    return path


def _make_downloads(address: ListAddress) -> tuple[Link, ...]:
    path = _data_of(address)
    formats = {"CSV": "csv", "NDJSON": "ndjson", "Parquet": "parquet"}
    links = []
    for label, format_ in formats.items():
        links.append(Link(label, f"{path}?{address.query(format=format_)}"))
    return tuple(links)


def describe_total(
    fields: Json,
    noun: str,
) -> str:
    total = fields["total"]
    if total is None:
        return f"{noun.capitalize()}s, not counted"
    if not fields["total_is_exact"]:
        return f"More than {words.count_things(total, noun)}"
    return words.count_things(total, noun)


def _describe_order(sort: Sequence[str]) -> str:
    """The order in words, by its first key."""
    key = sort[0]
    match key.removeprefix("-"):
        case "relevance":
            return "best match first"
        case "start" | "end":
            return f"by {key.removeprefix('-')}"
        case "type":
            return "by type, in alphabetical order"
        case "name" | "title" | "statement" | "text":
            return "in alphabetical order"
        case name:
            return f"by {name.replace('_', ' ')}"


def _shorten_word(text: str | None) -> str | None:
    """A prefix that finds more than the text does."""
    if text is None or len(text) < 5:
        return None
    return f"{text[:4]}*"


def make_search_row(item: Json) -> Row:
    """A row of the search as a list shows it."""
    remark = words.TYPES[item["type"]].label
    if item["kind"] is not None:
        remark = f"{remark}, {item['kind']}"
    quote = {name: item[name] for name in ("exact", "section", "document_slug")}
    return _make_row(
        item,
        item["text"],
        remark,
        quote,
    )


def make_row(
    resource: Resource,
    record: Json,
) -> Row:
    """A record as a list shows it."""
    main = ENTITIES[resource.type_].main
    quote: Json = {"document_slug": None}
    for citation in reversed(record["citations"]):
        if main in citation["supports"]:
            quote = citation
    return _make_row(
        record,
        record[main],
        _make_remark(record),
        quote,
    )


def _make_remark(record: Json) -> str:
    """What tells a record from others, besides its title."""
    names = ("kind", "organization", "city", "country", "publisher", "published_on", "voice")
    remarks = []
    for name in names:
        value = record.get(name)
        if value is not None:
            remarks.append(words.name_value(value))
    return ", ".join(remarks)


def _make_row(
    item: Json,
    title: str,
    remark: str,
    quote: Json,
) -> Row:
    path = page_path(item["url"])
    assert path is not None
    snippet: Any = item.get("snippet")
    if snippet is not None:
        # Escaped by `app.text.highlight`, but for its marks.
        snippet = Markup(snippet)
    is_title_marked = snippet is not None and snippet.striptags() == title
    exact = quote.get("exact")
    if exact == title or snippet is not None:
        exact = None
    document_path = None
    if quote["document_slug"] is not None:
        document_path = f"/documents/{quote['document_slug']}"
    return Row(
        title=title,
        path=path,
        modality=item.get("modality"),
        remark=remark,
        snippet=snippet,
        is_title_marked=is_title_marked,
        quote=exact,
        wording=item.get("wording"),
        section=_name_section(quote.get("section")),
        document_path=document_path,
    )


def _name_section(headings: Sequence[str] | None) -> str | None:
    """The headings above a quote, without the first, which is the title of most documents."""
    if not headings:
        return None
    return " › ".join(headings[1:]) or headings[0]
