"""The title of a document, and the heading that it is."""

from dataclasses import dataclass

from app.reading.blocks import Block, BlockKind, ReadFile, outline
from app.text.headings import read_heading

MAX_TITLE_CHARACTERS = 600


@dataclass(frozen=True)
class Title:
    """The title and where it was found; `heading` is the block with its words, if there is one."""

    words: str
    reason: str
    heading: Block | None = None


def find_title(file: ReadFile) -> Title:
    """The title that the file states, else its first heading, else its first words.

    A title whose words stand in several lines is put in quotation marks: the rules of sections
    would take the first of the lines for the heading of all, because a title is."""
    words, reason = _find_words(file)
    heading = None
    for block in _find_lines(file, words):
        if heading is not None or block.kind != BlockKind.HEADING:
            return Title(f"“{words}”", reason)
        heading = block
    return Title(words, reason, heading)


def _find_words(file: ReadFile) -> tuple[str, str]:
    if file.title:
        return _shorten(file.title), "The title that the file states"
    headings = [block for block in file.blocks if block.kind == BlockKind.HEADING]
    if headings:
        first = min(headings, key=lambda block: (block.level, block.start))
        return _shorten(file.words(first)), "The first heading"
    for block in file.blocks:
        if block.kind != BlockKind.LEFT_OUT and block.start < block.end:
            return _shorten(file.words(block).rstrip(":.")), "The first words of the text"
    return "Untitled document", "The text has no words"


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= MAX_TITLE_CHARACTERS:
        return words
    return words[: MAX_TITLE_CHARACTERS - 1] + "…"


def _find_lines(file: ReadFile, words: str) -> list[Block]:
    """The blocks that would be read as the heading with these words."""
    heading = read_heading(words)
    return [block for block in file.blocks if read_heading(file.words(block)) == heading]


def find_sections(file: ReadFile, title: Title) -> list[tuple[str, ...]]:
    """The section of each block, as a citation has it: its headings, and above them the title,
    below which all of the text stands, though other headings may have its level."""
    sections = outline(file.text, file.blocks)
    if title.heading is None:
        return sections
    words = file.words(title.heading)
    below = []
    for block, section in zip(file.blocks, sections, strict=True):
        if block.start > title.heading.start and section[:1] != (words,):
            section = (words, *section)
        below.append(section)
    return below
