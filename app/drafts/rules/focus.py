"""Focus areas from headings: the nearest heading that names a subject."""

from app.drafts.scope import Heading, Passage, find_words
from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source

# A longer heading is a sentence, and no name of a subject.
MAX_LABEL_CHARACTERS = 80


def find_heading_focus(
    source: Source,
    passage: Passage,
) -> tuple[Span, ...]:
    """The words of the nearest heading that is no title, time or kind of section, and no part that
    any document may have ("Introduction", "3. Next steps")."""
    for heading in reversed(passage.scope.headings):
        if not _may_be_subject(source, heading):
            continue
        words = strip_span(source.text, find_words(source, heading.span), ":.?! ")
        if 0 < words.end - words.start <= MAX_LABEL_CHARACTERS:
            return (words,)
    return ()


def _may_be_subject(source: Source, heading: Heading) -> bool:
    if heading.time is not None or heading.is_title or heading.level > 6:
        return False
    words = find_words(source, heading.span)
    # "Action 2: Mature Data Governance" is one of several, each with its subject.
    has_number = words != heading.span
    if heading.meaning is not None and not has_number:
        return False
    return not _is_generic(source, heading, words)


def _is_generic(source: Source, heading: Heading, words: Span) -> bool:
    """Whether the words name a part that any document may have, or only the kind of section."""
    lexicon = source.lexicon.headings
    lists = [lexicon.generic, lexicon.plain]
    if heading.meaning is not None:
        lists.append(getattr(lexicon, heading.meaning))
    # "At a glance" has no number, though it looks like one of several.
    for span in (words, heading.span):
        folded = source.fold(span).strip(" :.?!*…")
        for templates in lists:
            if source.lexicon.compile(templates).fullmatch(folded):
                return True
    return False
