"""Where in a text do the words stand that a curator has typed?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.text.alignment import Aligner, Alignment
from app.text.cited_text import CitedText
from app.text.quotes import nearest_passage
from app.text.spelling import fold_spelling

# Words that stand in more places are too few to choose by.
MAX_PASSAGES = 30
MAX_NEAREST = 3
# The words around a passage that a choice shows.
_AROUND_CHARACTERS = 60
# Of a quote, enough to tell two equal cells apart, and not enough to republish a text.
_CONTEXT_CHARACTERS = 32
# A nearest passage has at least this part of the words.
_LEAST_SHARE = 0.34
_SEPARATOR = " · "
_WORD = re.compile(r"\w+")
_BETWEEN_CELLS = re.compile(r"[|\n]")
# The line below the head of a table in Markdown.
_RULE = re.compile(r"[\s:-]*")
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…](?=\s)|(?=\n)|\Z)")


@dataclass(frozen=True, order=True)
class Passage:
    """A part of a text: positions as in a citation."""

    start: int
    end: int

    @property
    def value(self) -> str:
        """The passage as the value of a choice."""
        return f"{self.start}-{self.end}"


def find_passages(words: str, cited: CitedText) -> list[Passage]:
    """Every place of the words: as they are typed; else in another spelling; else without case
    and the punctuation around them. Whole words, where there are any."""
    words = words.strip()
    # Characters that nobody sees are no words.
    if not fold_spelling(words):
        return []
    found = _find_exact(words, cited.text) or _find_folded(words, cited)
    if not found:
        alignment = Aligner(cited.text, 0, len(cited.text)).align(words)
        if isinstance(alignment, Alignment):
            found = [Passage(alignment.start, alignment.end)]
    whole = [passage for passage in found if not _cuts_word(passage, cited.text)]
    return whole or found


def _find_exact(words: str, text: str) -> list[Passage]:
    passages: list[Passage] = []
    start = text.find(words)
    while start >= 0 and len(passages) <= MAX_PASSAGES * 4:
        passages.append(Passage(start, start + len(words)))
        start = text.find(words, start + 1)
    return passages


def _find_folded(words: str, cited: CitedText) -> list[Passage]:
    passages: list[Passage] = []
    for start, end in cited.folded.find(fold_spelling(words)):
        span = cited.folded.locate(start, end)
        if span is not None:
            passages.append(Passage(*span))
    return passages


def _cuts_word(passage: Passage, text: str) -> bool:
    first = max(0, passage.start - 1)
    ends = (
        text[first : passage.start + 1],
        text[passage.end - 1 : passage.end + 1],
    )
    return any(len(pair) == 2 and pair.isalnum() for pair in ends)


def find_nearest(words: str, text: str) -> list[Passage]:
    """The sentences and lines with most of the words; without any, the passage around the longest
    run of them. The best comes first."""
    wanted = _list_words(words)
    if not wanted or not text:
        return []
    scored = []
    for match in _SENTENCE.finditer(text):
        shared = wanted & _list_words(match[0])
        share = len(shared) / len(wanted)
        if share >= _LEAST_SHARE:
            scored.append((-share, len(match[0]), match.span()))
    scored.sort()
    spans = [span for _, _, span in scored[:MAX_NEAREST]]
    if not spans:
        start, passage = nearest_passage(words, text)
        spans.append((start, start + len(passage)))
    stripped = [_strip(text, start, end) for start, end in spans]
    return [passage for passage in stripped if passage.start < passage.end]


def _list_words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _strip(text: str, start: int, end: int) -> Passage:
    passage = text[start:end]
    start += len(passage) - len(passage.lstrip())
    return Passage(start, start + len(passage.strip()))


def context_of(passage: Passage, text: str) -> tuple[str, str]:
    """The prefix and the suffix of a quote (W3C Web Annotation, TextQuoteSelector)."""
    return _cut_around(passage, text, _CONTEXT_CHARACTERS)


def _cut_around(
    passage: Passage,
    text: str,
    length: int,
) -> tuple[str, str]:
    first = max(0, passage.start - length)
    last = passage.end + length
    return text[first : passage.start], text[passage.end : last]


def words_around(passage: Passage, text: str) -> tuple[str, str]:
    """The words before and after a passage on one line each. Lines, and the cells of a row, are
    separated by dots."""
    before, after = _cut_around(passage, text, _AROUND_CHARACTERS)
    if passage.start > _AROUND_CHARACTERS:
        _, _, whole_words = before.partition(" ")
        before = f"… {whole_words}"
    if passage.end + _AROUND_CHARACTERS < len(text):
        whole_words, _, _ = after.rpartition(" ")
        after = f"{whole_words} …"
    return _join_cells(before), _join_cells(after)


def _join_cells(text: str) -> str:
    """The lines and cells of a text on one line; at its ends, what separates them or a space."""
    cells = [cell.strip() for cell in _BETWEEN_CELLS.split(text)]
    joined = _SEPARATOR.join(cell for cell in cells if not _RULE.fullmatch(cell))
    if not joined:
        return " " if text else ""
    first = _name_gap(text.lstrip(" ")[:1], text[:1])
    last = _name_gap(text.rstrip(" ")[-1:], text[-1:])
    return f"{first}{joined}{last}"


def _name_gap(
    character: str,
    end: str,
) -> str:
    """What stands for the end of a text: a separator for that of a cell, or its white space."""
    if _BETWEEN_CELLS.match(character):
        return _SEPARATOR
    return " " if end.isspace() else ""


def choose(passages: Sequence[Passage], value: str) -> Passage | None:
    """The passage that a choice names."""
    for passage in passages:
        if passage.value == value:
            return passage
    return None
