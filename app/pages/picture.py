"""Where a timeline item stands on an axis: a picture that shows no more than the document says.

Positions are percentages of the axis. A box is certain: in every reading of the dates. A bar with
whiskers is possible: in some reading. A mark is one day, an arrow an open side, dots and `?` an
unknown side, `≈` an approximate date, a flag the last day of a deadline, `↻` what recurs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.pages.claims import main_text, record_path
from app.pages.sentences import write_sentence
from app.schemas.read import TimelineItemRead
from app.schemas.timeline import FIRST_DAY, LAST_DAY, compute_bounds

# Years between ticks with a label, of which there are at most MAX_TICKS.
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
MAX_TICKS = 12
# Axes of more years have no ticks of quarters.
MAX_QUARTERED_YEARS = 6
_QUALIFIERS = frozenset("~?%")


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


@dataclass(frozen=True)
class PictureRow:
    """A timeline item in a picture, with what its dates mean as a sentence."""

    title: str
    path: str
    modality: str
    wording: str
    sentence: str
    drawing: Drawing


@dataclass(frozen=True)
class Picture:
    """Timeline items on one axis; without an axis if none has a date."""

    axis: Axis | None
    rows: tuple[PictureRow, ...]


def make_picture(items: Sequence[TimelineItemRead]) -> Picture:
    """The picture of the items, in their order."""
    axis = make_axis(items)
    rows = []
    for item in items:
        drawing = Drawing()
        if axis is not None:
            drawing = draw(item, axis)
        row = PictureRow(
            title=main_text(item),
            path=record_path(item),
            modality=item.modality,
            wording=item.wording,
            sentence=write_sentence(item),
            drawing=drawing,
        )
        rows.append(row)
    return Picture(axis, tuple(rows))


def make_axis(items: Iterable[TimelineItemRead]) -> Axis | None:
    """The axis that all items fit on, with a year more where an end is open or unknown; None if no
    item has a date."""
    days: list[date] = []
    has_endless = False
    for item in items:
        sides = (item.start_earliest, item.start_latest, item.end_earliest, item.end_latest)
        days += [day for day in sides if day is not None]
        has_endless = has_endless or item.end_kind in ("open", "unknown")
    if not days:
        return None
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
