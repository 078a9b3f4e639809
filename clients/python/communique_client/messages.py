"""Requests and responses as values, and the calls that they are built from. No I/O."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote, urlencode
from uuid import uuid4

T = TypeVar("T")

# The state of a record that a write applies to: an ETag, a version, or the record as it was read.
IfMatch = str | int | Mapping[str, object]
# How the content of a response is read.
Reading = Literal["json", "text", "bytes", "nothing"]

# Options of calls that are header fields; all others are parameters of the query.
HEADERS = {
    "if_match": "If-Match",
    "if_none_match": "If-None-Match",
    "idempotency_key": "Idempotency-Key",
    "range": "Range",
    "if_range": "If-Range",
}


@dataclass(frozen=True)
class Request:
    """A request with its absolute address."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.url}"

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("Idempotency-Key")

    @property
    def is_read(self) -> bool:
        return self.method == "GET"


@dataclass(frozen=True)
class Response:
    """A complete response; the names of its header fields are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Body:
    """What a write sends: JSON, or a text or file as it is."""

    content: object
    media_type: str

    def encode(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content
        if isinstance(self.content, str):
            return self.content.encode()
        return json.dumps(self.content).encode()


@dataclass(frozen=True)
class Call(Generic[T]):
    """One use of an operation of the API, whose result is a T."""

    method: str
    # Below the address of the server.
    path: str
    options: Mapping[str, object] = field(default_factory=dict)
    body: Body | None = None
    reading: Reading = "json"
    # Options that the client sets where the caller does not: `as_of`, `idempotency_key`.
    takes: tuple[str, ...] = ()


class Tagged(dict[str, Any]):
    """An object of a response that knows the ETag it was sent with."""

    etag: str | None = None


def etag_of(record: Mapping[str, object]) -> str | None:
    """The ETag that this record was read with; None for a record of a list.

    It says more than the version: a base restored from a backup may get another version 3."""
    return record.etag if isinstance(record, Tagged) else None


def segment(value: object) -> str:
    """A value as one segment of a path."""
    return quote(str(value), safe="")


def build_request(call: Call[Any], address: str, defaults: Mapping[str, object]) -> Request:
    """The request of the call to the server at `address`. Writes get an idempotency key.

    `defaults` are options that are used where the call takes them and has none of its own."""
    options = {name: defaults.get(name) for name in call.takes} | dict(call.options)
    if "idempotency_key" in call.takes and options["idempotency_key"] is None:
        options["idempotency_key"] = str(uuid4())
    headers = dict(_list_headers(options))
    content = None
    if call.body is not None:
        headers["Content-Type"] = call.body.media_type
        content = call.body.encode()
    url = address + call.path
    query = urlencode(list(_list_parameters(options)))
    if query:
        url += f"?{query}"
    return Request(call.method, url, headers, content)


def _list_headers(options: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in options.items():
        if name in HEADERS and value is not None:
            text = _write_precondition(value) if name == "if_match" else str(value)
            yield HEADERS[name], text


def _write_precondition(value: object) -> str:
    """An ETag or `*` as it is; a version in quotes; of a record, its ETag or else its version."""
    if isinstance(value, Mapping):
        value = etag_of(value) or value["version"]
    return f'"{value}"' if isinstance(value, int) else str(value)


def _list_parameters(options: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in options.items():
        if name in HEADERS or value is None:
            continue
        values = value if isinstance(value, list | tuple | set | frozenset) else [value]
        for item in values:
            yield name, _write_value(item)


def _write_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def read_content(call: Call[Any], response: Response) -> Any:
    """The result of the call. Raises ValueError if the content is not what it should be."""
    match call.reading:
        case "nothing":
            return None
        case "bytes":
            return response.content
        case "text":
            return response.content.decode()
    document = json.loads(response.content)
    if not isinstance(document, dict):
        raise ValueError("A JSON object was expected.")
    tagged = Tagged(document)
    tagged.etag = response.headers.get("etag")
    return tagged


def read_retry_after(headers: Mapping[str, str]) -> float:
    """The seconds of `Retry-After` (RFC 9110 §10.2.3), also from a date; 0 without one."""
    text = headers.get("retry-after", "")
    if text.isdecimal():
        return float(text)
    try:
        end = parsedate_to_datetime(text)
        # The server's clock, which may differ from ours.
        start = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return 0.0
    return max(0.0, end.timestamp() - start.timestamp())
