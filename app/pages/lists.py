"""Lists of records with their filters: the search of claims, and the list of each collection."""

from typing import Annotated

from fastapi import Query, Request, Response
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
from app.pages import words
from app.pages.facets import read_list_choices, read_search_choices
from app.pages.rendering import page_response
from app.pages.result_rows import make_row, make_search_row
from app.pages.results import ResultsPage, make_results
from app.pages.routing import make_page_router
from app.pages.row_limits import limit_rows
from app.queries.pages import read_page
from app.queries.search import read_search
from app.schemas.paging import ListQuery
from app.schemas.record_types import ENTITIES

router = make_page_router()
_SEARCH_FACETS = ("modality", "type", "kind", "focus_area", "office", "document")

# The facets that a list shows, if its collection has them.
_LIST_FACETS = (
    *("modality", "kind", "focus_area", "office", "country", "document"),
    *("language", "voice", "broader", "end_kind"),
)


@router.get("/claims")
def show_claims(
    request: Request,
    session: SessionDep,
    query: Annotated[SearchQuery, Query()],
) -> Response:
    """Search the records of all types; without `q`, all claims as one table."""
    limited = limit_rows(request, query)
    if limited is not None:
        return limited
    page = read_search(session, query.model_copy(update={"facet": []}))
    rows = [make_search_row(item) for item in page["items"]]
    noun = "record" if query.q is not None else "claim"
    title = f"“{query.q}”" if query.q is not None else "Claims"
    view = make_results(
        request,
        query,
        page,
        rows,
        read_search_choices(
            session,
            query,
            _SEARCH_FACETS,
        ),
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
    limited = limit_rows(request, query)
    if limited is not None:
        return limited
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
        query.model_copy(update={"facet": []}),
    )
    rows = [make_row(resource, from_json(item)) for item in page.items]
    noun = ENTITIES[resource.type_].noun
    title = words.TYPES[resource.type_].meaning
    return make_results(
        request,
        query,
        page.fields,
        rows,
        read_list_choices(
            session,
            resource,
            query,
            names,
        ),
        title=title,
        noun=noun,
    )
