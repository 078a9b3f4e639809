"""The stream of changes: server-sent events (WHATWG HTML §9.2) over any number of connections.

No I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from communique_client.errors import UnexpectedResponse, Unreachable, read_problem
from communique_client.exchange import Attempt, Core, Lost, Outcome, find_wait
from communique_client.messages import Call, Response

if TYPE_CHECKING:
    from communique_client.types import ChangeRead

MEDIA_TYPE = "text/event-stream"
# A stream has three line ends; U+2028 and the like are characters of a line.
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True)
class Changed:
    """One change. A copy of the base may commit at one with `last_of_revision`, with this `id`."""

    id: str
    change: ChangeRead


@dataclass(frozen=True)
class Current:
    """Everything up to this revision has been received. A copy may commit here, with this `id`."""

    id: str
    revision: int


Event = Changed | Current


@dataclass(frozen=True)
class ServerEvent:
    """An event as the standard has it: its kind, its data, and the last `id` until then."""

    kind: str
    data: str
    id: str


class EventParser:
    """Reads the events of one connection from its bytes; an incomplete one waits for the rest."""

    def __init__(self) -> None:
        self.retry_seconds: float | None = None
        self._buffer = b""
        self._id = ""
        self._kind = ""
        self._data: list[str] = []

    def receive(self, chunk: bytes) -> list[ServerEvent]:
        """The events that end in these bytes."""
        self._buffer += chunk
        # A final CR may be the first half of CRLF.
        held = b"\r" if self._buffer.endswith(b"\r") else b""
        *lines, tail = _LINE_END.split(self._buffer.removesuffix(held))
        self._buffer = tail + held
        events = [self._read_line(line.decode("utf-8", "replace")) for line in lines]
        return [event for event in events if event is not None]

    def _read_line(self, line: str) -> ServerEvent | None:
        """The event that ends with this line, if it is empty and there is one."""
        if not line:
            return self._finish_event()
        # A comment begins with a colon: it is a field without a name.
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "event":
                self._kind = value
            case "data":
                self._data.append(value)
            case "id":
                self._id = value
            case "retry" if value.isdecimal():
                self.retry_seconds = int(value) / 1_000
        return None

    def _finish_event(self) -> ServerEvent | None:
        event = ServerEvent(self._kind, "\n".join(self._data), self._id)
        self._kind = ""
        self._data = []
        return event if event.data else None


def _read_event(event: ServerEvent) -> Event | None:
    """The event of the base; None if the client does not know its kind."""
    match event.kind:
        case "change":
            return Changed(event.id, json.loads(event.data))
        case "current":
            return Current(event.id, json.loads(event.data)["revision"])
    return None


def stream_call(options: Mapping[str, object]) -> Call[Any]:
    return Call[Any]("GET", "/v1/changes/stream", options)


def is_event_stream(status: int, headers: Mapping[str, str]) -> bool:
    return status == 200 and headers.get("content-type", "").startswith(MEDIA_TYPE)


class ChangeStream:
    """Successive connections that together give every change once, in order."""

    def __init__(self, core: Core, call: Call[Any]) -> None:
        self._policy = core.policy
        self._request = core.build(call)
        self._parser = EventParser()
        self._last_id = ""
        self._wait_seconds = 0.0
        self._failures = 0

    def connect(self) -> Attempt:
        """The next connection to open."""
        self._parser = EventParser()
        headers = {**self._request.headers, "Accept": MEDIA_TYPE}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        request = replace(self._request, headers=headers)
        return Attempt(request, self._wait_seconds, self._policy.silence_seconds)

    def receive(self, chunk: bytes) -> list[Event]:
        """The events of the base that end in these bytes."""
        events = []
        for received in self._parser.receive(chunk):
            self._last_id = received.id
            self._failures = 0
            event = _read_event(received)
            if event is not None:
                events.append(event)
        return events

    def end(self, outcome: Outcome) -> None:
        """The connection has ended. Raises the error, unless another attempt may go on with it."""
        request, number = self._request, self._failures
        wait = find_wait(request, outcome, number, self._policy)
        if isinstance(outcome, Response) and wait is None:
            if outcome.status == 200:
                raise UnexpectedResponse(str(request), outcome)
            raise read_problem(str(request), outcome)
        if wait is None or number >= self._policy.retries:
            reason = outcome.reason if isinstance(outcome, Lost) else str(outcome.status)
            raise Unreachable(str(request), reason, None)
        self._failures += 1
        # `retry` is how long the server wants its clients to wait before they come back.
        wait = max(wait, self._parser.retry_seconds or 0.0)
        self._wait_seconds = min(wait, self._policy.max_wait_seconds)
