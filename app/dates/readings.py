"""A reading of a document's wording, and how readings are built from periods."""

from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.dates.context import Period
from app.dates.edtf import Side, parse_side
from app.vocabulary import EndKind, StartKind


@dataclass(frozen=True)
class Reading:
    """The two sides, and how often it recurs: an RFC 5545 rule of FREQ and INTERVAL. `derived` has
    the reason for each field that does not follow from the words alone; `needs` names what the
    context lacks, and then the sides are unknown."""

    start: Side | None = None
    start_kind: StartKind = "unknown"
    end: Side | None = None
    end_kind: EndKind = "unknown"
    derived: dict[str, str] = field(default_factory=dict)
    needs: str | None = None
    recurrence: str | None = None


ReadingOrNone = TypeVar("ReadingOrNone", Reading, Reading | None)


def derive(reading: ReadingOrNone, name: str, reason: str) -> ReadingOrNone:
    """The reading, if there is one, with one more reason why a field is derived."""
    if reading is None:
        return reading
    earlier = reading.derived.get(name)
    if earlier:
        reason = f"{earlier}; {reason}"
    derived = {**reading.derived, name: reason}
    return replace(reading, derived=derived)


def combine(first: Period, last: Period) -> Reading | None:
    """From the start of one period to the end of another; None if that runs backwards."""
    start = parse_side(first.start)
    end = parse_side(last.end or last.start)
    derived = {}
    if first.reason is not None:
        derived["start_edtf"] = first.reason
    if start == end:
        return Reading(start, "dated", None, "same", derived)
    if last.reason is not None:
        derived["end_edtf"] = last.reason
    # A range that runs backwards has another meaning.
    if end.latest < start.earliest:
        return None
    # "Années 2020 à 2025" are not the 2020s to 2025.
    if start.precision == "decade" and end.latest < start.latest:
        return None
    # So has "winter - spring 2027": the winter before.
    are_seasons = start.precision == end.precision == "season"
    same_year = first.start[:4] == last.start[:4]
    if are_seasons and same_year and last.start < first.start:
        return None
    return Reading(start, "dated", end, "dated", derived)
