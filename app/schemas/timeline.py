"""What follows from the two sides of a timeline item: bounds, precision, the whole expression?"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from app.dates.edtf import InvalidEdtf, Side, Undated, parse_side, write_interval
from app.dates.wording import Reading
from app.schemas.write import TimelineItemCreate
from app.vocabulary import EndKind, Precision, StartKind

# Where an order by time puts a side without a bound: an open start before everything, an open or
# unknown end after everything, and an unknown start after everything too.
FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)

# Classes of length: from its first possible day to its last, an item of `span` i has SPANS[i] days
# at most and more than the class before allows: a day, a month, a quarter, a half, a year, and so
# on to what has no end. An unknown start has no first day and is a class of its own.
SPANS = (1, 31, 92, 184, 366, 731, 1_827, 3_653, 7_305, 18_263, 36_525, 4_000_000)
UNKNOWN_START = len(SPANS)


@dataclass(frozen=True)
class Bounds:
    """What a timeline item shows of its dates beside what a curator says of them."""

    edtf: str | None
    start_earliest: date | None
    start_latest: date | None
    start_precision: Precision | None
    end_earliest: date | None
    end_latest: date | None
    end_precision: Precision | None
    approximate: bool
    uncertain: bool


@dataclass(frozen=True)
class IndexedBounds(Bounds):
    """And what orders and filters look at: all computed columns of an item, by their names."""

    start_order: date
    end_order: date
    span: int
    start_said: bool
    end_said: bool
    sure_start: date | None
    sure_end: date | None


@dataclass(frozen=True)
class Sides:
    """What a curator says of the dates of an item."""

    start_edtf: str | None
    start_kind: StartKind
    end_edtf: str | None
    end_kind: EndKind
    derived: dict[str, str]


def compute_bounds(item: TimelineItemCreate | Sides) -> IndexedBounds:
    """The bounds of an item that has no mistakes. Raises InvalidEdtf otherwise."""
    start = parse_side(item.start_edtf) if item.start_edtf is not None else None
    end = parse_side(item.end_edtf) if item.end_edtf is not None else None
    if item.end_kind == "same":
        end = start
    sides = [side for side in (start, end) if side is not None]
    start_order = start.earliest if start else _UNDATED_START[item.start_kind]
    end_order = end.latest if end else LAST_DAY
    start_said = _is_said(item, "start", start)
    end_said = _is_said(item, "end", end) and (start_said or item.end_kind != "same")
    # What is not said of a side is at most as far from the other as that can be: an item of which
    # one day is known may be of that day alone.
    said = [side for side in (start_said and start, end_said and end) if side]
    sure_start = said[0].latest if said else None
    sure_end = said[-1].earliest if said else None
    return IndexedBounds(
        edtf=write_interval(start or _kind(item.start_kind), end or _kind(item.end_kind)),
        start_earliest=start.earliest if start else None,
        start_latest=start.latest if start else None,
        start_precision=start.precision if start else None,
        end_earliest=end.earliest if end else None,
        end_latest=end.latest if end else None,
        end_precision=end.precision if end else None,
        approximate=any(side.approximate for side in sides),
        uncertain=any(side.uncertain for side in sides),
        start_order=start_order,
        end_order=end_order,
        span=_span(start_order, end_order, item.start_kind),
        start_said=start_said,
        end_said=end_said,
        sure_start=FIRST_DAY if start_said and item.start_kind == "open" else sure_start,
        sure_end=LAST_DAY if end_said and item.end_kind == "open" else sure_end,
    )


_UNDATED_START = {"open": FIRST_DAY, "unknown": LAST_DAY}


def _span(first: date, last: date, start_kind: str) -> int:
    """The class of length."""
    if start_kind == "unknown":
        return UNKNOWN_START
    return bisect_left(SPANS, (last - first).days + 1)


def _is_said(item: TimelineItemCreate | Sides, name: str, side: Side | None) -> bool:
    """Whether the document says the side, and exactly."""
    derived = {f"{name}_edtf", f"{name}_kind"} & set(item.derived)
    return not (derived or (side is not None and (side.approximate or side.uncertain)))


def _kind(kind: str) -> Undated:
    return "open" if kind == "open" else "unknown"


def describe_reading(wording: str, reading: Reading) -> dict[str, Any]:
    """A wording that was understood, as the fields of a timeline item: given, then computed."""
    sides = Sides(
        start_edtf=reading.start.edtf if reading.start is not None else None,
        start_kind=reading.start_kind,
        end_edtf=reading.end.edtf if reading.end is not None else None,
        end_kind=reading.end_kind,
        derived=reading.derived,
    )
    return {"wording": wording, **asdict(sides), **show_bounds(sides)}


def show_bounds(item: TimelineItemCreate | Sides) -> dict[str, Any]:
    """The bounds that are shown."""
    bounds = compute_bounds(item)
    return {shown.name: getattr(bounds, shown.name) for shown in fields(Bounds)}


def find_time_mistakes(item: TimelineItemCreate) -> Iterator[tuple[str, str]]:
    """What is wrong with the sides of an item, as (field, what and what to do)."""
    mistakes = [
        *_side_mistakes("start", item.start_edtf, item.start_kind),
        *_side_mistakes("end", item.end_edtf, item.end_kind),
    ]
    yield from mistakes
    if mistakes or None in (item.start_kind, item.end_kind):
        return
    if item.end_kind == "same" and item.start_kind != "dated":
        yield "end_kind", "'same' needs a dated start. Use 'open' or 'unknown'."
        return
    bounds = compute_bounds(item)
    first, last = bounds.start_earliest, bounds.end_latest
    if first is not None and last is not None and last < first:
        yield "end_edtf", f"ends on {last} at the latest, before it starts on {first}. Swap them?"


def _side_mistakes(side: str, edtf: str | None, kind: str | None) -> Iterator[tuple[str, str]]:
    if edtf is None and kind == "dated":
        yield f"{side}_edtf", f"is null though {side}_kind is 'dated'. Give it as EDTF."
    if edtf is not None:
        if kind is not None and kind != "dated":
            yield f"{side}_kind", f"is {kind!r} though {side}_edtf is {edtf!r}. Use 'dated'."
        try:
            parse_side(edtf)
        except InvalidEdtf as error:
            yield f"{side}_edtf", str(error)
