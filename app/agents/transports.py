"""Carries the messages of the protocol: over standard streams, and over HTTP without sessions.

Imported only when agents are served, like `app.agents.server`.
"""

import signal

import anyio
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Message, Receive, Scope, Send

from app.agents.reading import Addresses, AgentBase
from app.agents.server import make_server
from app.http.services import Services


def serve_standard_streams(base: AgentBase) -> None:
    """Serve one client over standard input and output, until it closes them, or Ctrl-C."""
    # A thread waits for input, and Python would wait for that thread.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(_serve_standard_streams, base)


async def _serve_standard_streams(base: AgentBase) -> None:
    server = make_server(base)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


class HttpExchange:
    """Pure ASGI: answers one request, whose body has been read, with JSON. Nothing is kept for
    the next one, so that any process of a server may answer it."""

    def __init__(self, services: Services, base_url: str, body: bytes) -> None:
        self.base = AgentBase(
            engine=services.engine,
            historical_bases=services.historical_bases,
            as_of_lock=services.as_of_lock,
            addresses=Addresses(base_url),
        )
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pending = [self.body]

        async def replay() -> Message:
            if pending:
                body = pending.pop()
                return {"type": "http.request", "body": body, "more_body": False}
            return await receive()

        manager = StreamableHTTPSessionManager(
            make_server(self.base),
            json_response=True,
            stateless=True,
            # It has been compared with the limit of this server.
            max_request_body_size=len(self.body) + 1,
        )
        async with manager.run():
            await manager.handle_request(_strip_headers(scope), replay, send)


def _strip_headers(scope: Scope) -> Scope:
    """The scope without white space around the values of headers, which is no part of them (RFC
    9110 §5.5): the protocol compares some of them with the message, and not every server removes
    it."""
    headers = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
    return {**scope, "headers": headers}
