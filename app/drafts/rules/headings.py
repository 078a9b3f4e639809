"""Headings that say what is done."""

from collections.abc import Iterator

from app.drafts.proposals import (
    PLAUSIBLE,
    Evidence,
    Flag,
    Proposal,
)
from app.drafts.rules.governing import govern_kind
from app.drafts.scope import Passage, find_words
from app.drafts.source import Source, span_of
from app.reading.blocks import BlockKind

_MODAL = ("required", "recommended", "prospective")


def propose_heading(
    source: Source,
    passage: Passage,
) -> Iterator[Proposal]:
    """A heading with a modal verb is a claim, unless it asks."""
    block = passage.block
    if block.kind != BlockKind.HEADING or block.level == 1:
        return
    span = find_words(source, span_of(block))
    if source.fold(span).endswith(("?", ":")):
        return
    if source.begins(source.lexicon.headings.questions, span):
        # "What we will do" names what is below it.
        return
    cue = source.find_cue(span)
    if cue is None or cue.modality not in _MODAL or len(source.words(span).split()) < 4:
        return
    if cue.span.start == span.start or cue.span.end == span.end:
        return
    evidence = Evidence(span=cue.span)
    kind, kind_evidence = govern_kind(passage.scope, cue.modality, evidence)
    flags: tuple[Flag, ...] = ()
    yield Proposal(
        rule="heading",
        type="initiative",
        span=span,
        modality=cue.modality,
        modality_evidence=evidence,
        kind=kind,
        kind_evidence=kind_evidence,
        score=PLAUSIBLE,
        flags=flags,
    )
