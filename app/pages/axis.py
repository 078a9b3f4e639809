"""The axis of a picture: whole years, with ticks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.dates.edtf import parse_interval
from app.schemas.read import TimelineItemRead
from app.schemas.timeline import LAST_DAY

# Years between ticks with a label, of which there are at most MAX_TICKS.
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
MAX_TICKS = 12

# A longer period, or one without an end, does not widen an axis.
MAX_PERIOD_YEARS = 10

# Axes of more years have no ticks of quarters.
MAX_QUARTERED_YEARS = 6


@dataclass(frozen=True)
class Tick:
    """A line of the axis: the beginning of a year, with its label, or of a quarter."""

    x: float
    label: str


@dataclass(frozen=True)
class Axis:
    """The days of a picture: whole years."""

    first: date
    last: date
    ticks: tuple[Tick, ...]

    def before(
        self,
        day: date,
    ) -> float:
        """Where the day begins."""
        return _percentage(
            day.toordinal(),
            self.first,
            self.last,
        )

    def after(
        self,
        day: date,
    ) -> float:
        """Where the day ends."""
        return _percentage(
            day.toordinal() + 1,
            self.first,
            self.last,
        )


def make_axis(
    items: Iterable[TimelineItemRead],
    period: str | None = None,
) -> Axis | None:
    """The axis that all items and the period (EDTF) fit on, with a year more where an end is open
    or unknown; None if no item has a date."""
    days: list[date] = []
    has_endless = False
    for item in items:
        sides = (item.start_earliest, item.start_latest, item.end_earliest, item.end_latest)
        days += [day for day in sides if day is not None]
        has_endless = has_endless or item.end_kind in ("open", "unknown")
    if not days:
        return None
    days += _list_days(period)
    first = date(
        min(days).year,
        1,
        1,
    )
    last_year = min(max(days).year + has_endless, LAST_DAY.year)
    last = date(
        last_year,
        12,
        31,
    )
    return Axis(
        first,
        last,
        tuple(_make_ticks(first, last)),
    )


def _list_days(period: str | None) -> Sequence[date]:
    """The first and the last day of a period; none of one that would widen a picture too much."""
    if period is None:
        return ()
    first, last = parse_interval(period)
    if last.year - first.year > MAX_PERIOD_YEARS:
        return ()
    return first, last


def _make_ticks(
    first: date,
    last: date,
) -> list[Tick]:
    years = last.year - first.year + 1
    step = next(step for step in _STEPS if years / step <= MAX_TICKS)
    ticks = []
    for year in range(first.year, last.year + 1):
        if year % step == 0:
            january = date(
                year,
                1,
                1,
            ).toordinal()
            ticks.append(
                Tick(
                    _percentage(
                        january,
                        first,
                        last,
                    ),
                    str(year),
                )
            )
        if years > MAX_QUARTERED_YEARS:
            continue
        for month in (4, 7, 10):
            day = date(
                year,
                month,
                1,
            ).toordinal()
            ticks.append(
                Tick(
                    _percentage(
                        day,
                        first,
                        last,
                    ),
                    "",
                )
            )
    return ticks


def _percentage(
    ordinal: int,
    first: date,
    last: date,
) -> float:
    """Where a day begins on the axis from the first day to the last."""
    # Ordinals, because no date is after the last day of the year 9999.
    days = last.toordinal() - first.toordinal() + 1
    return round(100 * (ordinal - first.toordinal()) / days, 3)
