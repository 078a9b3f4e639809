"""The two clients. They send what an exchange yields, and decide nothing themselves."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from communique_client.async_calls import AsyncCalls
from communique_client.calls import Calls
from communique_client.changes import ChangeStream, Event, is_event_stream, stream_call
from communique_client.exchange import Attempt, Core, Exchange, Lost, Outcome, Policy
from communique_client.messages import Call, Response
from communique_client.options import StreamChangesOptions

T = TypeVar("T")
# A page of a list: it has `next`.
P = TypeVar("P", bound=Mapping[str, Any])

DEFAULT_POLICY = Policy()
# Servers end their streams when they stop, and when their base is restored.
ENDED = Lost("The stream ended.")


class Client(Calls):
    """A client of a Communiqué server. Threads may share it. Close it, or use it in a `with`."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        as_of: int | str | None = None,
        policy: Policy = DEFAULT_POLICY,
        http: httpx.Client | None = None,
    ) -> None:
        """`url` is the address of the server, such as `http://localhost:8000`; `key` an API key.

        With `as_of`, a revision or an instant, all reads that can are of the base as it was then.
        `http` is for proxies, certificates and the like; it is closed with this client. Raises
        ValueError if `url` is no address."""
        self._core = Core(url, key, as_of, policy)
        self._http = http or httpx.Client(timeout=policy.timeout_seconds)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, link: str) -> Any:
        """Read a link of a response: the `next` or `delta` of a page, the `url` of a record."""
        return self._drive(self._core.follow(link))

    def pages(self, page: P) -> Iterator[P]:
        """This page of a list, and those that follow it."""
        yield page
        while page["next"] is not None:
            page = self.read(page["next"])
            yield page

    def stream_changes(self, **options: Unpack[StreamChangesOptions]) -> Iterator[Event]:
        """Each change as soon as it is made, without end; resumed where a connection was lost.

        Without `since` it begins with the next change. Raises InvalidCursor if the base was
        replaced: then a copy has to be made anew."""
        stream = ChangeStream(self._core, stream_call(options))
        while True:
            attempt = stream.connect()
            time.sleep(attempt.wait_seconds)
            try:
                with self._http.stream(**_arguments(attempt)) as response:
                    if is_event_stream(response.status_code, response.headers):
                        for chunk in response.iter_bytes():
                            yield from stream.receive(chunk)
                        outcome: Outcome = ENDED
                    else:
                        response.read()
                        outcome = _read_response(response)
            except httpx.RequestError as error:
                outcome = _lose(error)
            stream.end(outcome)

    def _perform(self, call: Call[T]) -> T:
        return self._drive(self._core.perform(call))

    def _iterate(self, call: Call[Any]) -> Iterator[Any]:
        for page in self.pages(self._perform(call)):
            yield from page["items"]

    def _drive(self, exchange: Exchange[T]) -> T:
        """Send what the exchange yields, until it has its result."""
        try:
            attempt = next(exchange)
            while True:
                attempt = exchange.send(self._send(attempt))
        except StopIteration as finished:
            result: T = finished.value
            return result

    def _send(self, attempt: Attempt) -> Outcome:
        time.sleep(attempt.wait_seconds)
        try:
            return _read_response(self._http.request(**_arguments(attempt)))
        except httpx.RequestError as error:
            return _lose(error)


class AsyncClient(AsyncCalls):
    """A client of a Communiqué server for asyncio. Close it, or use it in an `async with`."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        as_of: int | str | None = None,
        policy: Policy = DEFAULT_POLICY,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """The arguments are those of `Client`."""
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
        """Each change as soon as it is made, as `Client.stream_changes` gives them."""
        stream = ChangeStream(self._core, stream_call(options))
        while True:
            attempt = stream.connect()
            await asyncio.sleep(attempt.wait_seconds)
            try:
                async with self._http.stream(**_arguments(attempt)) as response:
                    if is_event_stream(response.status_code, response.headers):
                        async for chunk in response.aiter_bytes():
                            for event in stream.receive(chunk):
                                yield event
                        outcome: Outcome = ENDED
                    else:
                        await response.aread()
                        outcome = _read_response(response)
            except httpx.RequestError as error:
                outcome = _lose(error)
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
            return _read_response(await self._http.request(**_arguments(attempt)))
        except httpx.RequestError as error:
            return _lose(error)


def _arguments(attempt: Attempt) -> dict[str, Any]:
    """What httpx needs to send the attempt."""
    request = attempt.request
    arguments: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "content": request.content,
        # A focus area named by a label. httpx takes the key to no other server.
        "follow_redirects": True,
    }
    if attempt.silence_seconds is not None:
        arguments["timeout"] = attempt.silence_seconds
    return arguments


def _read_response(response: httpx.Response) -> Response:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Response(response.status_code, headers, response.content)


def _lose(error: httpx.RequestError) -> Lost:
    return Lost(str(error) or type(error).__name__)
