"""The endpoint `POST /mcp`: the tools over HTTP, with the keys of all other endpoints."""

from importlib import import_module
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from app.agents.origins import check_origin
from app.errors import NotFound
from app.http.admission import NoParameters
from app.http.bodies import BodyLimit, read_body
from app.http.routing import make_router
from app.http.services import base_url_of, services_of

PATH = "/mcp"
# 25 statements of 10,000 characters, each escaped in JSON, and the rest of the message.
MAX_MESSAGE_BYTES = 4_194_304

# Not in the OpenAPI document: its messages are those of JSON-RPC, which the protocol describes.
router = make_router(APIRoute, include_in_schema=False)


class _Exchange(Response):
    """A response that the library of the protocol sends."""

    def __init__(self, exchange: Any) -> None:
        super().__init__()
        self.exchange = exchange

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.exchange(scope, receive, send)


@router.post(PATH)
async def exchange_message(request: Request, _: NoParameters) -> Response:
    """Answer one message of the Model Context Protocol."""
    services = services_of(request)
    settings = services.settings
    headers = request.headers
    check_origin(headers.get("host", ""), headers.get("origin"), settings.base_url)
    limit = BodyLimit(
        min(settings.max_body_bytes, MAX_MESSAGE_BYTES), "COMMUNIQUE_MAX_BODY_BYTES"
    )
    body = await read_body(request, ("application/json",), limit)
    # In a thread: the first time it takes half a second.
    transports = await run_in_threadpool(_load_transports)
    exchange = transports.HttpExchange(services, base_url_of(request), body)
    return _Exchange(exchange)


def _load_transports() -> Any:
    try:
        # Imported at its first use: the library is large, and an extra.
        return import_module("app.agents.transports")
    except ModuleNotFoundError as error:
        raise NotFound(
            f"Tools for agents need {error.name} on the server: pip install 'communique[mcp]'."
        ) from None
