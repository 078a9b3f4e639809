"""Items of lists."""

from collections.abc import Iterator
from dataclasses import replace

from app.drafts.cues import Cue
from app.drafts.proposals import (
    DOUBTED,
    LIKELY,
    PLAUSIBLE,
    SURE,
    Flag,
    Proposal,
    Wording,
    date_claim,
)
from app.drafts.rules.focus import find_heading_focus
from app.drafts.rules.governing import (
    PLAIN,
    find_own_cue,
    govern_flags,
    govern_kind,
    govern_modality,
    is_governed,
)
from app.drafts.rules.times import closes_item, is_attribute
from app.drafts.scope import Passage
from app.drafts.sentences import (
    Span,
    split_sentences,
    strip_span,
)
from app.drafts.source import Source, span_of
from app.reading.blocks import BlockKind
from app.vocabulary import Modality

# Fewer words and a colon: the name of what follows below.
_MAX_LABEL_WORDS = 6
# In a title, longer words than "of" and "the" begin with a capital.
_MIN_TITLE_LETTERS = 4
_BINDING = ("required", "recommended")


def propose_dated_item(
    source: Source,
    passage: Passage,
) -> Iterator[Proposal]:
    """ "August 14: deadline for comments" is an item of the timeline. Its title is the first clause
    after the date."""
    block = passage.block
    if block.kind not in (BlockKind.ITEM, BlockKind.PARAGRAPH):
        return
    label = source.times.find_label(source.folded.text, span_of(block))
    if label is None:
        return
    time, start = label
    title = _cut_clause(source, Span(start, block.end))
    cue = source.find_cue(title)
    if cue is not None:
        # The date tells that it is an event, so that a bare past tense counts.
        cue = replace(cue, is_weak=False)
    modality, evidence = govern_modality(passage.scope, cue)
    yield Proposal(
        rule="dated item",
        type="timeline_item",
        span=title,
        modality=modality,
        modality_evidence=evidence,
        wording=Wording(time, year=passage.scope.period),
        focus=find_heading_focus(source, passage),
        score=SURE,
        flags=_list_flags(passage),
    )


def _cut_clause(
    source: Source,
    span: Span,
) -> Span:
    """The first sentence, up to a semicolon or to a remark to the reader after a dash."""
    sentence = next(split_sentences(source.text, span, source.lexicon), span)
    end = sentence.end
    semicolon = source.text.find("; ", sentence.start, end)
    if semicolon > 0:
        end = semicolon
    position = source.text.find(" - ", sentence.start, end)
    while position > 0:
        if source.begins(source.lexicon.addresses, Span(position + 3, sentence.end)):
            end = position
            break
        position = source.text.find(" - ", position + 3, end)
    return strip_span(source.text, Span(sentence.start, end))


def propose_item(source: Source, passage: Passage) -> Iterator[Proposal]:
    """An item is a claim, whole; with a date it is an item of the timeline as well."""
    if passage.block.kind != BlockKind.ITEM:
        return
    span = span_of(passage.block)
    cue = _find_cue(source, passage)
    is_action = source.begins(source.lexicon.actions, span)
    if cue is not None and cue.is_weak and is_action:
        # "Refine the material based on feedback": the first word is the verb.
        cue = None
    if _is_label(source, span, cue, is_action) or _describes(passage, cue):
        return
    claim = _make_claim(source, passage, span, cue)
    claim = replace(
        claim,
        focus=find_heading_focus(source, passage),
        score=_score(source, passage, cue, is_action),
    )
    yield claim
    wording = _find_time(source, passage, span)
    if wording is not None:
        yield date_claim(claim, wording)


def _find_cue(source: Source, passage: Passage) -> Cue | None:
    """The cue of the first sentence of the item that has one; a weak one only where no sentence
    has another. What completes a sentence of duty or advice has its modality, whatever a later
    clause says."""
    weak: Cue | None = None
    governing = govern_modality(passage.scope, None)[0]
    for clause in _list_clauses(source, passage):
        cue = find_own_cue(source, passage, clause)
        if cue is not None and governing == "recommended" and _is_possible(source, cue):
            cue = replace(cue, is_weak=True)
        if cue is not None and not cue.is_weak:
            return cue
        weak = weak or cue
    return weak


def _list_clauses(source: Source, passage: Passage) -> tuple[Span, ...]:
    """The parts of the item that tell its modality: its sentences, but below a lead-in of duty or
    advice its first clause."""
    lead_in = passage.scope.lead_in
    if lead_in is None or lead_in.cue is None or lead_in.cue.modality not in _BINDING:
        return passage.sentences
    first = passage.sentences[0]
    semicolon = source.text.find("; ", first.start, first.end)
    if semicolon < 0:
        return (first,)
    return (Span(first.start, semicolon),)


