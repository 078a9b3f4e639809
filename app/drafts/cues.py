"""How a sentence asserts what it says: its modality, and the words that show it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import Match

from app.drafts.folded import FoldedText, span_of_match
from app.drafts.sentences import Span
from app.vocabulary import Modality

# As much as a claim may have. What is longer is no sentence, and takes time for nothing.
MAX_SENTENCE_CHARACTERS = 2_000
# A clause before the main clause may be long, but its comma comes soon.
_MAX_FRONTED_CHARACTERS = 260
# The main clause has a subject before a word that may open another clause.
_MIN_MAIN_CHARACTERS = 12
# What stands so near before "that" may make it open the main clause.
_NEAR_CHARACTERS = 30
_WORD = re.compile(r"[\w'-]+")
_CLAUSE_BREAK = re.compile(r"[,;:(]|\b(?:and|but|or|that|et|und)\b")
_NO_WORD_BEFORE = (
    ",",
    "(",
    ";",
    ":",
    "-",
)
_STRONGEST: tuple[Modality, ...] = ("required", "recommended")


@dataclass(frozen=True)
class Cue:
    """A modality and the words that show it. A weak one, a bare past or present tense, is no match
    for the modality of a lead-in."""

    modality: Modality
    span: Span
    is_weak: bool = False


def find_cue(
    text: FoldedText,
    sentence: Span,
) -> Cue | None:
    """The cue of the main clause, else its bare past tense, else what a body does in the present.

    Of a duty and advice the first in the clause counts; both outweigh what is expected, that what
    is stated, and that what happened."""
    if sentence.end - sentence.start > MAX_SENTENCE_CHARACTERS:
        return None
    clause = find_main_clause(text, sentence)
    return _find_strong(text, clause) or _find_past(text, clause) or _find_act(text, clause)


def find_main_clause(
    text: FoldedText,
    sentence: Span,
) -> Span:
    """The sentence without a clause at its beginning that ends in a comma, and up to the first
    word that opens a subordinate clause."""
    start = _skip_fronted(text, sentence)
    after_subject = Span(start + _MIN_MAIN_CHARACTERS, sentence.end)
    for match in text.find_all(text.lexicon.subordinate, after_subject):
        if _opens_main_clause(text, start, match):
            continue
        if not _is_inserted(text, match, sentence.end):
            return Span(start, match.start())
    return Span(start, sentence.end)


def _skip_fronted(
    text: FoldedText,
    sentence: Span,
) -> int:
    if not text.begins(text.lexicon.fronted, sentence):
        return sentence.start
    latest = min(sentence.end, sentence.start + _MAX_FRONTED_CHARACTERS)
    comma = text.text.find(", ", sentence.start, latest)
    if comma < 0:
        return sentence.start
    return comma + 2


def _opens_main_clause(
    text: FoldedText,
    start: int,
    match: Match[str],
) -> bool:
    """ "It is recommended that", "this requires that": the cue ends in the word, and what follows
    is the main clause."""
    near = Span(max(start, match.start() - _NEAR_CHARACTERS), match.end())
    for modality in _STRONGEST:
        for cue in text.find_all(_templates(text, modality), near):
            if cue.end() == match.end():
                return True
    before = Span(near.start, match.start())
    return text.has(text.lexicon.content_verbs, before)


def _is_inserted(
    text: FoldedText,
    match: Match[str],
    end: int,
) -> bool:
    """Whether the clause stands between two commas, and a cue after it."""
    if text.text[match.start() - 2 : match.start()] != ", ":
        return False
    comma = text.text.find(", ", match.end(), end)
    if comma < 0:
        return False
    return _find_strong(text, Span(comma, end)) is not None


def _templates(
    text: FoldedText,
    modality: Modality,
) -> list[str]:
    templates: list[str] = getattr(text.lexicon.modality, modality)
    return templates


def _find_strong(
    text: FoldedText,
    clause: Span,
) -> Cue | None:
    strongest = list(_find_each(text, clause, _STRONGEST))
    if strongest:
        return min(strongest, key=lambda cue: cue.span.start)
    cues = list(_find_each(text, clause, ("prospective", "stated", "occurred")))
    if not cues:
        return None
    return _prefer_purpose(cues)


def _find_each(
    text: FoldedText,
    clause: Span,
    modalities: tuple[Modality, ...],
) -> Iterator[Cue]:
    """The first cue of each modality."""
    for modality in modalities:
        match = text.search(_templates(text, modality), clause)
        if match is not None:
            yield Cue(modality, span_of_match(match))


def _prefer_purpose(cues: list[Cue]) -> Cue:
    """The first cue; but "the goal is to improve" is stated, although "is to" is expected."""
    first = cues[0]
    for cue in cues[1:]:
        contains = cue.span.start < first.span.start < cue.span.end
        if contains and cue.modality == "stated":
            return cue
    return first


def _find_past(
    text: FoldedText,
    clause: Span,
) -> Cue | None:
    """The first verb of the clause, if it is a past tense."""
    finite = text.search(text.lexicon.finite, clause)
    end = finite.start() if finite is not None else clause.end
    for match in text.find_all(text.lexicon.simple_past, Span(clause.start, end)):
        between = text.text[match.end() : end]
        # A clause has one finite verb: "information destined for the public must be …".
        if finite is not None and not _CLAUSE_BREAK.search(between):
            continue
        if _is_past(text, clause, match):
            return Cue("occurred", span_of_match(match), is_weak=True)
    return None


def _is_past(
    text: FoldedText,
    clause: Span,
    match: Match[str],
) -> bool:
    before = text.text[clause.start : match.start()].rstrip()
    words = _WORD.findall(before[-_NEAR_CHARACTERS:])
    if not words:
        return False
    if before.endswith(_NO_WORD_BEFORE) and not _ends_apposition(text, clause, before):
        return False
    lexicon = text.lexicon
    # "Fell" is no participle, "led" and "reported" may be.
    if not lexicon.compile(lexicon.participles).fullmatch(match[0]):
        return True
    if lexicon.compile(lexicon.no_past_after).fullmatch(words[-1]):
        return False
    return not text.begins(lexicon.no_past_before, Span(match.end(), clause.end))


def _ends_apposition(text: FoldedText, clause: Span, before: str) -> bool:
    """ "We, the ministers of the region, met": the comma ends what is said of the subject."""
    if not before.endswith(",") or before.count(",") < 2:
        return False
    first_comma = text.text.find(",", clause.start)
    issuers = text.lexicon.compile(text.lexicon.issuers)
    return issuers.fullmatch(text.text, clause.start, first_comma) is not None


def _find_act(
    text: FoldedText,
    clause: Span,
) -> Cue | None:
    """ "The ministry funds …": a verb of the present, if its subject can act."""
    match = text.search(text.lexicon.acts, clause)
    if match is None:
        return None
    # With the match: "we're working" has both.
    end = match.end()
    if text.lexicon.capitalized_nouns:
        # German has the subject after the verb where something else opens the sentence.
        end = min(clause.end, end + _NEAR_CHARACTERS)
    if not text.has(text.lexicon.agents, Span(clause.start, end)):
        return None
    return Cue("stated", span_of_match(match), is_weak=True)
