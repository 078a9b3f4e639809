"""Writes to one record: create, replace, patch, delete, restore."""

from collections.abc import Sequence

from fastapi import Response
from sqlalchemy.orm import Session

from app.api.responses import record_response
from app.catalog.resource import Resource
from app.changes.apply import write
from app.changes.cascade import find_cascade
from app.changes.existing import read_versions
from app.changes.requests import ChangeRequest, parse_requests
from app.errors import InvalidRequest, ProblemItem
from app.http.idempotency import run_idempotent
from app.http.preconditions import Precondition, read_precondition, require_precondition
from app.http.write_requests import WriteRequest
from app.log.history import read_record_revision
from app.queries.loading import curated_part, load_texts
from app.queries.record_tags import record_tag
from app.queries.records import read_record
from app.rules.changes import Change
from app.vocabulary import Operation


def creation_response(request: WriteRequest, resource: Resource) -> Response:
    """Create a record. The body names its slug, so a precondition is optional."""
    body = request.read_json()
    precondition = read_precondition(request.headers)

    def operation(session: Session) -> Response:
        parsed = parse_requests(session, [ChangeRequest("create", resource.type_, "", body)])
        (change,), unreadable = parsed
        slug = change.slug
        if precondition is not None and not unreadable:
            precondition.check(_name(resource, slug), _find_tag(session, resource, slug))
        return _write(session, request, resource, slug, parsed)

    return run_idempotent(request, operation)


def replacement_response(
    request: WriteRequest,
    resource: Resource,
    slug: str,
) -> Response:
    """Replace a record, or create it."""
    body = request.read_json()
    precondition = read_precondition(request.headers)

    def operation(session: Session) -> Response:
        _check(precondition, resource, slug, _find_tag(session, resource, slug))
        version = _find_version(session, resource, slug)
        change = _put_change(resource, slug, body, version)
        return _write(session, request, resource, slug, parse_requests(session, [change]))

    return run_idempotent(request, operation)


def patch_response(
    request: WriteRequest,
    resource: Resource,
    slug: str,
) -> Response:
    """Change some fields of a record."""
    patch = request.read_json()
    if not isinstance(patch, dict):
        # RFC 7396 §2: any other patch stands in for the whole target.
        raise InvalidRequest(
            "The body is not a JSON object. Send the fields to change, as one."
        )

    def operation(session: Session) -> Response:
        version = _require_existing(session, request, resource, slug)
        change = ChangeRequest(
            "update",
            resource.type_,
            slug,
            patch,
            is_patch=True,
            version=version,
        )
        return _write(session, request, resource, slug, parse_requests(session, [change]))

    return run_idempotent(request, operation)


def deletion_response(
    request: WriteRequest,
    resource: Resource,
    slug: str,
    *,
    cascade: bool,
) -> Response:
    """Delete a record; with `cascade`, the records that need it too."""
    if cascade:
        request.principal.require("admin")

    def operation(session: Session) -> Response:
        version = _require_existing(session, request, resource, slug)
        message = f"Delete {_name(resource, slug)}"
        if cascade:
            message += " and what needs it"
            max_changes = request.settings.max_changes
            changes = find_cascade(session, resource.type_, slug, max_changes)
        else:
            changes = [Change("delete", resource.type_, slug, version=version)]
        revision = write(session, changes, request.principal.name, message)
        return Response(
            status_code=204, headers={"Communique-Revision": str(revision.number)}
        )

    return run_idempotent(request, operation)


def restoration_response(
    request: WriteRequest,
    resource: Resource,
    slug: str,
    number: int,
) -> Response:
    """Write a record as it was at one of its revisions, as a new version."""
    precondition = read_precondition(request.headers)

    def operation(session: Session) -> Response:
        past_record = read_record_revision(session, resource.model, slug, number).record
        name = _name(resource, slug)
        if past_record is None:
            raise InvalidRequest(f"Revision {number} deleted {name}. Restore an earlier one.")
        version = _find_version(session, resource, slug)
        # The path says that a deleted record is to exist again: that needs no `If-None-Match`.
        if version is not None or precondition is not None:
            _check(precondition, resource, slug, _find_tag(session, resource, slug))
        curated = curated_part(session, resource.type_, past_record)
        record = curated.model_dump(mode="json")
        parsed = parse_requests(session, [_put_change(resource, slug, record, version)])
        message = f"Restore {name} as of revision {number}"
        return _write(session, request, resource, slug, parsed, message)

    return run_idempotent(request, operation)


def _put_change(
    resource: Resource,
    slug: str,
    record: object,
    version: int | None,
) -> ChangeRequest:
    """The change that makes this the record, whether or not there is one (`version`)."""
    operation: Operation = "create" if version is None else "update"
    return ChangeRequest(operation, resource.type_, slug, record, version=version)


def _name(resource: Resource, slug: str) -> str:
    return f"the {resource.model.entity.noun} {slug!r}"


def _find_tag(
    session: Session,
    resource: Resource,
    slug: str,
) -> str | None:
    record = load_texts(session, resource.model, [slug]).get(slug)
    return record_tag(record) if record is not None else None


def _find_version(
    session: Session,
    resource: Resource,
    slug: str,
) -> int | None:
    return read_versions(session, resource.model, [slug]).get(slug)


def _check(
    precondition: Precondition | None,
    resource: Resource,
    slug: str,
    current: str | None,
) -> None:
    """Raise StaleVersion, or PreconditionRequired without a precondition."""
    name = _name(resource, slug)
    require_precondition(precondition, name, current)


def _require_existing(
    session: Session,
    request: WriteRequest,
    resource: Resource,
    slug: str,
) -> int:
    """The version of an existing record that meets the precondition of the request."""
    # NotFound and Gone come first: RFC 9110 §13.2.1 has a server ignore preconditions where the
    # response without them would be an error.
    record = read_record(session, resource, slug)
    _check(read_precondition(request.headers), resource, slug, record_tag(record))
    return record.version


def _write(
    session: Session,
    request: WriteRequest,
    resource: Resource,
    slug: str,
    parsed: tuple[Sequence[Change], Sequence[ProblemItem]],
    message: str | None = None,
) -> Response:
    """Write the change, unless the record is so already. The response is the record."""
    changes, unreadable = parsed
    created = False
    if changes or unreadable:
        operation = changes[0].operation
        created = operation == "create"
        if message is None:
            message = f"{operation.capitalize()} {_name(resource, slug)}"
        author = request.principal.name
        write(session, changes, author, message, unreadable)
    record = read_record(session, resource, slug)
    response = record_response(session, resource, slug, record)
    if created:
        response.status_code = 201
        response.headers["Location"] = resource.model.url_of(slug)
    return response
