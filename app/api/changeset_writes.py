"""Writes to many records: change lists, and restoring the whole base."""

from fastapi import Response
from sqlalchemy.orm import Session

from app.api.responses import model_response
from app.changes.apply import write
from app.changes.changesets import check_changes, describe_written
from app.changes.requests import parse_requests, read_changeset
from app.changes.restore import find_restoration
from app.errors import InvalidRequest
from app.http.idempotency import run_idempotent
from app.http.preconditions import read_precondition, require_precondition
from app.http.write_requests import WriteRequest
from app.log.history import read_one
from app.queries.record_tags import digest
from app.schemas.changesets import ChangesetRead
from app.store.revisions import read_revision
from app.store.sessions import read_session


def changeset_response(request: WriteRequest, *, validate_only: bool) -> Response:
    """Write a change list as one revision, or with `validate_only` report what it would do."""
    changeset, change_requests = read_changeset(request.read_json())
    limit_changes(request, len(change_requests), pointer="/changes")
    if validate_only:
        with read_session(request.engine) as session:
            max_changes = request.settings.max_changes
            checked = check_changes(session, change_requests, max_changes)
            return model_response(checked, read_revision(session), exclude_unset=True)

    def operation(session: Session) -> Response:
        changes, unreadable = parse_requests(session, change_requests)
        if not changes and not unreadable:
            return _unchanged_response(session)
        author = request.principal.name
        revision = write(session, changes, author, changeset.message, unreadable)
        return _written_response(session, revision.number)

    return run_idempotent(request, operation)


def base_restoration_response(request: WriteRequest, number: int) -> Response:
    """Write every record as it was at a revision, as a new revision."""
    request.principal.require("admin")
    precondition = read_precondition(request.headers)

    def operation(session: Session) -> Response:
        require_precondition(precondition, "the base", _base_tag(session))
        changes = [change for change, _ in find_restoration(session, number)]
        limit_changes(request, len(changes))
        if not changes:
            return _unchanged_response(session)
        message = f"Restore the base as of revision {number}"
        revision = write(session, changes, request.principal.name, message)
        return _written_response(session, revision.number)

    return run_idempotent(request, operation)


def _base_tag(session: Session) -> str:
    """The tag of the latest revision, as reading that revision gives it."""
    number = read_revision(session)
    if number == 0:
        return "0"
    body = read_one(session, number).model_dump_json().encode()
    return f"{number}-{digest(body)}"


def limit_changes(
    request: WriteRequest,
    count: int,
    pointer: str | None = None,
) -> None:
    """Raise InvalidRequest for more changes than one request may make."""
    max_changes = request.settings.max_changes
    if count > max_changes:
        detail = (
            f"These are {count} changes; at most {max_changes} are accepted at once "
            "(COMMUNIQUE_MAX_CHANGES)."
        )
        raise InvalidRequest.at(detail, pointer=pointer)


def _unchanged_response(session: Session) -> Response:
    """200: the base has every record already as the request describes it."""
    body = ChangesetRead(revision=None, changes=[])
    return model_response(body, read_revision(session), exclude_unset=True)


def _written_response(session: Session, number: int) -> Response:
    """201: the revision, with each change that it made."""
    body = ChangesetRead(
        revision=read_one(session, number),
        changes=describe_written(session, number),
    )
    response = model_response(body, number, exclude_unset=True)
    response.status_code = 201
    response.headers["Location"] = f"/v1/revisions/{number}"
    return response
