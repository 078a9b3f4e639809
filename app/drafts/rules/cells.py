"""The claims within one cell of a table: a list in a cell has several."""

import re

from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source
from app.reading.blocks import Block
from app.reading.words import STOPS

# Of a PDF, lines of a cell are where the page broke them.
_FORMATS = frozenset(
    (
        "html",
        "md",
        "docx",
    )
)
_BULLET = re.compile(r"[-–—•*·▪]\s+|\(?[0-9a-z]{1,2}[.)]\s+")
_MIN_WORDS = 2


def split_cell(
    source: Source,
    block: Block,
    cell: Span,
) -> tuple[Span, ...]:
    """The paragraphs or items of a cell, if each is a claim of its own: all begin with a bullet or
    a capital, and they end in stops or begin with what is done."""
    lines = _find_lines(source, block, cell)
    if len(lines) < 2:
        return (cell,)
    parts = []
    bullets = 0
    for line in lines:
        bullet = _BULLET.match(source.text, line.start, line.end)
        if bullet is not None:
            bullets += 1
            line = Span(bullet.end(), line.end)
        elif not _begins_sentence(source, line):
            return (cell,)
        parts.append(line)
    if _are_claims(source, parts, has_bullets=bullets == len(lines)):
        return tuple(parts)
    return (cell,)


def _find_lines(
    source: Source,
    block: Block,
    cell: Span,
) -> list[Span]:
    """The lines of a cell as the document broke them."""
    if source.file.format not in _FORMATS:
        return []
    lines = []
    start = cell.start
    for join in block.joins:
        if cell.start < join < cell.end:
            lines.append(strip_span(source.text, Span(start, join)))
            start = join
    lines.append(strip_span(source.text, Span(start, cell.end)))
    return [line for line in lines if line.start < line.end]


def _begins_sentence(source: Source, line: Span) -> bool:
    first = source.text[line.start]
    return first.isupper() or first.isdigit()


def _are_claims(
    source: Source,
    parts: list[Span],
    *,
    has_bullets: bool,
) -> bool:
    stops = 0
    actions = 0
    for part in parts:
        words = source.words(part).split()
        if len(words) < _MIN_WORDS:
            return False
        stops += words[-1][-1] in STOPS
        actions += source.begins(source.lexicon.actions, part)
    # The last may go without a stop.
    return has_bullets or stops >= len(parts) - 1 or actions == len(parts)
