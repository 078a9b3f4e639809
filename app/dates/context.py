"""What one expression of a document names, and what its meaning depends on."""

import calendar
from dataclasses import dataclass
from datetime import date

from app.dates.lexicon import DEFAULT_LANGUAGE


@dataclass(frozen=True)
class Context:
    """What the words depend on: the day on which the document speaks; a fiscal year, as its name
    and its first day, or the month in which fiscal years begin; the language, as ISO 639-1 code;
    and the year of days and months that name none, because it stands in the heading."""

    anchor: date | None = None
    fiscal_year: tuple[int, date] | None = None
    language: str = DEFAULT_LANGUAGE
    year: int | None = None
    fiscal_year_start: int | None = None

    def find_fiscal_year(self) -> tuple[int, date, str]:
        """The name of a fiscal year, its first day, and how both are known.

        A fiscal year that begins in a month is named after the year in which it ends; one that is
        given by its name and first day decides. Raises Needs without either."""
        if self.fiscal_year is not None:
            name, first_day = self.fiscal_year
            return name, first_day, f"fiscal year {name} begins on {first_day}"
        if self.fiscal_year_start is None:
            raise Needs(FISCAL_YEAR)
        month = self.fiscal_year_start
        first_day = date(self._find_nearby_year(), month, 1)
        reason = f"fiscal years begin in {calendar.month_name[month]}"
        if month == 1:
            return first_day.year, first_day, f"{reason}, as calendar years do"
        reason = f"{reason}, and are named after the year in which they end"
        return first_day.year + 1, first_day, reason

    def _find_nearby_year(self) -> int:
        """A year near those of the document: "FY26" is in the same century."""
        if self.year is not None:
            return self.year
        if self.anchor is not None:
            return self.anchor.year
        return 2000


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


class NeedsEvent(Needs):
    """The words count from the day of an event; the message has its words."""


FISCAL_YEAR = "the first day of a fiscal year"
ANCHOR = "the day on which the document speaks"
YEAR = "the year"
EVENT = "the day of "
