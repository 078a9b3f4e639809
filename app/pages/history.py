"""The history of a record and of the base: who changed what, and on which words?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from app.catalog import RESOURCES_BY_COLLECTION
from app.catalog.resource import Resource
from app.http.admission import NoParameters
from app.http.session import SessionDep
from app.log.change_feed import read_changes
from app.log.history import read_history, read_one, read_record_revision, read_revisions
from app.pages import words
from app.pages.addresses import make_address
from app.pages.claims import main_text
from app.pages.differences import FieldChange, compare, compare_dates
from app.pages.frame import Link, make_frame
from app.pages.picture import Picture
from app.pages.records import PathSlug
from app.pages.rendering import View, page_response
from app.pages.routing import PageRoute
from app.pages.versions import (
    OPERATIONS,
    Version,
    describe_revisions,
    describe_versions,
    list_versions,
)
from app.schemas.changes import ChangeRead, ChangesQuery
from app.schemas.history import HistoryQuery, RecordRevisionDetail, RevisionsQuery
from app.schemas.record_types import ENTITIES, Collection
from app.store.models import COLLECTIONS

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PathCollection = Annotated[Collection, Path()]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
MAX_CHANGES = 200


@dataclass(frozen=True)
class VersionsPage(View):
    """The versions of a record, or the revisions of the base, the newest first."""

    template = "versions.html"
    has_past: ClassVar[bool] = False

    crumbs: tuple[Link, ...]
    total: str
    versions: tuple[Version, ...]
    next_path: str | None


@dataclass(frozen=True)
class DifferencePage(View):
    """What one revision changed in a record."""

    template = "difference.html"
    has_past: ClassVar[bool] = False

    crumbs: tuple[Link, ...]
    message: str
    author: str
    changed_at: Any
    revision: int
    label_before: str
    label_after: str
    changes: tuple[FieldChange, ...]
    unchanged: str
    picture: Picture | None
    versions: tuple[Version, ...]
    record_path: str | None


@dataclass(frozen=True)
class RevisionChange:
    """A record that a revision changed."""

    operation: str
    type_label: str
    title: str
    modality: str | None
    path: str


@dataclass(frozen=True)
class RevisionPage(View):
    """One revision of the base. `more_path` leads to the data if there are more changes."""

    template = "revision.html"
    has_past: ClassVar[bool] = False

    number: int
    message: str
    author: str
    changed_at: Any
    changes: tuple[RevisionChange, ...]
    more_path: str | None
    base_path: str


@router.get("/changes")
def list_changes(
    request: Request,
    session: SessionDep,
    query: Annotated[RevisionsQuery, Query()],
) -> Response:
    """The revisions of the base, the newest first."""
    page = read_revisions(session, query)
    view = _make_versions_page(
        request,
        page,
        describe_revisions(page.items),
        title="What changed",
        noun="revision",
    )
    return page_response(
        request,
        session,
        view,
    )


@router.get("/changes/{number}")
def show_revision(
    request: Request,
    session: SessionDep,
    number: Number,
    _query: NoParameters,
) -> Response:
    """One revision, with the records that it changed."""
    revision = read_one(session, number)
    query = ChangesQuery(since=str(number - 1), limit=MAX_CHANGES)
    feed = read_changes(session, query)
    changes = [_make_change(change) for change in feed.items if change.revision == number]
    (version,) = describe_revisions([revision])
    is_complete = len(changes) == sum(dict(revision.counts).values())
    view = RevisionPage(
        title=f"Revision {number}",
        downloads=(),
        number=number,
        message=revision.message,
        author=version.author,
        changed_at=revision.changed_at,
        changes=tuple(changes),
        more_path=None if is_complete else revision.changes,
        base_path=f"/?as_of={number}",
    )
    return page_response(
        request,
        session,
        view,
    )


@router.get("/{collection}/{slug}/history")
def show_history(
    request: Request,
    session: SessionDep,
    collection: PathCollection,
    slug: PathSlug,
    query: Annotated[HistoryQuery, Query()],
) -> Response:
    """The versions of a record, the newest first; also of a deleted record."""
    page = read_history(
        session,
        COLLECTIONS[collection],
        slug,
        query,
    )
    view = _make_versions_page(
        request,
        page,
        describe_versions(page.items),
        title=f"History of {slug}",
        noun="version",
        crumbs=_make_crumbs(
            RESOURCES_BY_COLLECTION[collection],
            slug,
            slug,
        ),
    )
    return page_response(
        request,
        session,
        view,
    )


@router.get("/{collection}/{slug}/history/{number}")
def show_difference(
    request: Request,
    session: SessionDep,
    collection: PathCollection,
    slug: PathSlug,
    number: Number,
    _query: NoParameters,
) -> Response:
    """What one revision changed in a record, field by field."""
    resource = RESOURCES_BY_COLLECTION[collection]
    model = COLLECTIONS[collection]
    after = read_record_revision(
        session,
        model,
        slug,
        number,
    )
    before = None
    if after.previous is not None:
        _, _, previous_number = after.previous.rpartition("/")
        before = read_record_revision(
            session,
            model,
            slug,
            int(previous_number),
        )
    view = _make_difference(
        session,
        resource,
        slug,
        before,
        after,
    )
    return page_response(
        request,
        session,
        view,
    )


def _make_versions_page(
    request: Request,
    page: Any,
    versions: Sequence[Version],
    *,
    title: str,
    noun: str,
    crumbs: tuple[Link, ...] = (),
) -> VersionsPage:
    next_path = page.next
    if next_path is not None:
        address = make_address(make_frame(request, page.revision))
        next_path = address.page(next_path)
    total = f"More than {page.total:,} {noun}s"
    if page.total is None:
        total = "Not counted"
    elif page.total_is_exact:
        total = words.count_things(page.total, noun)
    return VersionsPage(
        title=title,
        downloads=(),
        crumbs=crumbs,
        total=total,
        versions=tuple(versions),
        next_path=next_path,
    )


def _make_crumbs(
    resource: Resource,
    slug: str,
    title: str,
) -> tuple[Link, ...]:
    return (
        Link(words.TYPES[resource.type_].meaning, f"/{resource.name}"),
        Link(title, f"/{resource.name}/{slug}"),
    )


def _make_difference(
    session: Session,
    resource: Resource,
    slug: str,
    before: RecordRevisionDetail | None,
    after: RecordRevisionDetail,
) -> DifferencePage:
    record_before = before.record if before is not None else None
    record = after.record
    changes, unchanged = compare(
        resource.type_,
        record_before,
        record,
    )
    title = slug
    for known in (record_before, record):
        if known is not None:
            title = main_text(known)
    label_before = f"Version {before.version}" if before is not None else "Before"
    return DifferencePage(
        title=f"What changed in version {after.version}",
        downloads=(),
        crumbs=(
            *_make_crumbs(
                resource,
                slug,
                title,
            ),
            Link("History", f"/{resource.name}/{slug}/history"),
        ),
        message=after.message,
        author=after.author,
        changed_at=after.changed_at,
        revision=after.revision,
        label_before=label_before,
        label_after=f"Version {after.version}",
        changes=tuple(changes),
        unchanged=", ".join(unchanged),
        picture=compare_dates(record_before, record),
        versions=list_versions(
            session,
            resource,
            slug,
        ),
        record_path=_past_path(
            resource,
            slug,
            after,
        ),
    )


def _past_path(
    resource: Resource,
    slug: str,
    revision: RecordRevisionDetail,
) -> str | None:
    """The page of the record as it was after the revision; None if it was deleted."""
    if revision.record is None:
        return None
    return f"/{resource.name}/{slug}?as_of={revision.revision}"


def _make_change(change: ChangeRead) -> RevisionChange:
    entity = ENTITIES[change.type]
    title = change.slug
    if change.record is not None:
        title = main_text(change.record)
    return RevisionChange(
        operation=OPERATIONS[change.operation],
        type_label=words.TYPES[change.type].label,
        title=title,
        modality=getattr(
            change.record,
            "modality",
            None,
        ),
        path=f"/{entity.collection}/{change.slug}/history/{change.revision}",
    )
