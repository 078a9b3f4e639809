"""Keys, for an administrator: list them, make one, revoke one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.keys import add_key, end_key
from app.access.principals import SCOPES
from app.curate.admission import CuratorDep, FormWrite, FormWriteDep, new_idempotency_key
from app.curate.curator import RIGHTS, Curator
from app.curate.errors import list_details
from app.curate.records.build import FormProblem
from app.curate.rendering import CuratePage, curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import InvalidRequest, KnowledgeBaseError
from app.http.session import SessionDep
from app.pages import words
from app.pages.frame import Link
from app.store.models import ApiKey
from app.store.sessions import read_session
from app.vocabulary import Scope

router: APIRouter = make_curate_router()
PATH = "/curate/keys"
MAX_DAYS = 3_650
Prefix = Annotated[str, Path(pattern=r"^cmq_[a-z2-7]{8}$")]


@dataclass(frozen=True)
class KeyView:
    """A key in the list; `is_own` is the one of this session."""

    prefix: str
    name: str
    scope: str
    state: str
    is_active: bool
    is_own: bool


@dataclass(frozen=True)
class KeysPage(CuratePage):
    """All keys, and the form for a new one. `typed` are the values of a form with a problem."""

    template = "keys.html"

    keys: tuple[KeyView, ...] = ()
    scopes: tuple[Link, ...] = ()
    problems: tuple[FormProblem, ...] = ()
    idempotency_key: str = ""
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NewKeyPage(CuratePage):
    """A key that was just made, which no page shows again."""

    template = "new_key.html"

    key: str = ""
    name: str = ""
    scope: str = ""


@dataclass(frozen=True)
class RevokePage(CuratePage):
    """A key that is about to be revoked."""

    template = "revoke_key.html"

    key: KeyView | None = None
    idempotency_key: str = ""


@router.get("/keys")
def list_keys(request: Request, session: SessionDep, curator: CuratorDep) -> Response:
    """All keys. Needs the scope `admin`."""
    return curate_response(request, session, _make_page(session, curator), curator)


def _make_page(
    session: Session,
    curator: Curator,
    problems: Sequence[FormProblem] = (),
    typed: dict[str, str] | None = None,
) -> KeysPage:
    keys: list[KeyView] = []
    if curator.may("admin"):
        rows = session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.prefix))
        keys = [_make_view(row, curator) for row in rows]
    return KeysPage(
        title="Keys",
        keys=tuple(keys),
        scopes=tuple(Link(RIGHTS[scope], scope) for scope in SCOPES),
        problems=tuple(problems),
        idempotency_key=new_idempotency_key(),
        typed=typed or {},
    )


def _make_view(row: ApiKey, curator: Curator) -> KeyView:
    state = _describe_state(row)
    return KeyView(
        prefix=row.prefix,
        name=row.name,
        scope=row.scope,
        state=state,
        is_active=not state.startswith(("revoked", "expired")),
        is_own=row.prefix == curator.key,
    )


def _describe_state(row: ApiKey) -> str:
    if row.revoked_at is not None:
        return f"revoked on {words.name_day(row.revoked_at)}"
    parts = [f"made on {words.name_day(row.created_at)}"]
    if row.expires_at is not None:
        if row.expires_at <= datetime.now(UTC):
            return f"expired on {words.name_day(row.expires_at)}"
        parts.append(f"until {words.name_day(row.expires_at)}")
    used = "never used"
    if row.last_used_at is not None:
        used = f"last used on {words.name_day(row.last_used_at)}"
    return ", ".join([*parts, used])


@router.post("/keys")
def make_key(request: Request, write_form: FormWriteDep) -> Response:
    """Make a key, and show it once."""
    write_form.curator.principal.require("admin")
    made: list[NewKeyPage] = []

    def operation(session: Session) -> Response:
        name, scope, lifetime = _read_form(write_form)
        key, row = add_key(session, name, scope, lifetime)
        made.append(NewKeyPage(title="A new key", key=key, name=row.name, scope=scope))
        # What is stored, and sent to a repeated form, is this response: without the key.
        return see_other(PATH)

    try:
        response = write_form.commit(operation)
    except InvalidRequest as error:
        with read_session(write_form.request.engine) as session:
            return _refuse(request, session, write_form, error)
    if not made:
        return response
    with read_session(write_form.request.engine) as session:
        return curate_response(request, session, made[0], write_form.curator)


def _refuse(
    request: Request,
    session: Session,
    write_form: FormWrite,
    error: KnowledgeBaseError,
) -> Response:
    problems = []
    for detail in list_details(error):
        problems.append(FormProblem(detail, "days" if "days" in detail else "name"))
    typed = {name: write_form.form.get(name) for name in ("name", "scope", "days")}
    page = _make_page(session, write_form.curator, problems, typed)
    return curate_response(request, session, page, write_form.curator, error.status)


def _read_form(write_form: FormWrite) -> tuple[str, Scope, timedelta | None]:
    form = write_form.form
    scopes = [scope for scope in SCOPES if scope == form.get("scope")]
    if not scopes:
        raise InvalidRequest(f"{form.get('scope')!r} is not a scope. Choose one.")
    days = form.get("days").strip()
    if not days:
        return form.get("name"), scopes[0], None
    if not days.isdecimal() or not 1 <= int(days[:6]) <= MAX_DAYS:
        raise InvalidRequest(f"{days!r} is not a number of days from 1 to {MAX_DAYS}.")
    return form.get("name"), scopes[0], timedelta(days=int(days))


@router.get("/keys/{prefix}/revoke")
def ask_to_revoke(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    prefix: Prefix,
) -> Response:
    """The key that would be revoked."""
    curator.principal.require("admin")
    row = session.get(ApiKey, prefix)
    page = RevokePage(
        title="Revoke a key",
        key=_make_view(row, curator) if row is not None else None,
        idempotency_key=new_idempotency_key(),
    )
    return curate_response(request, session, page, curator)


@router.post("/keys/{prefix}/revoke")
def revoke_key(write_form: FormWriteDep, prefix: Prefix) -> Response:
    """Revoke a key for good. Its sessions end at once."""
    write_form.curator.principal.require("admin")

    def operation(session: Session) -> Response:
        end_key(session, prefix)
        return see_other(PATH)

    return write_form.commit(operation)
