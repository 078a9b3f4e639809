"""Admission of requests that write, one at a time in each process."""

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from anyio import Semaphore, WouldBlock, fail_after
from fastapi import Depends, Header, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from sqlalchemy import Engine
from starlette.datastructures import Headers

from app.access.principals import Principal
from app.changes import idempotency
from app.errors import (
    AlreadyExists,
    Forbidden,
    InvalidRecords,
    InvalidRequest,
    PreconditionRequired,
    StaleVersion,
    StillRunning,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)
from app.http.admission import missing_key
from app.http.bodies import BodyLimit, decode_json, decode_text, read_body
from app.http.preconditions import IF_MATCH, IF_NONE_MATCH
from app.http.services import Services, services_of
from app.reading.formats import MEDIA_TYPES
from app.settings import Settings

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
PLAIN = "text/plain"
MAX_KEY_CHARACTERS = 255
# Write requests that this process admits at a time, each with its body in memory.
MAX_PENDING_WRITES = 100
_KEY = re.compile(rf"[\x21-\x7e]{{1,{MAX_KEY_CHARACTERS}}}")

# The errors of every write, and those of writes to one record.
WRITE_ERRORS = (
    Unauthenticated,
    Forbidden,
    TooLarge,
    UnsupportedMediaType,
    InvalidRequest,
    InvalidRecords,
    StillRunning,
)
RECORD_ERRORS = (*WRITE_ERRORS, AlreadyExists, PreconditionRequired, StaleVersion)

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key, as `communique keys create` makes it.",
)


@dataclass(frozen=True)
class WriteRequest:
    """An admitted request. `idempotent` identifies it if it has an idempotency key, and
    `stored_response` is its response if it was carried out before."""

    engine: Engine
    settings: Settings
    principal: Principal
    path: str
    headers: Headers
    body: bytes
    idempotent: idempotency.IdempotentRequest | None
    stored_response: idempotency.ReplayableResponse | None

    def read_text(self) -> str:
        """The body as text. Raises UnreadableBody."""
        return decode_text(self.body)

    def read_json(self) -> Any:
        """The body as JSON. Raises UnreadableBody."""
        return decode_json(self.body, self.settings.max_depth)


@asynccontextmanager
async def admit_write(
    request: Request,
    accepted: tuple[str, ...],
    *,
    needs_lock: bool = True,
    writes: bool = True,
    limit: BodyLimit | None = None,
) -> AsyncIterator[WriteRequest]:
    """Admit a request with a body of an accepted media type. One that does not write needs no
    lock; nor does one that takes it later, by `write_lock`.

    In this order: the key, the body, a stored response, the write lock. A client sends its body as
    slowly as it likes, so the body is complete before another request has to wait for this one.
    Requests take the lock before they take a thread and a connection, so that reads go on while
    many writes wait."""
    services = services_of(request)
    principal = _require_writer(request)
    if not writes and idempotency.HEADER in request.headers:
        detail = f"{idempotency.HEADER} has no effect here: nothing is written. Leave it out."
        raise InvalidRequest.at(detail, header=idempotency.HEADER)
    with pending_write(services.pending_writes):
        body = await read_body(request, accepted, limit)
        idempotent = _read_idempotent_request(request, principal, body)
        stored_response = await _find_stored_response(services, idempotent)
        write_request = WriteRequest(
            engine=services.engine,
            settings=services.settings,
            principal=principal,
            path=request.url.path,
            headers=request.headers,
            body=body,
            idempotent=idempotent,
            stored_response=stored_response,
        )
        if needs_lock and writes and stored_response is None:
            async with write_lock(services):
                yield write_request
        else:
            yield write_request


async def _find_stored_response(
    services: Services, idempotent: idempotency.IdempotentRequest | None
) -> idempotency.ReplayableResponse | None:
    if idempotent is None:
        return None
    return await run_in_threadpool(
        idempotency.find_response,
        services.engine,
        idempotent,
    )


def _require_writer(request: Request) -> Principal:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise missing_key()
    principal.require("write")
    return principal


@contextmanager
def pending_write(pending_writes: Semaphore) -> Iterator[None]:
    """Count a write while its body is in memory. Raises Unavailable if there are too many."""
    try:
        pending_writes.acquire_nowait()
    except WouldBlock:
        raise Unavailable("Too many writes are pending. Try again in a moment.") from None
    try:
        yield
    finally:
        pending_writes.release()


def _read_idempotent_request(
    request: Request, principal: Principal, body: bytes
) -> idempotency.IdempotentRequest | None:
    keys = request.headers.getlist(idempotency.HEADER)
    if not keys:
        return None
    key = keys[0]
    # In the draft the value is a string in quotes (RFC 8941 §3.3.3); most clients send it without.
    if key[:1] == key[-1:] == '"':
        key = key[1:-1]
    if len(keys) > 1 or not _KEY.fullmatch(key):
        detail = (
            f"{idempotency.HEADER} is 1 to {MAX_KEY_CHARACTERS} visible ASCII characters, "
            "given once."
        )
        raise InvalidRequest.at(detail, header=idempotency.HEADER)
    parts = [
        request.method.encode(),
        request.scope["raw_path"],
        request.scope["query_string"],
    ]
    for name in (IF_MATCH, IF_NONE_MATCH, "Content-Type"):
        parts.append(", ".join(request.headers.getlist(name)).encode())
    parts.append(body)
    fingerprint = hashlib.sha256(b"\n".join(parts)).hexdigest()
    return idempotency.IdempotentRequest(principal.id, key, fingerprint)


