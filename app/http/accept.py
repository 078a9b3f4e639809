"""Content negotiation: the format and the coding of a response (RFC 9110 §12.5)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from fastapi import Request

from app.errors import NotAcceptable
from app.export.formats import FORMATS
from app.vocabulary import Format

Coding = Literal["zstd", "gzip", "identity"]
# Among codings of equal weight, the first is preferred.
COMPRESSIONS: tuple[Coding, ...] = ("zstd", "gzip")


def format_responses(*formats: Format) -> dict[int | str, dict[str, Any]]:
    """The formats of an endpoint besides JSON, for its documentation."""
    return {200: {"content": {FORMATS[format_].media_type: {} for format_ in formats}}}


def choose_format(
    request: Request, requested: Format | None, offered: Sequence[Format] = tuple(FORMATS)
) -> Format:
    """The value of `format`, else the format with the highest weight in `Accept` (RFC 9110
    §12.5.1); the first offered one among equals.

    Raises NotAcceptable if none of the offered formats is acceptable."""
    if requested is not None:
        if requested not in offered:
            listed = ", ".join(offered)
            raise NotAcceptable(f"This is not available as {requested}. Use one of {listed}.")
        return requested
    accept = ", ".join(request.headers.getlist("accept")) or "*/*"
    weights = parse_weights(accept)
    best = max(offered, key=lambda format_: _format_weight(format_, weights))
    if _format_weight(best, weights) == 0:
        listed = ", ".join(FORMATS[format_].media_type for format_ in offered)
        raise NotAcceptable(f"None of {accept[:200]!r} is available here. Accept {listed}.")
    return best


def _format_weight(format_: Format, weights: Mapping[str, float]) -> float:
    spec = FORMATS[format_]
    media_types = (spec.media_type, *spec.synonyms)
    return max(_media_type_weight(media_type, weights) for media_type in media_types)


def _media_type_weight(media_type: str, weights: Mapping[str, float]) -> float:
    """The weight of the most specific range that includes the media type; 0 without one."""
    main_type = media_type.partition("/")[0]
    for media_range in (media_type, f"{main_type}/*", "*/*"):
        if media_range in weights:
            return weights[media_range]
    return 0.0


# Clients of one kind send the same field with every request.
@lru_cache(maxsize=1_000)
def choose_coding(accept_encoding: bytes) -> Coding:
    """The coding with the highest weight (RFC 9110 §12.5.3); `identity` if the client accepts no
    compression, or prefers none."""
    weights = parse_weights(accept_encoding.decode("latin-1"))
    default = weights.get("*", 0.0)
    best = max(COMPRESSIONS, key=lambda coding: weights.get(coding, default))
    weight = weights.get(best, default)
    if weight > 0 and weight >= weights.get("identity", 0.0):
        return best
    return "identity"


def parse_weights(field: str) -> dict[str, float]:
    """The weight of each media range or coding that a header field lists (RFC 9110 §12.4.2)."""
    weights = {}
    for element in field.lower().split(","):
        name, *parameters = element.split(";")
        weights[name.strip()] = _read_weight(parameters)
    return weights


def _read_weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        value = value.strip()
        if name.strip() == "q" and value.replace(".", "", 1).isdecimal():
            return min(float(value), 1.0)
    # Also where `q` is not a number: an unusable preference is no reason to refuse the request.
    return 1.0
