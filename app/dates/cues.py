"""Wordings with a cue for a start or an end: from, since, after; until, by, before."""

from collections.abc import Callable
from dataclasses import replace

from app.dates.arithmetic import neighbour
from app.dates.context import Context
from app.dates.counting import CountReader, require_anchor
from app.dates.edtf import parse_side
from app.dates.grammar import Grammar, quote_cue
from app.dates.periods import Bound, PeriodReader
from app.dates.readings import Reading, derive
from app.dates.templates import Match

ReadForm = Callable[[Context, Match], Reading | None]


class CueReader:
    """Reads the wordings of one language that have a cue."""

    def __init__(
        self,
        grammar: Grammar,
        periods: PeriodReader,
        counts: CountReader,
    ) -> None:
        self._grammar = grammar
        self._periods = periods
        self._counts = counts
        # The forms in the order in which they are tried.
        self.forms: tuple[tuple[str, ReadForm], ...] = (
            ("immediate", self._read_immediate),
            ("ongoing", self._read_ongoing),
            ("until_notice", self.read_until_notice),
            ("from_until_notice", self._read_from_until_notice),
            ("within", counts.read_within),
            ("coming", counts.read_coming),
            # "The coming years" do not say how many.
            ("coming_one", counts.read_coming),
            ("within_event", counts.read_within_event),
            ("after_event", counts.read_after_event),
            ("ongoing_since", self._read_onwards),
            ("onwards", self._read_onwards),
            ("since", self._read_since),
            ("starting", self._read_starting),
            ("as_of", self._read_as_of),
            ("not_before", self._read_not_before),
            ("before", self._read_before),
            ("after", self._read_after),
            ("by", self._read_by),
            ("until", self.read_end),
            ("perhaps_by", self._read_perhaps_by),
        )

    def _read_start(
        self,
        context: Context,
        match: Match,
        bound: Bound | None = "start",
    ) -> Reading | None:
        period = self._periods.read(context, match["start"], bound)
        if period is None:
            return None
        edtf = period.start if bound == "start" else period.end or period.start
        reading = Reading(parse_side(edtf), "dated")
        if period.reason is None:
            return reading
        return derive(reading, "start_edtf", period.reason)

    def read_end(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """Until when: the slot `end` of the match as a dated end."""
        period = self._periods.read(context, match["end"], "end")
        if period is None:
            return None
        side = parse_side(period.end or period.start)
        reading = Reading(end=side, end_kind="dated")
        if period.reason is None:
            return reading
        return derive(reading, "end_edtf", period.reason)

    def _read_immediate(
        self,
        context: Context,
        _: Match,
    ) -> Reading:
        anchor = require_anchor(context)
        anchored = f"the words name no day; anchored on {anchor}"
        derived = {
            "start_edtf": anchored,
            "start_kind": anchored,
            "end_kind": "the words name no end",
        }
        return Reading(parse_side(f"{anchor}~"), "dated", derived=derived)

    def _read_ongoing(
        self,
        _context: Context,
        _: Match,
    ) -> Reading:
        return Reading(end_kind="open")

    def read_until_notice(
        self,
        _context: Context,
        match: Match,
    ) -> Reading | None:
        """It goes on: no end is named yet."""
        reading = Reading(end_kind="open")
        return derive(reading, "end_kind", f"{match[0]!r} names no end yet")

    def _read_from_until_notice(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        reading = self._read_onwards(context, match)
        return derive(reading, "end_kind", "the words name no end yet")

    def _read_onwards(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        reading = self._read_start(context, match)
        if reading is None:
            return None
        return replace(reading, end_kind="open")

    def _read_since(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        reading = self._read_onwards(context, match)
        return derive(reading, "end_kind", f"{quote_cue(match, 'start')} names no end")

    def _read_starting(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        for event_match in self._grammar.match("after_event", match["start"]):
            reading = self._counts.read_after_event(context, event_match)
            if reading is not None:
                return replace(reading, end_kind="unknown")
        return self._read_start(context, match)

    def _read_as_of(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        cue = quote_cue(match, "start")
        reason = f"{cue} is read as the start; it may also mean the state on that day"
        return derive(self._read_start(context, match), "start_edtf", reason)

    def _read_not_before(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        reason = f"{quote_cue(match, 'start')} names the earliest start"
        return derive(self._read_start(context, match), "start_edtf", reason)

    def _read_before(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """ "Before 2027": at the latest in 2026. "Before the end of 2026" may still be in 2026, and
        "before mid-May" in May."""
        place = self._periods.find_place(match["end"])
        if place == "end":
            return self._read_by(context, match)
        if place in ("middle", "late"):
            # Such a part has no known first day, so the day before it is not known.
            reason = f"{quote_cue(match, 'end')} may exclude what it names"
            return derive(self._read_by(context, match), "end_edtf", reason)
        period = self._periods.read(context, match["end"], "start")
        if period is None:
            return None
        before = neighbour(period.start, -1)
        if before is None:
            return None
        reading = Reading(end=parse_side(before), end_kind="by")
        if period.reason is not None:
            reading = derive(reading, "end_edtf", period.reason)
        reason = f"{quote_cue(match, 'end')} excludes what it names"
        return derive(reading, "end_edtf", reason)

    def _read_after(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """ "After 2026": at the earliest in 2027. "After the start of 2026" may already be in
        2026, and "after mid-May" in May: such a part has no known last day."""
        if self._periods.find_place(match["start"]) in ("start", "early", "middle"):
            return self._read_not_before(context, match)
        reading = self._read_start(context, match, "end")
        if reading is None or reading.start is None:
            return None
        after = neighbour(reading.start.edtf, 1)
        if after is None:
            return None
        reason = f"{quote_cue(match, 'start')} excludes what it names, and names the earliest start"
        return derive(replace(reading, start=parse_side(after)), "start_edtf", reason)

    def _read_by(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        reading = self.read_end(context, match)
        if reading is None:
            return None
        return replace(reading, end_kind="by")

    def _read_perhaps_by(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """A deadline claims less than an end does: that it lasts until then is not claimed."""
        cue = quote_cue(match, "end")
        reason = f"{cue} may name a deadline or how long it goes on; read as a deadline"
        return derive(self._read_by(context, match), "end_kind", reason)
