"""The days that the digits of an EDTF date can mean, and the unit that contains them."""

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from app.vocabulary import Precision


class DayRange(NamedTuple):
    """All days from the earliest to the latest; `precision` where the expression names it."""

    earliest: date
    latest: date
    precision: Precision | None = None


class Grouping(NamedTuple):
    """A part of a year that EDTF has a number for, in place of a month."""

    first_month: int
    months: int
    precision: Precision


# A season without a hemisphere can mean any month of its year. A season that turns the year counts
# as beginning in it: in some reading a summer or a winter does.
_ANY_MONTH = Grouping(1, 12, "season")
_ANY_MONTH_OR_TURN = Grouping(1, 14, "season")
_FROM_MARCH = Grouping(3, 3, "season")
_FROM_JUNE = Grouping(6, 3, "season")
_FROM_SEPTEMBER = Grouping(9, 3, "season")
_FROM_DECEMBER = Grouping(12, 3, "season")

GROUPINGS = {
    21: _ANY_MONTH,
    22: _ANY_MONTH_OR_TURN,
    23: _ANY_MONTH,
    24: _ANY_MONTH_OR_TURN,
    # Northern spring, summer, autumn and winter; then southern.
    25: _FROM_MARCH,
    26: _FROM_JUNE,
    27: _FROM_SEPTEMBER,
    28: _FROM_DECEMBER,
    29: _FROM_SEPTEMBER,
    30: _FROM_DECEMBER,
    31: _FROM_MARCH,
    32: _FROM_JUNE,
    33: Grouping(1, 3, "quarter"),
    34: Grouping(4, 3, "quarter"),
    35: Grouping(7, 3, "quarter"),
    36: Grouping(10, 3, "quarter"),
    # Thirds of a year are not among our precisions: the next unit that contains them is.
    37: Grouping(1, 4, "half"),
    38: Grouping(5, 4, "year"),
    39: Grouping(9, 4, "half"),
    40: Grouping(1, 6, "half"),
    41: Grouping(7, 6, "half"),
}


def find_days(year: str, month: str | None = None, day: str | None = None) -> DayRange:
    """The days that fit digits, some of which may be `X`. Raises ValueError if none does."""
    years = _find_numbers(year, range(1, 10_000))
    if not years:
        raise ValueError("no year fits")
    if month is not None and day is None and month.isdigit():
        grouping = GROUPINGS.get(int(month))
        if grouping is not None:
            return _find_grouping(years, grouping)
    # If a day fits at all, it fits in the first or last year, or in the first or last leap year.
    bounding_years = {years[0], years[-1]}
    leap_years = list(filter(calendar.isleap, years))
    if leap_years:
        bounding_years |= {leap_years[0], leap_years[-1]}
    years = sorted(bounding_years)
    month = month or "XX"
    day = day or "XX"
    earliest = next(_list_days(years, month, day, step=1), None)
    latest = next(_list_days(years, month, day, step=-1), None)
    if earliest is None or latest is None:
        raise ValueError("no day fits")
    return DayRange(earliest, latest)


def _find_grouping(years: Sequence[int], grouping: Grouping) -> DayRange:
    earliest = date(years[0], grouping.first_month, 1)
    # Counted from 0, as divmod does.
    last_month = grouping.first_month + grouping.months - 2
    further_years, month = divmod(last_month, 12)
    latest = _find_last_day(years[-1] + further_years, month + 1)
    if len(years) > 1:
        return DayRange(earliest, latest)
    return DayRange(earliest, latest, grouping.precision)


def _find_last_day(year: int, month: int) -> date:
    _, days = calendar.monthrange(year, month)
    return date(year, month, days)


def _list_days(years: Sequence[int], month: str, day: str, *, step: int) -> Iterator[date]:
    """The days that fit, in order (`step` 1) or the last one first (-1)."""
    for year in years[::step]:
        months = _find_numbers(month, range(1, 13))
        for month_number in months[::step]:
            last_day = _find_last_day(year, month_number)
            allowed = range(1, last_day.day + 1)
            days = _find_numbers(day, allowed)
            for day_number in days[::step]:
                yield date(year, month_number, day_number)


def _find_numbers(digits: str, allowed: range) -> list[int]:
    """The allowed numbers that fit digits, some of which may be `X`, in order."""
    if digits.isdigit():
        number = int(digits)
        return [number] if number in allowed else []
    pattern = re.compile(digits.replace("X", "[0-9]"))
    fitting = []
    for number in allowed:
        padded = str(number).zfill(len(digits))
        if pattern.fullmatch(padded):
            fitting.append(number)
    return fitting


def find_precision(earliest: date, latest: date) -> Precision:
    """The finest unit of the calendar that contains all days from earliest to latest."""
    if earliest == latest:
        return "day"
    if earliest.year == latest.year:
        return _find_precision_in_year(earliest.month, latest.month)
    if earliest.year // 10 == latest.year // 10:
        return "decade"
    return "century"


def _find_precision_in_year(first_month: int, last_month: int) -> Precision:
    if first_month == last_month:
        return "month"
    first = first_month - 1
    last = last_month - 1
    if first // 3 == last // 3:
        return "quarter"
    if first // 6 == last // 6:
        return "half"
    return "year"
