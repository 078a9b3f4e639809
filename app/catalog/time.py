"""The filters of time in SQL: conditions on timeline items.

The bounds of an item are ranges of days, so each filter has two meanings. *Possible*: it holds in
some reading of the dates, where an open side has no bound and an unknown side is any day that the
other side allows. *Certain*: it holds in every reading, where a side that is approximate, uncertain
or derived only says that it is before or after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_

from app.catalog.resource import IndexRange, RangeUnion, Values
from app.dates.edtf import parse_interval
from app.schemas.timeline import LAST_DAY, SPANS, UNKNOWN_START
from app.store.models import TimelineItem
from app.vocabulary import Match

# A day, or the bound parameter in its place.
Day = Any


@dataclass(frozen=True)
class TimeCondition:
    """The days of a filter's period, and how they are compared.

    An item of each class of length that has a day from `first` on starts on one of `starts` or
    later. A period without a beginning or an end has the first or the last day there is."""

    first: Day
    last: Day
    starts: Sequence[Day]
    is_certain: bool
    has_beginning: bool
    has_end: bool

    @property
    def shape(self) -> tuple[object, ...]:
        """What the SQL of the condition depends on, besides its days."""
        return self.is_certain, self.has_beginning, self.has_end

    def parameterize(self, name: str) -> tuple["TimeCondition", dict[str, date]]:
        """The condition with bound parameters for its days, and their values. `name` is that of
        the filter."""
        days = {f"{name}_first": self.first, f"{name}_last": self.last}
        for span, start in enumerate(self.starts):
            days[f"{name}_start_{span}"] = start
        first, last, *starts = [bindparam(parameter, type_=Date) for parameter in days]
        return replace(self, first=first, last=last, starts=starts), days


def make_condition(value: str | date, match: Match) -> TimeCondition:
    """The condition of a day, or of an EDTF string."""
    if isinstance(value, str):
        first, last = parse_interval(value)
    else:
        first = last = value
    return TimeCondition(
        first,
        last,
        [_first_of_days(days, first) for days in SPANS],
        is_certain=match == "certain",
        has_beginning=first > date.min,
        has_end=last < date.max,
    )


def has_day(condition: TimeCondition) -> RangeUnion:
    """One of the item's dates is a day of the period.

    An item no longer than n days that ends on the first day or later starts at most n days before
    it. So there is one index range for each class of length, with few starts: neither a long past
    nor a long future is read. (Nascimento & Dunham, "Indexing Valid Time Databases via B+-Trees",
    IEEE TKDE 11(6), 1999, partition by length likewise.)"""
    certain_bounds = []
    # Every day is before the last possible one, so an uncertain start does not matter then.
    if condition.is_certain and condition.has_end:
        certain_bounds.append(TimelineItem.sure_start <= condition.last)
    if condition.is_certain and condition.has_beginning:
        certain_bounds.append(TimelineItem.sure_end >= condition.first)

    def starting_between(span: int, low: Day, high: Day) -> IndexRange:
        holds = and_(
            TimelineItem.span == span,
            TimelineItem.end_order >= condition.first,
            *certain_bounds,
        )
        return IndexRange(
            holds,
            TimelineItem.start_order,
            low,
            high,
        )

    ranges = []
    for span, start in enumerate(condition.starts):
        ranges.append(starting_between(span, start, condition.last))
    # Items without a known start are stored with the last day there is.
    ranges.append(starting_between(UNKNOWN_START, LAST_DAY, LAST_DAY))
    return RangeUnion(ranges)


def _first_of_days(days: int, last: date) -> date:
    """The first of this many days, of which `last` is the last."""
    if days > last.toordinal():
        return date.min
    return last - timedelta(days - 1)


def starts_after(condition: TimeCondition) -> ColumnElement[bool]:
    """The item starts after the last day of a period (EDTF)."""
    last = condition.last
    if condition.is_certain:
        return and_(TimelineItem.start_earliest > last, TimelineItem.start_said)
    ends_later = TimelineItem.end_latest > last
    unknown_start = and_(
        TimelineItem.start_kind == "unknown",
        or_(TimelineItem.end_latest.is_(None), ends_later),
    )
    dated_start = and_(
        TimelineItem.start_latest > last,
        or_(TimelineItem.end_kind != "by", ends_later),
    )
    return or_(dated_start, unknown_start)


def starts_before(condition: TimeCondition) -> ColumnElement[bool]:
    """The item starts before the first day of a period (EDTF)."""
    first = condition.first
    if condition.is_certain:
        open_start = and_(TimelineItem.start_kind == "open", TimelineItem.start_said)
        # A deadline has no certain day, but each of its sides says when it has begun.
        is_past = or_(
            and_(TimelineItem.start_latest < first, TimelineItem.start_said),
            and_(_is_due(condition), TimelineItem.end_latest < first),
        )
        return or_(TimelineItem.sure_start < first, open_start, is_past)
    return or_(TimelineItem.start_earliest.is_(None), TimelineItem.start_earliest < first)


def ends_after(condition: TimeCondition) -> ColumnElement[bool]:
    """The item ends after the last day of a period (EDTF), or never."""
    last = condition.last
    if condition.is_certain:
        open_end = and_(TimelineItem.end_kind == "open", TimelineItem.end_said)
        # A deadline has no certain day, but ends after it begins.
        is_to_come = and_(
            TimelineItem.end_kind == "by",
            TimelineItem.start_earliest > last,
            TimelineItem.start_said,
        )
        return or_(TimelineItem.sure_end > last, open_end, is_to_come)
    return or_(TimelineItem.end_latest.is_(None), TimelineItem.end_latest > last)


def ends_before(condition: TimeCondition) -> ColumnElement[bool]:
    """The item ends before the first day of a period (EDTF)."""
    first = condition.first
    if condition.is_certain:
        return and_(TimelineItem.end_latest < first, TimelineItem.end_said)
    unknown_end = and_(
        or_(TimelineItem.end_kind == "unknown", TimelineItem.end_kind == "by"),
        or_(TimelineItem.start_earliest.is_(None), TimelineItem.start_earliest < first),
    )
    return or_(TimelineItem.end_earliest < first, unknown_end)


def due_before(condition: TimeCondition) -> ColumnElement[bool]:
    """The item has a deadline whose last day is before the day."""
    return and_(_is_due(condition), TimelineItem.end_latest < condition.first)


def due_after(condition: TimeCondition) -> ColumnElement[bool]:
    """The item has a deadline whose last day is after the day."""
    return and_(_is_due(condition), TimelineItem.end_latest > condition.last)


def _is_due(condition: TimeCondition) -> ColumnElement[bool]:
    is_deadline = TimelineItem.end_kind == "by"
    if condition.is_certain:
        return and_(is_deadline, TimelineItem.end_said)
    return is_deadline


def in_precision(precisions: Values) -> ColumnElement[bool]:
    """A side is dated to one of these precisions."""
    return or_(
        TimelineItem.start_precision.in_(precisions),
        TimelineItem.end_precision.in_(precisions),
    )
