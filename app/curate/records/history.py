"""The versions of a record, and the way back to one of them."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.changes.apply import write
from app.changes.requests import ChangeRequest, parse_requests
from app.curate.admission import CuratorDep, FormWriteDep, new_idempotency_key
from app.curate.records.paths import (
    Number,
    PathCollection,
    PathSlug,
    edit_path,
    page_path,
    resource_of,
)
from app.curate.records.preview import PreviewPage
from app.curate.records.screens import find_current
from app.curate.rendering import CuratePage, curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import InvalidRequest, StaleVersion
from app.http.session import SessionDep
from app.log.history import read_history, read_record_revision
from app.log.record_names import read_name
from app.pages.claims import main_text
from app.pages.differences import compare, compare_dates
from app.pages.frame import Link
from app.pages.reference_names import load_names
from app.pages.versions import Version, describe_versions
from app.queries.loading import curated_part
from app.schemas.history import HistoryQuery
from app.schemas.read import RecordRead
from app.schemas.record_types import ENTITIES
from app.store.models import COLLECTIONS
from app.vocabulary import Operation

router: APIRouter = make_curate_router()
MAX_VERSIONS = 200


@dataclass(frozen=True)
class HistoryPage(CuratePage):
    """The versions of a record, the newest first. `exists` tells whether it is in the base now;
    all but the first version can be restored, and the first if the record was deleted."""

    template = "records/history.html"

    path: str = ""
    record_path: str = ""
    name: str = ""
    exists: bool = True
    versions: tuple[Version, ...] = ()
    older_path: str | None = None


@router.get("/{collection}/{slug}/history")
def show_history(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    collection: PathCollection,
    slug: PathSlug,
) -> Response:
    """The versions of a record; also of a deleted one."""
    resource = resource_of(collection)
    query = HistoryQuery(limit=MAX_VERSIONS)
    history = read_history(session, COLLECTIONS[collection], slug, query)
    name = read_name(session, resource.type_, slug)
    page = HistoryPage(
        title=f"History of “{name}”",
        path=edit_path(resource, slug),
        record_path=page_path(resource, slug),
        name=name,
        exists=find_current(session, resource, slug) is not None,
        versions=tuple(describe_versions(history.items)),
        older_path=f"{page_path(resource, slug)}/history" if history.next else None,
    )
    return curate_response(request, session, page, curator)


@router.get("/{collection}/{slug}/history/{number}")
def preview_restoration(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    collection: PathCollection,
    slug: PathSlug,
    number: Number,
) -> Response:
    """What restoring the record as it was after a revision would change."""
    resource = resource_of(collection)
    past = _read_past(session, resource, slug, number)
    current = find_current(session, resource, slug)
    names = load_names(session, (current, past))
    changes, unchanged = compare(resource.type_, current, past, names)
    path = edit_path(resource, slug)
    version = current.version if current is not None else 0
    page = PreviewPage(
        title=f"Restore: {main_text(past)}",
        crumbs=(Link("Records", "/curate/records"), Link("History", f"{path}/history")),
        lead=f"As it was in version {past.version}. Nothing is written yet.",
        changes=tuple(changes),
        unchanged=", ".join(unchanged) if current is not None else "",
        picture=compare_dates(current, past),
        label_before=f"Now, version {version}" if current is not None else "Now, deleted",
        label_after=f"Version {past.version}, again",
        save_path=f"{path}/history/{number}",
        save_label="Restore it",
        fields=(("version", str(version)),),
        back_path=f"{path}/history",
        has_form=False,
        is_same=current is not None
        and curated_part(session, resource.type_, current)
        == curated_part(session, resource.type_, past),
        idempotency_key=new_idempotency_key(),
    )
    return curate_response(request, session, page, curator)


def _read_past(session: Session, resource: Resource, slug: str, number: int) -> RecordRead:
    """The record after the revision. Raises NotFound, or InvalidRequest for a deletion."""
    record = read_record_revision(session, resource.model, slug, number).record
    if record is None:
        raise InvalidRequest(
            f"Revision {number} deleted the record. Restore an earlier version."
        )
    return record


@router.post("/{collection}/{slug}/history/{number}")
def restore_record(
    write_form: FormWriteDep,
    collection: PathCollection,
    slug: PathSlug,
    number: Number,
) -> Response:
    """Write the record as it was, as a new version."""
    resource = resource_of(collection)
    noun = ENTITIES[resource.type_].noun

    def write_past(session: Session) -> Response:
        past = _read_past(session, resource, slug, number)
        current = find_current(session, resource, slug)
        version = current.version if current is not None else None
        if write_form.form.get("version") != str(version or 0):
            raise StaleVersion(
                f"The {noun} {slug!r} has changed since the page was opened. Nothing was written: "
                "open its history again, and look."
            )
        record = curated_part(session, resource.type_, past).model_dump(mode="json")
        operation: Operation = "create" if version is None else "update"
        change = ChangeRequest(operation, resource.type_, slug, record, version=version)
        changes, unreadable = parse_requests(session, [change])
        path = edit_path(resource, slug)
        if not changes and not unreadable:
            return see_other(f"{path}?saved=0")
        message = f"Restore the {noun} {slug!r} as of revision {number}"
        author = write_form.curator.name
        revision = write(session, changes, author, message, unreadable)
        return see_other(f"{path}?saved={revision.number}")

    return write_form.commit(write_past)
