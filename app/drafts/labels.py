"""The label before the colon of a block: "Action 3: …", "Owner: …"."""

import re

from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source

_MARK = re.compile(r"\s?:\s+(?=\S)|\s[–—-]\s+(?=\S)")
_NUMBER = re.compile(r"[\s#.]*(?:n°|no\.?|nr\.?)?\s?[0-9]+(?:[./-][0-9]+)*[a-z]?$")
_MAX_LABEL_CHARACTERS = 40


def find_label(source: Source, block: Span) -> tuple[Span, Span] | None:
    """The label before the first colon or dash of a block, and the words after it."""
    latest = min(block.end, block.start + _MAX_LABEL_CHARACTERS)
    mark = _MARK.search(source.text, block.start, latest)
    if mark is None:
        return None
    return strip_span(source.text, Span(block.start, mark.start())), Span(
        mark.end(), block.end
    )


def fold_label(source: Source, label: Span) -> str:
    """The words of a label without its number."""
    return _NUMBER.sub("", source.fold(label).strip(" *.")).strip()
