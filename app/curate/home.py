"""Signing in and out, and the first page of curators."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.access import curator_sessions
from app.curate.admission import CuratorDep, find_curator, read_form
from app.curate.cookies import (
    PATH,
    read_token,
    remove_token,
    require_private_transport,
    set_token,
)
from app.curate.curator import Curator
from app.curate.forms import Form
from app.curate.rendering import CuratePage, curate_response
from app.curate.routing import make_curate_router, see_other
from app.curate.sign_in import (
    NEXT_FIELD,
    UNAUTHENTICATED,
    GoOnPage,
    SignInPage,
    read_carried,
    read_next,
    show_sign_in,
)
from app.errors import NotFound, Unauthenticated
from app.http.services import services_of
from app.http.session import SessionDep

router = make_curate_router()
# After all others: an address under `/curate` that no page has.
last_router = make_curate_router()
CuratorOrNone = Annotated[Curator | None, Depends(find_curator)]


@dataclass(frozen=True)
class HomePage(CuratePage):
    """What a curator can do."""

    template = "curate_home.html"


@router.get("")
def show_home(
    request: Request,
    session: SessionDep,
    curator: CuratorOrNone,
    next_path: Annotated[str, Query(alias=NEXT_FIELD, max_length=2_000)] = PATH,
) -> Response:
    """The first page of curators, or the page to sign in on."""
    if curator is None:
        page = SignInPage(title="Sign in to curate", next_path=read_next(next_path))
        return show_sign_in(request, page)
    return curate_response(request, session, HomePage(title="Curating"), curator)


@router.post("")
async def sign_in(request: Request) -> Response:
    """Begin a session with a key, and go on where it was needed."""
    form = await read_form(request)
    require_private_transport(request)
    try:
        token = await run_in_threadpool(
            curator_sessions.begin_session,
            services_of(request).engine,
            form.get("key").strip(),
            read_token(request),
        )
    except Unauthenticated as error:
        return _refuse(request, form, str(error))
    response = _go_on(request, form)
    set_token(request, response, token)
    return response


def _refuse(request: Request, form: Form, problem: str) -> Response:
    """The page again, with what was typed: the key is left out."""
    carried = read_carried(form).fields
    page = SignInPage(
        title="Sign in to curate",
        next_path=read_next(form.get(NEXT_FIELD, PATH)),
        carried=carried,
        has_form=bool(carried),
        problem=problem,
    )
    return show_sign_in(request, page, UNAUTHENTICATED)


def _go_on(request: Request, form: Form) -> Response:
    path = read_next(form.get(NEXT_FIELD, PATH))
    carried = read_carried(form).fields
    if not carried:
        return see_other(path)
    page = GoOnPage(title="You are signed in", path=path, fields=carried)
    # Nobody is named on the page: the cookie comes with this response.
    return curate_response(request, None, page, None)


@router.post("/out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    await read_form(request)
    token = read_token(request)
    if token is not None:
        await run_in_threadpool(
            curator_sessions.end_session, services_of(request).engine, token
        )
    response = see_other(PATH)
    remove_token(request, response)
    return response


@last_router.get("/{path:path}")
def show_nothing(_curator: CuratorDep, path: str) -> Response:
    """An address without a page."""
    raise NotFound(f"There is nothing at {f'{PATH}/{path}'!r}. Choose a page above.")
