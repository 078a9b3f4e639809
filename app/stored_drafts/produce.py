"""From the bytes of a file to what a draft stores: text, outline and proposed records."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import app.drafts
from app.changes.parsing import read_record
from app.drafts.bundle import make_bundle
from app.drafts.draft import Draft as DraftedDocument
from app.drafts.draft import Entry, Options, draft_document, make_source
from app.drafts.model.estimate import Estimate
from app.drafts.proposals import SURE
from app.drafts.records import Statement
from app.drafts.sentences import split_sentences
from app.drafts.source import Source, span_of
from app.errors import TooLarge, UnreadableFile
from app.reading.blocks import BlockKind, ReadFile
from app.reading.formats import FileFormat
from app.reading.reader import ReadingLimits, read_file
from app.rules.records import find_record_problems
from app.schemas.record_types import ENTITIES
from app.settings import Settings
from app.stored_drafts.model_runs import ModelRun
from app.vocabulary import ProposalOrigin

PROSE_FLAG = "prose"
_PROSE_REASON = "prose, which was not asked for (`prose=true`)"

Json = dict[str, Any]


def _digest_rules() -> str:
    """A digest of all that decides what a file gives: readers, rules, lexicons, times."""
    digest = hashlib.sha256()
    folder = Path(app.drafts.__file__).parent.parent
    for name in ("reading", "drafts", "dates", "text"):
        for path in sorted((folder / name).rglob("*")):
            if path.suffix in (".py", ".toml"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


# With other rules, a file that is sent again is drafted anew. A number would have to be raised by
# hand with every word of a lexicon.
EXTRACTOR = f"rules {_digest_rules()}"


@dataclass(frozen=True)
class DraftRequest:
    """How a file is to be drafted. `language` is None where the file or its words tell it."""

    file_format: FileFormat
    language: str | None = None
    office: str | None = None
    said_on: date | None = None
    prose: bool = False
    model: bool = False

    @property
    def options(self) -> Json:
        """What the client chose, as JSON."""
        said_on = self.said_on.isoformat() if self.said_on is not None else None
        return {
            "language": self.language,
            "office": self.office,
            "said_on": said_on,
            "prose": self.prose,
            "model": self.model,
        }


@dataclass(frozen=True)
class ProposedRecord:
    """A record with the words that it comes from, and the rule that proposes it."""

    type: str
    record: Json
    rule: str
    score: float
    start: int = 0
    end: int = 0
    section: Sequence[str] = ()
    flags: Sequence[str] = ()
    origin: ProposalOrigin = "rule"
    model: str | None = None


@dataclass(frozen=True)
class ProducedDraft:
    """All that a draft stores. `left_out` and `cued` are JSON, as `Draft` has them."""

    request: DraftRequest
    file: ReadFile
    title: str
    language: str
    proposals: Sequence[ProposedRecord]
    left_out: Sequence[Json]
    cued: Sequence[Json]
    started_at: datetime
    seconds: float
    details: Json
    model_run: ModelRun | None = None

    @property
    def outline(self) -> list[Json]:
        """The blocks as JSON."""
        return [asdict(block) for block in self.file.blocks]


def produce_draft(
    content: bytes,
    request: DraftRequest,
    settings: Settings,
    model_run: ModelRun | None = None,
) -> ProducedDraft:
    """Read the file in a process of its own, apply the rules of drafting, and ask the model if
    there is a run for it.

    Raises UnreadableFile, ModelFailed, or TooLarge for more proposals than a draft may have."""
    started_at = datetime.now(UTC)
    start = time.perf_counter()
    limits = ReadingLimits.from_settings(settings)
    file = read_file(content, limits, as_format=request.file_format)
    statement = Statement(request.office, request.said_on)
    options = Options(request.language, statement, with_prose=request.prose)
    extend = model_run.extend if model_run is not None else None
    drafted = draft_document(file, options, extend)
    _require_document(drafted.document)
    proposals = list(_list_proposals(drafted))
    if len(proposals) > settings.draft_max_proposals:
        raise TooLarge(
            f"The file gives {len(proposals)} proposals; a draft has at most "
            f"{settings.draft_max_proposals} (COMMUNIQUE_DRAFT_MAX_PROPOSALS). Split it."
        )
    if model_run is not None:
        quoted = []
        for number, proposal in enumerate(proposals, 1):
            if proposal.model is not None:
                quoted.append((number, proposal.flags))
        model_run.note_proposals(quoted)
    left_out = _list_left_out(drafted)
    rules = Counter(proposal.rule for proposal in proposals)
    return ProducedDraft(
        request=request,
        file=drafted.source.file,
        title=drafted.document["title"],
        language=drafted.source.language,
        proposals=proposals,
        left_out=left_out,
        cued=list(find_cued_sentences(drafted.source)),
        started_at=started_at,
        seconds=round(time.perf_counter() - start, 3),
        details={"proposals_by_rule": rules, "left_out": len(left_out)},
        model_run=model_run,
    )


def estimate_model_run(
    content: bytes,
    request: DraftRequest,
    settings: Settings,
    model_run: ModelRun,
) -> Estimate:
    """What a run of the model over the file will need. The file is read, and nothing is asked or
    stored. Raises UnreadableFile."""
    limits = ReadingLimits.from_settings(settings)
    file = read_file(content, limits, as_format=request.file_format)
    source, _ = make_source(file, request.language)
    return model_run.estimate(source)


def _require_document(document: Json) -> None:
    """Raise UnreadableFile if the rules refuse the document itself: nothing could be published."""
    change, problems = read_record("document", document, "")
    problems += find_record_problems(change)
    if problems:
        detail = f"The file makes no document: {problems[0].detail}"
        raise UnreadableFile(detail, problems)


def _is_stored(drafted: DraftedDocument, entry: Entry) -> bool:
    """Whether a person decides on the entry: doubtful ones and those of a model too, prose if it
    is wanted."""
    if entry.problems:
        return False
    if entry.proposal.is_of_model_only:
        return True
    return drafted.options.with_prose or not entry.proposal.is_prose


def _list_proposals(drafted: DraftedDocument) -> Iterator[ProposedRecord]:
    """The document, the office, the focus areas that claims name, then the claims."""
    entries = [entry for entry in drafted.entries if _is_stored(drafted, entry)]
    claims = [(entry.proposal.type, entry.record) for entry in entries]
    bundle = make_bundle(drafted.document, drafted.office, drafted.focus_areas, claims)
    yield ProposedRecord("document", drafted.document, "document", SURE)
    for record in bundle["offices"]:
        yield ProposedRecord("office", record, "office", SURE)
    for record in bundle["focus_areas"]:
        citation = record["citations"][0]
        yield ProposedRecord(
            "focus_area",
            record,
            "focus area",
            SURE,
            start=citation["start"],
            end=citation["end"],
            section=citation["section"],
        )
    # `make_bundle` has taken links to claims that are not stored out of the records.
    records: dict[tuple[str, str], Json] = {}
    for type_ in ("initiative", "expected_outcome", "timeline_item"):
        for record in bundle[ENTITIES[type_].bundle_key]:
            records[type_, record["slug"]] = record
    for entry in entries:
        record = records[entry.proposal.type, entry.record["slug"]]
        yield _describe_claim(drafted.source, entry, record)


def _describe_claim(
    source: Source,
    entry: Entry,
    record: Json,
) -> ProposedRecord:
    proposal = entry.proposal
    flags = [str(flag) for flag in proposal.flags]
    if proposal.is_prose:
        flags.append(PROSE_FLAG)
    return ProposedRecord(
        proposal.type,
        record,
        proposal.rule,
        proposal.score,
        start=proposal.span.start,
        end=proposal.span.end,
        section=source.find_section(proposal.span.start),
        flags=flags,
        origin="model" if proposal.is_of_model_only else "rule",
        model=proposal.model,
    )


def _list_left_out(drafted: DraftedDocument) -> list[Json]:
    passages: list[Json] = []
    for passage in drafted.left_out:
        passages.append(_describe_passage(passage.span, passage.reason))
    for entry in drafted.entries:
        if _is_stored(drafted, entry):
            continue
        reason = _PROSE_REASON
        if entry.problems:
            reason = f"refused by the rules of records: {entry.problems[0]}"
        passages.append(_describe_passage(entry.proposal.span, reason))
    passages.sort(key=lambda passage: passage["start"])
    return passages


def _describe_passage(span: Any, reason: str) -> Json:
    return {"start": span.start, "end": span.end, "reason": reason}


def find_cued_sentences(source: Source) -> Iterator[Json]:
    """The sentences of paragraphs and items that have a cue of a modality."""
    for block in source.file.blocks:
        if block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
            continue
        for sentence in split_sentences(source.text, span_of(block), source.lexicon):
            cue = source.find_cue(sentence)
            if cue is not None and not cue.is_weak:
                yield {
                    "start": sentence.start,
                    "end": sentence.end,
                    "modality": cue.modality,
                }
