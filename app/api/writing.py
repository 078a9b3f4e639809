"""How does a request write: who sends it, what it brings, when it is its turn, what it is answered?

In this order: the key, the body, an answer that was given before, the turn. A body comes at its
sender's pace, so it is there before anybody has to wait for it; and writers of one process take
turns before they take a thread and a connection, so that reading goes on however many there are.
"""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from anyio import Lock, Semaphore, WouldBlock, fail_after
from fastapi import Depends, Header, Request, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPBearer
from sqlalchemy import Engine
from starlette.requests import ClientDisconnect

from app import access
from app.access import Principal
from app.api.preconditions import IF_MATCH, IF_NONE_MATCH
from app.errors import (
    AlreadyExists,
    Forbidden,
    InvalidRecords,
    InvalidRequest,
    PreconditionRequired,
    Problem,
    StaleVersion,
    StillRunning,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnreadableBody,
    UnsupportedMediaType,
)
from app.ingest.records import parse_json
from app.settings import Settings
from app.writes import repeats

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
PLAIN = "text/plain"
MOST_KEY = 255
# How long the body of a request may take to come.
BODY_SECONDS = 120
# Requests of one process that may write and are not done: each has its body in memory.
MOST_AT_ONCE = 100
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

bearer = HTTPBearer(
    auto_error=False, scheme_name="key", description="A key, as `communique keys create` makes it."
)


@dataclass(frozen=True)
class Writer:
    """A request that may write, in its turn."""

    engine: Engine
    settings: Settings
    principal: Principal
    path: str
    headers: Any
    body: bytes
    repeat: repeats.Request | None
    answer: repeats.Answer | None  # if it was given before

    def read_text(self) -> str:
        """What the body says. Raises UnreadableBody."""
        try:
            text = self.body.decode()
        except UnicodeDecodeError as error:
            said = f"The body is not UTF-8: byte {error.object[error.start]:#04x}"
            raise UnreadableBody(f"{said} at {error.start}.") from None
        if not text.strip():
            raise UnreadableBody("The body is empty.")
        if "\0" in text:
            raise UnreadableBody("The body contains U+0000, which no text has.")
        return text

    def read_json(self) -> Any:
        """What the body says. Raises UnreadableBody."""
        text = self.read_text()
        value = parse_json(text, "The body", UnreadableBody)
        if _SURROGATE.search(text):
            _require_whole_characters(value)
        if _depth(value) > self.settings.max_depth:
            raise UnreadableBody(
                f"The body is nested more than {self.settings.max_depth} deep "
                "(COMMUNIQUE_MAX_DEPTH)."
            )
        return value


def _require_whole_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        said = "The body has half of a surrogate pair, which is no character. Remove it."
        raise UnreadableBody(said) from None


