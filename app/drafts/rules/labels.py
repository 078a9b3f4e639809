"""Blocks that begin with what they are: "Action: …", "Recommendation 4: …", "Decision: …"."""

from collections.abc import Iterator
from dataclasses import replace

from app.drafts.cues import Cue
from app.drafts.labels import find_label, fold_label
from app.drafts.proposals import LIKELY, Evidence, Proposal, Wording, date_claim
from app.drafts.rules.focus import find_heading_focus
from app.drafts.rules.governing import (
    MODALITIES,
    PLAIN,
    find_own_cue,
    govern_flags,
    govern_kind,
    govern_modality,
)
from app.drafts.rules.prose import propose_sentences
from app.drafts.rules.times import is_attribute
from app.drafts.scope import Passage
from app.drafts.sentences import Span
from app.drafts.source import Source
from app.reading.blocks import BlockKind
from app.vocabulary import Kind, Modality

_MIN_WORDS = 3
_SECTIONS = ("recommendations", "duties", "objectives", "measures")


def propose_labelled(source: Source, passage: Passage) -> Iterator[Proposal]:
    """The words after the label are a claim, and its modality is the label's where nothing else
    says it. What a paragraph says after its first sentence is prose."""
    block = passage.block
    if block.kind not in (BlockKind.ITEM, BlockKind.PARAGRAPH) or passage.is_lead_in:
        return
    found = find_label(source, Span(block.start, block.end))
    if found is None:
        return
    label, words = found
    meaning = _read_meaning(source, label)
    if meaning is None or source.begins(source.lexicon.addresses, label):
        return
    claim = _find_claim(passage, words)
    if len(source.words(claim).split()) < _MIN_WORDS or source.fold(claim).endswith("?"):
        return
    proposal = _make_claim(source, passage, claim, label, meaning)
    yield proposal
    for time in source.find_times(claim):
        if not is_attribute(source, claim, time):
            yield date_claim(proposal, Wording(time, year=passage.scope.period))
            break
    if block.kind == BlockKind.PARAGRAPH:
        following = tuple(part for part in passage.sentences if part.start > claim.end)
        yield from propose_sentences(source, replace(passage, sentences=following))


def _read_meaning(source: Source, label: Span) -> str | None:
    lexicon = source.lexicon
    folded = fold_label(source, label)
    for meaning in _SECTIONS:
        if lexicon.compile(getattr(lexicon.headings, meaning)).fullmatch(folded):
            return meaning
    return "measures" if lexicon.compile(lexicon.labels).fullmatch(folded) else None


def _find_claim(passage: Passage, words: Span) -> Span:
    """Of an item all, of a paragraph its first sentence after the label."""
    if passage.block.kind == BlockKind.ITEM:
        return words
    for sentence in passage.sentences:
        if sentence.end > words.start:
            return Span(max(words.start, sentence.start), sentence.end)
    return words


def _make_claim(
    source: Source,
    passage: Passage,
    claim: Span,
    label: Span,
    meaning: str,
) -> Proposal:
    cue = find_own_cue(source, passage, claim)
    modality, evidence = _find_modality(passage, cue, label, meaning)
    kind, kind_evidence = govern_kind(passage.scope, modality, evidence)
    if meaning == "objectives" and modality == "stated":
        objective: Kind = "objective"
        kind, kind_evidence = objective, Evidence(span=label)
    return Proposal(
        rule="label",
        type="initiative",
        span=claim,
        modality=modality,
        modality_evidence=evidence,
        kind=kind,
        kind_evidence=kind_evidence,
        focus=find_heading_focus(source, passage),
        score=LIKELY,
        flags=govern_flags(source, passage, claim, evidence, modality),
    )


def _find_modality(
    passage: Passage,
    cue: Cue | None,
    label: Span,
    meaning: str,
) -> tuple[Modality, Evidence]:
    if cue is not None and cue.is_weak:
        cue = None
    modality, evidence = govern_modality(passage.scope, cue)
    is_governed = cue is not None or modality in ("required", "recommended")
    if evidence.reason == PLAIN or not is_governed:
        return MODALITIES[meaning], Evidence(span=label)
    return modality, evidence
