"""The home page: what is in the base, how sure, about what, and what is new?"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from app.catalog.timeline_items import TIMELINE_ITEMS, TimelineItemQuery
from app.http.session import SessionDep
from app.pages.counts import AreaCounts, ModalityCount, count_areas, count_modalities
from app.pages.counts import list_counts as list_modalities
from app.pages.frame import Link
from app.pages.picture import Picture, make_picture
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.pages.versions import Version, list_revisions
from app.queries.loading import load_records
from app.queries.overview import count_records, list_documents
from app.queries.pages import read_page
from app.schemas.filters import PastQuery
from app.schemas.read import DocumentRead, TimelineItemDetail
from app.store.models import Document, FocusArea

router = make_page_router()
MAX_AREAS = 10
MAX_ITEMS = 8
MAX_DOCUMENTS = 10


@dataclass(frozen=True)
class DocumentLink:
    """A document, and what the base knows of its origin."""

    label: str
    path: str
    origin: str


@dataclass(frozen=True)
class HomePage(View):
    """The base at a glance. `year` is that of the latest revision."""

    template = "home.html"

    claims: int
    documents: tuple[DocumentLink, ...]
    year: int | None
    document_count: int
    modalities: tuple[ModalityCount, ...]
    picture: Picture
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
    record_counts = count_records(session, [Document, FocusArea])
    counter = count_modalities(session)
    areas = tuple(count_areas(session, MAX_AREAS).values())
    documents = list_documents(session)[:MAX_DOCUMENTS]
    revisions = list_revisions(session)
    latest_year = None
    if revisions:
        latest_year = revisions[0].changed_at.year
    view = HomePage(
        title="What documents claim, and in which words",
        downloads=(Link("Search as CSV", "/v1/search?format=csv"),),
        claims=counter.total(),
        documents=_link_documents(session, [item.slug for item in documents]),
        year=latest_year,
        document_count=record_counts["documents"],
        modalities=list_modalities(counter),
        picture=_read_picture(session),
        areas=areas,
        area_count=record_counts["focus-areas"],
        example=areas[0] if areas else None,
        revisions=revisions,
    )
    return page_response(
        request,
        session,
        view,
    )


def _link_documents(
    session: Session,
    slugs: list[str],
) -> tuple[DocumentLink, ...]:
    records = load_records(
        session,
        Document,
        slugs,
    )
    links = []
    for slug in slugs:
        document = records[slug]
        assert isinstance(document, DocumentRead)
        link = DocumentLink(
            document.title,
            f"/documents/{slug}",
            _describe_origin(document),
        )
        links.append(link)
    return tuple(links)


def _describe_origin(document: DocumentRead) -> str:
    parts = [document.publisher or "publisher not said"]
    if document.published_on is not None:
        parts.append(f"published {document.published_on}")
    else:
        parts.append("date not said")
    if document.text_length is not None:
        parts.append("text kept")
    return " · ".join(parts)


def _read_picture(session: Session) -> Picture:
    query = TimelineItemQuery(limit=MAX_ITEMS, count="none")
    page = read_page(
        session,
        TIMELINE_ITEMS,
        query,
    )
    items = [TimelineItemDetail.model_validate_json(item) for item in page.items]
    return make_picture(items)
