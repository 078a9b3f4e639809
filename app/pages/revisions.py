"""The revisions of the base: what became of it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.http.session import SessionDep
from app.log.change_feed import read_changes
from app.log.history import read_one, read_revisions
from app.log.record_names import read_names
from app.pages import words
from app.pages.changed_records import (
    ChangesPageQuery,
    RecordChange,
    make_changed_records_page,
)
from app.pages.claims import main_text
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.pages.version_lists import Number, make_versions_page
from app.pages.versions import OPERATIONS, describe_revisions
from app.rules.changes import Key
from app.schemas.changes import ChangePage, ChangeRead, ChangesQuery
from app.schemas.filters import Query as QueryModel
from app.schemas.history import RevisionsQuery
from app.schemas.record_types import ENTITIES

router = make_page_router()
MAX_CHANGES = 100


class RevisionQuery(QueryModel):
    """The changes of a revision that follow `after`, a token of the feed of changes."""

    after: Annotated[str | None, Field(min_length=1, max_length=1_000)] = None


@dataclass(frozen=True)
class RevisionPage(View):
    """One revision of the base, and changes that it made."""

    template = "revision.html"
    has_past: ClassVar[bool] = False

    number: int
    message: str
    author: str
    changed_at: Any
    changes: tuple[RecordChange, ...]
    next_path: str | None
    base_path: str


@router.get("/changes")
def list_changes(
    request: Request,
    session: SessionDep,
    query: Annotated[ChangesPageQuery, Query()],
) -> Response:
    """The revisions of the base, the newest first; or the records that changed since one."""
    view: View
    if query.since is None:
        view = _make_revisions_page(request, session, query)
    else:
        view = make_changed_records_page(session, query.since, query)
    return page_response(
        request,
        session,
        view,
    )


def _make_revisions_page(
    request: Request,
    session: Session,
    query: RevisionsQuery,
) -> View:
    page = read_revisions(session, query)
    return make_versions_page(
        request,
        page,
        describe_revisions(page.items),
        title="What changed",
        noun="revision",
    )


@router.get("/changes/{number}")
def show_revision(
    request: Request,
    session: SessionDep,
    number: Number,
    query: Annotated[RevisionQuery, Query()],
) -> Response:
    """One revision, with the records that it changed."""
    revision = read_one(session, number)
    since = query.after or str(number - 1)
    feed = read_changes(session, ChangesQuery(since=since, limit=MAX_CHANGES))
    made = [change for change in feed.items if change.revision == number]
    deleted = [(change.type, change.slug) for change in made if change.record is None]
    names = read_names(session, deleted)
    changes = [_make_change(change, names) for change in made]
    (version,) = describe_revisions([revision])
    view = RevisionPage(
        title=f"Revision {number}",
        downloads=(),
        number=number,
        message=revision.message,
        author=version.author,
        changed_at=revision.changed_at,
        changes=tuple(changes),
        next_path=_find_next(number, feed),
        base_path=f"/?as_of={number}",
    )
    return page_response(
        request,
        session,
        view,
    )


def _find_next(
    number: int,
    feed: ChangePage,
) -> str | None:
    """The page of the changes of the revision that follow these; None if there are none."""
    if (
        feed.next is None
        or feed.items[-1].revision != number
        or feed.items[-1].last_of_revision
    ):
        return None
    token = dict(parse_qsl(urlsplit(feed.next).query))["since"]
    return f"/changes/{number}?{urlencode({'after': token})}"


def _make_change(
    change: ChangeRead,
    names: Mapping[Key, str],
) -> RecordChange:
    entity = ENTITIES[change.type]
    title = names.get((change.type, change.slug), change.slug)
    if change.record is not None:
        title = main_text(change.record)
    return RecordChange(
        outcome=OPERATIONS[change.operation],
        type_label=words.TYPES[change.type].label,
        title=title,
        modality=getattr(
            change.record,
            "modality",
            None,
        ),
        path=f"/{entity.collection}/{change.slug}/history/{change.revision}",
    )
