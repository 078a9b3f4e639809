"""The days that one expression of a document names: "2025 Q4", "mid-2026", "September 16, 2025".

English, and only expressions with one meaning: "04/05/2026" is not read, nor is "the 2000s".
"""

import calendar
import re
from collections.abc import Callable
from datetime import date
from typing import Literal

from app.dates.context import ORDINAL, ORDINAL_OF_TWO, ORDINALS, Context, Period
from app.dates.fiscal import read_fiscal_period
from app.dates.parts import split_part, take_part

# The side of an interval that a period is read for.
Bound = Literal["start", "end"]

_MONTH_NAMES = [name.casefold() for name in calendar.month_name[1:]]
_MONTHS = {"sept": 9}
for _number, _name in enumerate(_MONTH_NAMES, 1):
    _MONTHS[_name] = _number
    _MONTHS[_name[:3]] = _number
_WEEKDAYS = [name.casefold() for name in calendar.day_name]
_SEASONS = {
    "spring": 21,
    "summer": 22,
    "autumn": 23,
    "fall": 23,
    "winter": 24,
}
# The longest first: "sept" is not "sep" followed by "t".
MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_Y = r"(?P<year>[12]\d{3})"
_D = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}),? )?"

# Words that add nothing.
_PREPOSITION = re.compile(
    r"^(?:(?:in|over) the course of|some ?time in|in|on|during|throughout|at|for|within)"
    r"(?: the(?= [a-z0-9]))? "
)
# The words for the two bounds of a period, which are those of the period itself.
_OWN_BOUNDS: dict[Bound, tuple[str, ...]] = {"start": ("start", "beginning"), "end": ("end",)}


def read_period(context: Context, text: str, bound: Bound | None = None) -> Period | None:
    """The period that one expression names, in small letters; None if it is not understood.

    For the end of an interval, "the end of 2026" is 2026: "until the end of 2026" ends as "until
    2026" does. So is "the start of 2026" for a start. Raises Needs, and ValueError outside the
    years 1 to 9999."""
    text = _PREPOSITION.sub("", text)
    part = split_part(text)
    if part is None:
        return _read_expression(context, text)
    word, whole = part
    period = _read_expression(context, whole)
    if period is None:
        return None
    if bound is not None and word in _OWN_BOUNDS[bound] and not period.fiscal:
        return period if _has_parts(period) else None
    return take_part(period, word)


def _has_parts(period: Period) -> bool:
    return take_part(period, "end") is not None


def _read_expression(context: Context, text: str) -> Period | None:
    for pattern, read in _COMPILED:
        match = pattern.fullmatch(text)
        if match is not None:
            return read(**match.groupdict())
    return read_fiscal_period(context, text)


def _read_day(
    year: str,
    month: str,
    day: str,
    weekday: str | None = None,
) -> Period | None:
    month_number = _MONTHS.get(month) or int(month)
    try:
        named_day = date(int(year), month_number, int(day))
    except ValueError:
        return None
    if weekday is not None:
        actual_weekday = _WEEKDAYS[named_day.weekday()]
        if actual_weekday != weekday:
            return None
    return Period(named_day.isoformat())


def _read_either_order(year: str, first: str, second: str) -> Period | None:
    """A day and a month in an order that the reader has to know, unless only one order has a
    meaning: "13/05/2026", but not "04/05/2026"."""
    day_first = _read_day(year, second, first)
    month_first = _read_day(year, first, second)
    if day_first is None or month_first is None or day_first == month_first:
        return day_first or month_first
    return None


def _read_month(year: str, month: str) -> Period:
    return Period(f"{year}-{_MONTHS[month]:02}")


def _read_iso_month(year: str, month: str) -> Period | None:
    # "2010-11" may as well be the name of a year that turns.
    next_year = int(year) + 1
    if int(month) == next_year % 100:
        return None
    return Period(f"{year}-{month}")


def _read_month_number(year: str, month: str) -> Period:
    return Period(f"{year}-{int(month):02}")


def _read_quarter(year: str, number: str) -> Period:
    quarter = ORDINALS.get(number) or int(number)
    return Period(f"{year}-{32 + quarter}")


def _read_half(year: str, number: str) -> Period:
    half = ORDINALS.get(number) or int(number)
    return Period(f"{year}-{39 + half}")


def _read_season(year: str, season: str) -> Period:
    # Needs no qualifier: a season of no hemisphere is approximate in itself.
    return Period(f"{year}-{_SEASONS[season]}")


_EXPRESSIONS: tuple[tuple[str, Callable[..., Period | None]], ...] = (
    (rf"(?:(?:the )?(?:calendar )?year |cy ?)?{_Y}", lambda year: Period(year)),
    (
        rf"(?:circa|ca|c|around|about|approximately|approx|~) ?\.? ?{_Y}",
        lambda year: Period(f"{year}~"),
    ),
    (rf"{_Y} ?\?", lambda year: Period(f"{year}?")),
    # Not "the 2000s", which may be a century.
    (r"(?:the )?(?P<tens>[12]\d[1-9])0s", lambda tens: Period(f"{tens}X")),
    (rf"{_Y}-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)", _read_day),
    (rf"{_Y}(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)", _read_day),
    (rf"{_Y}([./])(?P<month>\d\d)\2(?P<day>\d\d)", _read_day),
    (rf"(?P<day>\d\d?)\.(?P<month>\d\d?)\.{_Y}", _read_day),
    (rf"(?P<first>\d\d?)([/-])(?P<second>\d\d?)\2{_Y}", _read_either_order),
    (rf"{_Y}-(?P<month>0[1-9]|1[0-2])", _read_iso_month),
    # Not "2005/06", which may be a year that turns.
    (rf"(?P<month>0?[1-9]|1[0-2])[/.-]{_Y}", _read_month_number),
    (rf"{_Y}-?m(?P<month>0[1-9]|1[0-2])", _read_month_number),
    (rf"{_WEEKDAY}(?P<month>{MONTH}) {_D},? {_Y}", _read_day),
    (rf"{_WEEKDAY}{_D}(?: of)? (?P<month>{MONTH}),? {_Y}", _read_day),
    (rf"{_D}-(?P<month>{MONTH})-{_Y}", _read_day),
    (rf"(?P<month>{MONTH})(?:(?: of|,)? |[-/]){_Y}", _read_month),
    (rf"{_Y}(?:,? |[-/])(?P<month>{MONTH})", _read_month),
    (rf"q ?0?(?P<number>[1-4])(?: of)?[ /,-]{{0,2}}{_Y}", _read_quarter),
    (rf"(?P<number>[1-4])q ?{_Y}", _read_quarter),
    (rf"{_Y}[ /,-]{{0,2}}q ?0?(?P<number>[1-4])", _read_quarter),
    (rf"(?:the )?(?P<number>{ORDINAL}) quarter(?: of)?,? {_Y}", _read_quarter),
    (rf"h(?P<number>[12])(?: of)?[ /,-]{{0,2}}{_Y}", _read_half),
    (rf"(?P<number>[12])h ?{_Y}", _read_half),
    (rf"{_Y}[ /,-]{{0,2}}h(?P<number>[12])", _read_half),
    (rf"(?:the )?(?P<number>{ORDINAL_OF_TWO}) half(?: of)?,? {_Y}", _read_half),
    (rf"(?:the )?(?P<season>{'|'.join(_SEASONS)})(?: of|,)? {_Y}", _read_season),
)
_COMPILED = []
for _pattern, _read in _EXPRESSIONS:
    _expression = re.compile(_pattern, re.ASCII)
    _COMPILED.append((_expression, _read))
