"""Routes of pages for curators: errors are pages, and nothing is cached."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError

from app.curate.admission import SignInNeeded, find_curator
from app.curate.errors import make_error_page
from app.curate.rendering import HEADERS, curate_response
from app.curate.sign_in import ask_to_sign_in
from app.errors import InvalidRequest, KnowledgeBaseError
from app.http.admission import CURATE_TAG
from app.http.routing import make_router
from app.http.services import services_of
from app.schemas.validation_messages import describe_error
from app.store.sessions import read_session


class CurateRoute(APIRoute):
    """A route whose errors are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of FastAPI, with pages for errors and without caching."""
        handle = super().get_route_handler()

        async def handle_for_curators(request: Request) -> Response:
            try:
                response = await handle(request)
            except SignInNeeded as needed:
                response = ask_to_sign_in(request, needed.form)
            except RequestValidationError as error:
                response = await _render_error(request, _describe(error))
            except KnowledgeBaseError as error:
                response = await _render_error(request, error)
            response.headers.update(HEADERS)
            return response

        return handle_for_curators


def make_curate_router() -> APIRouter:
    """A router of pages for curators."""
    return make_router(
        CurateRoute,
        prefix="/curate",
        include_in_schema=False,
        tags=[CURATE_TAG],
    )


def see_other(path: str) -> Response:
    """The response to a form that was carried out: the browser opens the page (RFC 9110
    §15.4.4). A reload then does not send the form again."""
    return RedirectResponse(path, 303)


def _describe(error: RequestValidationError) -> InvalidRequest:
    """An address with a parameter that cannot be."""
    details = []
    for item in error.errors()[:5]:
        name = item["loc"][-1]
        details.append(f"{name!r} {describe_error(item)}")
    return InvalidRequest(" ".join(details))


async def _render_error(request: Request, error: KnowledgeBaseError) -> Response:
    page = make_error_page(error, is_of_form=request.method == "POST")
    engine = services_of(request).engine
    try:
        curator = await find_curator(request)
        with read_session(engine) as session:
            return curate_response(request, session, page, curator, error.status)
    except SQLAlchemyError:
        return curate_response(request, None, page, None, error.status)
