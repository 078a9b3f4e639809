"""All proposals of a file, and what was left out."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from app.drafts.fields import ClaimAbove
from app.drafts.left_out import DATELINE, find_reason, find_reason_of_sentence
from app.drafts.proposals import LeftOut, Proposal
from app.drafts.rules import PROSE, STRUCTURE
from app.drafts.scope import Passage
from app.drafts.sentences import Span
from app.drafts.source import Source, span_of
from app.drafts.walk import walk
from app.memory import without_collector
from app.progress import follow
from app.reading.blocks import BlockKind

_KEPT_AS_SCOPE = "names what is below it"


@dataclass(frozen=True)
class Claims:
    """What the rules found in a file, in its order."""

    proposals: tuple[Proposal, ...]
    left_out: tuple[LeftOut, ...]


@without_collector()
def propose_claims(source: Source) -> Claims:
    """Apply every rule to every block."""
    proposals: list[Proposal] = []
    left_out: list[LeftOut] = []
    for block in source.file.blocks:
        if block.kind == BlockKind.LEFT_OUT and block.reason is not None:
            left_out.append(LeftOut(span_of(block), str(block.reason)))
    if source.dateline is not None:
        left_out.append(LeftOut(source.dateline.span, DATELINE))
    blocks = source.file.blocks
    above = ClaimAbove()
    for passage in follow(walk(source), "Drafting", len(blocks)):
        dated = above.date(source, passage)
        if dated is not None:
            proposals.append(dated)
            continue
        reason = find_reason(source, passage)
        if reason is not None:
            left_out.append(LeftOut(span_of(passage.block), reason))
            continue
        found = list(_apply_rules(source, passage))
        proposals.extend(found)
        left_out.extend(_explain(source, passage, found))
        above.note(source, passage.block, found)
    left_out.sort(key=lambda entry: entry.span.start)
    return Claims(tuple(proposals), tuple(left_out))


def _apply_rules(
    source: Source,
    passage: Passage,
) -> Iterator[Proposal]:
    for _, rule in STRUCTURE:
        proposals = list(rule(source, passage))
        if proposals:
            yield from proposals
            return
    for _, rule in PROSE:
        yield from rule(source, passage)


def _explain(
    source: Source,
    passage: Passage,
    proposals: list[Proposal],
) -> Iterator[LeftOut]:
    """The words of the block that gave no proposal, with the reason."""
    block = passage.block
    if block.kind == BlockKind.PARAGRAPH and not proposals and not passage.sentences:
        yield LeftOut(span_of(block), _KEPT_AS_SCOPE)
        return
    if block.kind != BlockKind.PARAGRAPH:
        if proposals:
            return
        reasons = {
            BlockKind.HEADING: _KEPT_AS_SCOPE,
            BlockKind.ROW: "no column with claims",
            BlockKind.ITEM: "names what is below it, or describes",
        }
        reason = reasons.get(block.kind, "no rule")
        if block.is_head or block.is_band:
            reason = _KEPT_AS_SCOPE
        yield LeftOut(span_of(block), reason)
        return
    starts = [sentence.start for sentence in passage.sentences]
    claimed = {bisect_right(starts, proposal.span.start) - 1 for proposal in proposals}
    for number, sentence in enumerate(passage.sentences):
        if number not in claimed:
            yield LeftOut(sentence, _explain_sentence(source, passage, sentence))


def _explain_sentence(
    source: Source,
    passage: Passage,
    sentence: Span,
) -> str:
    cue = source.find_cue(sentence)
    reason = find_reason_of_sentence(source, sentence, cue)
    if reason is not None:
        return reason
    if passage.is_lead_in and sentence == passage.sentences[-1]:
        return _KEPT_AS_SCOPE
    if passage.scope.meaning in ("background", "challenges"):
        return "describes how things are"
    return "an evaluation, or a description"
