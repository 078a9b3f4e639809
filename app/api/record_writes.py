"""How is a change that came over HTTP carried out, and what is it answered?"""

from collections.abc import Mapping, Sequence

from fastapi import Response
from sqlalchemy.orm import Session

from app.api.responses import model_response, record_response
from app.catalog import CATALOG
from app.catalog.documents import DOCUMENTS
from app.catalog.resource import Resource
from app.changes.apply import write
from app.changes.cascade import find_cascade
from app.changes.changesets import check_changes, describe_written
from app.changes.existing import read_versions
from app.changes.requests import ChangeRequest, ParsedChanges, parse_requests, read_changeset
from app.changes.restore import find_restoration
from app.errors import InvalidRequest
from app.http.idempotency import run_idempotent
from app.http.preconditions import read_precondition, require_precondition
from app.http.write_requests import WriteRequest
from app.log.history import read_one, read_record_revision
from app.queries.loading import curated_part
from app.queries.nearest import noun
from app.queries.records import read_record
from app.queries.verification import verify_citations
from app.rules.changes import Change
from app.schemas.changesets import ChangesetQuery, ChangesetRead
from app.store.models import MODELS, Document, Record, Revision
from app.store.revisions import read_revision
from app.store.sessions import read_session
from app.vocabulary import Operation

RESOURCES: Mapping[type[Record], Resource] = {found.model: found for found in CATALOG}


def creation_response(writer: WriteRequest, resource: Resource) -> Response:
    """A record that is new."""
    raw = writer.read_json()
    precondition = read_precondition(writer.headers)

    def act(session: Session) -> Response:
        edit = ChangeRequest("create", resource.type_, "", raw)
        prepared = parse_requests(session, [edit])
        slug = prepared.changes[0].slug
        if precondition is not None and not prepared.unreadable:
            precondition.check(_name(resource, slug), _version(session, resource, slug))
        _write_prepared(session, writer, prepared)
        return _answer(session, resource, slug, created=True)

    return run_idempotent(writer, act)


def replacement_response(writer: WriteRequest, resource: Resource, slug: str) -> Response:
    """A record as it is to be, whether or not it is there."""
    raw = writer.read_json()
    precondition = read_precondition(writer.headers)

    def act(session: Session) -> Response:
        version = _version(session, resource, slug)
        require_precondition(precondition, _name(resource, slug), version)
        operation: Operation = "create" if version is None else "update"
        _write(
            session, writer, [ChangeRequest(operation, resource.type_, slug, raw, version=version)]
        )
        return _answer(session, resource, slug, created=version is None)

    return run_idempotent(writer, act)


def patch_response(writer: WriteRequest, resource: Resource, slug: str) -> Response:
    """A record, some of it changed."""
    patch = writer.read_json()
    if not isinstance(patch, dict):
        raise InvalidRequest("The body is no JSON object, so it would replace the record by that.")

    def act(session: Session) -> Response:
        version = _require_there(session, writer, resource, slug)
        edit = ChangeRequest("update", resource.type_, slug, patch, is_patch=True, version=version)
        _write(session, writer, [edit])
        return _answer(session, resource, slug)

    return run_idempotent(writer, act)


def deletion_response(
    writer: WriteRequest, resource: Resource, slug: str, *, cascade: bool
) -> Response:
    """A record that is to go."""
    if cascade:
        writer.principal.require("admin")

    def act(session: Session) -> Response:
        version = _require_there(session, writer, resource, slug)
        if cascade:
            most = writer.settings.max_changes
            changes = find_cascade(session, resource.type_, slug, most)
        else:
            changes = [Change("delete", resource.type_, slug, version=version)]
        message = f"Delete {_name(resource, slug)}{' and what needs it' if cascade else ''}"
        number = write(session, changes, writer.principal.name, message).number
        return Response(status_code=204, headers={"Communique-Revision": str(number)})

    return run_idempotent(writer, act)


def restoration_response(
    writer: WriteRequest, model: type[Record], slug: str, number: int
) -> Response:
    """A record as it was at one of its revisions; nothing of what came since is lost."""
    resource = RESOURCES[model]
    precondition = read_precondition(writer.headers)

    def act(session: Session) -> Response:
        past = read_record_revision(session, model, slug, number).record
        name = _name(resource, slug)
        if past is None:
            raise InvalidRequest(f"Revision {number} deleted {name}. Restore an earlier one.")
        version = _version(session, resource, slug)
        if version is not None or precondition is not None:
            require_precondition(precondition, name, version)
        record = curated_part(resource.type_, past).model_dump(mode="json")
        operation: Operation = "create" if version is None else "update"
        edit = ChangeRequest(operation, resource.type_, slug, record, version=version)
        _write(session, writer, [edit], f"Restore {name} as of revision {number}")
        return _answer(session, resource, slug, created=version is None)

    return run_idempotent(writer, act)


