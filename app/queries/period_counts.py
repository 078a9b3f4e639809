"""In how many records is a year, or a quarter, one of the dates?"""

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

# Of a period: how it is written (EDTF) and called. A unit is a number: months since year 0, divided
# by the months of a period.
_EDTF = {12: "{year:04}", 3: "{year:04}-{code}"}
_LABELS = {12: "{year:04}", 3: "{year:04} Q{quarter}"}


@dataclass(frozen=True)
class PeriodCounts:
    """How many items have dates from one unit to another, both included; an item without a bound
    on a side has the first or the last unit that there can be."""

    months: int
    counts: Mapping[tuple[int, int], int]
    missing: int

    def count(self) -> dict[str | None, int]:
        """How many items have a date in each unit, from the first that any item names to the last;
        None is for those that have a date in none of them."""
        ends = {_unit(FIRST_DAY, self.months), _unit(LAST_DAY, self.months)}
        named = {unit for pair in self.counts for unit in pair} - ends
        if not named:
            return {None: self.missing + sum(self.counts.values())}
        first, last = min(named), max(named)
        steps: Counter[int] = Counter()
        missing = self.missing
        for (start, end), count in self.counts.items():
            if max(start, first) > min(end, last):
                missing += count
                continue
            steps[max(start, first)] += count
            steps[min(end, last) + 1] -= count
        sums = accumulate(steps[unit] for unit in range(first, last + 1))
        found: dict[str | None, int] = {
            self._write(first + i): count for i, count in enumerate(sums) if count
        }
        return found | {None: missing}

    def count_other(self, shown: Sequence[str]) -> int:
        """Items that have a date in a unit, but in none of these."""
        units = sorted(self._read(value) for value in shown)
        apart = {
            pair: count
            for pair, count in self.counts.items()
            if bisect_left(units, pair[0]) == bisect_left(units, pair[1] + 1)
        }
        return sum(apart.values()) - (self.count()[None] - self.missing)

    def label(self, values: Sequence[str]) -> dict[str, str]:
        """What to call each unit."""
        return {value: self._format(_LABELS, self._read(value)) for value in values}

    def _write(self, unit: int) -> str:
        return self._format(_EDTF, unit)

    def _format(self, patterns: Mapping[int, str], unit: int) -> str:
        year, place = divmod(unit * self.months, 12)
        quarter = place // 3 + 1
        return patterns[self.months].format(year=year, quarter=quarter, code=32 + quarter)

    def _read(self, value: str) -> int:
        year, _, code = value.partition("-")
        return (int(year) * 12 + (int(code) - 33) * 3 if code else int(year) * 12) // self.months


def count_periods(
    session: Session, conditions: Sequence[ColumnElement[bool]], months: int, match: str
) -> PeriodCounts:
    """The ranges of the items that meet the conditions: of the days that may be their dates, or of
    those that must be within any period that has one of their dates for certain."""
    first: Any = case(
        (TimelineItem.start_kind == "unknown", FIRST_DAY), else_=TimelineItem.start_order
    )
    last: Any = TimelineItem.end_order
    if match == "certain":
        first, last = TimelineItem.sure_start, TimelineItem.sure_end
    start, end = _unit_of(first, months), _unit_of(last, months)
    rows = session.execute(select(start, end, func.count()).where(*conditions).group_by(start, end))
    counts: Counter[tuple[int, int]] = Counter()
    missing = 0
    for start_unit, end_unit, count in rows:
        if start_unit is None or end_unit is None or start_unit > end_unit:
            missing += count
        else:
            counts[start_unit, end_unit] += count
    return PeriodCounts(months, counts, missing)


def _unit_of(day: Any, months: int) -> ColumnElement[int]:
    # PostgreSQL extracts what is no integer.
    year, month = cast(extract("year", day), Integer), cast(extract("month", day), Integer)
    return (year * 12 + month - 1) // months


def _unit(day: date, months: int) -> int:
    return (day.year * 12 + day.month - 1) // months
