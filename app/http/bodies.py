"""What is in the body of a request, and is it one that this server takes?"""

import json
import re
from typing import Any

from anyio import fail_after
from fastapi import Request
from starlette.requests import ClientDisconnect

from app.changes.parsing import parse_json
from app.errors import InvalidRequest, TooLarge, UnreadableBody, UnsupportedMediaType
from app.http.services import services_of

# How long the body of a request may take to come.
BODY_SECONDS = 120
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


async def read_body(request: Request, accepted: tuple[str, ...]) -> bytes:
    """The body, if it is of one of these media types, not too large, and comes in time; with no
    media types, that there is none.

    Raises UnsupportedMediaType, TooLarge, UnreadableBody or InvalidRequest."""
    most = services_of(request).settings.max_body_bytes
    body = bytearray()
    _check_type(request, accepted)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:12]) > most:
        raise _too_large(most)
    try:
        with fail_after(BODY_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise _too_large(most)
    except TimeoutError:
        raise UnreadableBody(f"The body was not there after {BODY_SECONDS} seconds.") from None
    except ClientDisconnect:
        # Nobody hears it; but it is no failure of ours.
        raise UnreadableBody("The body ends too soon.") from None
    if body and not accepted:
        raise InvalidRequest("This takes no body. Send none.")
    return bytes(body)


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The body has more than {most} bytes (COMMUNIQUE_MAX_BODY_BYTES).")


def _check_type(request: Request, accepted: tuple[str, ...]) -> None:
    if not accepted:
        return
    listed = ", ".join(accepted)
    given = request.headers.get("content-type", "")
    type_, *parameters = (part.strip().lower() for part in given.split(";"))
    charsets = [part.partition("=")[2].strip('"') for part in parameters if "charset" in part]
    if type_ not in accepted or charsets not in ([], ["utf-8"]):
        said = f"Content-Type is {given!r}. Use {listed}, in UTF-8."
        raise UnsupportedMediaType(said, listed)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("A compressed body is not taken. Send it as it is.", listed)


def decode_text(body: bytes) -> str:
    """The body as text. Raises UnreadableBody."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        said = f"The body is not UTF-8: byte {error.object[error.start]:#04x}"
        raise UnreadableBody(f"{said} at {error.start}.") from None
    if not text.strip():
        raise UnreadableBody("The body is empty.")
    if "\0" in text:
        raise UnreadableBody("The body contains U+0000, which no text has.")
    return text


def decode_json(body: bytes, max_depth: int) -> Any:
    """What the body says as JSON. Raises UnreadableBody."""
    text = decode_text(body)
    value = parse_json(text, "The body", UnreadableBody)
    if _SURROGATE.search(text):
        _require_whole_characters(value)
    if _depth(value) > max_depth:
        said = f"The body is nested more than {max_depth} deep (COMMUNIQUE_MAX_DEPTH)."
        raise UnreadableBody(said)
    return value


def _require_whole_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        said = "The body has half of a surrogate pair, which is no character. Remove it."
        raise UnreadableBody(said) from None


def _depth(value: Any) -> int:
    """How many objects and lists are within one another, at most."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [
            inner for one in level for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return depth
