"""The client for asyncio. It sends what an exchange yields, and decides nothing itself.

`client.py` is written from this module, without `async` and `await`."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from communique_client.async_calls import AsyncCalls
from communique_client.changes import ChangeStream, Event, is_event_stream, stream_call
from communique_client.exchange import Attempt, Core, Exchange, Outcome, Policy
from communique_client.messages import Call
from communique_client.options import StreamChangesOptions
from communique_client.sending import (
    DEFAULT_POLICY,
    ENDED,
    lose,
    read_response,
    write_arguments,
)

T = TypeVar("T")
# A page of a list: it has `next`.
P = TypeVar("P", bound=Mapping[str, Any])


class AsyncClient(AsyncCalls):
    """A client of a Communiqué server. Tasks may share it. Close it, or use it in `async with`."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        as_of: int | str | None = None,
        policy: Policy = DEFAULT_POLICY,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """`url` is the address of the server, such as `http://localhost:8000`; `key` an API key.

        With `as_of`, a revision or an instant, all reads that can are of the base as it was then.
        `http` is for proxies, certificates and the like; it is closed with this client. Raises
        ValueError if `url` is no address."""
        self._core = Core(url, key, as_of, policy)
        self._http = http or httpx.AsyncClient(timeout=policy.timeout_seconds)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def read(self, link: str) -> Any:
        """Read a link of a response: the `next` or `delta` of a page, the `url` of a record."""
        return await self._drive(self._core.follow(link))

    async def pages(self, page: P) -> AsyncIterator[P]:
        """This page of a list, and those that follow it."""
        yield page
        while page["next"] is not None:
            page = await self.read(page["next"])
            yield page

    async def stream_changes(
        self, **options: Unpack[StreamChangesOptions]
    ) -> AsyncIterator[Event]:
        """Each change as soon as it is made, without end; resumed where a connection was lost.

        Without `since` it begins with the next change. Raises InvalidCursor if the base was
        replaced: then a copy has to be made anew."""
        stream = ChangeStream(self._core, stream_call(options))
        while True:
            attempt = stream.connect()
            await asyncio.sleep(attempt.wait_seconds)
            try:
                async with self._http.stream(**write_arguments(attempt)) as response:
                    if is_event_stream(response.status_code, response.headers):
                        async for chunk in response.aiter_bytes():
                            for event in stream.receive(chunk):
                                yield event
                        outcome: Outcome = ENDED
                    else:
                        await response.aread()
                        outcome = read_response(response)
            except httpx.RequestError as error:
                outcome = lose(error)
            stream.end(outcome)

    async def _perform(self, call: Call[T]) -> T:
        return await self._drive(self._core.perform(call))

    async def _iterate(self, call: Call[Any]) -> AsyncIterator[Any]:
        async for page in self.pages(await self._perform(call)):
            for item in page["items"]:
                yield item

    async def _drive(self, exchange: Exchange[T]) -> T:
        """Send what the exchange yields, until it has its result."""
        try:
            attempt = next(exchange)
            while True:
                attempt = exchange.send(await self._send(attempt))
        except StopIteration as finished:
            result: T = finished.value
            return result

    async def _send(self, attempt: Attempt) -> Outcome:
        await asyncio.sleep(attempt.wait_seconds)
        try:
            return read_response(await self._http.request(**write_arguments(attempt)))
        except httpx.RequestError as error:
            return lose(error)