def _depth(value: Any) -> int:
    """How many objects and lists are within one another, at most."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [
            inner for one in level for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return depth


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
            access.identify, request.app.state.engine, given[0]
        )
    elif not request.app.state.settings.public_reads:
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
    ) -> AsyncIterator[Writer]:
        # Whoever only looks keeps nobody from writing.
        waits = request.query_params.get("validate_only") != "true"
        async with _make_writer(request, accepted, idempotency_key, waits=waits) as writer:
            for name in (IF_MATCH, IF_NONE_MATCH):
                if name in request.headers:
                    said = f"{name} says nothing here: each change has its `version`. Leave it out."
                    raise InvalidRequest(said, [Problem(said, header=name)])
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
    ) -> AsyncIterator[Writer]:
        async with _make_writer(request, accepted, idempotency_key) as writer:
            yield writer

    return Depends(get_writer, scope="function")


async def get_text_writer(request: Request, _sender: Sender) -> AsyncIterator[Writer]:
    """As a writer of text, of a request that writes nothing: it waits for nobody."""
    key = request.headers.get(repeats.HEADER)
    async with _make_writer(request, (PLAIN,), key, waits=False) as writer:
        yield writer


@asynccontextmanager
async def _make_writer(
    request: Request, accepted: tuple[str, ...], key: str | None, *, waits: bool = True
) -> AsyncIterator[Writer]:
    principal: Principal | None = request.state.principal
    if principal is None:
        raise _no_key()
    principal.require("write")
    if key is not None and not waits:
        said = f"{repeats.HEADER} says nothing here: nothing is written. Leave it out."
        raise InvalidRequest(said, [Problem(said, header=repeats.HEADER)])
    bodies: Semaphore = request.app.state.bodies
    try:
        bodies.acquire_nowait()
    except WouldBlock:
        raise Unavailable("Too many writes are at work. Try again in a moment.") from None
    try:
        async with _made_writer(request, principal, accepted, key, waits=waits) as writer:
            yield writer
    finally:
        bodies.release()


@asynccontextmanager
async def _made_writer(
    request: Request,
    principal: Principal,
    accepted: tuple[str, ...],
    key: str | None,
    *,
    waits: bool,
) -> AsyncIterator[Writer]:
    body = await _read_body(request, accepted)
    engine: Engine = request.app.state.engine
    repeat = _read_repeat(request, principal, key, body)
    answer = await run_in_threadpool(repeats.find_answer, engine, repeat) if repeat else None
    writer = Writer(
        engine=engine,
        settings=request.app.state.settings,
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


async def _read_body(request: Request, accepted: tuple[str, ...]) -> bytes:
    most: int = request.app.state.settings.max_body_bytes
    body = bytearray()
    _check_type(request, accepted)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:12]) > most:
        raise _too_large(most)
    try:
        with fail_after(BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise _too_large(most)
    except TimeoutError:
        raise UnreadableBody(f"The body was not there after {BODY_SECONDS} seconds.") from None
    except ClientDisconnect:
        # Nobody hears it; but it is no failure of ours.
        raise UnreadableBody("The body ends too soon.") from None
    if body and not accepted:
        raise InvalidRequest("This takes no body. Send none.")
    return bytes(body)


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The body has more than {most} bytes (COMMUNIQUE_MAX_BODY_BYTES).")


def _check_type(request: Request, accepted: tuple[str, ...]) -> None:
    if not accepted:
        return
    listed = ", ".join(accepted)
    given = request.headers.get("content-type", "")
    type_, *parameters = (part.strip().lower() for part in given.split(";"))
    charsets = [part.partition("=")[2].strip('"') for part in parameters if "charset" in part]
    if type_ not in accepted or charsets not in ([], ["utf-8"]):
        said = f"Content-Type is {given!r}. Use {listed}, in UTF-8."
        raise UnsupportedMediaType(said, listed)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("A compressed body is not taken. Send it as it is.", listed)


def _read_repeat(
    request: Request, principal: Principal, key: str | None, body: bytes
) -> repeats.Request | None:
    if key is None:
        return None
    # The draft has a string of structured fields, in quotes; most clients send it without.
    number = len(request.headers.getlist(repeats.HEADER))
    plain = key[1:-1] if key[:1] == key[-1:] == '"' else key
    if number > 1 or not re.fullmatch(rf"[\x21-\x7e]{{1,{MOST_KEY}}}", plain):
        said = f"{repeats.HEADER} is 1 to {MOST_KEY} visible ASCII characters, given once."
        raise InvalidRequest(said, [Problem(said, header=repeats.HEADER)])
    asked = [request.method.encode(), request.scope["raw_path"], request.scope["query_string"]]
    for name in (IF_MATCH, IF_NONE_MATCH):
        asked.append(", ".join(request.headers.getlist(name)).encode())
    digest = hashlib.sha256(b"\n".join([*asked, body]))
    return repeats.Request(principal.id, plain, digest.hexdigest())


@asynccontextmanager
async def _turn(request: Request) -> AsyncIterator[None]:
    lock: Lock = request.app.state.turns
    try:
        with fail_after(request.app.state.settings.lock_timeout_seconds):
            await lock.acquire()
    except TimeoutError:
        raise Unavailable("Other writes are at work. Try again in a moment.") from None
    try:
        yield
    finally:
        lock.release()


JsonWriter = Annotated[Writer, _record_writer(JSON)]
PatchWriter = Annotated[Writer, _record_writer(MERGE_PATCH)]
BareWriter = Annotated[Writer, _record_writer()]
ListWriter = Annotated[Writer, _writer(JSON)]
TextWriter = Annotated[Writer, Depends(get_text_writer, scope="function")]

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


def takes(media_type: str, schema: str | None = None) -> dict[str, Any]:
    """The body of a request, for its documentation: the name of its schema, or any text."""
    shape = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "string"}
    return {"requestBody": {"required": True, "content": {media_type: {"schema": shape}}}}
