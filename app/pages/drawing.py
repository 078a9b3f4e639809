"""Where a timeline item stands on an axis, and no more than the document says.

Positions are percentages of the axis. A box is certain: in every reading of the dates. A bar with
whiskers is possible: in some reading. A mark is one day, an arrow an open side, dots and `?` an
unknown side, `≈` an approximate date, a flag the last day of a deadline, `↻` what recurs.
"""

from dataclasses import dataclass
from datetime import date

from app.pages.axis import Axis
from app.schemas.read import TimelineItemRead
from app.schemas.timeline import FIRST_DAY, LAST_DAY, compute_bounds

_QUALIFIERS = frozenset("~?%")


@dataclass(frozen=True)
class Bar:
    """A part of the axis."""

    x: float
    width: float


@dataclass(frozen=True)
class Note:
    """Signs beside the picture of an item: after its end, or before its start."""

    x: float
    text: str
    is_after: bool


@dataclass(frozen=True)
class Drawing:
    """The parts of the picture of one item; all absent if no side has a date. `caps` are the ends
    of the possible bar that are no single day."""

    possible: Bar | None = None
    certain: Bar | None = None
    caps: tuple[float, ...] = ()
    mark: float | None = None
    flag: float | None = None
    is_open_start: bool = False
    is_open_end: bool = False
    unknown_start: float | None = None
    unknown_end: float | None = None
    note: Note | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no date can be drawn."""
        return self.possible is None and self.mark is None and self.flag is None


def draw(
    item: TimelineItemRead,
    axis: Axis,
) -> Drawing:
    """The parts of the picture of one item."""
    day = _find_single_day(item)
    if day is not None:
        x = axis.before(day)
        is_unknown = item.end_kind == "unknown"
        return Drawing(
            mark=x,
            unknown_end=axis.after(day) if is_unknown else None,
            unknown_start=x if item.start_kind == "unknown" else None,
            note=_make_note(
                item,
                x,
                x,
            ),
        )
    if item.end_kind == "by" and item.start_kind == "unknown":
        return _draw_deadline(item, axis)
    start = _find_start(item, axis)
    end = _find_end(item, axis)
    if start is None or end is None:
        return Drawing()
    return Drawing(
        possible=Bar(start, round(end - start, 3)),
        certain=_find_certain(item, axis),
        caps=_find_caps(
            item,
            start,
            end,
        ),
        flag=_find_flag(item, axis),
        is_open_start=item.start_kind == "open",
        is_open_end=item.end_kind == "open",
        unknown_start=start if item.start_kind == "unknown" else None,
        unknown_end=end if item.end_kind == "unknown" else None,
        note=_make_note(
            item,
            start,
            end,
        ),
    )


def _find_single_day(item: TimelineItemRead) -> date | None:
    """The day of an item of which one day is known, and that alone."""
    start = _only_day(item.start_earliest, item.start_latest)
    end = _only_day(item.end_earliest, item.end_latest)
    if item.end_kind in ("same", "unknown"):
        return start
    if item.end_kind == "dated" and (item.start_kind == "unknown" or start == end):
        return end
    return None


def _only_day(
    earliest: date | None,
    latest: date | None,
) -> date | None:
    return earliest if earliest == latest else None


def _draw_deadline(
    item: TimelineItemRead,
    axis: Axis,
) -> Drawing:
    """A deadline whose start is not known: it may be met on any day before."""
    flag = _find_flag(item, axis)
    assert flag is not None
    return Drawing(
        flag=flag,
        unknown_start=flag,
        note=_make_note(
            item,
            flag,
            flag,
        ),
    )


def _find_flag(
    item: TimelineItemRead,
    axis: Axis,
) -> float | None:
    if item.end_kind != "by" or item.end_latest is None:
        return None
    return axis.before(item.end_latest)


def _find_start(
    item: TimelineItemRead,
    axis: Axis,
) -> float | None:
    """Where the possible bar begins; None if no side has a date."""
    if item.start_kind == "open":
        return 0.0
    first = item.start_earliest or item.end_earliest
    return None if first is None else axis.before(first)


def _find_end(
    item: TimelineItemRead,
    axis: Axis,
) -> float | None:
    """Where the possible bar ends; None if no side has a date."""
    if item.end_kind == "open":
        return 100.0
    last = item.end_latest or item.start_latest
    return None if last is None else axis.after(last)


def _find_certain(
    item: TimelineItemRead,
    axis: Axis,
) -> Bar | None:
    """The days that every reading has, as the filter `match=certain` has them."""
    bounds = compute_bounds(item)
    since, until = bounds.sure_start, bounds.sure_end
    if since is None or until is None or since >= until:
        return None
    x = 0.0 if since == FIRST_DAY else axis.before(since)
    end = 100.0 if until == LAST_DAY else axis.after(until)
    return Bar(x, round(end - x, 3))


def _find_caps(
    item: TimelineItemRead,
    start: float,
    end: float,
) -> tuple[float, ...]:
    """The ends of the bar at which the item may also begin later, or end earlier."""
    caps = []
    if item.start_kind == "unknown" or item.start_earliest != item.start_latest:
        caps.append(start)
    if item.end_kind == "unknown" or item.end_earliest != item.end_latest:
        caps.append(end)
    return tuple(caps)


def _make_note(
    item: TimelineItemRead,
    start: float,
    end: float,
) -> Note | None:
    signs = ""
    if item.approximate:
        signs += "≈"
    if item.uncertain:
        signs += "?"
    if item.recurrence is not None:
        signs += "↻"
    if not signs:
        return None
    is_end_qualified = not _QUALIFIERS.isdisjoint(item.end_edtf or "")
    is_after = is_end_qualified or item.start_edtf is None
    return Note(
        end if is_after else start,
        signs,
        is_after,
    )
