"""How does a request write: who sends it, what it brings, when it is its turn, what it is answered?

In this order: the key, the body, an answer that was given before, the turn. A body comes at its
sender's pace, so it is there before anybody has to wait for it; and writers of one process take
turns before they take a thread and a connection, so that reading goes on however many there are.
"""

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from anyio import WouldBlock, fail_after
from fastapi import Depends, Header, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from sqlalchemy import Engine

from app.access import principals
from app.access.principals import Principal
from app.changes import idempotency as repeats
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
from app.http.bodies import decode_json, decode_text, read_body
from app.http.preconditions import IF_MATCH, IF_NONE_MATCH
from app.http.services import services_of
from app.settings import Settings

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
PLAIN = "text/plain"
MAX_KEY_CHARACTERS = 255
# Requests of one process that may write and are not done: each has its body in memory.
MAX_PENDING_WRITES = 100

bearer = HTTPBearer(
    auto_error=False, scheme_name="key", description="A key, as `communique keys create` makes it."
)


@dataclass(frozen=True)
class WriteRequest:
    """A request that may write, in its turn."""

    engine: Engine
    settings: Settings
    principal: Principal
    path: str
    headers: Any
    body: bytes
    repeat: repeats.IdempotentRequest | None
    answer: repeats.ReplayableResponse | None  # if it was given before

    def read_text(self) -> str:
        """What the body says. Raises UnreadableBody."""
        return decode_text(self.body)

    def read_json(self) -> Any:
        """What the body says. Raises UnreadableBody."""
        return decode_json(self.body, self.settings.max_depth)


async def identify(request: Request) -> None:
    """Find out who asks. Raises Unauthenticated for a key that is not good, or none where reading
    needs one; whether the server is well may be asked by anybody."""
    request.state.principal = None
    if "health" in getattr(request.scope.get("route"), "tags", ()):
        return
    given = request.headers.getlist("authorization")
    if len(given) > 1:
        raise Unauthenticated("Authorization is given more than once. Give one key.")
    if given:
        request.state.principal = await run_in_threadpool(
            principals.identify, services_of(request).engine, given[0]
        )
    elif not services_of(request).settings.public_reads:
        raise _no_key()


def _no_key() -> Unauthenticated:
    return Unauthenticated("This needs a key: `Authorization: Bearer cmq_…`.")


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description='The ETag of the record as it was read, or its version: `"3"`.',
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", description="`*`: the record must not be there yet."),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=repeats.HEADER,
        description=(
            "Any text that no other request of this key has: sent again within a day, the request "
            "is not carried out again, and the answer is the same."
        ),
    ),
]
Sender = Annotated[Any, Security(bearer)]


def _writer(*accepted: str) -> Any:
    """A dependency: a request of somebody who may write, with a body of an accepted type."""

    async def get_writer(
        request: Request, _sender: Sender, idempotency_key: IdempotencyKey = None
    ) -> AsyncIterator[WriteRequest]:
        # Whoever only looks keeps nobody from writing.
        waits = request.query_params.get("validate_only") != "true"
        async with _make_writer(request, accepted, idempotency_key, waits=waits) as writer:
            for name in (IF_MATCH, IF_NONE_MATCH):
                if name in request.headers:
                    said = f"{name} says nothing here: each change has its `version`. Leave it out."
                    raise InvalidRequest.at(said, header=name)
            yield writer

    return Depends(get_writer, scope="function")


def _record_writer(*accepted: str) -> Any:
    """As `_writer`, of a request that is about one record."""

    async def get_writer(
        request: Request,
        _sender: Sender,
        _if_match: IfMatch = None,
        _if_none_match: IfNoneMatch = None,
        idempotency_key: IdempotencyKey = None,
    ) -> AsyncIterator[WriteRequest]:
        async with _make_writer(request, accepted, idempotency_key) as writer:
            yield writer

    return Depends(get_writer, scope="function")


