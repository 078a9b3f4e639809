"""Records from proposals: every field is quoted, or says by which rule it is derived."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.dates.context import Context
from app.dates.readings import Reading
from app.drafts.citations import Quotes
from app.drafts.proposals import (
    Evidence,
    Proposal,
    Wording,
)
from app.drafts.sentences import Span
from app.drafts.source import Source
from app.drafts.times import read_time
from app.drafts.vocabulary import Vocabulary
from app.schemas.record_types import ENTITIES
from app.schemas.timeline import describe_reading
from app.text.slugs import MAX_SLUG_CHARACTERS, make_slug

NAMED = "Named when the document was drafted"
# Of a hyphen and a number.
_COUNTER_CHARACTERS = 7
_SIDES = (
    "start_edtf",
    "start_kind",
    "end_edtf",
    "end_kind",
    "recurrence",
)


@dataclass(frozen=True)
class Statement:
    """What is said of the document when it is drafted: the office that it is about, and the day on
    which it speaks, with the reason why it is that day."""

    office_slug: str | None = None
    said_on: date | None = None
    said_on_reason: str = NAMED

    def complete(self, source: Source) -> "Statement":
        """The statement with the day of the dateline, if no day was named."""
        dateline = source.dateline
        if self.said_on is not None or dateline is None or dateline.day is None:
            return self
        reason = f"The dateline: {dateline.words!r}"
        return replace(self, said_on=dateline.day, said_on_reason=reason)


class RecordWriter:
    """Writes the records of one document as JSON has them."""

    def __init__(self, vocabulary: Vocabulary, statement: Statement) -> None:
        self._source = vocabulary.source
        self._document_slug = vocabulary.document_slug
        self._vocabulary = vocabulary
        self._statement = statement
        self._taken: dict[str, set[str]] = {}
        self._counters: dict[str, int] = {}
        # The slug of each claim, by its type and the words of its title.
        self._slugs: dict[tuple[str, Span], str] = {}

    def write(self, proposal: Proposal) -> dict[str, Any]:
        """The record of a proposal."""
        quotes = Quotes(self._source, self._document_slug)
        derived: dict[str, str] = {}
        main = ENTITIES[proposal.type].main
        record: dict[str, Any] = {
            "slug": self._make_slug(proposal),
            main: " ".join(self._source.words(proposal.span).split()),
            "modality": proposal.modality,
            "office_slug": self._statement.office_slug,
            "focus_area_slugs": [],
        }
        quotes.support(proposal.span, [main])
        self._prove("modality", proposal.modality_evidence, quotes, derived)
        if proposal.type == "initiative":
            record["kind"] = proposal.kind
            self._prove("kind", proposal.kind_evidence, quotes, derived)
        else:
            self._link_initiative(proposal, record, quotes, derived)
        if proposal.type == "timeline_item":
            self._link_outcome(proposal, record, derived)
            self._write_time(proposal, record, quotes, derived)
        if record["office_slug"] is not None:
            derived["office_slug"] = NAMED
        self._link_focus_areas(proposal, record, quotes)
        record["identifiers"] = []
        record["citations"] = quotes.write()
        record["derived"] = derived
        return record

    def _make_slug(self, proposal: Proposal) -> str:
        noun = proposal.type.replace("_", "-")
        taken = self._taken.setdefault(proposal.type, set())
        slug = make_slug(self._source.words(proposal.span), (), noun)
        if slug in taken:
            # A table may have a word a thousand times: the counters go on where they stopped.
            slug = self._count(slug, taken)
        taken.add(slug)
        self._slugs.setdefault((proposal.type, proposal.span), slug)
        return slug

    def _count(self, slug: str, taken: set[str]) -> str:
        """The slug with the next number that is not taken."""
        stem = slug.removesuffix("-1")[: MAX_SLUG_CHARACTERS - _COUNTER_CHARACTERS].rstrip(
            "-"
        )
        while True:
            number = self._counters.get(stem, 1) + 1
            self._counters[stem] = number
            numbered = f"{stem}-{number}"
            if numbered not in taken:
                return numbered

    def _prove(
        self,
        name: str,
        evidence: Evidence,
        quotes: Quotes,
        derived: dict[str, str],
    ) -> None:
        if evidence.span is not None:
            quotes.support(evidence.span, [name])
        else:
            derived[name] = evidence.reason or "By the rule that found it"

    def _link_initiative(
        self,
        proposal: Proposal,
        record: dict[str, Any],
        quotes: Quotes,
        derived: dict[str, str],
    ) -> None:
        slug = None
        if proposal.initiative is not None:
            slug = self._slugs.get(("initiative", proposal.initiative))
        record["initiative_slug"] = slug
        if slug is None or proposal.initiative is None:
            return
        if proposal.initiative == proposal.span:
            quotes.support(proposal.span, ["initiative_slug"])
        else:
            derived["initiative_slug"] = "In the same row"

    def _link_outcome(
        self,
        proposal: Proposal,
        record: dict[str, Any],
        derived: dict[str, str],
    ) -> None:
        slug = None
        if proposal.outcome is not None:
            slug = self._slugs.get(("expected_outcome", proposal.outcome))
        record["expected_outcome_slug"] = slug
        if slug is not None:
            derived["expected_outcome_slug"] = "In the same row or sentence"

    def _link_focus_areas(
        self,
        proposal: Proposal,
        record: dict[str, Any],
        quotes: Quotes,
    ) -> None:
        slugs: list[str] = []
        for label in proposal.focus:
            slug = self._vocabulary.find(label)
            if slug is not None and slug not in slugs:
                slugs.append(slug)
                quotes.support(label, ["focus_area_slugs"])
        for slug in self._vocabulary.find_named(proposal.span):
            quotes.support(proposal.span, ["focus_area_slugs"])
            if slug not in slugs:
                slugs.append(slug)
        record["focus_area_slugs"] = slugs

    def _write_time(
        self,
        proposal: Proposal,
        record: dict[str, Any],
        quotes: Quotes,
        derived: dict[str, str],
    ) -> None:
        wording = proposal.wording
        if wording is None:
            raise AssertionError("A timeline item has a wording.")
        words = self._join_wording(wording)
        reading, reasons = self._read(words, wording)
        described = describe_reading(words, reading)
        record["wording"] = words
        for name in _SIDES:
            record[name] = described.get(name)
        derived |= reasons
        if wording.deadline is not None and record["end_kind"] == "by":
            quotes.support(wording.deadline, ["end_kind"])
        supported = ["wording"]
        for name in _SIDES:
            if record[name] is not None and name not in derived:
                supported.append(name)
        if wording.end is None:
            quotes.support(wording.span, supported)
            return
        derived["wording"] = "Joined from the columns of the start and of the end"
        ends = [name for name in supported if name.startswith("end")]
        starts = [name for name in supported if name not in ("wording", *ends)]
        quotes.support(wording.span, starts)
        quotes.support(wording.end, ends)

    def _join_wording(self, wording: Wording) -> str:
        words = " ".join(self._source.words(wording.span).split())
        if wording.end is None:
            return words
        end = " ".join(self._source.words(wording.end).split())
        return f"{words} – {end}"

    def _read(
        self,
        words: str,
        wording: Wording,
    ) -> tuple[Reading, dict[str, str]]:
        """The meaning of the words, and the reason for each side that has none."""
        year = None
        if wording.year is not None:
            digits = self._source.words(wording.year).strip(" :*.")
            year = int(digits) if digits.isdigit() and len(digits) == 4 else None
        context = Context(
            anchor=self._statement.said_on, language=self._source.language, year=year
        )
        reading = read_time(words, context)
        if reading is not None and reading.needs is None:
            if wording.deadline is not None:
                reading = _read_as_deadline(reading)
            if wording.done is None or reading.end_kind != "by":
                return reading, self._explain_anchor(reading)
            status = self._source.words(wording.done)
            reason = f"{words!r} says by when, and {status!r} that it is done: not when"
            return Reading(), {"start_kind": reason[:500], "end_kind": reason[:500]}
        reason = f"The words {words!r} are not read as a day"
        if reading is not None:
            reason = f"{words!r} needs {reading.needs}"
        return Reading(), {"start_kind": reason[:500], "end_kind": reason[:500]}

    def _explain_anchor(self, reading: Reading) -> dict[str, str]:
        """Why fields are derived. Where no person named the day from which they count, the words
        that do so are part of the reason."""
        anchor = self._statement.said_on
        reason = self._statement.said_on_reason
        derived = dict(reading.derived)
        for name, text in reading.derived.items():
            if reason != NAMED and str(anchor) in text:
                derived[name] = f"{text}; {reason[:1].lower()}{reason[1:]}"
        return derived


def _read_as_deadline(reading: Reading) -> Reading:
    """One period as the latest time, because the head of its column says so."""
    if reading.end_kind != "same":
        return reading
    derived = {}
    for name, reason in reading.derived.items():
        derived[name.replace("start", "end")] = reason
    return Reading(end=reading.start, end_kind="by", derived=derived)
