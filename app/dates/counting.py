"""Counted times: "within 18 months", "binnen 10 Arbeitstagen", "within 30 days of 1 March 2026"."""

from datetime import date, timedelta

from app.dates.arithmetic import plus_months, plus_working_days
from app.dates.context import ANCHOR, Context, Needs, NeedsEvent
from app.dates.edtf import parse_side
from app.dates.grammar import Grammar
from app.dates.periods import PeriodReader
from app.dates.readings import Reading
from app.dates.templates import Match

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120}
_DAYS = {"day": 1, "calendar_day": 1, "week": 7}


class CountReader:
    """Reads times that are counted from a day, in one language."""

    def __init__(
        self,
        grammar: Grammar,
        periods: PeriodReader,
    ) -> None:
        self._grammar = grammar
        self._periods = periods

    def read_within(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """A deadline that is counted from the anchor, as precisely as the unit is."""
        anchor = require_anchor(context)
        count = self._count(match)
        if count is None:
            return None
        unit = self._grammar.unit(match)
        end = _add(anchor, count, unit)
        if unit in _MONTHS:
            end = end[:7]
        derived = {"end_edtf": _describe(anchor, count, unit)}
        side = parse_side(f"{end}~")
        return Reading(end=side, end_kind="by", derived=derived)

    def read_coming(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """From about the anchor to about that much later."""
        reading = self.read_within(context, match)
        if reading is None:
            return None
        anchor = require_anchor(context)
        start = parse_side(f"{anchor}~")
        derived = {"start_edtf": f"counted from {anchor}", **reading.derived}
        return Reading(start, "dated", reading.end, "dated", derived)

    def read_within_event(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """A deadline that is counted from another event. Raises NeedsEvent if its words are not a
        day."""
        count = self._count(match)
        if count is None:
            return None
        day = self._require_day(context, match["event"])
        unit = self._grammar.unit(match)
        end = parse_side(_add(day, count, unit))
        derived = {"end_edtf": _describe(day, count, unit)}
        return Reading(end=end, end_kind="by", derived=derived)

    def read_after_event(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """The day so long after another event. Raises NeedsEvent if its words are not a day."""
        reading = self.read_within_event(context, match)
        if reading is None:
            return None
        derived = {"start_edtf": reading.derived["end_edtf"]}
        return Reading(reading.end, "dated", end_kind="same", derived=derived)

    def _count(self, match: Match) -> int | None:
        """The number; 1 for "the coming year". None for "the coming quarter": of the calendar, or
        three months."""
        if "count" in match.groupdict():
            return self._grammar.number(match)
        if self._grammar.unit(match) in ("quarter", "half", "decade"):
            return None
        return 1

    def _require_day(
        self,
        context: Context,
        event: str,
    ) -> date:
        period = self._periods.read(context, event)
        if period is not None and period.end is None:
            side = parse_side(period.start)
            if side.precision == "day" and not side.approximate:
                return side.earliest
        raise NeedsEvent(event)


def require_anchor(context: Context) -> date:
    """The day on which the document speaks. Raises Needs."""
    if context.anchor is None:
        raise Needs(ANCHOR)
    return context.anchor


def _add(
    day: date,
    count: int,
    unit: str,
) -> str:
    """A later day."""
    if unit in _MONTHS:
        return str(plus_months(day, count * _MONTHS[unit]))
    if unit == "working_day":
        return str(plus_working_days(day, count))
    return str(day + timedelta(days=count * _DAYS[unit]))


def _describe(
    day: date,
    count: int,
    unit: str,
) -> str:
    name = unit.replace("_", " ")
    if unit == "half":
        name = "half year"
    plural = "s" if count > 1 else ""
    reason = f"{count} {name}{plural} from {day}"
    if unit == "working_day":
        return f"{reason}, Monday to Friday; public holidays are not known"
    return reason
