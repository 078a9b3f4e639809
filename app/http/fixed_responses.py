"""Responses that stay the same while the process runs: the OpenAPI document, and files."""

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.accept import Coding, choose_coding
from app.http.encoded_response import EncodedResponse
from app.queries.record_tags import digest


def fix_responses(app: FastAPI) -> None:
    """Give the OpenAPI document an ETag and codings, as responses from the base have them."""
    for route in app.routes:
        if isinstance(route, Route) and route.path == app.openapi_url:
            # A second of work: in a thread, so that other requests go on.
            route.app = FixedResponse(route.app, prepare=app.openapi)


class FixedResponse:
    """Pure ASGI: computes the response once in each coding, after `prepare` in a thread."""

    def __init__(self, app: ASGIApp, prepare: Callable[[], object] | None = None) -> None:
        self.app = app
        self.prepare = prepare
        self.responses: dict[Coding, EncodedResponse] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fields = Headers(scope=scope).getlist("accept-encoding")
        coding = choose_coding(", ".join(fields).encode())
        if "identity" not in self.responses:
            if self.prepare is not None:
                await run_in_threadpool(self.prepare)
            self.responses["identity"] = await self._compute(scope, receive)
        if coding not in self.responses:
            self.responses[coding] = await run_in_threadpool(
                self.responses["identity"].compress,
                coding,
            )
        response = self.responses[coding]
        # A copy: `app.http.read_middleware` completes the headers in place.
        start = dict(response.start)
        start["headers"] = list(start["headers"])
        await send(start)
        await send(response.body)

    async def _compute(self, scope: Scope, receive: Receive) -> EncodedResponse:
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body += message["body"]

        await self.app(scope, receive, collect)
        headers = MutableHeaders(scope=start)
        headers["ETag"] = f'"{digest(body)}"'
        return EncodedResponse(headers, body)
