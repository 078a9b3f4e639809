"""Request bodies: media type, size, text and JSON."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from anyio import fail_after
from fastapi import Request
from starlette.requests import ClientDisconnect

from app.changes.parsing import parse_json
from app.errors import InvalidRequest, TooLarge, UnreadableBody, UnsupportedMediaType
from app.http.services import services_of
from app.text.encodings import NotText, decode

# The time that a client has to send a body.
MAX_BODY_SECONDS = 120
# Besides Accept, the response field that lists the media types that a method accepts (RFC 5789
# §3.1; W3C Linked Data Platform 1.0 §7.1).
_OFFERS = {"PATCH": "Accept-Patch", "POST": "Accept-Post"}
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class BodyLimit:
    """The largest body of a request, and the setting that says so."""

    max_bytes: int
    variable: str


async def read_body(
    request: Request, accepted: tuple[str, ...], limit: BodyLimit | None = None
) -> bytes:
    """The body, if its media type is accepted; without accepted types, it must be empty. `limit`
    is by default that of the settings for all bodies.

    Raises UnsupportedMediaType, TooLarge, UnreadableBody or InvalidRequest."""
    if accepted:
        _check_content_type(request, accepted)
        _check_content_encoding(request)
    limit = limit or _default_limit(request)
    max_bytes = limit.max_bytes
    too_large = TooLarge(f"The body has more than {max_bytes} bytes ({limit.variable}).")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:12]) > max_bytes:
        raise too_large
    body = bytearray()
    try:
        with fail_after(MAX_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                # A chunked body has no Content-Length.
                if len(body) > max_bytes:
                    raise too_large
    except TimeoutError:
        raise UnreadableBody(
            f"The body was incomplete after {MAX_BODY_SECONDS} seconds."
        ) from None
    except ClientDisconnect:
        # The client cannot receive this; but an unhandled error would be logged as ours.
        raise UnreadableBody("The body ends too soon.") from None
    if body and not accepted:
        raise InvalidRequest("This takes no body. Send none.")
    return bytes(body)


def _default_limit(request: Request) -> BodyLimit:
    settings = services_of(request).settings
    return BodyLimit(settings.max_body_bytes, "COMMUNIQUE_MAX_BODY_BYTES")


def _check_content_type(request: Request, accepted: tuple[str, ...]) -> None:
    listed = ", ".join(accepted)
    content_type = request.headers.get("content-type")
    media_type, *parameters = (content_type or "").lower().split(";")
    charsets = []
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if "charset" in name:
            charsets.append(value.strip('"'))
    if media_type.strip() in accepted and charsets in ([], ["utf-8"]):
        return
    actual = "missing" if content_type is None else repr(content_type)
    detail = f"Content-Type is {actual}. Use {listed}, in UTF-8."
    offers = {"Accept": listed}
    if request.method in _OFFERS:
        offers[_OFFERS[request.method]] = listed
    raise UnsupportedMediaType(detail, "Content-Type", offers)


def _check_content_encoding(request: Request) -> None:
    # Decompression would need limits of its own (a zip bomb is a small body).
    codings = ", ".join(request.headers.getlist("content-encoding"))
    if codings.strip().lower() in ("", "identity"):
        return
    detail = f"Content-Encoding is {codings!r}. Send the body uncompressed (identity)."
    # RFC 9110 §15.5.16: for an unsupported coding, Accept-Encoding says which are supported.
    raise UnsupportedMediaType(detail, "Content-Encoding", {"Accept-Encoding": "identity"})


def decode_text(body: bytes) -> str:
    """The body as text, without a byte order mark. Raises UnreadableBody."""
    try:
        text = decode(body)
    except NotText as error:
        raise UnreadableBody(f"The body {error}") from None
    if not text.strip():
        raise UnreadableBody("The body is empty.")
    return text


def decode_json(body: bytes, max_depth: int) -> Any:
    """The body as JSON. Raises UnreadableBody."""
    text = decode_text(body)
    value = parse_json(text, "The body", UnreadableBody)
    if _SURROGATE.search(text):
        _check_surrogates(value)
    if _is_deeper_than(max_depth, value):
        detail = f"The body is nested more than {max_depth} deep (COMMUNIQUE_MAX_DEPTH)."
        raise UnreadableBody(detail)
    return value


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        detail = "The body has half of a surrogate pair, which is not a character. Remove it."
        raise UnreadableBody(detail) from None


def _is_deeper_than(max_depth: int, value: Any) -> bool:
    """Whether objects and lists are nested more than `max_depth` deep."""
    # Level by level: recursion would reach Python's own limit.
    level = [value]
    for _ in range(max_depth):
        level = [child for node in level for child in _children(node)]
    return any(isinstance(node, dict | list) for node in level)


def _children(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()
