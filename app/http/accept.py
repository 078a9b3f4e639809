"""Content negotiation: the format and the coding of a response (RFC 9110 §12.5)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from fastapi import Request

from app.errors import NotAcceptable
from app.export.formats import FORMATS
from app.vocabulary import Format

Weights = dict[str, float]
Coding = Literal["zstd", "gzip", "identity"]
# Among codings of equal weight, the first is preferred.
COMPRESSIONS: tuple[Coding, ...] = ("zstd", "gzip")
# Schemas of bodies whose length the server does not limit; some bound is needed.
STREAMED_TEXT = {"type": "string", "maxLength": 2**53 - 1}
BINARY = {**STREAMED_TEXT, "format": "binary"}


def format_responses(*formats: Format) -> dict[int | str, dict[str, Any]]:
    """The formats of an endpoint besides JSON, for its documentation."""
    content: dict[str, Any] = {}
    for format_ in formats:
        schema = BINARY if format_ == "parquet" else STREAMED_TEXT
        content[FORMATS[format_].media_type] = {"schema": schema}
    return {200: {"content": content}}


def choose_format(
    request: Request,
    requested: Format | None,
    offered: Sequence[Format] = tuple(FORMATS),
) -> Format:
    """The value of `format`, else the format with the highest weight in `Accept` (RFC 9110
    §12.5.1); the first offered one among equals.

    Raises NotAcceptable if none of the offered formats is acceptable."""
    if requested is not None:
        if requested not in offered:
            listed = ", ".join(offered)
            raise NotAcceptable(f"This is not available as {requested}. Use one of {listed}.")
        return requested
    accept = _accept_field(request)
    best = _find_best_format(accept, tuple(offered))
    if best is None:
        listed = ", ".join(FORMATS[format_].media_type for format_ in offered)
        raise NotAcceptable(f"None of {accept[:200]!r} is available here. Accept {listed}.")
    return best


def accepts(request: Request, media_type: str) -> bool:
    """Whether the client accepts the media type, perhaps as one of many."""
    return _media_type_weight(media_type, parse_weights(_accept_field(request))) > 0


def prefers(request: Request, media_type: str, other: str) -> bool:
    """Whether the client names the media type, and does not accept the other one more."""
    ranges = parse_weights(_accept_field(request))
    weight = ranges.get(media_type, 0.0)
    return weight > 0 and weight >= ranges.get(other, 0.0)


def _accept_field(request: Request) -> str:
    return ", ".join(request.headers.getlist("accept")) or "*/*"


# Clients of one kind send the same field with every request. Few are stored: a field may be long.
@lru_cache(maxsize=100)
def _find_best_format(accept: str, offered: tuple[Format, ...]) -> Format | None:
    ranges = parse_weights(accept)
    best = None
    best_weight = 0.0
    for format_ in offered:
        spec = FORMATS[format_]
        for media_type in (spec.media_type, *spec.synonyms):
            weight = _media_type_weight(media_type, ranges)
            if weight > best_weight:
                best = format_
                best_weight = weight
    return best


def _media_type_weight(media_type: str, ranges: Weights) -> float:
    """The weight of the most specific range that includes the media type; 0 without one."""
    main_type = media_type.partition("/")[0]
    for media_range in (media_type, f"{main_type}/*", "*/*"):
        if media_range in ranges:
            return ranges[media_range]
    return 0.0


@lru_cache(maxsize=1_000)
def choose_coding(accept_encoding: bytes) -> Coding:
    """The coding with the highest weight (RFC 9110 §12.5.3); `identity` if the client accepts no
    compression, or prefers none."""
    weights = parse_weights(accept_encoding.decode("latin-1"))
    default = weights.get("*", 0.0)
    identity_weight = weights.get("identity", 0.0)
    best: Coding = "identity"
    best_weight = 0.0
    for coding in COMPRESSIONS:
        weight = weights.get(coding, default)
        if weight > best_weight and weight >= identity_weight:
            best = coding
            best_weight = weight
    return best


def parse_weights(field: str) -> Weights:
    """The weight of each media range or coding that a header field lists (RFC 9110 §12.4.2)."""
    weights: Weights = {}
    for element in field.lower().split(","):
        name, *parameters = element.split(";")
        weights[name.strip()] = _read_weight(parameters)
    return weights


def _read_weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        value = value.strip()
        is_number = value.replace(".", "", 1).isdecimal()
        if name.strip() == "q" and is_number:
            return min(float(value), 1.0)
    # Also where `q` is not a number: an unusable preference is no reason to refuse the request.
    return 1.0
