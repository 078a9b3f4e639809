"""The filters of time in SQL: conditions on timeline items.

The bounds of an item are ranges of days, so each filter has two meanings. *Possible*: it holds in
some reading of the dates, where an open side has no bound and an unknown side is any day that the
other side allows. *Certain*: it holds in every reading, where a side that is approximate, uncertain
or derived only says that it is before or after the other.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.catalog.resource import IndexRange, RangeUnion, Values
from app.dates.edtf import parse_interval
from app.schemas.timeline import LAST_DAY, SPANS, UNKNOWN_START
from app.store.models import TimelineItem
from app.vocabulary import Match


@dataclass(frozen=True)
class TimeCondition:
    """The value of a filter of time, a day or an EDTF string, and how it is compared."""

    value: Any
    match: Match

    @property
    def is_certain(self) -> bool:
        return self.match == "certain"


def overlaps(condition: TimeCondition) -> RangeUnion:
    """The item's dates and a period (EDTF) have a day in common."""
    first, last = parse_interval(condition.value)
    return _has_day_between(first, last, certain=condition.is_certain)


def active_on(condition: TimeCondition) -> RangeUnion:
    """The day is one of the item's dates."""
    return _has_day_between(condition.value, condition.value, certain=condition.is_certain)


def _has_day_between(
    first: date,
    last: date,
    *,
    certain: bool,
) -> RangeUnion:
    """One of the item's dates is a day from `first` to `last`.

    An item no longer than n days that ends on `first` or later starts at most n days before it. So
    there is one index range for each class of length, with few starts: neither a long past nor a
    long future is read. (Nascimento & Dunham, "Indexing Valid Time Databases via B+-Trees", IEEE
    TKDE 11(6), 1999, partition by length likewise.)"""
    certain_bounds = []
    # Every day is before the last possible one, so an uncertain start does not matter then.
    if certain and last < date.max:
        certain_bounds.append(TimelineItem.sure_start <= last)
    if certain and first > date.min:
        certain_bounds.append(TimelineItem.sure_end >= first)

    def starting_between(
        span: int,
        low: date,
        high: date,
    ) -> IndexRange:
        holds = and_(
            TimelineItem.span == span,
            TimelineItem.end_order >= first,
            *certain_bounds,
        )
        return IndexRange(
            holds,
            TimelineItem.start_order,
            low,
            high,
        )

    ranges = []
    for span, days in enumerate(SPANS):
        ranges.append(starting_between(span, _first_of_days(days, first), last))
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
    _, last = parse_interval(condition.value)
    if condition.is_certain:
        return and_(TimelineItem.start_earliest > last, TimelineItem.start_said)
    unknown_start = and_(
        TimelineItem.start_kind == "unknown",
        or_(TimelineItem.end_latest.is_(None), TimelineItem.end_latest > last),
    )
    return or_(TimelineItem.start_latest > last, unknown_start)


def starts_before(condition: TimeCondition) -> ColumnElement[bool]:
    """The item starts before the first day of a period (EDTF)."""
    first, _ = parse_interval(condition.value)
    if condition.is_certain:
        open_start = and_(TimelineItem.start_kind == "open", TimelineItem.start_said)
        return or_(TimelineItem.sure_start < first, open_start)
    return or_(TimelineItem.start_earliest.is_(None), TimelineItem.start_earliest < first)


def ends_after(condition: TimeCondition) -> ColumnElement[bool]:
    """The item ends after the last day of a period (EDTF), or never."""
    _, last = parse_interval(condition.value)
    if condition.is_certain:
        open_end = and_(TimelineItem.end_kind == "open", TimelineItem.end_said)
        return or_(TimelineItem.sure_end > last, open_end)
    return or_(TimelineItem.end_latest.is_(None), TimelineItem.end_latest > last)


def ends_before(condition: TimeCondition) -> ColumnElement[bool]:
    """The item ends before the first day of a period (EDTF)."""
    first, _ = parse_interval(condition.value)
    if condition.is_certain:
        return and_(TimelineItem.end_latest < first, TimelineItem.end_said)
    unknown_end = and_(
        TimelineItem.end_kind == "unknown",
        or_(TimelineItem.start_earliest.is_(None), TimelineItem.start_earliest < first),
    )
    return or_(TimelineItem.end_earliest < first, unknown_end)


def in_precision(precisions: Values) -> ColumnElement[bool]:
    """A side is dated to one of these precisions."""
    return or_(
        TimelineItem.start_precision.in_(precisions),
        TimelineItem.end_precision.in_(precisions),
    )
