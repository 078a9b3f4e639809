"""The home page: what is in the base, how sure, about what, and what is new?"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.http.services import services_of
from app.http.session import SessionDep
from app.pages.counts import AreaCounts, ModalityCount, count_areas, count_modalities
from app.pages.counts import list_counts as list_modalities
from app.pages.frame import Link
from app.pages.rendering import View, page_response
from app.pages.routing import PageRoute
from app.pages.versions import Version, list_revisions
from app.queries.overview import read_overview
from app.schemas.filters import PastQuery

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MAX_AREAS = 10
MAX_DOCUMENTS = 10


@dataclass(frozen=True)
class HomePage(View):
    """The base at a glance."""

    template = "home.html"

    claims: int
    documents: tuple[Link, ...]
    document_count: int
    modalities: tuple[ModalityCount, ...]
    areas: tuple[AreaCounts, ...]
    area_count: int
    example: AreaCounts | None
    revisions: tuple[Version, ...]


@router.get("/")
def show_home(
    request: Request,
    session: SessionDep,
    _query: Annotated[PastQuery, Query()],
) -> Response:
    """What the base holds, how sure it is, and what is new."""
    overview = read_overview(session, services_of(request).engine)
    counter = count_modalities(session)
    areas = tuple(count_areas(session, counter.total()).values())
    documents = overview.documents[:MAX_DOCUMENTS]
    view = HomePage(
        title="What documents claim, and in which words",
        downloads=(Link("Search as CSV", "/v1/search?format=csv"),),
        claims=counter.total(),
        documents=tuple(Link(item.title, f"/documents/{item.slug}") for item in documents),
        document_count=overview.counts["documents"],
        modalities=list_modalities(counter),
        areas=areas[:MAX_AREAS],
        area_count=overview.counts["focus-areas"],
        example=areas[0] if areas else None,
        revisions=list_revisions(session),
    )
    return page_response(
        request,
        session,
        view,
    )
