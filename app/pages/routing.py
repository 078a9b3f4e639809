"""Routes of pages: a client that accepts JSON and no HTML is sent to the data."""

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from app.http.accept import accepts, prefers
from app.http.read_route import ReadRoute
from app.http.twins import data_path

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
        """Respond with the page, or with 303 to its data: also where a `format` is given."""
        request = Request(scope, receive)
        data = data_path(scope["path"], scope["query_string"].decode())
        if data is not None and (wants_data(request) or "format" in request.query_params):
            redirect = RedirectResponse(
                data,
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
