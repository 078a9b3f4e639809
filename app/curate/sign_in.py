"""The page to sign in on, which carries over what was typed when a session ended."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.curate.cookies import PATH
from app.curate.forms import Form
from app.curate.rendering import CuratePage, curate_response

# Hidden fields of the page: where to go on, and the fields of the form that was interrupted.
NEXT_FIELD = "next"
CARRIED_PREFIX = "typed:"
UNAUTHENTICATED = 403


@dataclass(frozen=True)
class SignInPage(CuratePage):
    """The page to sign in on. `carried` are the fields of the form that goes on after it, and
    `lost_file` tells that a file has to be chosen again."""

    template = "sign_in.html"

    next_path: str = PATH
    carried: tuple[tuple[str, str], ...] = ()
    has_form: bool = False
    lost_file: bool = False
    problem: str | None = None


@dataclass(frozen=True)
class GoOnPage(CuratePage):
    """The form that was interrupted, to be sent after signing in."""

    template = "go_on.html"

    path: str = PATH
    fields: tuple[tuple[str, str], ...] = ()


def ask_to_sign_in(request: Request, form: Form | None) -> Response:
    """The response to a request of somebody who is not signed in: the way to the page to sign in
    on, or with a form, that page with what was typed."""
    if form is None:
        address = request.scope["path"]
        if request.url.query:
            address = f"{address}?{request.url.query}"
        return RedirectResponse(f"{PATH}?{urlencode({NEXT_FIELD: address})}", 303)
    page = SignInPage(
        title="Your session has ended",
        next_path=request.scope["path"],
        carried=form.fields,
        has_form=True,
        lost_file=bool(form.files),
    )
    return show_sign_in(request, page, UNAUTHENTICATED)


def show_sign_in(request: Request, page: SignInPage, status: int = 200) -> Response:
    """The page to sign in on."""
    return curate_response(request, None, page, None, status)


def read_next(value: str) -> str:
    """Where to go on: a path under `/curate`, whatever an address or a form says."""
    is_ours = value == PATH or value.startswith((f"{PATH}/", f"{PATH}?"))
    if not is_ours or "\\" in value or not value.isprintable():
        return PATH
    return quote(value, safe="/?&=%:,+~-._")


def read_carried(form: Form) -> Form:
    """The form that was interrupted, from the hidden fields of the page to sign in on."""
    fields = []
    for name, value in form.fields:
        if name.startswith(CARRIED_PREFIX):
            fields.append((name.removeprefix(CARRIED_PREFIX), value))
    return Form(tuple(fields))
