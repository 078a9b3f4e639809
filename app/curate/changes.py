"""What became of the base, and the way back to one of its revisions."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.orm import Session

from app.changes.apply import write
from app.changes.restore import find_restoration
from app.curate.admission import CuratorDep, FormWriteDep, new_idempotency_key
from app.curate.rendering import CuratePage, curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import InvalidRequest, StaleVersion
from app.http.services import services_of
from app.http.session import SessionDep
from app.log.history import read_one, read_revisions
from app.pages import words
from app.pages.addresses import make_address
from app.pages.frame import make_frame
from app.pages.versions import OPERATIONS, Version, describe_revisions
from app.rules.changes import Change
from app.schemas.history import RevisionsQuery
from app.schemas.record_types import ENTITIES
from app.schemas.write import RecordCreate
from app.store.revisions import read_revision

router: APIRouter = make_curate_router()
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
# Of many changes, enough to see what would happen.
MAX_LISTED = 300


@dataclass(frozen=True)
class ChangesPage(CuratePage):
    """The revisions of the base, the newest first."""

    template = "changes.html"

    revisions: tuple[Version, ...] = ()
    current: int = 0
    next_path: str | None = None
    notice: str | None = None


@dataclass(frozen=True)
class RestoredChange:
    """A record that restoring the base changes."""

    title: str
    path: str
    type_label: str
    operation: str


@dataclass(frozen=True)
class RestorePage(CuratePage):
    """What restoring the base would change. `current` is the revision that it was computed at."""

    template = "restore.html"

    number: int = 0
    current: int = 0
    message: str = ""
    changes: tuple[RestoredChange, ...] = ()
    total: str = ""
    idempotency_key: str = ""


@router.get("/changes")
def list_changes(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    query: Annotated[RevisionsQuery, Query()],
) -> Response:
    """Who changed what, and when."""
    history = read_revisions(session, query)
    next_path = history.next
    if next_path is not None:
        next_path = make_address(make_frame(request, history.revision)).page(next_path)
    page = ChangesPage(
        title="Changes",
        revisions=tuple(describe_revisions(history.items)),
        current=history.revision,
        next_path=next_path,
    )
    return curate_response(request, session, page, curator)


@router.get("/changes/{number}")
def preview_base(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    number: Number,
) -> Response:
    """What restoring the base to a revision would change, record by record."""
    revision = read_one(session, number)
    changes: list[RestoredChange] = []
    total = 0
    for change, before in find_restoration(session, number):
        total += 1
        if len(changes) < MAX_LISTED:
            changes.append(_describe(change, before))
    page = RestorePage(
        title=f"Restore the base as of revision {number}",
        number=number,
        current=read_revision(session),
        message=revision.message,
        changes=tuple(changes),
        total=words.count_things(total, "record"),
        idempotency_key=new_idempotency_key(),
    )
    return curate_response(request, session, page, curator)


def _describe(change: Change, before: RecordCreate | None) -> RestoredChange:
    entity = ENTITIES[change.type]
    record = change.record or before
    return RestoredChange(
        title=getattr(record, entity.main, change.slug),
        path=f"/{entity.collection}/{change.slug}/history",
        type_label=words.TYPES[change.type].label,
        operation=OPERATIONS[change.operation],
    )


@router.post("/changes/{number}")
def restore_base(request: Request, write_form: FormWriteDep, number: Number) -> Response:
    """Write every record as it was at the revision, as a new revision. Needs the scope `admin`."""
    write_form.curator.principal.require("admin")
    max_changes = services_of(request).settings.max_changes

    def operation(session: Session) -> Response:
        current = read_revision(session)
        if write_form.form.get("current") != str(current):
            raise StaleVersion(
                f"The base is at revision {current} now, and the page has shown what would change "
                "before that. Nothing was written: open the page again, and look."
            )
        changes = [change for change, _ in find_restoration(session, number)]
        if len(changes) > max_changes:
            raise InvalidRequest(
                f"{len(changes)} records would change, and at most {max_changes} may at once "
                f"(COMMUNIQUE_MAX_CHANGES). Use `communique restore {number}`."
            )
        if changes:
            message = f"Restore the base to revision {number}"
            write(session, changes, write_form.curator.name, message)
        return see_other("/curate/changes")

    return write_form.commit(operation)
