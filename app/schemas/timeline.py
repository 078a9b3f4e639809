"""What follows from the two sides of a timeline item: bounds, precision, the whole expression?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.edtf import InvalidEdtf, Undated, parse_side, write_interval
from app.schemas.write import TimelineItemCreate
from app.vocabulary import Precision

# Where an order by time puts a side without a bound: an open start before everything, an open or
# unknown end after everything, and an unknown start after everything too.
FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class Bounds:
    """The computed columns of a timeline item, by their names."""

    edtf: str | None
    start_earliest: date | None
    start_latest: date | None
    start_precision: Precision | None
    end_earliest: date | None
    end_latest: date | None
    end_precision: Precision | None
    approximate: bool
    uncertain: bool
    start_order: date
    end_order: date


def compute_bounds(item: TimelineItemCreate) -> Bounds:
    """The bounds of an item that has no mistakes. Raises InvalidEdtf otherwise."""
    start = parse_side(item.start_edtf) if item.start_edtf is not None else None
    end = parse_side(item.end_edtf) if item.end_edtf is not None else None
    if item.end_kind == "same":
        end = start
    sides = [side for side in (start, end) if side is not None]
    return Bounds(
        edtf=write_interval(start or _kind(item.start_kind), end or _kind(item.end_kind)),
        start_earliest=start.earliest if start else None,
        start_latest=start.latest if start else None,
        start_precision=start.precision if start else None,
        end_earliest=end.earliest if end else None,
        end_latest=end.latest if end else None,
        end_precision=end.precision if end else None,
        approximate=any(side.approximate for side in sides),
        uncertain=any(side.uncertain for side in sides),
        start_order=start.earliest if start else _UNDATED_START[item.start_kind],
        end_order=end.latest if end else LAST_DAY,
    )


_UNDATED_START = {"open": FIRST_DAY, "unknown": LAST_DAY}


def _kind(kind: str) -> Undated:
    return "open" if kind == "open" else "unknown"


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
            write_interval(parse_side(edtf), "open")
        except InvalidEdtf as error:
            yield f"{side}_edtf", str(error)
