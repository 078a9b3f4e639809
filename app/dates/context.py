"""What one expression of a document names, and what its meaning depends on."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Context:
    """What the words depend on: the day on which the document speaks, and a fiscal year, as its
    name and its first day."""

    anchor: date | None = None
    fiscal_year: tuple[int, date] | None = None


@dataclass(frozen=True)
class Period:
    """The start as EDTF; the end, if it differs; the reason, if they are derived."""

    start: str
    end: str | None = None
    reason: str | None = None
    # Whether it counts fiscal years.
    fiscal: bool = False


class Needs(Exception):
    """The words depend on something that the context lacks; the message names it."""


FISCAL_YEAR = "the first day of a fiscal year"
ANCHOR = "the day on which the document speaks"

ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "last": 4,
    "final": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
ORDINAL = "|".join(ORDINALS)
ORDINAL_OF_TWO = "first|second|1st|2nd"
