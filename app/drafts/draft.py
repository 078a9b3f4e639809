"""A draft of a document: what is proposed, and what was left out."""

from collections.abc import Callable, Iterable
from dataclasses import (
    dataclass,
    field,
    replace,
)
from typing import Any

from app.drafts.bundle import Claim, make_bundle, unlink_missing
from app.drafts.checks import find_refused, list_others
from app.drafts.claims import Claims, propose_claims
from app.drafts.document import make_document, make_office
from app.drafts.fields import split_fields
from app.drafts.lexicon import choose_language, detect_language, load_lexicon
from app.drafts.proposals import (
    Flag,
    LeftOut,
    Proposal,
)
from app.drafts.records import NAMED, RecordWriter, Statement
from app.drafts.source import Source
from app.drafts.vocabulary import Vocabulary
from app.memory import without_collector
from app.reading.blocks import ReadFile

Record = dict[str, Any]
# Takes what the rules propose, and returns it with what a language model adds.
Extend = Callable[[Source, Claims], Claims]

# A link names a record that is written before.
_ORDER = {"initiative": 0, "expected_outcome": 1, "timeline_item": 2}


@dataclass(frozen=True)
class Options:
    """How a document is drafted. Without a language, the file or its stop words say it."""

    language: str | None = None
    statement: Statement = field(default_factory=Statement)
    with_prose: bool = False


@dataclass(frozen=True)
class Entry:
    """A proposal with its record; `problems` are why the rules of the base refuse it."""

    proposal: Proposal
    record: Record
    problems: tuple[str, ...] = ()

    def is_in_draft(self, *, with_prose: bool) -> bool:
        """Whether the record is in the bundle before a person has decided."""
        if self.problems or self.proposal.is_doubtful:
            return False
        return with_prose or not self.proposal.is_prose


@dataclass(frozen=True)
class Draft:
    """A document, its focus areas and office, all proposals in the order of the text, and what was
    left out."""

    source: Source
    options: Options
    document: Record
    office: Record | None
    focus_areas: dict[str, Record]
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]

    def select(self) -> list[Entry]:
        """The entries that are in the bundle."""
        with_prose = self.options.with_prose
        return [entry for entry in self.entries if entry.is_in_draft(with_prose=with_prose)]

    def make_bundle(self) -> dict[str, Any]:
        """The bundle of the selected entries."""
        claims = [(entry.proposal.type, entry.record) for entry in self.select()]
        return make_bundle(
            self.document,
            self.office,
            self.focus_areas,
            claims,
        )


def draft_document(
    file: ReadFile,
    options: Options | None = None,
    extend: Extend | None = None,
) -> Draft:
    """Draft the claims of a file that was read. Raises InvalidRequest for a language that has no
    rules, and what `extend` raises."""
    options = options or Options()
    source, reason = make_source(file, options.language)
    claims = propose_claims(source)
    if extend is not None:
        claims = extend(source, claims)
    with without_collector():
        return _write_draft(source, options, reason, claims)


def make_source(file: ReadFile, tag: str | None = None) -> tuple[Source, str]:
    """The file with the rules of a language, and how the language is known: by its tag, or by the
    file. Raises InvalidRequest for a language that has no rules."""
    if tag is not None:
        language, reason = choose_language(tag), NAMED
    else:
        language, reason = detect_language(file.text, file.language)
    return Source(split_fields(file, load_lexicon(language)), language), reason


def _write_draft(
    source: Source,
    options: Options,
    reason: str,
    claims: Claims,
) -> Draft:
    """The draft with the records of the claims; `reason` is how the language is known."""
    statement = options.statement.complete(source)
    document = make_document(source, reason, statement)
    office = make_office(statement.office_slug)
    refused_areas: set[str] = set()
    while True:
        vocabulary = Vocabulary(source, document["slug"], refused_areas)
        vocabulary.add_all(claims.proposals)
        entries = _write_entries(vocabulary, claims.proposals, statement)
        others = list_others(document, office, vocabulary.records)
        judged, refused_now = _judge(entries, others, source.text)
        if not refused_now:
            break
        # The claims are written again, without the links to these.
        refused_areas |= refused_now
    return Draft(
        source,
        options,
        document,
        office,
        vocabulary.records,
        judged,
        claims.left_out,
    )


def _write_entries(
    vocabulary: Vocabulary,
    proposals: Iterable[Proposal],
    statement: Statement,
) -> list[Entry]:
    writer = RecordWriter(vocabulary, statement)
    entries = []
    for proposal in sorted(proposals, key=lambda claim: _ORDER[claim.type]):
        record = writer.write(proposal)
        entries.append(Entry(_flag_time(proposal, record), record))
    return entries


def _flag_time(
    proposal: Proposal,
    record: Record,
) -> Proposal:
    """The proposal, flagged if its wording has no meaning as a time."""
    if proposal.type != "timeline_item":
        return proposal
    has_meaning = record["start_edtf"] or record["end_edtf"] or record["recurrence"]
    if has_meaning or "open" in (record["start_kind"], record["end_kind"]):
        return proposal
    return replace(proposal, flags=(*proposal.flags, Flag.UNREAD_TIME))


def _judge(
    entries: list[Entry],
    others: list[Claim],
    text: str,
) -> tuple[tuple[Entry, ...], set[str]]:
    """The entries in the order of the text, each with the problems of its record; and the focus
    areas that the rules refuse.

    What remains without the refused is judged again, because a bundle has it without them."""
    accepted = list(range(len(entries)))
    judged = list(entries)
    while True:
        claims = [(entries[i].proposal.type, entries[i].record) for i in accepted]
        refused = find_refused(unlink_missing(claims), others, text)
        if refused.focus_areas or not refused.claims:
            return tuple(sorted(judged, key=_sort_key)), refused.focus_areas
        for position, details in refused.claims.items():
            number = accepted[position]
            judged[number] = replace(entries[number], problems=tuple(details))
        accepted = [number for i, number in enumerate(accepted) if i not in refused.claims]


def _sort_key(entry: Entry) -> tuple[int, int, int]:
    span = entry.proposal.span
    return span.start, _ORDER[entry.proposal.type], span.end


def count_reasons(left_out: Iterable[LeftOut]) -> dict[str, int]:
    """How many pieces of the text were left out, by reason, the most frequent first."""
    counts: dict[str, int] = {}
    for entry in left_out:
        counts[entry.reason] = counts.get(entry.reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
