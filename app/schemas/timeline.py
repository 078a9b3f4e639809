"""Bounds, precision and whole expression of a timeline item, computed from its two sides."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.dates.edtf import InvalidEdtf, Side, Undated, parse_side
from app.dates.edtf_writing import write_interval
from app.dates.readings import Reading
from app.schemas.fields import Precision
from app.schemas.write import TimelineItemCreate
from app.vocabulary import EndKind, StartKind

# Sort positions of a side without a bound: an open start sorts before everything, an open or
# unknown end after everything, and so does an unknown start.
FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)

# Classes of length, from the first possible day of an item to its last. An item of `span` i has at
# most SPANS[i] days, and more than SPANS[i - 1]: a day, a month, a quarter, a half, a year, and so
# on to items without an end. An unknown start has no first day, and so a class of its own.
SPANS = (1, 31, 92, 184, 366, 731, 1_827, 3_653, 7_305, 18_263, 36_525, 4_000_000)
UNKNOWN_START = len(SPANS)

Earliest = Annotated[
    date | None,
    Field(
        description=(
            "The first day that this side can mean; null if it is not dated, and of a deadline."
        )
    ),
]
Latest = Annotated[
    date | None,
    Field(description="The last day that this side can mean; null if it is not dated."),
]


class Bounds(BaseModel):
    """The computed fields of a timeline item that responses show."""

    edtf: Annotated[
        str | None,
        Field(
            description=(
                "The whole item as one EDTF expression, never narrower than its sides; null if "
                "neither is known."
            ),
            examples=["2025-1X/2027"],
        ),
    ]
    start_earliest: Earliest
    start_latest: Latest
    start_precision: Precision | None
    end_earliest: Earliest
    end_latest: Latest
    end_precision: Precision | None
    approximate: Annotated[
        bool,
        Field(
            description=(
                "Whether a side is approximate: qualified by `~` or `%`, or a season without a "
                "hemisphere."
            )
        ),
    ]
    uncertain: Annotated[
        bool, Field(description="Whether a side is uncertain: qualified by `?` or `%`.")
    ]


class IndexedBounds(Bounds):
    """All computed columns of a timeline item: `Bounds`, and those that orders and filters use."""

    start_order: date
    end_order: date
    start_order_descending: date
    end_order_descending: date
    span: int
    start_said: bool
    end_said: bool
    sure_start: date | None
    sure_end: date | None


@dataclass(frozen=True)
class Sides:
    """The fields of a timeline item that its bounds are computed from."""

    start_edtf: str | None
    start_kind: StartKind
    end_edtf: str | None
    end_kind: EndKind
    derived: dict[str, str]


# The kinds of a side that has a date.
_DATED_KINDS = ("dated", "by")
# Where an undated start is sorted.
_UNDATED_START = {"open": FIRST_DAY, "unknown": LAST_DAY}
# Where an unknown end is sorted in a descending order.
_UNDATED_END: dict[Side | Undated, date] = {"unknown": FIRST_DAY}


def compute_bounds(item: TimelineItemCreate | Sides) -> IndexedBounds:
    """The bounds of an item that has no mistakes. Raises InvalidEdtf otherwise."""
    start = _read_side(item.start_edtf, item.start_kind)
    end = _read_side(item.end_edtf, item.end_kind)
    start_stated = _is_stated(item, "start", start)
    end_stated = _is_stated(item, "end", end)
    if item.end_kind == "same":
        end = start
        end_stated = end_stated and start_stated
    start_earliest, start_latest, start_precision = _dates_of(start)
    end_earliest, end_latest, end_precision = _dates_of(end)
    start_order = start_earliest or _UNDATED_START[item.start_kind]
    end_order = end_latest or LAST_DAY
    certain_start, certain_end = _compute_certain(
        start if start_stated else None,
        end if end_stated else None,
    )
    if item.end_kind == "by":
        # It may be met on any day until the last one, so no day is certain.
        end_earliest = certain_start = certain_end = None
    dated = [side for side in (start, end) if isinstance(side, Side)]
    return IndexedBounds(
        edtf=write_interval(start, end),
        start_earliest=start_earliest,
        start_latest=start_latest,
        start_precision=start_precision,
        end_earliest=end_earliest,
        end_latest=end_latest,
        end_precision=end_precision,
        approximate=any(side.approximate for side in dated),
        uncertain=any(side.uncertain for side in dated),
        start_order=start_order,
        end_order=end_order,
        start_order_descending=start_earliest or FIRST_DAY,
        end_order_descending=_UNDATED_END.get(end, end_order),
        span=_classify_length(item.start_kind, start_order, end_order),
        start_said=start_stated,
        end_said=end_stated,
        sure_start=certain_start,
        sure_end=certain_end,
    )


def _read_side(edtf: str | None, kind: str) -> Side | Undated:
    if edtf is not None:
        return parse_side(edtf)
    if kind == "open":
        return "open"
    return "unknown"


def _is_stated(
    item: TimelineItemCreate | Sides,
    name: str,
    side: Side | Undated,
) -> bool:
    """Whether the document states the side, and exactly: nothing is derived or qualified."""
    if f"{name}_edtf" in item.derived or f"{name}_kind" in item.derived:
        return False
    return not isinstance(side, Side) or not (side.approximate or side.uncertain)


def _dates_of(side: Side | Undated) -> tuple[date | None, date | None, Precision | None]:
    if isinstance(side, Side):
        return side.earliest, side.latest, side.precision
    return None, None, None


def _compute_certain(
    start: Side | Undated | None, end: Side | Undated | None
) -> tuple[date | None, date | None]:
    """The day by which the item has begun in every reading, and the day until which it has not
    ended in any; None where no day is certain. A side that is not stated is None here."""
    # A side that is not stated adds nothing: with one known day, the item may be that day alone.
    dated = [side for side in (start, end) if isinstance(side, Side)]
    certain_start = dated[0].latest if dated else None
    certain_end = dated[-1].earliest if dated else None
    if start == "open":
        certain_start = FIRST_DAY
    if end == "open":
        certain_end = LAST_DAY
    return certain_start, certain_end


def _classify_length(
    start_kind: StartKind,
    first: date,
    last: date,
) -> int:
    if start_kind == "unknown":
        return UNKNOWN_START
    days = (last - first).days + 1
    return bisect_left(SPANS, days)


def show_bounds(item: TimelineItemCreate | Sides) -> dict[str, Any]:
    """The bounds that responses show, by field."""
    return compute_bounds(item).model_dump(include=set(Bounds.model_fields))


def describe_reading(wording: str, reading: Reading) -> dict[str, Any]:
    """The reading as fields of a timeline item: those that a curator sets, then the computed."""
    sides = Sides(
        start_edtf=_edtf_of(reading.start),
        start_kind=reading.start_kind,
        end_edtf=_edtf_of(reading.end),
        end_kind=reading.end_kind,
        derived=reading.derived,
    )
    return {
        "wording": wording,
        **asdict(sides),
        "recurrence": reading.recurrence,
        **show_bounds(sides),
    }


def _edtf_of(side: Side | None) -> str | None:
    if side is None:
        return None
    return side.edtf


def find_time_mistakes(item: TimelineItemCreate) -> Iterator[tuple[str, str]]:
    """The mistakes in the sides of an item, as (field, detail)."""
    mistakes = [
        *_find_side_mistakes("start", item.start_edtf, item.start_kind),
        *_find_side_mistakes("end", item.end_edtf, item.end_kind),
    ]
    yield from mistakes
    # A kind is None where it could not be read, which was reported already.
    if mistakes or None in (item.start_kind, item.end_kind):
        return
    if item.end_kind == "same" and item.start_kind != "dated":
        yield "end_kind", "'same' needs a dated start. Use 'open' or 'unknown'."
        return
    bounds = compute_bounds(item)
    first, last = bounds.start_earliest, bounds.end_latest
    if first is not None and last is not None and last < first:
        yield (
            "end_edtf",
            f"ends on {last} at the latest, before it starts on {first}. Swap them?",
        )


def _find_side_mistakes(
    side: str, edtf: str | None, kind: str | None
) -> Iterator[tuple[str, str]]:
    if edtf is None:
        if kind in _DATED_KINDS:
            yield f"{side}_edtf", f"is null though {side}_kind is {kind!r}. Give it as EDTF."
        return
    if kind is not None and kind not in _DATED_KINDS:
        dated = "'dated', or 'by' for a deadline" if side == "end" else "'dated'"
        yield f"{side}_kind", f"is {kind!r} though {side}_edtf is {edtf!r}. Use {dated}."
    try:
        parse_side(edtf)
    except InvalidEdtf as error:
        yield f"{side}_edtf", str(error)
