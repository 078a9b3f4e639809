"""What do the filters of time mean in SQL? Conditions on timeline items.

Bounds are ranges, so each filter has two honest answers. *Possible*: in some reading of the dates,
where what is open has no bound and what is unknown is any day that the other side allows.
*Certain*: in every reading, where a side that is approximate, uncertain or derived says nothing but
that it is on its side of the other. Each condition takes the value and the word.
"""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_

from app.catalog.resource import IndexRange, RangeUnion, Values
from app.dates.edtf import parse_interval
from app.schemas.timeline import LAST_DAY, SPANS, UNKNOWN_START
from app.store.models import TimelineItem


def overlaps(values: Values) -> RangeUnion:
    """The item's dates and a period (EDTF) have a day in common."""
    period, match = values
    return _meets(*parse_interval(period), match)


def active_on(values: Values) -> RangeUnion:
    """The day is one of the item's dates."""
    day, match = values
    return _meets(day, day, match)


def _meets(first: date, last: date, match: str) -> RangeUnion:
    """The dates and the days from first to last have one in common.

    An item no longer than n days that ends on `first` or later starts no more than n days before
    it. So items are asked for class of length by class, each with a narrow range of starts: neither
    a long past nor a long future is read. (Nascimento & Dunham, "Indexing Valid Time Databases via
    B+-Trees", IEEE TKDE 11(6), 1999, partition by length likewise.)"""
    sure = []
    # Every day is before the last one there is, so an unsure start does not matter then.
    if match == "certain" and last < date.max:
        sure.append(TimelineItem.sure_start <= last)
    if match == "certain" and first > date.min:
        sure.append(TimelineItem.sure_end >= first)

    def part(span: int, low: date, high: date) -> IndexRange:
        meets = and_(TimelineItem.span == span, TimelineItem.end_order >= first, *sure)
        return IndexRange(meets, TimelineItem.start_order, low, high)

    parts = [part(span, _days_before(first, days), last) for span, days in enumerate(SPANS)]
    return RangeUnion([*parts, part(UNKNOWN_START, LAST_DAY, LAST_DAY)])


def _days_before(day: date, days: int) -> date:
    """The first day of so many that end on this one."""
    return day - timedelta(days - 1) if days <= day.toordinal() else date.min


def _compared(
    possible: Callable[[date, date], ColumnElement[bool]],
    certain: Callable[[date, date], ColumnElement[bool]],
) -> Callable[[Values], ColumnElement[bool]]:
    """A condition on one side, from the first and the last day of what it is compared with."""

    def condition(values: Values) -> ColumnElement[bool]:
        period, match = values
        return (certain if match == "certain" else possible)(*parse_interval(period))

    return condition


_NO_START, _NO_END = TimelineItem.start_earliest.is_(None), TimelineItem.end_latest.is_(None)
_OPEN_START = and_(TimelineItem.start_kind == "open", TimelineItem.start_said)
_OPEN_END = and_(TimelineItem.end_kind == "open", TimelineItem.end_said)

starts_after = _compared(
    lambda _, last: or_(
        TimelineItem.start_latest > last,
        and_(TimelineItem.start_kind == "unknown", or_(_NO_END, TimelineItem.end_latest > last)),
    ),
    lambda _, last: and_(TimelineItem.start_earliest > last, TimelineItem.start_said),
)
starts_before = _compared(
    lambda first, _: or_(_NO_START, TimelineItem.start_earliest < first),
    lambda first, _: or_(TimelineItem.sure_start < first, _OPEN_START),
)
ends_after = _compared(
    lambda _, last: or_(_NO_END, TimelineItem.end_latest > last),
    lambda _, last: or_(TimelineItem.sure_end > last, _OPEN_END),
)
ends_before = _compared(
    lambda first, _: or_(
        TimelineItem.end_earliest < first,
        and_(
            TimelineItem.end_kind == "unknown", or_(_NO_START, TimelineItem.start_earliest < first)
        ),
    ),
    lambda first, _: and_(TimelineItem.end_latest < first, TimelineItem.end_said),
)


def in_precision(values: Values) -> ColumnElement[bool]:
    """A side is dated to one of these precisions."""
    return or_(TimelineItem.start_precision.in_(values), TimelineItem.end_precision.in_(values))
