"""What did a caller get wrong, in words that name the value and say what to do?"""

import re
from collections.abc import Iterable
from typing import Any

from pydantic_core import ErrorDetails

from app.errors import suggest

# What is said of a value beyond a bound, by pydantic's word for it.
_NOT_A = {
    "string_type": "text",
    "list_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "int_type": "whole number",
}
_BEYOND = {
    "string_too_long": "has {size} characters, and {max_length} are allowed",
    "too_long": "has {size} values, and {max_length} are allowed",
    "less_than_equal": "is more than {le}",
    "greater_than_equal": "is less than {ge}",
}


def describe_error(error: ErrorDetails, known: Iterable[str] = ()) -> str:
    """One pydantic error as a sentence; `known` are the names that the place allows."""
    kind, given = error["type"], error["input"]
    if kind == "missing":
        return "is required."
    if kind == "extra_forbidden":
        return f"is unknown here.{suggest(str(error['loc'][-1]), known)}"
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
        return f"{short_repr(given)} is not one of its values.{suggest(str(given), allowed)}"
    if kind == "string_unicode":
        return f"{short_repr(given)} has half of a surrogate pair. Remove it."
    if given == "" or (kind == "too_short" and not given):
        return "is empty."
    if kind in _NOT_A or kind in _BEYOND:
        return _say_what_it_is(error)
    if kind == "value_error":
        return f"{error['msg'].removeprefix('Value error, ')}."
    return f"{short_repr(given)} cannot be used: {_lower(error['msg'])}."


def _say_what_it_is(error: ErrorDetails) -> str:
    kind, given = error["type"], error["input"]
    if kind in _BEYOND:
        size = len(given) if hasattr(given, "__len__") else None
        return f"{short_repr(given)} {_BEYOND[kind].format(size=size, **error['ctx'])}."
    value = str(given).lower() if isinstance(given, bool) else short_repr(given)
    return f"{'null' if given is None else value} is no {_NOT_A[kind]}."


def short_repr(value: Any, length: int = 80) -> str:
    """A value as it may be printed: on one line, and not too long."""
    text = repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"


def pointer(path: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901) of keys and indexes."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")
