"""Which days does one expression of a document name: "2025 Q4", "mid-2026", "September 16, 2025"?

English, and only what can mean one thing: "04/05/2026" is refused, and so is "the 2000s".
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Context:
    """What the words lean on: the day on which the document speaks, and the first day of any one
    fiscal year, by the name of that year."""

    anchor: date | None = None
    fiscal_year: tuple[int, date] | None = None


@dataclass(frozen=True)
class Period:
    """Its first side as EDTF, its last where that is another, why, if it is derived, and whether it
    counts fiscal years."""

    start: str
    end: str | None = None
    reason: str | None = None
    fiscal: bool = False


def parse_fiscal_year(text: str) -> tuple[int, date] | None:
    """The name of a fiscal year and its first day, as in `2026=2025-10-01`; None if it is not.

    Every fiscal year begins on that day, and has the name of a year in which it has days."""
    name, _, day = text.partition("=")
    try:
        year, begins = int(name), date.fromisoformat(day)
    except ValueError:
        return None
    fits = year - begins.year in (0, 1) and (begins.month, begins.day) != (2, 29)
    return (year, begins) if fits else None


class Needs(Exception):
    """The words lean on something that is not given: what it is."""


FISCAL_YEAR = "the first day of a fiscal year"

_MONTH_NAMES = [name.casefold() for name in calendar.month_name[1:]]
_MONTHS = {name[:3]: i for i, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {"sept": 9}
_WEEKDAYS = [name.casefold() for name in calendar.day_name]
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_ORDINALS |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
# Parts of a year that documents leave vague: thirds (sub-year groupings 37 to 39), approximately.
PARTS = {"early": 37, "mid": 38, "late": 39}

MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ORDINAL = "|".join(_ORDINALS)
_Y = r"(?P<year>[12]\d{3})"
_D = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}),? )?"


def read_period(context: Context, text: str) -> Period | None:
    """What one expression names, in small letters, after words that add nothing; None if it is not
    understood. "The end of 2026" is as precise as "2026": when it ends is not said to the day.

    Raises Needs, and ValueError beyond the years that there are."""
    plain = re.sub(r"^(?:in|on|during|throughout|at|for)(?: the(?= [a-z0-9]))? ", "", text)
    edge = _EDGE.match(plain)
    plain = plain[edge.end() :] if edge is not None else plain
    for pattern, read in _COMPILED:
        match = pattern.fullmatch(plain)
        if match is not None:
            found = read(context, **match.groupdict())
            return _at(found, edge[0]) if found is not None and edge is not None else found
    return None


# "Beginning 2026" says when something begins, and "end 5 May" when it ends.
_EDGE = re.compile(
    r"(?:the )?(?:(?:start|beginning|end) of (?:the )?|end[ -](?=[12]\d{3}$))", re.ASCII
)


def _at(period: Period, edge: str) -> Period:
    """The start or the end of a period. Only a fiscal year is made of days."""
    if period.end is None:
        return period
    day = period.end if "end" in edge else period.start
    return Period(f"{day}~", reason=period.reason, fiscal=True)


def _day(_: Context, year: str, month: str, day: str, weekday: str | None = None) -> Period | None:
    number = _MONTHS.get(month) or int(month)
    try:
        found = date(int(year), number, int(day))
    except ValueError:
        return None
    if weekday is not None and _WEEKDAYS[found.weekday()] != weekday:
        return None
    return Period(found.isoformat())


def _of_month(_: Context, year: str, month: str) -> Period:
    return Period(f"{year}-{_MONTHS[month]:02}")


def _of_iso_month(_: Context, year: str, month: str) -> Period | None:
    # "2010-11" is the name of a year that turns as often.
    return None if int(month) == (int(year) + 1) % 100 else Period(f"{year}-{month}")


def _of_quarter(_: Context, year: str, number: str) -> Period:
    return Period(f"{year}-{32 + (_ORDINALS.get(number) or int(number))}")


def _of_half(_: Context, year: str, number: str) -> Period:
    return Period(f"{year}-{39 + (_ORDINALS.get(number) or int(number))}")


def _of_season(_: Context, year: str, season: str) -> Period:
    # Approximate in itself: no hemisphere is named.
    return Period(f"{year}-{_SEASONS[season]}")


def _of_part(_: Context, year: str, part: str) -> Period:
    return Period(f"{year}-{PARTS[part]}~", reason=f"{part!r} is read as a third of the year")


def _of_fiscal_year(context: Context, year: str) -> Period:
    if context.fiscal_year is None:
        raise Needs(FISCAL_YEAR)
    known, begins = context.fiscal_year
    # Two digits are of the nearest century.
    number = int(year) if len(year) == 4 else known + (int(year) - known + 50) % 100 - 50
    first = plus_months(begins, 12 * (number - known))
    last = plus_months(first, 12) - timedelta(1)
    reason = f"fiscal year {known} begins on {begins}"
    return Period(first.isoformat(), last.isoformat(), reason, fiscal=True)


def plus_months(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is too short."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


_EXPRESSIONS: tuple[tuple[str, Callable[..., Period | None]], ...] = (
    (rf"{_Y}", lambda _, year: Period(year)),
    (
        rf"(?:circa|ca|c|around|about|approximately|approx|~) ?\.? ?{_Y}",
        lambda _, year: Period(f"{year}~"),
    ),
    (rf"{_Y} ?\?", lambda _, year: Period(f"{year}?")),
    # "The 2000s" may be a century.
    (r"(?:the )?(?P<tens>[12]\d[1-9])0s", lambda _, tens: Period(f"{tens}X")),
    (rf"{_Y}-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)", _day),
    (rf"{_Y}-(?P<month>0[1-9]|1[0-2])", _of_iso_month),
    (rf"{_WEEKDAY}(?P<month>{MONTH}) {_D},? {_Y}", _day),
    (rf"{_WEEKDAY}{_D}(?: of)? (?P<month>{MONTH}),? {_Y}", _day),
    (rf"(?P<month>{MONTH})(?: of|,)? {_Y}", _of_month),
    (rf"q(?P<number>[1-4])(?: of)?[ /,-]{{0,2}}{_Y}", _of_quarter),
    (rf"(?P<number>[1-4])q ?{_Y}", _of_quarter),
    (rf"{_Y}[ /,-]{{0,2}}q(?P<number>[1-4])", _of_quarter),
    (rf"(?:the )?(?P<number>{_ORDINAL}) quarter(?: of)?,? {_Y}", _of_quarter),
    (rf"h(?P<number>[12])(?: of)?[ /,-]{{0,2}}{_Y}", _of_half),
    (rf"(?P<number>[12])h ?{_Y}", _of_half),
    (rf"{_Y}[ /,-]{{0,2}}h(?P<number>[12])", _of_half),
    (rf"(?:the )?(?P<number>first|second|1st|2nd) half(?: of)?,? {_Y}", _of_half),
    (rf"(?:the )?(?P<season>{'|'.join(_SEASONS)})(?: of|,)? {_Y}", _of_season),
    (rf"(?P<part>{'|'.join(PARTS)})(?: in| -|-)? ?{_Y}", _of_part),
    (r"(?:fy|fiscal year|financial year) ?'?(?P<year>[12]\d{3}|\d\d)", _of_fiscal_year),
)
_COMPILED = tuple((re.compile(pattern, re.ASCII), read) for pattern, read in _EXPRESSIONS)
