"""Routes of pages: a client that accepts JSON and no HTML is sent to the data."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from app.http.accept import accepts, prefers
from app.http.read_route import ReadRoute
from app.http.routing import make_router
from app.http.twins import data_path
from app.pages.form_fields import drop_empty_fields

HTML = "text/html"
JSON = "application/json"


def wants_data(request: Request) -> bool:
    """Whether the client accepts JSON and no HTML."""
    return accepts(request, JSON) and not accepts(request, HTML)


def wants_page(request: Request) -> bool:
    """Whether the client asks for HTML, and does not merely accept anything."""
    return prefers(
        request,
        HTML,
        JSON,
    )


class PageRoute(ReadRoute):
    """A route to a page."""

    async def handle(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Respond with the page, with 303 to its data, also where a `format` is given, or with 303
        to the page without empty parameters."""
        request = Request(scope, receive)
        query = scope["query_string"].decode()
        target = data_path(scope["path"], query)
        if not wants_data(request) and "format" not in request.query_params:
            target = drop_empty_fields(scope["path"], query)
        if target is not None:
            redirect = RedirectResponse(
                target,
                303,
                headers={"Vary": "Accept"},
            )
            await redirect(
                scope,
                receive,
                send,
            )
            return
        await super().handle(
            scope,
            receive,
            send,
        )


def make_page_router() -> APIRouter:
    """A router of pages."""
    return make_router(PageRoute, include_in_schema=False)