def _has_other_modality(source: Source, passage: Passage, modality: Modality) -> bool:
    """Whether a later clause of a duty has advice, or of advice a duty."""
    clauses = _list_clauses(source, passage)
    if clauses == passage.sentences or modality not in _BINDING:
        return False
    for sentence in passage.sentences:
        # Of the first sentence, what stands after the clause that was read.
        clause = Span(max(sentence.start, clauses[0].end), sentence.end)
        cue = source.find_cue(clause) if clause.start < clause.end else None
        if cue is not None and cue.modality in _BINDING and cue.modality != modality:
            return True
    return False


def _is_possible(source: Source, cue: Cue) -> bool:
    """Whether the cue is "could": what a list of advice says of it is advice."""
    return source.has(source.lexicon.possibilities, cue.span)


def _describes(passage: Passage, cue: Cue | None) -> bool:
    """Whether the list describes how things are, and the item is no duty or advice."""
    if passage.scope.lead_in is not None:
        return False
    if passage.scope.meaning not in ("background", "challenges"):
        return False
    return cue is None or cue.modality not in ("required", "recommended")


def _make_claim(
    source: Source,
    passage: Passage,
    span: Span,
    cue: Cue | None,
) -> Proposal:
    modality, evidence = govern_modality(passage.scope, cue)
    kind, kind_evidence = govern_kind(passage.scope, modality, evidence)
    flags = (
        *govern_flags(source, passage, span, evidence, modality),
        *_list_flags(passage),
    )
    if _has_other_modality(source, passage, modality):
        flags = (*flags, Flag.SEVERAL)
    if cue is None and evidence.reason == PLAIN:
        flags = (*flags, Flag.NO_CUE)
    return Proposal(
        rule="item",
        type="expected_outcome" if _has_outcomes(passage) else "initiative",
        span=span,
        modality=modality,
        modality_evidence=evidence,
        kind=kind,
        kind_evidence=kind_evidence,
        flags=flags,
    )


def _has_outcomes(passage: Passage) -> bool:
    """Whether the list is one of outcomes: by its lead-in, else by its section."""
    lead_in = passage.scope.lead_in
    if lead_in is not None and lead_in.meaning is not None:
        return lead_in.meaning == "outcomes"
    return passage.scope.meaning == "outcomes"


def _score(
    source: Source,
    passage: Passage,
    cue: Cue | None,
    is_action: bool,
) -> float:
    if is_governed(passage):
        return SURE if cue is not None or is_action else LIKELY
    if cue is not None:
        return LIKELY
    if source.has(source.lexicon.evaluations, span_of(passage.block)):
        return DOUBTED
    if is_action or passage.scope.lead_in is not None or passage.scope.is_in_plan:
        return PLAUSIBLE
    return DOUBTED


def _is_label(
    source: Source,
    span: Span,
    cue: Cue | None,
    is_action: bool,
) -> bool:
    """Whether the item is the name of what is below it: "Key issues:", "What Worked Best:"."""
    words = source.words(span).split()
    if not words[-1].endswith(":") or len(words) > _MAX_LABEL_WORDS:
        return False
    if cue is None and not is_action:
        return True
    if cue is not None and cue.modality in _BINDING and not is_action:
        # "Calls upon all members:" says to whom, and the items below it say what.
        return True
    long_words = [word for word in words if len(word) >= _MIN_TITLE_LETTERS]
    is_title = all(word[0].isupper() for word in long_words)
    return is_title and not source.lexicon.capitalized_nouns


def _find_time(
    source: Source,
    passage: Passage,
    span: Span,
) -> Wording | None:
    """The first time within the item, else that of the heading that dates the list."""
    is_past = passage.scope.meaning == "achievements"
    for time in source.find_times(span):
        is_own = not is_attribute(source, span, time)
        if is_own or closes_item(source, span, time, may_be_year=is_past):
            return Wording(time, year=passage.scope.period)
    period = passage.scope.period
    if period is not None:
        return Wording(period)
    return None


def _list_flags(passage: Passage) -> tuple[Flag, ...]:
    flags = []
    lead_in = passage.scope.lead_in
    if lead_in is not None and lead_in.is_late:
        flags.append(Flag.LATE_LEAD_IN)
    if passage.block.joins:
        flags.append(Flag.JOINED)
    return tuple(flags)
