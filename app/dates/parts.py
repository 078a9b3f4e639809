"""Parts of a period that no calendar names: "early 2026", "the end of Q3 2026", "mid-May 2026"."""

import re
from typing import Literal, NamedTuple, get_args

from app.dates.context import Period
from app.dates.grammar import Grammar
from app.dates.templates import Pattern, write_choice

Place = Literal["start", "early", "middle", "late", "end"]
PLACES: tuple[Place, ...] = get_args(Place)
# Where each place is: in the first, the second or the last third.
_THIRDS = {"start": 0, "early": 0, "middle": 1, "late": 2, "end": 2}
_POSITIONS = ("first", "middle", "last")
_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_QUARTER = re.compile(r"\d{4}-3[3-6]")
_HALF = re.compile(r"\d{4}-4[01]")
_DECADE = re.compile(r"\d{3}X")
_SEASON = re.compile(r"\d{4}-2[1-9]")
_WITHOUT_PARTS = {"half year": _HALF, "month": _MONTH, "decade": _DECADE, "season": _SEASON}


class Part(NamedTuple):
    """A part of a period: its place, the word for it, and the period."""

    place: Place
    word: str
    period: str


class PartReader:
    """Splits expressions that name a part of a period."""

    def __init__(self, grammar: Grammar) -> None:
        parts = grammar.lexicon.parts
        self._words: set[str] = set()
        self._patterns: list[tuple[Place, Pattern]] = []
        year_end = write_choice(parts.year_end)
        pattern = f"(?P<word>{year_end}) {grammar.of}(?P<period>[12][0-9]{{3}})"
        self._patterns.append(("end", re.compile(pattern)))
        # The longest words first: "gegen Ende" is not "Ende".
        for place in PLACES:
            for word in getattr(parts, place):
                self._words.add(word)
                pattern = f"(?P<word>{re.escape(word)})(?: |-|(?<='))"
                pattern = f"{pattern}{grammar.article}(?P<period>.+)"
                self._patterns.append((place, re.compile(pattern)))
        self._patterns.sort(key=lambda item: len(item[1].pattern), reverse=True)

    def split(self, text: str) -> Part | None:
        """The part that the text names; None if it names none."""
        for place, pattern in self._patterns:
            match = pattern.fullmatch(text)
            if match is not None:
                return Part(place, match["word"], match["period"])
        return None

    def is_word(self, text: str) -> bool:
        """Whether the text is a word for a part alone."""
        return text in self._words


def take_part(
    period: Period,
    part: Part,
) -> Period | None:
    """The part of the period as a derived period; None for a part of a day.

    A third of a year or quarter is one; half a year has quarters. What EDTF cannot express, such as
    a third of a month, is read as the whole period."""
    if period.fiscal:
        return _take_fiscal_part(period, part)
    edtf = period.start
    year = edtf[:4]
    word = part.word
    third = _THIRDS[part.place]
    position = _POSITIONS[third]
    if _YEAR.fullmatch(edtf):
        third_of_year = f"{year}-{37 + third}~"
        return _derive(third_of_year, f"{word!r} is read as the {position} third of the year")
    if _QUARTER.fullmatch(edtf):
        first_month = 3 * (int(edtf[5:]) - 33) + 1
        month = f"{year}-{first_month + third:02}~"
        return _derive(month, f"{word!r} is read as the {position} month of the quarter")
    if _HALF.fullmatch(edtf) and third != 1:
        first_quarter = 33 + 2 * (int(edtf[5:]) - 40)
        quarter = f"{year}-{first_quarter + third // 2}~"
        return _derive(
            quarter, f"{word!r} is read as the {position} quarter of the half year"
        )
    for unit, pattern in _WITHOUT_PARTS.items():
        if pattern.fullmatch(edtf):
            return _derive(
                edtf, f"{word!r} is some part of the {unit}, read as the whole of it"
            )
    return None


def _derive(
    edtf: str,
    reason: str,
) -> Period:
    return Period(edtf, reason=reason)


def _take_fiscal_part(
    period: Period,
    part: Part,
) -> Period:
    """The first or the last day, about; fiscal years have no EDTF of their own to divide."""
    assert period.end is not None
    reason = period.reason
    if part.place == "start":
        return Period(f"{period.start}~", reason=reason, fiscal=True)
    if part.place == "end":
        return Period(f"{period.end}~", reason=reason, fiscal=True)
    reason = f"{part.word!r} is some part of it, read as the whole; {reason}"
    return Period(period.start, period.end, reason=reason, fiscal=True)
