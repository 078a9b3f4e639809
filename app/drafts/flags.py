"""What makes a sentence doubtful as a claim of the document."""

import re

from app.drafts.proposals import Flag
from app.drafts.sentences import Span
from app.drafts.source import Source

# A shorter quotation is a term, and not what somebody says.
_MIN_QUOTED_WORDS = 6
_MARKS = re.compile(r"[\"“”„«»]")
_QUOTATION = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")


def find_flags(
    source: Source,
    sentence: Span,
) -> tuple[Flag, ...]:
    """Whether the sentence denies, depends on a condition, or says what others say."""
    flags = []
    if _is_negated(source, sentence):
        flags.append(Flag.NEGATED)
    if has_condition(source, sentence):
        flags.append(Flag.CONDITIONAL)
    if _says_what_others_say(source, sentence) or is_reported(source, sentence):
        flags.append(Flag.REPORTED)
    if _is_quoted(source.words(sentence)):
        flags.append(Flag.QUOTED)
    return tuple(flags)


def _is_negated(source: Source, sentence: Span) -> bool:
    """Whether the main clause denies what it says; what it forbids is a duty."""
    cue = source.find_cue(sentence)
    clause = source.find_main_clause(sentence)
    for match in source.folded.find_all(source.lexicon.negations, clause):
        negation = Span(match.start(), match.end())
        is_ban = (
            cue is not None
            and cue.modality == "required"
            and negation.start == cue.span.start
        )
        if not is_ban:
            return True
    return False


def has_condition(source: Source, span: Span) -> bool:
    """Whether the words depend on a condition. "Where possible" makes nothing depend on it."""
    phrases = []
    for phrase in source.folded.find_all(source.lexicon.no_conditions, span):
        phrases.append(Span(phrase.start(), phrase.end()))
    for match in source.folded.find_all(source.lexicon.conditions, span):
        condition = Span(match.start(), match.end())
        if not any(condition.overlaps(phrase) for phrase in phrases):
            return True
    return False


def _says_what_others_say(source: Source, sentence: Span) -> bool:
    """Whether a verb of reporting stands in the sentence, and is not what its issuer does: "we
    urge all members to …", "Urges all members to …"."""
    cue = source.find_cue(sentence)
    for match in source.folded.find_all(source.lexicon.reporting, sentence):
        if cue is None or not cue.span.start <= match.start() < cue.span.end:
            return True
        # "Members are urged to": the verb is passive, and the cue begins before it.
        is_passive = cue.span.start < match.start()
        if not is_passive and not _is_own(source, sentence, match.start()):
            return True
    return False


def _is_own(
    source: Source,
    sentence: Span,
    position: int,
) -> bool:
    """Whether a verb opens the sentence, or its issuer stands before it."""
    before = Span(sentence.start, position)
    if not source.words(before).strip():
        return True
    return source.has(source.lexicon.issuers, before)


def is_reported(source: Source, span: Span) -> bool:
    """Whether the words are what somebody asked or proposed; but "it is proposed that" is advice
    of the document."""
    lexicon = source.lexicon
    for match in source.folded.find_all(lexicon.reported_speech, span):
        advice = source.folded.find_all(lexicon.modality.recommended, span)
        if all(cue.end() < match.end() or cue.start() > match.start() for cue in advice):
            return True
    return False


def _is_quoted(words: str) -> bool:
    """Whether a long quotation stands in the words, or one mark of a quotation that goes on."""
    whole = _QUOTATION.fullmatch(words.strip(" .,"))
    if whole is not None:
        return True
    for match in _QUOTATION.finditer(words):
        if len(match[1].split()) >= _MIN_QUOTED_WORDS:
            return True
    return len(_MARKS.findall(words)) % 2 == 1
