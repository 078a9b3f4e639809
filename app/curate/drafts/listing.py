"""The drafts of the server, the newest first."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Query, Request, Response
from pydantic import Field

from app.curate.admission import CuratorDep
from app.curate.drafts.addresses import DRAFTS, draft_address
from app.curate.rendering import CuratePage, curate_response
from app.curate.routing import make_curate_router
from app.http.session import SessionDep
from app.pages.words import count_things
from app.schemas.drafts import DraftRead, DraftsQuery
from app.schemas.filters import Query as QueryModel
from app.stored_drafts.pages import read_drafts

router = make_curate_router()
FORMATS = {
    "txt": "plain text",
    "md": "Markdown",
    "html": "web page",
    "docx": "Word document",
    "pdf": "PDF",
}


class ListingQuery(QueryModel):
    """One page of the drafts."""

    cursor: Annotated[str | None, Field(max_length=2_000)] = None


@dataclass(frozen=True)
class DraftLine:
    """One draft in the list."""

    path: str
    title: str
    format: str
    created_by: str
    created_at: Any
    claims: str
    progress: str
    published_revision: int | None


@dataclass(frozen=True)
class DraftsPage(CuratePage):
    """The drafts."""

    template = "drafts/list.html"

    drafts: tuple[DraftLine, ...] = ()
    next_path: str | None = None


@router.get("/drafts")
def list_drafts(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    query: Annotated[ListingQuery, Query()],
) -> Response:
    """The drafts, and the way to a new one."""
    page = read_drafts(session, DraftsQuery(cursor=query.cursor))
    next_path = None
    if page.next is not None:
        parameters = dict(parse_qsl(urlsplit(page.next).query))
        next_path = f"{DRAFTS}?{urlencode({'cursor': parameters['cursor']})}"
    view = DraftsPage(
        title="Drafts",
        drafts=tuple(_describe(draft) for draft in page.items),
        next_path=next_path,
    )
    return curate_response(
        request,
        session,
        view,
        curator,
    )


def _describe(draft: DraftRead) -> DraftLine:
    types = draft.counts.type
    claims = draft.total
    for type_ in ("document", "office", "focus_area"):
        claims -= types.get(type_, 0)
    states = draft.counts.state
    accepted = states.get("accepted", 0) + states.get("edited", 0)
    rejected = states.get("rejected", 0)
    return DraftLine(
        path=draft_address(draft.id),
        title=" ".join(draft.title.split()),
        format=FORMATS[draft.format],
        created_by=draft.created_by,
        created_at=draft.created_at,
        claims=count_things(claims, "claim"),
        progress=f"{accepted} accepted, {rejected} rejected",
        published_revision=draft.published_revision,
    )
