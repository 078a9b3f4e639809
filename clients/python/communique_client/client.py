"""The client that blocks. Written by `make clients` from async_client.py; do not edit it."""

import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from communique_client.calls import Calls
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


class Client(Calls):
    """A client of a Communiqué server. Threads may share it. Close it, or use it in `with`."""

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
                with self._http.stream(**write_arguments(attempt)) as response:
                    if is_event_stream(response.status_code, response.headers):
                        for chunk in response.iter_bytes():
                            yield from stream.receive(chunk)
                        outcome: Outcome = ENDED
                    else:
                        response.read()
                        outcome = read_response(response)
            except httpx.RequestError as error:
                outcome = lose(error)
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
            return read_response(self._http.request(**write_arguments(attempt)))
        except httpx.RequestError as error:
            return lose(error)
