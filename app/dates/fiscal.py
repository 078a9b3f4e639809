"""Fiscal years, and their quarters and halves: "FY2026", "FY2025-26", "Q3 FY2026"."""

import re
from datetime import date, timedelta

from app.dates.arithmetic import plus_months
from app.dates.context import (
    FISCAL_YEAR,
    ORDINAL,
    ORDINALS,
    Context,
    Needs,
    Period,
)

_YEARS = r"(?P<year>[12]\d{3}|\d\d)(?:[-/](?P<next_year>[12]\d{3}|\d\d))?"
_NOUN = r"(?:fy|(?:fiscal|financial) year(?P<plural>s)?|fiscal)"
_PART = (
    rf"(?:(?:the )?(?P<ordinal>{ORDINAL}) (?P<unit>quarter|half)"
    r"|(?P<letter>[qh]) ?0?(?P<number>[1-4])|(?P<number_before>[1-4])(?P<letter_behind>[qh]))"
)
_PART_BEHIND = r"[ ,/-]{0,2}(?P<letter>[qh]) ?0?(?P<number>[1-4])"
_LINK = r"(?: of| in)?(?: the)?[ ,/-]{0,2}"
# "FY26" and "FY 2025-26"; "the 2025/26 fiscal year".
_NAMES = (rf"(?:the )?{_NOUN} ?'?{_YEARS}", rf"(?:the )?{_YEARS} (?:fiscal|financial) year")
_EXPRESSIONS = []
for _name in _NAMES:
    for _pattern in (_name, rf"{_PART}{_LINK}{_name}", rf"{_name}{_PART_BEHIND}"):
        _EXPRESSIONS.append(re.compile(_pattern, re.ASCII))
# The parts of a year: how many there are, by what they are called.
_PARTS = {"quarter": 4, "q": 4, "half": 2, "h": 2}


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


def read_fiscal_period(context: Context, text: str) -> Period | None:
    """A fiscal year, or a quarter or half of one; None if the text names none.

    Raises Needs without a fiscal year in the context."""
    for expression in _EXPRESSIONS:
        match = expression.fullmatch(text)
        if match is not None:
            return _read_match(context, match.groupdict())
    return None


def _read_match(context: Context, groups: dict[str, str | None]) -> Period | None:
    if context.fiscal_year is None:
        raise Needs(FISCAL_YEAR)
    base_year, base_day = context.fiscal_year
    reason = f"fiscal year {base_year} begins on {base_day}"
    year = groups["year"] or ""
    next_year = groups["next_year"]
    years = 1
    if next_year is not None and _is_next(year, next_year) and not groups.get("plural"):
        # "FY2025-26" is the fiscal year with days in both, whatever the others are named after.
        if (base_day.month, base_day.day) == (1, 1):
            return None
        base_year = base_day.year
        reason = f"read as the one fiscal year with days in both; {reason}"
    elif next_year is not None:
        # "FY2025-30" is several.
        years += _expand(next_year, base_year) - _expand(year, base_year)
    part = _find_part(groups)
    if part is None or years < 1:
        return None
    months, offset = part
    if years > 1 and months < 12:
        return None
    offset += 12 * (_expand(year, base_year) - base_year)
    months += 12 * (years - 1)
    first_day = plus_months(base_day, offset)
    last_day = plus_months(first_day, months) - timedelta(days=1)
    return Period(first_day.isoformat(), last_day.isoformat(), reason=reason, fiscal=True)


def _find_part(groups: dict[str, str | None]) -> tuple[int, int] | None:
    """The length in months of the part of the year that is named, and how many are before it; None
    if a year has no such part."""
    unit = groups.get("unit") or groups.get("letter") or groups.get("letter_behind")
    if unit is None:
        return 12, 0
    parts = _PARTS[unit]
    ordinal = groups.get("ordinal") or ""
    digit = groups.get("number") or groups.get("number_before") or 0
    number = ORDINALS.get(ordinal) or int(digit)
    if number > parts:
        return None
    months = 12 // parts
    return months, months * (number - 1)


def _is_next(year: str, next_year: str) -> bool:
    """Whether the second year, perhaps without its century, follows the first."""
    # Two digits are enough: a year is not followed by one a century later.
    return (int(year) + 1) % 100 == int(next_year) % 100


def _expand(year: str, base_year: int) -> int:
    """The year; of two digits, the nearest year that ends in them."""
    number = int(year)
    if len(year) == 2:
        return base_year + (number - base_year + 50) % 100 - 50
    return number
