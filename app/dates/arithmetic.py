"""Counting in the calendar: months from a day, and the unit before or after an EDTF date."""

import calendar
import re
from datetime import date, timedelta

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<part>\d\d)(?:-(?P<day>\d\d))?)?(?P<qualifier>[?~%]?)"
)
_DECADE = re.compile(r"(?P<decade>\d{3})X")
# The months of a year, and the groupings of EDTF that follow each other: quarters, thirds, halves.
_SERIES = (range(1, 13), range(33, 37), range(37, 40), range(40, 42))


def plus_months(day: date, months: int) -> date:
    """The same day of a later month, or the last day of a month that is too short."""
    months_since_0 = day.year * 12 + day.month - 1 + months
    year, month0 = divmod(months_since_0, 12)
    _, days_in_month = calendar.monthrange(year, month0 + 1)
    day_of_month = min(day.day, days_in_month)
    return date(year, month0 + 1, day_of_month)


def plus_working_days(day: date, count: int) -> date:
    """The day so many days from Monday to Friday later; public holidays count, too."""
    weeks, further_days = divmod(count, 5)
    day += timedelta(weeks=weeks)
    # From a weekend the count begins on Monday, so whole weeks end on Friday.
    if day.weekday() > 4 and further_days == 0:
        return day - timedelta(days=day.weekday() - 4)
    while further_days:
        day += timedelta(days=1)
        if day.weekday() < 5:
            further_days -= 1
    return day


def neighbour(edtf: str, step: int) -> str | None:
    """The year, half, third, quarter, month or day after (`step` 1) or before (-1) a date, with the
    same qualifier; None for seasons and other dates that have none. Raises ValueError or
    OverflowError outside the years 1 to 9999."""
    decade = _DECADE.fullmatch(edtf)
    if decade is not None:
        number = int(decade["decade"]) + step
        _check_year(10 * number)
        return f"{number:03}X"
    match = _DATE.fullmatch(edtf)
    if match is None:
        return None
    year = int(match["year"])
    qualifier = match["qualifier"]
    if match["day"] is not None:
        day = date.fromisoformat(edtf.removesuffix(qualifier))
        return f"{day + timedelta(days=step)}{qualifier}"
    if match["part"] is None:
        return f"{_check_year(year + step):04}{qualifier}"
    part = int(match["part"])
    for series in _SERIES:
        if part in series:
            following = _step_in_series(series, year, part, step)
            return f"{following}{qualifier}"
    return None


def _step_in_series(series: range, year: int, part: int, step: int) -> str:
    index = series.index(part) + step
    years, index = divmod(index, len(series))
    return f"{_check_year(year + years):04}-{series[index]:02}"


def _check_year(year: int) -> int:
    return date(year, 1, 1).year
