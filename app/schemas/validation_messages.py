"""Validation errors of pydantic as sentences that name the value and suggest a correction."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic_core import ErrorDetails

from app.errors import suggest

# The expected kind of value, by pydantic's type of error.
_EXPECTED = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "int_type": "a whole number",
}
# The bound that a value exceeds, by pydantic's type of error.
_EXCEEDED = {
    "string_too_long": "has {size} characters, and {max_length} are allowed",
    "too_long": "has {size} values, and {max_length} are allowed",
    "less_than_equal": "is more than {le}",
    "greater_than_equal": "is less than {ge}",
}


def describe_error(error: ErrorDetails, allowed_names: Iterable[str] = ()) -> str:
    """The error as a sentence without a subject, which the caller puts in front.

    A name that is not allowed is compared with `allowed_names` for a suggestion."""
    kind, value = error["type"], error["input"]
    if kind == "missing":
        return "is required."
    if kind == "extra_forbidden":
        name = str(error["loc"][-1])
        return f"is unknown here.{suggest(name, allowed_names)}"
    if kind == "literal_error":
        return _describe_literal(error)
    if kind == "string_unicode":
        return f"{short_repr(value)} has half of a surrogate pair. Remove it."
    if value == "" or (kind == "too_short" and not value):
        return "is empty."
    if kind == "value_error":
        detail = error["msg"].removeprefix("Value error, ")
        # A suggestion is a question.
        return detail if detail.endswith("?") else f"{detail}."
    return _describe_value(error)


def _describe_value(error: ErrorDetails) -> str:
    kind, value = error["type"], error["input"]
    if kind in _EXCEEDED:
        size = len(value) if hasattr(value, "__len__") else None
        bound = _EXCEEDED[kind].format(size=size, **error["ctx"])
        return f"{short_repr(value)} {bound}."
    if kind in _EXPECTED:
        return f"{_json_repr(value)} is not {_EXPECTED[kind]}."
    return f"{short_repr(value)} cannot be used: {_as_clause(error['msg'])}."


def _describe_literal(error: ErrorDetails) -> str:
    value = error["input"]
    # Pydantic lists the allowed values only in words: "'a', 'b' or 'c'".
    expected = str(error.get("ctx", {}).get("expected", ""))
    allowed = re.findall(r"'([^']*)'", expected)
    return f"{short_repr(value)} is not one of its values.{suggest(str(value), allowed)}"


def _json_repr(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return short_repr(value)


def short_repr(value: Any, max_characters: int = 80) -> str:
    """The value on one line, cut to a length for messages."""
    text = repr(value)
    if len(text) <= max_characters:
        return text
    return text[: max_characters - 1] + "…"


def pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901) of keys and indexes."""
    escaped = [str(part).replace("~", "~0").replace("/", "~1") for part in path]
    return "".join(f"/{part}" for part in escaped)


def _as_clause(message: str) -> str:
    """Pydantic's message as the end of a sentence."""
    return message[:1].lower() + message[1:].rstrip(".")
