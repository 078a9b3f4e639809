"""In how many timeline items is a year, or a quarter, one of the dates?

A period is a number: the months since year 0, divided by the months of a period.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, extract, func, select
from sqlalchemy.orm import Session

from app.schemas.timeline import FIRST_DAY, LAST_DAY
from app.store.models import TimelineItem

# EDTF numbers the quarters of a year from 33.
_FIRST_QUARTER_CODE = 33
# The value (EDTF) and the label of a period, by its months: a decade, a year, a quarter.
_EDTF = {120: "{decade:03}X", 12: "{year:04}", 3: "{year:04}-{code}"}
_LABELS = {120: "{decade:03}0s", 12: "{year:04}", 3: "{year:04} Q{quarter}"}


@dataclass(frozen=True)
class PeriodCounts:
    """How many items have dates from one period to another, both included. An item without a bound
    has the first or the last possible period; `missing` items have dates in none."""

    months: int
    counts: Mapping[tuple[int, int], int]
    missing: int

    def count(self) -> dict[str | None, int]:
        """How many items have a date in each period, from the first to the last that is a bound of
        any item; None for those without a date in any."""
        unbounded = {_period_of_day(day, self.months) for day in (FIRST_DAY, LAST_DAY)}
        bounds: set[int] = set()
        for pair in self.counts:
            bounds.update(pair)
        bounds -= unbounded
        if not bounds:
            return {None: self.missing + sum(self.counts.values())}
        return self._count_between(min(bounds), max(bounds))

    def _count_between(self, first: int, last: int) -> dict[str | None, int]:
        """The counts of the periods from `first` to `last`."""
        # Each range adds its count where it starts and removes it after its end. The running total
        # is then the count of each period, however long the ranges are.
        steps: Counter[int] = Counter()
        missing = self.missing
        for (start, end), count in self.counts.items():
            clipped_start = max(start, first)
            clipped_end = min(end, last)
            if clipped_start > clipped_end:
                missing += count
                continue
            steps[clipped_start] += count
            steps[clipped_end + 1] -= count
        periods = range(first, last + 1)
        totals = accumulate(steps[period] for period in periods)
        counts: dict[str | None, int] = {}
        for period, total in zip(periods, totals, strict=True):
            if total > 0:
                counts[self._format(_EDTF, period)] = total
        counts[None] = missing
        return counts

    def coarsen(self, months: int) -> "PeriodCounts":
        """The same items by longer periods, which are made of whole ones."""
        length = months // self.months
        counts: Counter[tuple[int, int]] = Counter()
        for (start, end), count in self.counts.items():
            counts[start // length, end // length] += count
        return PeriodCounts(months, counts, self.missing)

    def count_other(self, values: Sequence[str]) -> int:
        """How many items have a date in some period, but in none of these."""
        periods = sorted(self.parse(value) for value in values)
        outside = 0
        for (start, end), count in self.counts.items():
            # No period is between the start and the end.
            if bisect_left(periods, start) == bisect_left(periods, end + 1):
                outside += count
        # Items of `counts` with a date in no period at all are not outside these, but missing.
        return outside - (self.count()[None] - self.missing)

    def label(self, values: Sequence[str]) -> dict[str, str]:
        """The label of each period."""
        labels = {}
        for value in values:
            period = self.parse(value)
            labels[value] = self._format(_LABELS, period)
        return labels

    def _format(self, patterns: Mapping[int, str], period: int) -> str:
        year, month = divmod(period * self.months, 12)
        quarter = month // 3
        return patterns[self.months].format(
            year=year,
            decade=year // 10,
            quarter=quarter + 1,
            code=_FIRST_QUARTER_CODE + quarter,
        )

    def parse(self, value: str) -> int:
        """The number of the period with this value."""
        year, _, code = value.replace("X", "0").partition("-")
        months = int(year) * 12
        if code:
            months += (int(code) - _FIRST_QUARTER_CODE) * 3
        return months // self.months


def count_periods(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    months: int,
    match: str,
) -> PeriodCounts:
    """Count the items that meet the conditions, by the periods that may have one of their dates; or
    by those that certainly have one, if `match` is "certain"."""
    first: Any = TimelineItem.sure_start
    last: Any = TimelineItem.sure_end
    if match == "possible":
        is_unknown = TimelineItem.start_kind == "unknown"
        # The sort key of an unknown start is the last day, but it may be any day.
        first = case((is_unknown, FIRST_DAY), else_=TimelineItem.start_order)
        last = TimelineItem.end_order
    start = _period_of_column(first, months)
    end = _period_of_column(last, months)
    statement = select(start, end, func.count()).where(*conditions)
    rows = session.execute(statement.group_by(start, end))
    counts: Counter[tuple[int, int]] = Counter()
    missing = 0
    for start_period, end_period, count in rows:
        if start_period is None or end_period is None or start_period > end_period:
            missing += count
        else:
            counts[start_period, end_period] += count
    return PeriodCounts(months, counts, missing)


def _period_of_column(day: Any, months: int) -> ColumnElement[int]:
    # PostgreSQL extracts numerics, which would not divide into whole periods.
    year = cast(extract("year", day), Integer)
    if months == 12:
        return year
    month = cast(extract("month", day), Integer)
    return (year * 12 + month - 1) // months


def _period_of_day(day: date, months: int) -> int:
    return (day.year * 12 + day.month - 1) // months
