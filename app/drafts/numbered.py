"""Numbered paragraphs: prose whose paragraphs have numbers, as in a communiqué, and no list."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.drafts.lexicon import Lexicon
from app.drafts.sentences import Span, split_sentences
from app.reading.blocks import Block, BlockKind

_NUMBER = re.compile(r"([0-9]{1,3})[.)]")
# An item of a list has one sentence, seldom two.
_MIN_SENTENCES = 1.5
# Without headings between them, so many, and longer, are no list.
_MIN_ITEMS = 5
_MIN_CHARACTERS = 200


def read_as_paragraphs(
    text: str, blocks: Iterable[Block], lexicon: Lexicon
) -> tuple[Block, ...]:
    """The blocks, with numbered paragraphs as such. Their numbers go on below headings, or they
    are long; most of them have several sentences."""
    blocks = tuple(blocks)
    starts: set[int] = set()
    for items, has_headings in _find_runs(blocks):
        if _are_paragraphs(text, items, lexicon, has_headings=has_headings):
            starts.update(item.start for item in items)
    if not starts:
        return blocks
    changed = []
    for block in blocks:
        if block.start in starts:
            block = replace(block, kind=BlockKind.PARAGRAPH, list_number=None)
        changed.append(block)
    return tuple(changed)


def _find_runs(blocks: tuple[Block, ...]) -> Iterator[tuple[list[Block], bool]]:
    """Outermost items whose numbers count on, and whether headings stand between them."""
    items: list[Block] = []
    last = 0
    is_below_heading = False
    has_headings = False
    for block in blocks:
        if block.kind == BlockKind.HEADING:
            is_below_heading = True
            continue
        number = _read_number(block)
        if number is None:
            continue
        if number == last + 1 and items:
            has_headings = has_headings or is_below_heading
        else:
            yield items, has_headings
            items = []
            has_headings = False
        items.append(block)
        last = number
        is_below_heading = False
    yield items, has_headings


def _read_number(block: Block) -> int | None:
    if block.kind != BlockKind.ITEM or block.level != 0 or block.marker is None:
        return None
    match = _NUMBER.fullmatch(block.marker)
    return int(match[1]) if match is not None else None


def _are_paragraphs(
    text: str, items: list[Block], lexicon: Lexicon, *, has_headings: bool
) -> bool:
    if not items:
        return False
    characters = sum(item.end - item.start for item in items) / len(items)
    if not has_headings and (len(items) < _MIN_ITEMS or characters < _MIN_CHARACTERS):
        return False
    sentences = 0
    for item in items:
        sentences += len(list(split_sentences(text, Span(item.start, item.end), lexicon)))
    return sentences >= _MIN_SENTENCES * len(items)