def base_restoration_response(writer: WriteRequest, number: int) -> Response:
    """The whole base as it was at one of its revisions."""
    writer.principal.require("admin")
    precondition = read_precondition(writer.headers)

    def act(session: Session) -> Response:
        now = read_revision(session)
        require_precondition(precondition, "the base", now)
        changes = [change for change, _ in find_restoration(session, number)]
        _require_few(writer, len(changes), None)
        if not changes:
            return _answer_changes(session, None)
        message = f"Restore the base as of revision {number}"
        return _answer_changes(session, write(session, changes, writer.principal.name, message))

    return run_idempotent(writer, act)


def changeset_response(writer: WriteRequest, query: ChangesetQuery) -> Response:
    """Many changes as one revision, or what they would be."""
    changeset, edits = read_changeset(writer.read_json())
    _require_few(writer, len(edits), "/changes")
    if query.validate_only:
        return _check(writer, edits)

    def act(session: Session) -> Response:
        return _answer_changes(session, _write(session, writer, edits, changeset.message))

    return run_idempotent(writer, act)


def verification_response(writer: WriteRequest, slug: str) -> Response:
    """What became of a document's citations in the text that was sent."""
    text = writer.read_text()
    with read_session(writer.engine) as session:
        read_record(session, DOCUMENTS, slug)
        document = session.get_one(Document, slug)
        verification = verify_citations(session, document, text)
        return model_response(verification, read_revision(session), whole=False)


def _require_few(writer: WriteRequest, changes: int, pointer: str | None) -> None:
    most = writer.settings.max_changes
    if changes > most:
        said = f"These are {changes} changes; {most} are taken at once (COMMUNIQUE_MAX_CHANGES)."
        raise InvalidRequest.at(said, pointer=pointer)


def _answer_changes(session: Session, written: Revision | None) -> Response:
    """What was written, record by record."""
    if written is None:
        nothing = ChangesetRead(revision=None, changes=[])
        return model_response(nothing, read_revision(session), whole=False)
    number = written.number
    made = describe_written(session, number)
    answer = ChangesetRead(revision=read_one(session, number), changes=made)
    response = model_response(answer, number, whole=False)
    response.status_code = 201
    response.headers["Location"] = f"/v1/revisions/{number}"
    return response


def _check(writer: WriteRequest, edits: Sequence[ChangeRequest]) -> Response:
    with read_session(writer.engine) as session:
        checked = check_changes(session, edits)
        return model_response(checked, read_revision(session), whole=False)


def _name(resource: Resource, slug: str) -> str:
    return f"the {noun(resource.model)} {slug!r}"


def _version(session: Session, resource: Resource, slug: str) -> int | None:
    return read_versions(session, resource.model, [slug]).get(slug)


def _require_there(session: Session, writer: WriteRequest, resource: Resource, slug: str) -> int:
    """The version of a record that is there, and is the one that is meant."""
    # Raises, and says what became of it, if it is not there: a precondition is of no account where
    # the answer without it would be that (RFC 9110 §13.2.1).
    version = int(read_record(session, resource, slug)["version"])
    precondition = read_precondition(writer.headers)
    require_precondition(precondition, _name(resource, slug), version)
    return version


def _write(
    session: Session,
    writer: WriteRequest,
    edits: Sequence[ChangeRequest],
    message: str | None = None,
) -> Revision | None:
    """The revision; None: the base says it already."""
    return _write_prepared(session, writer, parse_requests(session, edits), message)


def _write_prepared(
    session: Session, writer: WriteRequest, prepared: ParsedChanges, message: str | None = None
) -> Revision | None:
    if not prepared.changes and not prepared.unreadable:
        return None
    if message is None:
        (change,) = prepared.changes
        what = f"the {noun(MODELS[change.type])} {change.slug!r}"
        message = f"{change.operation.capitalize()} {what}"
    author = writer.principal.name
    return write(session, prepared.changes, author, message, prepared.unreadable)


def _answer(session: Session, resource: Resource, slug: str, *, created: bool = False) -> Response:
    record = read_record(session, resource, slug)
    response = record_response(session, record)
    if created:
        response.status_code = 201
        response.headers["Location"] = record["url"]
    return response
