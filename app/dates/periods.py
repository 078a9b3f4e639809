"""The days that one expression of a document names: "2025 Q4", "mid-2026", "September 16, 2025".

English, and only expressions with one meaning: "04/05/2026" is not read, nor is "the 2000s".
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta


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

_MONTH_NAMES = [name.casefold() for name in calendar.month_name[1:]]
_MONTHS = {"sept": 9}
for _number, _name in enumerate(_MONTH_NAMES, 1):
    _MONTHS[_name] = _number
    _MONTHS[_name[:3]] = _number
_WEEKDAYS = [name.casefold() for name in calendar.day_name]
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_SEASONS = {
    "spring": 21,
    "summer": 22,
    "autumn": 23,
    "fall": 23,
    "winter": 24,
}
# Documents leave these parts of a year vague: read as thirds (groupings 37 to 39), approximately.
PARTS = {"early": 37, "mid": 38, "late": 39}

# The longest first: "sept" is not "sep" followed by "t".
MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ORDINAL = "|".join(_ORDINALS)
_Y = r"(?P<year>[12]\d{3})"
_D = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}),? )?"

# Words that add nothing.
_PREPOSITION = re.compile(r"^(?:in|on|during|throughout|at|for)(?: the(?= [a-z0-9]))? ")
# "Beginning 2026" tells when something begins, and "end 5 May" when it ends: neither is an edge.
_EDGE = re.compile(
    r"(?:the )?(?:(?:start|beginning|end) of (?:the )?|end[ -](?=[12]\d{3}$))",
    re.ASCII,
)


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


def read_period(context: Context, text: str) -> Period | None:
    """The period that one expression names, in small letters; None if it is not understood.

    "The end of 2026" is as precise as "2026": no day is named. Raises Needs, and ValueError outside
    the years 1 to 9999."""
    text = _PREPOSITION.sub("", text)
    edge = _EDGE.match(text)
    if edge is None:
        return _read_expression(context, text)
    period = _read_expression(context, text[edge.end() :])
    if period is None:
        return None
    return _take_edge(period, edge[0])


def _read_expression(context: Context, text: str) -> Period | None:
    for pattern, read in _COMPILED:
        match = pattern.fullmatch(text)
        if match is not None:
            return read(context, **match.groupdict())
    return None


def _take_edge(period: Period, edge: str) -> Period:
    """The start or the end of a period. Only a fiscal year has exact days for them."""
    if period.end is None:
        return period
    day = period.end if "end" in edge else period.start
    return Period(f"{day}~", reason=period.reason, fiscal=True)


def _read_day(
    _: Context,
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


def _read_month(_: Context, year: str, month: str) -> Period:
    return Period(f"{year}-{_MONTHS[month]:02}")


def _read_iso_month(_: Context, year: str, month: str) -> Period | None:
    # "2010-11" may as well be the name of a year that turns.
    next_year = int(year) + 1
    if int(month) == next_year % 100:
        return None
    return Period(f"{year}-{month}")


def _read_quarter(_: Context, year: str, number: str) -> Period:
    quarter = _ORDINALS.get(number) or int(number)
    return Period(f"{year}-{32 + quarter}")


def _read_half(_: Context, year: str, number: str) -> Period:
    half = _ORDINALS.get(number) or int(number)
    return Period(f"{year}-{39 + half}")


def _read_season(_: Context, year: str, season: str) -> Period:
    # Needs no qualifier: a season of no hemisphere is approximate in itself.
    return Period(f"{year}-{_SEASONS[season]}")


def _read_part(_: Context, year: str, part: str) -> Period:
    return Period(f"{year}-{PARTS[part]}~", reason=f"{part!r} is read as a third of the year")


def _read_fiscal_year(context: Context, year: str) -> Period:
    if context.fiscal_year is None:
        raise Needs(FISCAL_YEAR)
    base_year, base_day = context.fiscal_year
    number = int(year)
    if len(year) == 2:
        # The nearest year with these two digits.
        number = base_year + (number - base_year + 50) % 100 - 50
    first = plus_months(base_day, 12 * (number - base_year))
    last = plus_months(first, 12) - timedelta(days=1)
    return Period(
        first.isoformat(),
        last.isoformat(),
        reason=f"fiscal year {base_year} begins on {base_day}",
        fiscal=True,
    )


def plus_months(day: date, months: int) -> date:
    """The same day of a later month, or the last day of a month that is too short."""
    months_since_0 = day.year * 12 + day.month - 1 + months
    year, month0 = divmod(months_since_0, 12)
    _, days_in_month = calendar.monthrange(year, month0 + 1)
    day_of_month = min(day.day, days_in_month)
    return date(year, month0 + 1, day_of_month)


_EXPRESSIONS: tuple[tuple[str, Callable[..., Period | None]], ...] = (
    (rf"{_Y}", lambda _, year: Period(year)),
    (
        rf"(?:circa|ca|c|around|about|approximately|approx|~) ?\.? ?{_Y}",
        lambda _, year: Period(f"{year}~"),
    ),
    (rf"{_Y} ?\?", lambda _, year: Period(f"{year}?")),
    # Not "the 2000s", which may be a century.
    (r"(?:the )?(?P<tens>[12]\d[1-9])0s", lambda _, tens: Period(f"{tens}X")),
    (rf"{_Y}-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)", _read_day),
    (rf"{_Y}-(?P<month>0[1-9]|1[0-2])", _read_iso_month),
    (rf"{_WEEKDAY}(?P<month>{MONTH}) {_D},? {_Y}", _read_day),
    (rf"{_WEEKDAY}{_D}(?: of)? (?P<month>{MONTH}),? {_Y}", _read_day),
    (rf"(?P<month>{MONTH})(?: of|,)? {_Y}", _read_month),
    (rf"q(?P<number>[1-4])(?: of)?[ /,-]{{0,2}}{_Y}", _read_quarter),
    (rf"(?P<number>[1-4])q ?{_Y}", _read_quarter),
    (rf"{_Y}[ /,-]{{0,2}}q(?P<number>[1-4])", _read_quarter),
    (rf"(?:the )?(?P<number>{_ORDINAL}) quarter(?: of)?,? {_Y}", _read_quarter),
    (rf"h(?P<number>[12])(?: of)?[ /,-]{{0,2}}{_Y}", _read_half),
    (rf"(?P<number>[12])h ?{_Y}", _read_half),
    (rf"{_Y}[ /,-]{{0,2}}h(?P<number>[12])", _read_half),
    (rf"(?:the )?(?P<number>first|second|1st|2nd) half(?: of)?,? {_Y}", _read_half),
    (rf"(?:the )?(?P<season>{'|'.join(_SEASONS)})(?: of|,)? {_Y}", _read_season),
    (rf"(?P<part>{'|'.join(PARTS)})(?: in| -|-)? ?{_Y}", _read_part),
    (r"(?:fy|fiscal year|financial year) ?'?(?P<year>[12]\d{3}|\d\d)", _read_fiscal_year),
)
_COMPILED = []
for _pattern, _read in _EXPRESSIONS:
    _expression = re.compile(_pattern, re.ASCII)
    _COMPILED.append((_expression, _read))
