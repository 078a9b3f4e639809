"""Fiscal years, and their quarters and halves: "FY2026", "exercice 2025-2026", "Q3 FY2026"."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from app.dates.arithmetic import plus_months
from app.dates.context import Context, Period
from app.dates.grammar import Grammar
from app.dates.templates import Match, Pattern, write_choice, write_pattern

_GAP = "[ /-]{0,2}"


class _Expression(NamedTuple):
    """A pattern for one fiscal year or part of it, or for several."""

    pattern: Pattern
    # How many such parts a year has.
    parts: int
    is_plural: bool


def parse_fiscal_year(text: str) -> tuple[int, date] | None:
    """The name of a fiscal year and its first day, as in `2026=2025-10-01`; None if it is not one.

    Every fiscal year begins on that day, and is named after a year in which it has days."""
    name, _, day = text.partition("=")
    try:
        year = int(name)
        first_day = date.fromisoformat(day)
    except ValueError:
        return None
    if year - first_day.year not in (0, 1):
        return None
    # Not every year has that day.
    if first_day.month == 2 and first_day.day == 29:
        return None
    return year, first_day


class FiscalReader:
    """Reads the fiscal years of one language."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        lexicon = grammar.lexicon
        forms = lexicon.forms
        self._expressions: list[_Expression] = []
        for template in forms.fiscal_years:
            self._add(write_pattern(template, grammar.slots), 1, is_plural=True)
        quarter = f"(?:{write_choice(lexicon.quarter_letters)})"
        half = f"(?:{write_choice(lexicon.half_letters)})"
        for template in forms.fiscal_year:
            name = write_pattern(template, grammar.slots)
            self._add(name, 1)
            self._add_parts(name, forms.fiscal_quarter, quarter, 4)
            self._add_parts(name, forms.fiscal_half, half, 2)

    def _add(
        self,
        pattern: str,
        parts: int,
        *,
        is_plural: bool = False,
    ) -> None:
        self._expressions.append(_Expression(re.compile(pattern), parts, is_plural))

    def _add_parts(
        self,
        name: str,
        templates: list[str],
        letters: str,
        parts: int,
    ) -> None:
        """ "Third quarter of FY2026", "Q3 FY2026", "3Q FY2026", "FY2026 Q3"."""
        link = f"{_GAP}{self._grammar.of}{self._grammar.article}"
        number = f"0?(?P<number>[1-{parts}])"
        for template in templates:
            part = write_pattern(template, self._grammar.slots)
            self._add(f"{part}{link}{name}", parts)
        self._add(f"{letters} ?{number}{link}{name}", parts)
        self._add(f"(?P<number>[1-{parts}]){letters}{link}{name}", parts)
        self._add(f"{name}{_GAP}{letters} ?{number}", parts)

    def read(
        self,
        context: Context,
        text: str,
    ) -> Period | None:
        """A fiscal year, or a quarter or half of one; None if the text names none.

        Raises Needs if the context does not know when fiscal years begin."""
        for expression in self._expressions:
            match = expression.pattern.fullmatch(text)
            if match is not None:
                return self._read_match(context, match, expression)
        return None

    def _read_match(
        self,
        context: Context,
        match: Match,
        expression: _Expression,
    ) -> Period | None:
        base_year, base_day, reason = context.find_fiscal_year()
        year = match["year"]
        next_year = match["next_year"]
        years = 1
        if next_year is not None and _is_next(year, next_year) and not expression.is_plural:
            # "FY2025-26" is the fiscal year with days in both, whatever the others are named after.
            if (base_day.month, base_day.day) == (1, 1):
                return None
            base_year = base_day.year
            reason = f"read as the one fiscal year with days in both; {reason}"
        elif next_year is not None:
            # "FY2025-30" is several.
            years += _expand(next_year, base_year) - _expand(year, base_year)
        if years < 1 or (years > 1 and expression.parts > 1):
            return None
        months = 12 // expression.parts
        offset = 12 * (_expand(year, base_year) - base_year)
        if expression.parts > 1:
            offset += months * (self._read_number(match) - 1)
        first_day = plus_months(base_day, offset)
        last_day = plus_months(first_day, months + 12 * (years - 1)) - timedelta(days=1)
        return Period(first_day.isoformat(), last_day.isoformat(), reason=reason, fiscal=True)

    def _read_number(self, match: Match) -> int:
        groups = match.groupdict()
        number = groups.get("number")
        if number is not None:
            return int(number)
        word = groups.get("ordinal") or groups["ordinal_of_two"]
        return self._grammar.ordinals[word]


def _is_next(
    year: str,
    next_year: str,
) -> bool:
    """Whether the second year, perhaps without its century, follows the first."""
    # Two digits are enough: a year is not followed by one a century later.
    return (int(year) + 1) % 100 == int(next_year) % 100


def _expand(
    year: str,
    base_year: int,
) -> int:
    """The year; of two digits, the nearest year that ends in them."""
    number = int(year)
    if len(year) == 2:
        return base_year + (number - base_year + 50) % 100 - 50
    return number