async def get_text_writer(request: Request, _sender: Sender) -> AsyncIterator[WriteRequest]:
    """As a writer of text, of a request that writes nothing: it waits for nobody."""
    key = request.headers.get(repeats.HEADER)
    async with _make_writer(request, (PLAIN,), key, waits=False) as writer:
        yield writer


@asynccontextmanager
async def _make_writer(
    request: Request, accepted: tuple[str, ...], key: str | None, *, waits: bool = True
) -> AsyncIterator[WriteRequest]:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise _no_key()
    principal.require("write")
    if key is not None and not waits:
        said = f"{repeats.HEADER} says nothing here: nothing is written. Leave it out."
        raise InvalidRequest.at(said, header=repeats.HEADER)
    bodies = services_of(request).pending_writes
    try:
        bodies.acquire_nowait()
    except WouldBlock:
        raise Unavailable("Too many writes are at work. Try again in a moment.") from None
    try:
        async with _admit_write(request, principal, accepted, key, waits=waits) as writer:
            yield writer
    finally:
        bodies.release()


@asynccontextmanager
async def _admit_write(
    request: Request,
    principal: Principal,
    accepted: tuple[str, ...],
    key: str | None,
    *,
    waits: bool,
) -> AsyncIterator[WriteRequest]:
    body = await read_body(request, accepted)
    engine = services_of(request).engine
    repeat = _read_repeat(request, principal, key, body)
    answer = await run_in_threadpool(repeats.find_response, engine, repeat) if repeat else None
    writer = WriteRequest(
        engine=engine,
        settings=services_of(request).settings,
        principal=principal,
        path=request.url.path,
        headers=request.headers,
        body=body,
        repeat=repeat,
        answer=answer,
    )
    if waits and answer is None:
        async with _turn(request):
            yield writer
    else:
        yield writer


def _read_repeat(
    request: Request, principal: Principal, key: str | None, body: bytes
) -> repeats.IdempotentRequest | None:
    if key is None:
        return None
    # The draft has a string of structured fields, in quotes; most clients send it without.
    number = len(request.headers.getlist(repeats.HEADER))
    plain = key[1:-1] if key[:1] == key[-1:] == '"' else key
    if number > 1 or not re.fullmatch(rf"[\x21-\x7e]{{1,{MAX_KEY_CHARACTERS}}}", plain):
        said = (
            f"{repeats.HEADER} is 1 to {MAX_KEY_CHARACTERS} visible ASCII characters, given once."
        )
        raise InvalidRequest.at(said, header=repeats.HEADER)
    asked = [request.method.encode(), request.scope["raw_path"], request.scope["query_string"]]
    for name in (IF_MATCH, IF_NONE_MATCH):
        asked.append(", ".join(request.headers.getlist(name)).encode())
    digest = hashlib.sha256(b"\n".join([*asked, body]))
    return repeats.IdempotentRequest(principal.id, plain, digest.hexdigest())


@asynccontextmanager
async def _turn(request: Request) -> AsyncIterator[None]:
    lock = services_of(request).write_lock
    try:
        with fail_after(services_of(request).settings.lock_timeout_seconds):
            await lock.acquire()
    except TimeoutError:
        raise Unavailable("Other writes are at work. Try again in a moment.") from None
    try:
        yield
    finally:
        lock.release()


JsonWrite = Annotated[WriteRequest, _record_writer(JSON)]
PatchWrite = Annotated[WriteRequest, _record_writer(MERGE_PATCH)]
BodilessWrite = Annotated[WriteRequest, _record_writer()]
ChangesetWrite = Annotated[WriteRequest, _writer(JSON)]
TextWrite = Annotated[WriteRequest, Depends(get_text_writer, scope="function")]

# What every write may answer besides.
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


def request_body(media_type: str, schema: str | None = None) -> dict[str, Any]:
    """The body of a request, for its documentation: the name of its schema, or any text."""
    shape = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "string"}
    return {"requestBody": {"required": True, "content": {media_type: {"schema": shape}}}}
