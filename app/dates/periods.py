"""The days that one expression of a document names: "2025 Q4", "mi-2026", "16. September 2025".

Only expressions with one meaning: "04/05/2026" is not read in English, nor is "the 2000s".
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Literal

from app.dates.context import Context, Period
from app.dates.fiscal import FiscalReader
from app.dates.grammar import YEAR, Grammar
from app.dates.parts import PartReader, Place, take_part
from app.dates.templates import Match, Pattern, write_choice, write_prefix

ReadPeriod = Callable[[Match], Period | None]
# The side of an interval that a period is read for.
Bound = Literal["start", "end"]

_MONTH_NUMBER = "(?P<month>0[1-9]|1[0-2])"
_GAP = "[ /-]{0,2}"


class PeriodReader:
    """Reads the periods of one language."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.parts = PartReader(grammar)
        self._fiscal = FiscalReader(grammar)
        # Words that add nothing.
        prepositions = write_prefix(grammar.lexicon.prepositions)
        self._opening = re.compile(f"{prepositions}?{grammar.article}")
        self._expressions = self._compile()

    def read(
        self,
        context: Context,
        text: str,
        bound: Bound | None = None,
    ) -> Period | None:
        """The period that one expression names, normalized; None if it is not understood.

        For the end of an interval, "the end of 2026" is 2026: "until the end of 2026" ends as
        "until 2026" does. So is "the start of 2026" for a start. Raises Needs, and ValueError
        outside the years 1 to 9999."""
        text = self._opening.sub("", text, count=1)
        part = self.parts.split(text)
        if part is None:
            return self._read_expression(context, text)
        period = self._read_expression(context, part.period)
        if period is None:
            return self._read_expression(context, text)
        if part.place == bound and not period.fiscal:
            has_parts = take_part(period, part) is not None
            return period if has_parts else None
        return take_part(period, part)

    def find_place(self, text: str) -> Place | None:
        """Which part of a period the text names; None if none."""
        part = self.parts.split(self._opening.sub("", text, count=1))
        if part is None:
            return None
        return part.place

    def _read_expression(
        self,
        context: Context,
        text: str,
    ) -> Period | None:
        for pattern, read in self._expressions:
            match = pattern.fullmatch(text)
            if match is not None:
                return read(match)
        return self._fiscal.read(context, text)

    def _compile(self) -> list[tuple[Pattern, ReadPeriod]]:
        """The numeric expressions of all languages, then the forms of this one."""
        readers: dict[str, ReadPeriod] = {
            "year": self._read_year,
            "about": lambda match: Period(f"{match['year']}~"),
            "decade": lambda match: Period(f"{match['tens']}X"),
            "day": self._read_day,
            "month": self._read_month,
            "season": self._read_season,
            "quarter": self._read_quarter,
            "half": self._read_half,
        }
        expressions = []
        for expression, read in self._list_numeric():
            expressions.append((re.compile(expression), read))
        for name, pattern in self.grammar.period_forms():
            expressions.append((pattern, readers[name]))
        return expressions

    def _list_numeric(self) -> Iterator[tuple[str, ReadPeriod]]:
        two_digits = "[0-9]{2}"
        one_or_two = "[0-9]{1,2}"
        day = f"(?P<day>{two_digits})"
        weekday = f"(?:{self.grammar.slots['weekday']} )?"
        yield YEAR, self._read_year
        yield f"{YEAR} ?\\?", self._read_uncertain
        yield f"{YEAR}-{_MONTH_NUMBER}-{day}", self._read_day
        yield f"{YEAR}{_MONTH_NUMBER}(?P<day>[0-3][0-9])", self._read_day
        yield f"{YEAR}(?P<sign>[./])(?P<month>{two_digits})(?P=sign){day}", self._read_day
        day_and_month = f"(?P<day>{one_or_two})\\.(?P<month>{one_or_two})"
        yield f"{weekday}{day_and_month}\\. ?{YEAR}", self._read_day
        numbers = f"(?P<first>{one_or_two})(?P<sign>[/-])(?P<second>{one_or_two})"
        yield f"{weekday}{numbers}(?P=sign){YEAR}", self._read_numbers
        yield f"{YEAR}-{_MONTH_NUMBER}", self._read_iso_month
        # Not "2005/06", which may be a year that turns.
        yield f"(?P<month>0?[1-9]|1[0-2])[/.-]{YEAR}", self._read_month
        yield f"{YEAR}-?m{_MONTH_NUMBER}", self._read_month
        lexicon = self.grammar.lexicon
        yield from self._list_numbered(lexicon.quarter_letters, 4, self._read_quarter)
        yield from self._list_numbered(lexicon.half_letters, 2, self._read_half)

    def _list_numbered(
        self,
        letters: Iterable[str],
        parts: int,
        read: ReadPeriod,
    ) -> Iterator[tuple[str, ReadPeriod]]:
        """ "Q3 2026", "3Q 2026", "2026 Q3"."""
        letter = f"(?:{write_choice(letters)})"
        number = f"(?P<number>[1-{parts}])"
        yield f"{letter} ?0?{number}(?: {self.grammar.of}|{_GAP}){YEAR}", read
        yield f"{number}{letter} ?{YEAR}", read
        yield f"{YEAR}{_GAP}{letter} ?0?{number}", read

    def _read_year(self, match: Match) -> Period:
        return Period(match["year"])

    def _read_uncertain(self, match: Match) -> Period:
        return Period(f"{match['year']}?")

    def _read_day(self, match: Match) -> Period | None:
        weekday = match.groupdict().get("weekday")
        return self._name_day(match["year"], match["month"], match["day"], weekday)

    def _name_day(
        self,
        year: str,
        month: str,
        day: str,
        weekday: str | None = None,
    ) -> Period | None:
        try:
            named_day = date(int(year), self._number_month(month), int(day))
        except ValueError:
            return None
        if weekday is not None:
            weekday_number = self.grammar.weekdays[weekday]
            if weekday_number != named_day.isoweekday():
                return None
        return Period(named_day.isoformat())

    def _number_month(self, month: str) -> int:
        return self.grammar.months.get(month) or int(month)

    def _read_numbers(self, match: Match) -> Period | None:
        """A day and a month. Where the language has no one order, only if one order alone has a
        meaning: "13/05/2026", but not "04/05/2026"."""
        year = match["year"]
        weekday = match["weekday"]
        day_first = self._name_day(year, match["second"], match["first"], weekday)
        if self.grammar.lexicon.numeric_order == "day":
            return day_first
        month_first = self._name_day(year, match["first"], match["second"], weekday)
        if day_first is None or month_first is None or day_first == month_first:
            return day_first or month_first
        return None

    def _read_month(self, match: Match) -> Period:
        return Period(f"{match['year']}-{self._number_month(match['month']):02}")

    def _read_iso_month(self, match: Match) -> Period | None:
        # "2010-11" may as well be the name of a year that turns.
        next_year = int(match["year"]) + 1
        if int(match["month"]) == next_year % 100:
            return None
        return self._read_month(match)

    def _read_quarter(self, match: Match) -> Period:
        return Period(f"{match['year']}-{32 + self._read_ordinal(match)}")

    def _read_half(self, match: Match) -> Period:
        return Period(f"{match['year']}-{39 + self._read_ordinal(match)}")

    def _read_ordinal(self, match: Match) -> int:
        groups = match.groupdict()
        number = groups.get("number")
        if number is not None:
            return int(number)
        word = groups.get("ordinal") or groups["ordinal_of_two"]
        return self.grammar.ordinals[word]

    def _read_season(self, match: Match) -> Period:
        # Needs no qualifier: a season of no hemisphere is approximate in itself.
        return Period(f"{match['year']}-{20 + self.grammar.seasons[match['season']]}")
