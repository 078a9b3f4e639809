"""The history of a record: who changed what, and on which words?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from fastapi import Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.catalog import RESOURCES_BY_COLLECTION
from app.catalog.resource import Resource
from app.errors import InvalidRequest
from app.http.session import SessionDep
from app.log.history import read_history, read_record_revision
from app.log.past_records import read_past_records
from app.log.record_names import read_name
from app.pages.claims import main_text
from app.pages.differences import FieldChange, compare, compare_dates
from app.pages.frame import Link
from app.pages.picture import Picture
from app.pages.records import PathSlug
from app.pages.reference_names import load_names
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.pages.version_lists import Number, PathCollection, make_crumbs, make_versions_page
from app.pages.versions import Version, describe_versions, list_versions
from app.schemas.filters import Query as QueryModel
from app.schemas.history import HistoryQuery, RecordRevisionDetail
from app.schemas.read import RecordRead
from app.store.models import COLLECTIONS

router = make_page_router()


class DifferenceQuery(QueryModel):
    """The revision since which a record changed."""

    since: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None


@dataclass(frozen=True)
class Before:
    """A record before a change; None where it did not exist."""

    label: str
    record: RecordRead | None


@dataclass(frozen=True)
class DifferencePage(View):
    """What one revision, or all since an earlier one, changed in a record."""

    template = "difference.html"
    has_past: ClassVar[bool] = False

    is_since: bool
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
    resource = RESOURCES_BY_COLLECTION[collection]
    name = read_name(
        session,
        resource.type_,
        slug,
    )
    view = make_versions_page(
        request,
        page,
        describe_versions(page.items),
        title=f"History of “{name}”",
        noun="version",
        crumbs=make_crumbs(
            resource,
            slug,
            name,
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
    query: Annotated[DifferenceQuery, Query()],
) -> Response:
    """What one revision changed in a record, field by field; or all revisions since an earlier
    one together."""
    resource = RESOURCES_BY_COLLECTION[collection]
    model = COLLECTIONS[collection]
    after = read_record_revision(
        session,
        model,
        slug,
        number,
    )
    before = _find_before(
        session,
        resource,
        slug,
        after,
        query.since,
    )
    view = _make_difference(
        session,
        resource,
        slug,
        before,
        after,
        query.since,
    )
    return page_response(
        request,
        session,
        view,
    )


def _find_before(
    session: Session,
    resource: Resource,
    slug: str,
    after: RecordRevisionDetail,
    since: int | None,
) -> Before:
    """The version before this one; or the record as it was at the revision `since`."""
    if since is not None:
        if since >= after.revision:
            detail = f"'since' is {since}: give a revision before {after.revision}."
            raise InvalidRequest.at(detail, parameter="since")
        records = read_past_records(
            session,
            since,
            resource.type_,
            [slug],
        )
        return Before(f"Revision {since}", next(records, None))
    if after.previous is None:
        return Before("Before", None)
    _, _, number = after.previous.rpartition("/")
    previous = read_record_revision(
        session,
        COLLECTIONS[resource.name],
        slug,
        int(number),
    )
    return Before(f"Version {previous.version}", previous.record)


def _make_difference(
    session: Session,
    resource: Resource,
    slug: str,
    before: Before,
    after: RecordRevisionDetail,
    since: int | None,
) -> DifferencePage:
    record_before = before.record
    record = after.record
    changes, unchanged = compare(
        resource.type_,
        record_before,
        record,
        load_names(session, (record_before, record)),
    )
    title = slug
    for known in (record_before, record):
        if known is not None:
            title = main_text(known)
    heading = f"What changed in version {after.version}"
    label_after = f"Version {after.version}"
    if since is not None:
        heading = f"What changed in “{title}” since revision {since}"
        label_after = f"Revision {after.revision}"
    return DifferencePage(
        title=heading,
        is_since=since is not None,
        downloads=(),
        crumbs=(
            *make_crumbs(
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
        label_before=before.label,
        label_after=label_after,
        changes=tuple(changes),
        unchanged=", ".join(unchanged),
        picture=_label_rows(
            compare_dates(record_before, record),
            (before.label, label_after),
        ),
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


def _label_rows(
    picture: Picture | None,
    labels: Sequence[str],
) -> Picture | None:
    """The picture with the versions in the place of the titles."""
    if picture is None:
        return None
    rows = []
    for row, label in zip(
        picture.rows,
        labels,
        strict=True,
    ):
        rows.append(replace(row, title=label))
    return replace(picture, rows=tuple(rows))


def _past_path(
    resource: Resource,
    slug: str,
    revision: RecordRevisionDetail,
) -> str | None:
    """The page of the record as it was after the revision; None if it was deleted."""
    if revision.record is None:
        return None
    return f"/{resource.name}/{slug}?as_of={revision.revision}"
