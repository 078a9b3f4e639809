"""Decides what is sent, when it is sent again, and what a response means. No I/O.

An exchange is a generator: it yields each attempt, is sent the outcome, and returns the result. The
two clients do nothing but send what an exchange yields, so both decide alike.
"""

import random
from collections import OrderedDict
from collections.abc import Generator
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from communique_client.errors import UnexpectedResponse, Unreachable, read_problem
from communique_client.messages import (
    Call,
    Reading,
    Request,
    Response,
    build_request,
    read_content,
    read_retry_after,
)
from communique_client.problems import StillRunning

T = TypeVar("T")

# Responses after which the same request may succeed: too many requests, and servers or proxies that
# do not serve right now. A 500 is a fault, which repeating does not mend.
RETRIED_STATUSES = (429, 502, 503, 504)
FIRST_WAIT_SECONDS = 0.25
# Of exports and the like, the path and the parameters say which media type they have.
ACCEPTED: dict[Reading, str] = {
    "json": "application/json",
    "text": "*/*",
    "bytes": "*/*",
    "nothing": "*/*",
}


@dataclass(frozen=True)
class Policy:
    """How patient a client is, and how much it stores."""

    # How often a request is sent again after it failed.
    retries: int = 4
    # The longest wait before sending again. Where a server asks for more, its problem is raised.
    max_wait_seconds: float = 60.0
    # How long a connection, or the next part of a response, may take.
    timeout_seconds: float = 30.0
    # How long a stream of changes may be silent. Servers send a heartbeat, by default after 15 s.
    silence_seconds: float = 60.0
    # Responses that are stored, so that a read of what has not changed needs no body; 0: none.
    cache_bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True)
class Attempt:
    """A request to send, after so many seconds. `silence_seconds` is how long its response may be
    silent, if that is not as long as usual."""

    request: Request
    wait_seconds: float = 0.0
    silence_seconds: float | None = None


@dataclass(frozen=True)
class Lost:
    """No complete response has arrived."""

    reason: str


Outcome = Response | Lost
Exchange = Generator[Attempt, Outcome, T]


class ResponseCache:
    """Responses by address, the least recently used go first. Threads may share it."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._responses: OrderedDict[str, Response] = OrderedDict()
        self._lock = Lock()

    def find(self, request: Request) -> Response | None:
        if not request.is_read or "Range" in request.headers:
            return None
        with self._lock:
            response = self._responses.get(request.url)
            if response is not None:
                self._responses.move_to_end(request.url)
            return response

    def store(self, request: Request, response: Response) -> None:
        """Store the response if its server allows it and it can be revalidated."""
        if not request.is_read or response.status != 200 or "etag" not in response.headers:
            return
        if "no-store" in response.headers.get("cache-control", ""):
            return
        with self._lock:
            self._remove(request.url)
            if len(response.content) > self._max_bytes:
                return
            self._responses[request.url] = response
            self._bytes += len(response.content)
            while self._bytes > self._max_bytes:
                self._remove(next(iter(self._responses)))

    def _remove(self, url: str) -> None:
        response = self._responses.pop(url, None)
        if response is not None:
            self._bytes -= len(response.content)


class Core:
    """What both clients share: address, key, policy, cache, and every decision."""

    def __init__(self, url: str, key: str | None, as_of: object, policy: Policy) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(
                f"{url!r} is not the address of a server. Try 'http://localhost:8000'."
            )
        self.policy = policy
        self._address = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._headers = {}
        if key is not None:
            self._headers["Authorization"] = f"Bearer {key}"
        self._defaults = {"as_of": as_of}
        self._cache = ResponseCache(policy.cache_bytes)

    def build(self, call: Call[Any]) -> Request:
        request = build_request(call, self._address, self._defaults)
        return self._complete(request, ACCEPTED[call.reading])

    def perform(self, call: Call[T]) -> Exchange[T]:
        """Send until there is a result, or an error that sending again does not mend."""
        return self._exchange(call, self.build(call))

    def follow(self, link: str) -> Exchange[Any]:
        """Read a link of a response, which has the path of the server's address already.

        Raises ValueError for a link to another server, which must not get the key."""
        url = urljoin(self._origin, link)
        if not url.startswith(f"{self._origin}/"):
            raise ValueError(f"{link!r} is not a link of the server at {self._origin}.")
        request = self._complete(Request("GET", url), ACCEPTED["json"])
        return self._exchange(Call[Any]("GET", link), request)

    def _complete(self, request: Request, accept: str) -> Request:
        return replace(
            request, headers={"Accept": accept, **self._headers, **request.headers}
        )

    def _exchange(self, call: Call[T], request: Request) -> Exchange[T]:
        stored = self._cache.find(request)
        if stored is not None:
            condition = {"If-None-Match": stored.headers["etag"]}
            request = replace(request, headers={**request.headers, **condition})
        response = yield from send(request, self.policy)
        if stored is not None and response.status == 304:
            response = stored
        result: T = read_result(call, request, response)
        self._cache.store(request, response)
        return result


def read_result(call: Call[T], request: Request, response: Response) -> T:
    """What the call gives. Raises the problem, or UnexpectedResponse."""
    if not 200 <= response.status < 300:
        raise read_problem(str(request), response)
    try:
        result: T = read_content(call, response)
    except ValueError as error:
        raise UnexpectedResponse(str(request), response) from error
    return result


def send(request: Request, policy: Policy) -> Exchange[Response]:
    """The first response that is worth no further attempt."""
    outcome = yield Attempt(request)
    for number in range(policy.retries):
        wait = find_wait(request, outcome, number, policy)
        if wait is None:
            break
        outcome = yield Attempt(request, wait)
    if isinstance(outcome, Lost):
        raise Unreachable(str(request), outcome.reason, request.idempotency_key)
    return outcome


def find_wait(
    request: Request, outcome: Outcome, number: int, policy: Policy
) -> float | None:
    """The seconds to wait before sending again, after so many repetitions; None: do not.

    A write is sent again only with its idempotency key, by which the server executes it once."""
    if not request.is_read and request.idempotency_key is None:
        return None
    # Clients that failed together do not come back together.
    backoff: float = FIRST_WAIT_SECONDS * 2**number * random.uniform(0.5, 1.5)
    wait = min(backoff, policy.max_wait_seconds)
    if isinstance(outcome, Lost):
        return wait
    retry_after = read_retry_after(outcome.headers)
    if retry_after > policy.max_wait_seconds or not _is_temporary(request, outcome):
        return None
    return max(wait, retry_after)


def _is_temporary(request: Request, response: Response) -> bool:
    if response.status in RETRIED_STATUSES:
        return True
    # The first attempt, whose response was lost, is still running: its result will come.
    problem = read_problem(str(request), response)
    return isinstance(problem, StillRunning)
