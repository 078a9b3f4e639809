"""Who sends a request under `/curate`, and which form: the dependencies of its endpoints.

CuratorDep      a page for a curator who is signed in
FormDep         a form that writes nothing
FormWriteDep    a form that writes: with the right to, one at a time, and once
"""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from app.access import curator_sessions
from app.changes.idempotency import IdempotentRequest
from app.curate.cookies import read_token
from app.curate.curator import Curator
from app.curate.forms import MEDIA_TYPES, MULTIPART, Form, parse_form
from app.curate.same_origin import require_same_origin
from app.errors import InvalidRequest, Unauthenticated
from app.http.bodies import BodyLimit, read_body
from app.http.idempotency import run_idempotent
from app.http.services import services_of
from app.http.write_requests import WriteRequest, pending_write, write_lock

# The hidden field of a form that is carried out once.
IDEMPOTENCY_FIELD = "idempotency_key"
# What a sign-in page carries over: it comes back in hidden fields.
MAX_CARRIED_BYTES = 4_000_000
_KEY = re.compile(r"[\w-]{16,100}", re.ASCII)


class SignInNeeded(Unauthenticated):
    """Nobody is signed in. `form` is what was typed meanwhile; None for a page."""

    def __init__(self, form: Form | None = None) -> None:
        super().__init__("Sign in to go on.")
        self.form = form


@dataclass(frozen=True)
class CuratorForm:
    """A form, and the curator who has sent it."""

    curator: Curator
    form: Form


@dataclass(frozen=True)
class FormWrite:
    """A form that writes. The write lock is held while its endpoint runs."""

    curator: Curator
    form: Form
    request: WriteRequest

    def commit(self, operation: Callable[[Session], Response]) -> Response:
        """Carry the operation out and commit, or repeat the response if that was done before.

        `operation` writes in the session and returns the response. Raises its errors: nothing was
        written then, and the form can be sent again."""
        return run_idempotent(self.request, operation, stores_errors=False)


def new_idempotency_key() -> str:
    """A key for the form of a page that is made now."""
    return secrets.token_urlsafe(24)


async def find_curator(request: Request) -> Curator | None:
    """Who is signed in: the cookie, its session and the key are checked at each request."""
    token = read_token(request)
    if token is None:
        return None
    principal = await run_in_threadpool(
        curator_sessions.find_principal,
        services_of(request).engine,
        token,
    )
    if principal is None:
        return None
    request.state.principal = principal
    return Curator(principal)


async def require_curator(request: Request) -> Curator:
    """Who is signed in. Raises SignInNeeded."""
    curator = await find_curator(request)
    if curator is None:
        raise SignInNeeded
    return curator


async def read_curator_form(request: Request) -> CuratorForm:
    """The form, and who has sent it. Raises SignInNeeded with the form, Forbidden for a form of
    another site, and the errors of a body that cannot be read."""
    async with _admit_form(request) as (form, _):
        return form


async def admit_form_write(request: Request) -> AsyncIterator[FormWrite]:
    """A form that writes. As `read_curator_form`, and raises Forbidden without the right to."""
    async with _admit_form(request) as (sent, body):
        curator, form = sent.curator, sent.form
        curator.principal.require("write")
        write_request = _make_write_request(request, curator, form, body)
        async with write_lock(services_of(request)):
            yield FormWrite(curator, form, write_request)


@asynccontextmanager
async def _admit_form(request: Request) -> AsyncIterator[tuple[CuratorForm, bytes]]:
    require_same_origin(request)
    curator = await find_curator(request)
    with pending_write(services_of(request).pending_writes):
        body = await read_body(request, MEDIA_TYPES, _find_limit(request, curator))
        form = await parse_form(request, body)
        if curator is None:
            raise SignInNeeded(form)
        yield CuratorForm(curator, form), body


async def read_form(request: Request) -> Form:
    """A form of somebody who may not be signed in yet."""
    require_same_origin(request)
    with pending_write(services_of(request).pending_writes):
        body = await read_body(request, MEDIA_TYPES, _find_limit(request, None))
        return await parse_form(request, body)


def _find_limit(request: Request, curator: Curator | None) -> BodyLimit | None:
    """The largest body: of a file, of any other form, or of somebody who is not signed in."""
    settings = services_of(request).settings
    is_file = request.headers.get("content-type", "").lower().startswith(MULTIPART)
    if curator is None:
        return BodyLimit(MAX_CARRIED_BYTES, "more is taken from those who are signed in")
    if is_file:
        # The limit is that of the file, and a form is a little longer.
        return BodyLimit(settings.file_max_bytes + 100_000, "COMMUNIQUE_FILE_MAX_BYTES")
    return None


def _make_write_request(
    request: Request, curator: Curator, form: Form, body: bytes
) -> WriteRequest:
    key = form.get(IDEMPOTENCY_FIELD)
    if not _KEY.fullmatch(key):
        raise InvalidRequest(
            f"The form lacks its field {IDEMPOTENCY_FIELD!r}. Open the page again, and send it "
            "from there."
        )
    services = services_of(request)
    fingerprint = _digest(request.scope["path"], form)
    return WriteRequest(
        engine=services.engine,
        settings=services.settings,
        principal=curator.principal,
        path=request.scope["path"],
        headers=request.headers,
        body=body,
        idempotent=IdempotentRequest(curator.principal.id, key, fingerprint),
        stored_response=None,
    )


def _digest(path: str, form: Form) -> str:
    """The digest of what a form says. Its body would not do: with a file it has a boundary, which
    is another one each time."""
    digest = hashlib.sha256(path.encode())
    for name, value in form.fields:
        digest.update(f"\0{name}\0{value}".encode())
    for name, file in (form.files or {}).items():
        digest.update(f"\0{name}\0{file.name}\0".encode())
        digest.update(file.content)
    return digest.hexdigest()


CuratorDep = Annotated[Curator, Depends(require_curator)]
FormDep = Annotated[CuratorForm, Depends(read_curator_form)]
FormWriteDep = Annotated[FormWrite, Depends(admit_form_write, scope="function")]
