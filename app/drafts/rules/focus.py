"""Focus areas from headings: the nearest heading that names a subject."""

from app.drafts.scope import Passage, find_words
from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source

# A longer heading is a sentence, and no name of a subject.
MAX_LABEL_CHARACTERS = 80


def find_heading_focus(
    source: Source,
    passage: Passage,
) -> tuple[Span, ...]:
    """The words of the nearest heading that is no title, time or kind of section."""
    for heading in reversed(passage.scope.headings):
        is_subject = heading.time is None and not heading.is_title
        if heading.meaning is not None and not _has_number(source, heading.span):
            is_subject = False
        if not is_subject or heading.level > 6:
            continue
        words = strip_span(source.text, find_words(source, heading.span), ":.?! ")
        if 0 < words.end - words.start <= MAX_LABEL_CHARACTERS:
            return (words,)
    return ()


def _has_number(
    source: Source,
    span: Span,
) -> bool:
    """ "Action 2: Mature Data Governance" is one of several, each with its subject."""
    return find_words(source, span) != span
