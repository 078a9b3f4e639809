"""How long answers may be: an agent pays for each word that it reads."""

import json
from collections.abc import Callable
from typing import Any

from pydantic_core import to_json

Json = dict[str, Any]

# Of an answer as it is sent, in bytes: its text and, once more, its structured content.
DEFAULT_BYTES = 8_000
MAX_BYTES = 60_000
# The rest of the message around them.
_ENVELOPE_BYTES = 400
# A title or quote that is longer is cut where it stands beside others.
MAX_TITLE_CHARACTERS = 300
MAX_LISTED_QUOTE_CHARACTERS = 600


def write_text(answer: Json) -> str:
    """The answer as text: the same as its structured content."""
    return to_json(answer).decode()


def size_of(answer: Json) -> int:
    """Bytes of the answer as it is sent, where other characters than ASCII are escaped."""
    text = write_text(answer)
    structured = json.dumps(answer, separators=(",", ":"))
    return len(structured) + len(json.dumps(text)) + _ENVELOPE_BYTES


def fit(build: Callable[[int], Json], count: int, max_bytes: int) -> Json:
    """The answer that `build` gives for `count` items, or for as many as fit, but one at least."""
    while True:
        answer = build(count)
        size = size_of(answer)
        if size <= max_bytes or count <= 1:
            return answer
        # A little less than its share, as the items differ in length.
        count = max(1, min(count - 1, count * max_bytes * 9 // (size * 10)))


def shorten(text: str, max_characters: int) -> str:
    """The beginning of a text, with an ellipsis if it is cut."""
    if len(text) <= max_characters:
        return text
    return text[: max_characters - 1] + "…"


def shorten_around_difference(text: str, other: str, max_characters: int) -> str:
    """The part of a text where it first differs from the other; an ellipsis where it is cut."""
    difference = 0
    for letter, other_letter in zip(text, other, strict=False):
        if letter != other_letter:
            break
        difference += 1
    start = difference - max_characters // 2
    start = min(start, len(text) - max_characters)
    if start <= 0:
        return shorten(text, max_characters)
    # One character less, for the ellipsis.
    shown = text[start + 1 :]
    return shorten(f"…{shown}", max_characters)


def drop_empty(fields: Json) -> Json:
    """The fields that say something: null and empty lists and objects are left out."""
    return {name: value for name, value in fields.items() if value not in (None, [], {}, "")}
