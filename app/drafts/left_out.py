"""Why a block or a sentence is no claim."""

import re

from app.drafts.cues import MAX_SENTENCE_CHARACTERS, Cue
from app.drafts.labels import find_label, fold_label
from app.drafts.scope import LeadIn, Passage
from app.drafts.sentences import Span
from app.drafts.source import Source, span_of
from app.reading.blocks import BlockKind

_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"\S+@\S+\.\w+|(?:https?://|www\.)\S+|\+?[0-9][0-9 ()/-]{6,}[0-9]")
_CLOCK = re.compile(r"[0-9]{1,2}[:.h][0-9]{2}\b")
_WORD = re.compile(r"\w+")
# A name in a list: "Name, Director, Office".
_MAX_FIELD_WORDS = 3
_MAX_CONTACT_CHARACTERS = 300

RECITAL = "a reason or a greeting"
DATELINE = "where and when a report was written"
TOO_LONG = "longer than a claim may be"
_LIST_REASONS = {"fields": "a field of a form", "names": "a name in a list"}
SECTION_REASONS = {
    "left_out": "a section without claims",
    "participation": "addressed to the reader",
}


def find_reason(
    source: Source,
    passage: Passage,
) -> str | None:
    """Why the whole block makes no claim; None where rules look at it."""
    block = passage.block
    span = span_of(block)
    words = source.words(span)
    if not _LETTER.search(words):
        return "no words"
    if block.kind == BlockKind.HEADING or passage.is_lead_in:
        return None
    reason = _find_reason_of_section(passage)
    if reason is not None:
        return reason
    if block.is_link:
        return "a link"
    if _is_contact(words):
        return "an address or a contact"
    if source.begins(source.lexicon.recitals, span) and not _asks_as_well(source, span):
        return RECITAL
    if block.kind == BlockKind.ITEM:
        return _find_reason_of_item(source, passage, span)
    return _find_reason_of_label(source, span)


def _find_reason_of_label(source: Source, span: Span) -> str | None:
    """ "Read more: …" refers to another page."""
    label = find_label(source, span)
    if label is not None and source.begins(source.lexicon.addresses, label[0]):
        return SECTION_REASONS["participation"]
    return None


def _asks_as_well(source: Source, span: Span) -> bool:
    """ "Welcomes the report and encourages the agency to update it": a reason, and advice."""
    for match in source.folded.find_all(source.lexicon.modality.recommended, span):
        before = source.folded.text[span.start : match.start()]
        words = _WORD.findall(before)
        if match[0].startswith(tuple(source.lexicon.conjunctions)):
            return True
        if words and words[-1] in source.lexicon.conjunctions:
            return True
    return False


def _find_reason_of_section(passage: Passage) -> str | None:
    meaning = passage.scope.meaning
    if meaning not in SECTION_REASONS or _has_own_lead_in(passage):
        return None
    # Beside invitations to the reader, prose says what is done with the answers.
    if meaning == "participation" and passage.block.kind == BlockKind.PARAGRAPH:
        return None
    return SECTION_REASONS[meaning]


def _has_own_lead_in(passage: Passage) -> bool:
    """Whether the list says by itself what it has, within a section that has no claims."""
    lead_in = passage.scope.lead_in
    return (
        lead_in is not None
        and lead_in.cue is not None
        and lead_in.cue.modality in ("required", "recommended")
    )


def _is_contact(words: str) -> bool:
    if len(words) > _MAX_CONTACT_CHARACTERS:
        return False
    without = _ADDRESS.sub("", words)
    return without != words and len(_WORD.findall(without)) <= _MAX_FIELD_WORDS


def _find_reason_of_item(
    source: Source,
    passage: Passage,
    span: Span,
) -> str | None:
    reason = _find_reason_of_form(source.fold(span).strip())
    if reason is not None:
        return reason
    cue = source.find_cue(span)
    if _is_field(source, span, cue):
        return "a field of the claim above it"
    lead_in = passage.scope.lead_in
    if lead_in is not None and source.begins(source.lexicon.recitals, lead_in.span):
        return RECITAL
    if source.begins(source.lexicon.courtesies, span):
        return RECITAL
    if lead_in is not None and lead_in.meaning == "left_out":
        return SECTION_REASONS["left_out"]
    is_governed = lead_in is not None and lead_in.cue is not None
    if not is_governed and is_address(source, span, cue):
        return "addressed to the reader"
    if cue is None and lead_in is not None:
        return _find_reason_of_list(lead_in)
    return None


def _find_reason_of_form(folded: str) -> str | None:
    if len(folded) > MAX_SENTENCE_CHARACTERS:
        return TOO_LONG
    if folded.rstrip("* ").endswith("?"):
        return "a question"
    if _CLOCK.match(folded):
        return "a time of day in an agenda"
    return None


def _is_field(
    source: Source,
    span: Span,
    cue: Cue | None,
) -> bool:
    """Whether an item says who, by when, or how far something is done: "Owner: A. Berg"."""
    label = find_label(source, span)
    if label is None or (cue is not None and not cue.is_weak):
        return False
    words = fold_label(source, label[0])
    columns = source.lexicon.columns
    for templates in (
        columns.who,
        columns.deadline,
        columns.status,
        columns.time,
        columns.indicator,
    ):
        if source.lexicon.compile(templates).fullmatch(words):
            return True
    return False


def _find_reason_of_list(lead_in: LeadIn) -> str | None:
    """Why items without a cue of their own are no claims: by the sentence before them."""
    if lead_in.meaning in _LIST_REASONS:
        return _LIST_REASONS[lead_in.meaning]
    if lead_in.is_question:
        return "answers a question to the reader"
    return None


def is_address(
    source: Source,
    span: Span,
    cue: Cue | None,
) -> bool:
    """Whether the words tell the reader of a page what to do there."""
    if cue is not None and cue.modality == "required":
        return False
    if source.has(source.lexicon.reader, span):
        return True
    return cue is None and source.begins(source.lexicon.addresses, span)


def find_reason_of_sentence(
    source: Source,
    sentence: Span,
    cue: Cue | None,
) -> str | None:
    """Why a sentence of prose makes no claim, where its form says so."""
    folded = source.fold(sentence).strip()
    if folded.rstrip("* ").endswith("?"):
        return "a question"
    if is_address(source, sentence, cue):
        return "addressed to the reader"
    if source.begins(source.lexicon.courtesies, sentence):
        return RECITAL
    if sentence.end - sentence.start > MAX_SENTENCE_CHARACTERS:
        return TOO_LONG
    if cue is None:
        return "no words of a claim"
    return None
