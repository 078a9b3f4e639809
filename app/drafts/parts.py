"""The parts of a sentence that are claims of their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.drafts.cues import Cue
from app.drafts.flags import find_flags
from app.drafts.lexicon import Lexicon
from app.drafts.proposals import Flag, Proposal
from app.drafts.scope import Passage
from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source

_SEMICOLON = re.compile(r"\s?;\s(?:(?:and|et|und)\s)?")
# An outcome has a verb before the result that follows from it.
_MIN_OUTCOME_CHARACTERS = 20
_MIN_RESULT_WORDS = 3


@dataclass(frozen=True)
class Part:
    """A sentence or a part of one, with its cue and what makes it doubtful."""

    span: Span
    cue: Cue
    flags: tuple[Flag, ...]


def split_clauses(
    source: Source,
    passage: Passage,
) -> Iterator[Span]:
    """The sentences without the lead-in of a list, cut at a semicolon between two clauses that
    both have a cue."""
    for sentence in passage.sentences:
        if passage.is_lead_in and sentence == passage.sentences[-1]:
            continue
        start = sentence.start
        for match in _SEMICOLON.finditer(source.text, sentence.start, sentence.end):
            clause = Span(start, match.start())
            following = Span(match.end(), sentence.end)
            if source.find_cue(clause) is None or source.find_cue(following) is None:
                continue
            yield clause
            start = match.end()
        yield Span(start, sentence.end)


def split_parts(
    source: Source,
    sentence: Span,
    cue: Cue,
) -> Iterator[Part]:
    """The parts between commas or "and", if each has a time of its own; else the sentence without
    the remark at its end."""
    flags = find_flags(source, sentence)
    pieces = _split_at_times(source, sentence, cue)
    if len(pieces) < 2:
        claim = _cut_remark(source, sentence, cue)
        if _has_several_actions(source, claim, cue):
            flags = (*flags, Flag.SEVERAL)
        yield Part(claim, cue, flags)
        return
    # A condition is that of its part alone.
    shared = tuple(flag for flag in flags if flag != Flag.CONDITIONAL)
    for piece in pieces:
        yield Part(piece, cue, (*shared, *find_flags(source, piece), Flag.SEVERAL))


def _split_at_times(
    source: Source,
    sentence: Span,
    cue: Cue,
) -> list[Span]:
    """The parts, each up to the next that begins with an action; empty if one has no time."""
    times = source.find_times(sentence)
    if len(times) < 2 or times[0].start < cue.span.end:
        return []
    separator = _compile_separator(source.lexicon)
    starts = [sentence.start]
    ends = []
    for time in times[:-1]:
        match = separator.match(source.folded.text, time.end, sentence.end)
        if match is None:
            return []
        if not source.begins(source.lexicon.actions, Span(match.end(), sentence.end)):
            return []
        ends.append(time.end)
        starts.append(match.end())
    last_time = times[-1]
    match = separator.match(source.folded.text, last_time.end, sentence.end)
    if match is not None and match.end() < sentence.end:
        ends.append(last_time.end)
        starts.append(match.end())
    ends.append(sentence.end)
    return [Span(start, end) for start, end in zip(starts, ends, strict=True)]


def _compile_separator(lexicon: Lexicon) -> re.Pattern[str]:
    """A comma, a conjunction, or both: " and, "."""
    conjunctions = "|".join(lexicon.conjunctions)
    return re.compile(rf",\s(?:(?:{conjunctions}),?\s)?|\s(?:{conjunctions}),?\s")


def _has_several_actions(
    source: Source,
    claim: Span,
    cue: Cue,
) -> bool:
    separator = _compile_separator(source.lexicon)
    actions = 0
    for match in separator.finditer(source.folded.text, cue.span.end, claim.end):
        if source.begins(source.lexicon.actions, Span(match.end(), claim.end)):
            actions += 1
    return actions > 1


def _cut_remark(
    source: Source,
    sentence: Span,
    cue: Cue,
) -> Span:
    """The sentence without a remark after it: ", marking a significant step …"."""
    end = sentence.end
    concession = source.search(source.lexicon.concessions, Span(cue.span.end, end))
    if concession is not None:
        end = concession.start()
    for match in source.folded.find_all(source.lexicon.trailing, Span(cue.span.end, end)):
        before = source.text[: match.start()].rstrip()
        if before.endswith(","):
            end = len(before)
            break
    if end == sentence.end:
        return sentence
    return strip_span(source.text, Span(sentence.start, end), ",")


def split_results(
    source: Source,
    claim: Proposal,
) -> Iterator[Proposal]:
    """An outcome, and those that follow from it: ", ultimately contributing to …"."""
    if claim.type != "expected_outcome":
        yield claim
        return
    span = claim.span
    after_verb = Span(span.start + _MIN_OUTCOME_CHARACTERS, span.end)
    matches = source.folded.find_all(source.lexicon.results, after_verb)
    starts = [span.start, *(match.start() for match in matches)]
    ends = [*starts[1:], span.end]
    for start, end in zip(starts, ends, strict=True):
        if start == span.start:
            first = span if end == span.end else Span(start, end)
            yield replace(claim, span=strip_span(source.text, first, ","))
            continue
        result = _without_conjunction(source, Span(start, end))
        if len(source.words(result).split()) >= _MIN_RESULT_WORDS:
            yield replace(claim, span=result, rule="result")


def _without_conjunction(
    source: Source,
    span: Span,
) -> Span:
    result = strip_span(source.text, span, ",.;")
    for conjunction in source.lexicon.conjunctions:
        opening = f"{conjunction} "
        if source.folded.text.startswith(opening, result.start):
            return Span(result.start + len(opening), result.end)
    return result
