"""Why a block or a sentence is no claim."""

import re

from app.drafts.cues import Cue
from app.drafts.scope import Passage
from app.drafts.sentences import Span
from app.drafts.source import Source, span_of
from app.reading.blocks import BlockKind

_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"\S+@\S+\.\w+|(?:https?://|www\.)\S+|\+?[0-9][0-9 ()/-]{6,}[0-9]")
_CLOCK = re.compile(r"[0-9]{1,2}[:.h][0-9]{2}\b")
_WORD = re.compile(r"\w+")
# A name in a list: "Name, Director, Office".
_MAX_FIELD_WORDS = 3

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
    meaning = passage.scope.meaning
    # Beside invitations to the reader, prose says what is done with the answers.
    is_answer = meaning == "participation" and block.kind == BlockKind.PARAGRAPH
    if meaning in SECTION_REASONS and not is_answer and not _has_own_lead_in(passage):
        return SECTION_REASONS[meaning]
    if block.is_link:
        return "a link"
    if _is_contact(words):
        return "an address or a contact"
    if source.begins(source.lexicon.recitals, span):
        return "a reason or a greeting"
    if block.kind == BlockKind.ITEM:
        return _find_reason_of_item(source, passage, span)
    return None


def _has_own_lead_in(passage: Passage) -> bool:
    """Whether the list says by itself what it has, within a section that has no claims."""
    lead_in = passage.scope.lead_in
    return (
        lead_in is not None
        and lead_in.cue is not None
        and lead_in.cue.modality in ("required", "recommended")
    )


def _is_contact(words: str) -> bool:
    without = _ADDRESS.sub("", words)
    return without != words and len(_WORD.findall(without)) <= _MAX_FIELD_WORDS


def _find_reason_of_item(
    source: Source,
    passage: Passage,
    span: Span,
) -> str | None:
    folded = source.fold(span).strip()
    lead_in = passage.scope.lead_in
    if lead_in is not None and source.begins(source.lexicon.recitals, lead_in.span):
        return "a reason or a greeting"
    if folded.rstrip("* ").endswith("?"):
        return "a question"
    if _CLOCK.match(folded):
        return "a time of day in an agenda"
    cue = source.find_cue(span)
    if lead_in is not None and lead_in.meaning == "fields" and cue is None:
        return "a field of a form"
    if lead_in is not None and lead_in.meaning == "names" and cue is None:
        return "a name in a list"
    is_governed = lead_in is not None and lead_in.cue is not None
    if not is_governed and is_address(source, span, cue):
        return "addressed to the reader"
    if lead_in is not None and lead_in.is_question and cue is None:
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
    if cue is None:
        return "no words of a claim"
    return None