@asynccontextmanager
async def write_lock(services: Services) -> AsyncIterator[None]:
    """The write lock of the process. Raises Unavailable if others hold it for too long."""
    try:
        with fail_after(services.settings.lock_timeout_seconds):
            await services.write_lock.acquire()
    except TimeoutError:
        raise Unavailable("Other writes are running. Try again in a moment.") from None
    try:
        yield
    finally:
        services.write_lock.release()


# The dependencies below declare headers for the documentation only: `admit_write` and
# `app.http.preconditions` read them from the request.
Sender = Annotated[Any, Security(bearer)]
IfMatch = Annotated[
    str | None,
    Header(
        alias=IF_MATCH,
        description=(
            'The ETag of the record as it was read, or its version alone: `"3"`. The ETag also '
            "tells a record from that of a base with the same version, such as a restored backup."
        ),
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias=IF_NONE_MATCH, description="`*`: the record must not exist yet."),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=idempotency.HEADER,
        description=(
            "Any text that no other request with this API key has. If the request is sent again "
            "within a day, it is not carried out again, and the response is the same."
        ),
    ),
]


def _record_write(*accepted: str) -> Any:
    """The dependency of a write to one record."""

    async def admit_record_write(
        request: Request,
        _sender: Sender,
        _if_match: IfMatch = None,
        _if_none_match: IfNoneMatch = None,
        _idempotency_key: IdempotencyKey = None,
    ) -> AsyncIterator[WriteRequest]:
        async with admit_write(request, accepted) as write_request:
            yield write_request

    return Depends(admit_record_write, scope="function")


async def _admit_changeset(
    request: Request, _sender: Sender, _idempotency_key: IdempotencyKey = None
) -> AsyncIterator[WriteRequest]:
    # A dry run does not wait in the write queue.
    writes = request.query_params.get("validate_only") != "true"
    async with admit_write(request, (JSON,), writes=writes) as write_request:
        _refuse_preconditions(request, "each change has its `version`")
        yield write_request


def _refuse_preconditions(request: Request, reason: str) -> None:
    for name in (IF_MATCH, IF_NONE_MATCH):
        if name in request.headers:
            detail = f"{name} has no effect here: {reason}. Leave it out."
            raise InvalidRequest.at(detail, header=name)


async def _admit_text(request: Request, _sender: Sender) -> AsyncIterator[WriteRequest]:
    async with admit_write(request, (PLAIN,), writes=False) as write_request:
        yield write_request


async def _admit_file(
    request: Request, _sender: Sender, _idempotency_key: IdempotencyKey = None
) -> AsyncIterator[WriteRequest]:
    settings = services_of(request).settings
    limit = BodyLimit(settings.file_max_bytes, "COMMUNIQUE_FILE_MAX_BYTES")
    # The file is read before the lock is taken: other writes need not wait for that.
    admission = admit_write(request, tuple(MEDIA_TYPES), needs_lock=False, limit=limit)
    async with admission as write_request:
        _refuse_preconditions(request, "the file tells which draft it is")
        yield write_request


def _draft_write(*accepted: str) -> Any:
    """The dependency of a write to a draft as a whole."""

    async def admit_draft_write(
        request: Request, _sender: Sender, _idempotency_key: IdempotencyKey = None
    ) -> AsyncIterator[WriteRequest]:
        writes = request.query_params.get("validate_only") != "true"
        async with admit_write(request, accepted, writes=writes) as write_request:
            _refuse_preconditions(request, "others may decide at the same time")
            yield write_request

    return Depends(admit_draft_write, scope="function")


JsonWrite = Annotated[WriteRequest, _record_write(JSON)]
PatchWrite = Annotated[WriteRequest, _record_write(MERGE_PATCH)]
BodilessWrite = Annotated[WriteRequest, _record_write()]
ChangesetWrite = Annotated[WriteRequest, Depends(_admit_changeset, scope="function")]
FileWrite = Annotated[WriteRequest, Depends(_admit_file, scope="function")]
DraftJsonWrite = Annotated[WriteRequest, _draft_write(JSON)]
DraftBodilessWrite = Annotated[WriteRequest, _draft_write()]
TextWrite = Annotated[WriteRequest, Depends(_admit_text, scope="function")]


def request_body(media_type: str, schema: str | None = None) -> dict[str, Any]:
    """The body of a request, for its documentation: the name of its schema, or any text."""
    content: dict[str, Any] = {"type": "string"}
    if schema is not None:
        content = {"$ref": f"#/components/schemas/{schema}"}
    return {"requestBody": {"required": True, "content": {media_type: {"schema": content}}}}
