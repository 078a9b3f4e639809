"""Sentences of prose: what was done, is aimed at, will, should or must be done, or comes of it."""

from collections.abc import Iterator
from dataclasses import replace

from app.dates.context import Context
from app.drafts.cues import Cue
from app.drafts.flags import find_flags
from app.drafts.left_out import find_reason_of_sentence
from app.drafts.parts import (
    Part,
    split_clauses,
    split_parts,
    split_results,
)
from app.drafts.proposals import (
    DOUBTFUL,
    PLAUSIBLE,
    ClaimType,
    Evidence,
    Flag,
    Proposal,
    Wording,
    date_claim,
)
from app.drafts.rules.focus import find_heading_focus
from app.drafts.rules.governing import find_own_cue, govern_kind
from app.drafts.rules.times import is_attribute
from app.drafts.scope import Passage
from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source
from app.drafts.times import read_time
from app.reading.blocks import BlockKind

# Sections that describe how things are; only what must or should be done is a claim there.
_DUTIES_ONLY = ("background", "challenges")
_DUTIES = ("required", "recommended")
_PENALTY = 0.4
_MIN_WORDS = 4
# "On " before a time at the beginning of a sentence.
_MAX_OPENING_CHARACTERS = 4


def propose_sentences(
    source: Source,
    passage: Passage,
) -> Iterator[Proposal]:
    """A sentence with a cue is a claim; one that has several, each with a time, is split."""
    if passage.block.kind != BlockKind.PARAGRAPH:
        return
    for sentence in split_clauses(source, passage):
        cue = find_own_cue(source, passage, sentence)
        if cue is None or find_reason_of_sentence(source, sentence, cue) is not None:
            continue
        if not may_claim(
            source,
            passage,
            sentence,
            cue,
        ):
            continue
        for part in split_parts(source, sentence, cue):
            yield from _propose_part(source, passage, part)


def may_claim(
    source: Source,
    passage: Passage,
    sentence: Span,
    cue: Cue,
) -> bool:
    """Whether a sentence with a cue may be a claim: by its section, and if it judges nothing."""
    if len(source.words(sentence).split()) < _MIN_WORDS:
        return False
    if passage.scope.meaning in _DUTIES_ONLY and cue.modality not in _DUTIES:
        return False
    if cue.modality not in ("stated", "occurred"):
        return True
    clause = source.find_main_clause(sentence)
    evaluation = source.search(source.lexicon.evaluations, clause)
    return evaluation is None or evaluation.start() > cue.span.start


def _propose_part(
    source: Source,
    passage: Passage,
    part: Part,
) -> Iterator[Proposal]:
    claim = _make_claim(source, passage, part)
    wording = _find_time(source, part)
    if wording is None:
        yield from split_results(source, claim)
    elif claim.type == "initiative" and _is_event(source, wording):
        title = _without_time(source, part.span, wording)
        yield replace(date_claim(claim, wording), initiative=None, span=title)
    else:
        yield from split_results(source, claim)
        flags = (*claim.flags, Flag.DATE_OF_PROSE)
        yield replace(date_claim(claim, wording), flags=flags, rule="date")


def _make_claim(
    source: Source,
    passage: Passage,
    part: Part,
) -> Proposal:
    type_ = _find_type(source, part)
    modality = part.cue.modality
    if type_ == "expected_outcome" and modality == "recommended":
        # What should come of a measure is expected, and no advice to anybody.
        modality = "prospective"
    evidence = Evidence(part.cue.span)
    scope = replace(passage.scope, lead_in=None)
    kind, kind_evidence = govern_kind(scope, modality, evidence)
    score = PLAUSIBLE
    if not DOUBTFUL.isdisjoint(part.flags):
        score -= _PENALTY
    return Proposal(
        rule="sentence" if type_ == "initiative" else "effect",
        type=type_,
        span=part.span,
        modality=modality,
        modality_evidence=evidence,
        kind=kind,
        kind_evidence=kind_evidence,
        focus=find_heading_focus(source, passage),
        score=score,
        flags=part.flags,
        is_prose=True,
    )


def _find_type(
    source: Source,
    part: Part,
) -> ClaimType:
    """An outcome if the verb tells of an effect and the subject cannot act."""
    lexicon = source.lexicon
    clause = source.find_main_clause(part.span)
    if source.has(lexicon.effect_sentences, clause):
        return "expected_outcome"
    verb = source.search(lexicon.effect_verbs, clause)
    if verb is None:
        return "initiative"
    subject = Span(clause.start, verb.start())
    if source.has(lexicon.agents, subject):
        return "initiative"
    for start in (clause.start, part.span.start):
        if source.begins(lexicon.effect_subjects, Span(start, verb.start())):
            return "expected_outcome"
    return "initiative"


def _find_time(
    source: Source,
    part: Part,
) -> Wording | None:
    for time in source.find_times(part.span):
        if not is_attribute(source, part.span, time):
            return Wording(time)
    return None


def _is_event(
    source: Source,
    wording: Wording,
) -> bool:
    """Whether the time is one day, or runs from one to another: the sentence is an item of the
    timeline, and nothing else."""
    words = " ".join(source.words(wording.span).split())
    reading = read_time(words, Context(language=source.language))
    if reading is None or reading.start is None:
        return False
    is_day = reading.end_kind == "same" and reading.start.precision == "day"
    return is_day or reading.end_kind == "dated"


def _without_time(
    source: Source,
    span: Span,
    wording: Wording,
) -> Span:
    """The claim without a time at its beginning: "On 3 May 2024, the council opened …"."""
    if wording.span.start - span.start > _MAX_OPENING_CHARACTERS:
        return span
    return strip_span(source.text, Span(wording.span.end, span.end), ",")


def propose_commitments(
    source: Source,
    passage: Passage,
) -> Iterator[Proposal]:
    """ "X's commitment to …" within an evaluation is an objective."""
    if passage.block.kind != BlockKind.PARAGRAPH:
        return
    for sentence in passage.sentences:
        match = source.search(source.lexicon.commitments, sentence)
        if match is None:
            continue
        cue = source.find_cue(sentence)
        if cue is not None and may_claim(
            source,
            passage,
            sentence,
            cue,
        ):
            continue
        evidence = Evidence(Span(match.start(), match.end()))
        yield Proposal(
            rule="commitment",
            type="initiative",
            span=strip_span(source.text, Span(match.start(), sentence.end), "."),
            modality="stated",
            modality_evidence=evidence,
            kind="objective",
            kind_evidence=evidence,
            focus=find_heading_focus(source, passage),
            score=PLAUSIBLE,
            flags=find_flags(source, sentence),
            is_prose=True,
        )
