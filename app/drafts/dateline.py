"""The dateline of a report: "STRELSAU, 12 March 2026 — The ministry …"."""

import re
from dataclasses import dataclass
from datetime import date

from app.dates.context import Context
from app.drafts.sentences import Span
from app.drafts.times import TimeFinder, read_time
from app.reading.blocks import BlockKind, ReadFile

# It stands where the report begins; a subtitle or two may come before.
_MAX_BLOCKS = 4
_MAX_CHARACTERS = 120
_MAX_PLACE_WORDS = 6
# "of", "de la", "an der": small words within the name of a place.
_MAX_SMALL_LETTERS = 3
_DASH = re.compile(r"\s*\)?\s*(?:[–—]|--?)\s+(?=\S)")
_CAPITALS = re.compile(
    r"[^\W\d_a-zß-öø-ÿ][^\d_a-zß-öø-ÿ–—:;!?]{2,40}?\s*(?:[–—]|--)\s+(?=\S)"
)
_EDGES = " ,/("


@dataclass(frozen=True)
class Dateline:
    """Where a dateline stands, with the dash after it; the day that it names, and its words."""

    span: Span
    day: date | None = None
    words: str = ""


def find_dateline(
    file: ReadFile,
    folded: str,
    finder: TimeFinder,
    language: str,
) -> Dateline | None:
    """The dateline of the first paragraphs. One without a day has a place in capitals."""
    paragraphs = [block for block in file.blocks if block.kind == BlockKind.PARAGRAPH]
    for block in paragraphs[:_MAX_BLOCKS]:
        latest = min(block.end, block.start + _MAX_CHARACTERS)
        for time in finder.find(folded, Span(block.start, latest)):
            dash = _DASH.match(file.text, time.end, block.end)
            if dash is None or not _is_place(file.text[block.start : time.start]):
                continue
            reading = read_time(folded[time.start : time.end], Context(language=language))
            if reading is None or reading.start is None or reading.end_kind != "same":
                continue
            if reading.start.precision == "day":
                span = Span(block.start, dash.end())
                words = file.text[block.start : dash.start()].strip(_EDGES)
                return Dateline(span, reading.start.earliest, words)
        capitals = _CAPITALS.match(file.text, block.start, latest)
        if capitals is not None:
            return Dateline(Span(block.start, capitals.end()))
    return None


def _is_place(text: str) -> bool:
    words = text.strip(_EDGES).split()
    if not 0 < len(words) <= _MAX_PLACE_WORDS or not words[0][:1].isupper():
        return False
    for word in words:
        if not word[:1].isupper() and len(word.strip(_EDGES)) > _MAX_SMALL_LETTERS:
            return False
    return True
