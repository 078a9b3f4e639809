"""Delete a record: what hangs on it is shown before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.changes.apply import write
from app.changes.cascade import find_cascade
from app.curate.admission import CuratorDep, FormWriteDep, new_idempotency_key
from app.curate.records.paths import (
    PathCollection,
    PathSlug,
    edit_path,
    page_path,
    resource_of,
)
from app.curate.rendering import CuratePage, curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import StaleVersion
from app.http.services import services_of
from app.http.session import SessionDep
from app.pages import words
from app.pages.claims import main_text
from app.queries.loading import load_records
from app.queries.record_tags import digest
from app.queries.records import require_record
from app.rules.changes import Change, slugs_by_type
from app.schemas.record_types import ENTITIES
from app.store.models import MODELS
from app.vocabulary import Scope

router: APIRouter = make_curate_router()
# Of many, enough to see what kind of records they are.
MAX_LISTED = 200


@dataclass(frozen=True)
class Affected:
    """A record that hangs on the one to delete; `what` becomes of it."""

    title: str
    path: str
    type_label: str
    what: str


@dataclass(frozen=True)
class DeletionPage(CuratePage):
    """What is deleted with the record. `seal` names all of it: what is deleted is what was
    shown."""

    template = "records/delete.html"

    record_title: str = ""
    record_path: str = ""
    path: str = ""
    edit_path: str = ""
    affected: tuple[Affected, ...] = ()
    total: str = ""
    seal: str = ""
    needed_scope: Scope = "write"
    idempotency_key: str = ""
    notice: str | None = None


@router.get("/{collection}/{slug}/delete")
def ask_to_delete(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    collection: PathCollection,
    slug: PathSlug,
) -> Response:
    """What deleting the record would do."""
    resource = resource_of(collection)
    record = require_record(session, resource, slug)
    max_changes = services_of(request).settings.max_changes
    changes = find_cascade(session, resource.type_, slug, max_changes)
    others = [change for change in changes if change.key != (resource.type_, slug)]
    title = record[ENTITIES[resource.type_].main]
    path = edit_path(resource, slug)
    page = DeletionPage(
        title=f"Delete: {title}",
        record_title=title,
        record_path=page_path(resource, slug),
        path=f"{path}/delete",
        edit_path=path,
        affected=tuple(_describe_all(session, others[:MAX_LISTED])),
        total=words.count_things(len(others), "record"),
        seal=_seal(record["version"], changes),
        needed_scope="admin" if others else "write",
        idempotency_key=new_idempotency_key(),
    )
    return curate_response(request, session, page, curator)


def _seal(version: int, changes: Sequence[Change]) -> str:
    """A digest of the version of a record and of all that is deleted or changed with it."""
    lines = [str(version)]
    lines += sorted(f"{change.operation} {change.type} {change.slug}" for change in changes)
    return digest("\n".join(lines).encode())


def _describe_all(session: Session, changes: Sequence[Change]) -> list[Affected]:
    titles = {}
    for type_, slugs in slugs_by_type(change.key for change in changes).items():
        for slug, record in load_records(session, MODELS[type_], slugs).items():
            titles[type_, slug] = main_text(record)
    affected = []
    for change in changes:
        entity = ENTITIES[change.type]
        item = Affected(
            title=titles.get(change.key, change.slug),
            path=f"/{entity.collection}/{change.slug}",
            type_label=words.TYPES[change.type].label,
            what="deleted too" if change.operation == "delete" else "loses its link to it",
        )
        affected.append(item)
    return affected


@router.post("/{collection}/{slug}/delete")
def delete_record(
    request: Request,
    write_form: FormWriteDep,
    collection: PathCollection,
    slug: PathSlug,
) -> Response:
    """Delete the record, and what the page has shown. Needs the scope `admin` if that is more than
    the record."""
    resource = resource_of(collection)
    max_changes = services_of(request).settings.max_changes

    def operation(session: Session) -> Response:
        record = require_record(session, resource, slug)
        changes = find_cascade(session, resource.type_, slug, max_changes)
        if len(changes) > 1:
            write_form.curator.principal.require("admin")
        if _seal(record["version"], changes) != write_form.form.get("seal"):
            raise StaleVersion(_describe_change(resource, slug))
        message = f"Delete the {ENTITIES[resource.type_].noun} {slug!r}"
        if len(changes) > 1:
            message += " and what needs it"
        write(session, changes, write_form.curator.name, message)
        return see_other(f"{edit_path(resource, slug)}/history")

    return write_form.commit(operation)


def _describe_change(resource: Resource, slug: str) -> str:
    return (
        f"The {ENTITIES[resource.type_].noun} {slug!r}, or what hangs on it, has changed since the "
        "page was opened. Nothing was deleted: open the page again, and look."
    )
