"""The words of a block while it is read: white space collapsed as a browser does, and marked."""

import re
from dataclasses import dataclass
from itertools import pairwise

# White space that HTML collapses, and what Python's `splitlines` takes for the end of a line. A
# no-break space is a character of the words.
_SPACES = re.compile(r"[ \t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")
STOPS = ".!?:;…。！？；：؟؛۔।"
# A number or letter before the words of an item, as people write it, and bullets.
_NUMBER = r"\d{1,3}|[a-z]|[ivx]{1,5}|[A-Z]"
_BULLETS = "-*•‣▪◦●○■□–—·∙‐➢➤✓\uf0b7\uf0a7\uf0d8"
_MARKER = re.compile(
    rf"\s*(?P<marker>[{re.escape(_BULLETS)}]|\((?:{_NUMBER})\)|(?:{_NUMBER})[.)])\s+"
    r"(?=\S)"
)

# The pattern takes time that grows with the square of the length.
_MAX_CONTENTS_CHARACTERS = 300
_DOTTED = re.compile(r".*(?:\.\s?){4,}\s*\d{1,4}\s*")


def continues(line: str, following: str) -> bool:
    """Whether a line goes on in the one that follows: it ends in no stop, and that begins with a
    small letter."""
    line = line.rstrip()
    following = following.lstrip()
    if not line or not following:
        return False
    return line[-1] not in STOPS and following[0].islower()


def is_contents_line(line: str) -> bool:
    """Whether dots lead to a page number at the end of the line."""
    return len(line) <= _MAX_CONTENTS_CHARACTERS and _DOTTED.fullmatch(line) is not None


def has_letters(words: str) -> bool:
    """Whether the words have a letter or digit: signs alone are no heading."""
    return any(map(str.isalnum, words))


def split_marker(words: str) -> tuple[str, int] | None:
    """The bullet or number that the words begin with, and where the words after it begin."""
    match = _MARKER.match(words)
    if match is None:
        return None
    return match["marker"], match.end()


def is_bullet(marker: str) -> bool:
    """Whether the marker counts nothing."""
    return marker in _BULLETS


def follows(marker: str, previous: str | None) -> bool:
    """Whether a number comes next after another, or begins a list if there is none."""
    core = marker.strip("().")
    if previous is None:
        return core in ("1", "a", "A", "i")
    if marker.replace(core, "") != previous.replace(previous.strip("()."), ""):
        return False
    before = previous.strip("().")
    if core.isdigit() and before.isdigit():
        return int(core) == int(before) + 1
    if len(core) == 1 and len(before) == 1 and ord(core) == ord(before) + 1:
        return True
    return _NEXT_ROMAN.get(before) == core


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii")
_NEXT_ROMAN = dict(pairwise(_ROMAN))


@dataclass(frozen=True)
class Words:
    """Words on one line. Positions count from their beginning.

    `bold_end` is where the bold words end that they begin with; `joins` are spaces at which lines
    of the document were joined."""

    text: str
    bold_end: int | None = None
    joins: tuple[int, ...] = ()
    is_link: bool = False
    is_local_link: bool = False

    def after(self, start: int) -> "Words":
        """The words from a position on."""
        bold_end = None
        if self.bold_end is not None and self.bold_end > start:
            bold_end = self.bold_end - start
        joins = tuple(join - start for join in self.joins if join >= start)
        return Words(
            self.text[start:],
            bold_end,
            joins,
            self.is_link,
            self.is_local_link,
        )


@dataclass(frozen=True)
class _Run:
    start: int
    end: int
    is_bold: bool
    link: str | None


class WordsBuilder:
    """Collects the text of one block, run by run."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._runs: list[_Run] = []
        self._length = 0
        self._ends_in_space = True
        self._joins: list[int] = []
        self._line_starts: list[int] = [0]

    @property
    def is_empty(self) -> bool:
        return not self._parts

    def add(
        self,
        text: str,
        *,
        is_bold: bool = False,
        link: str | None = None,
    ) -> None:
        """Add text; `link` is the address if it is that of a link."""
        text = _SPACES.sub(" ", text)
        if self._ends_in_space:
            text = text.removeprefix(" ")
        if not text:
            return
        end = self._length + len(text)
        self._runs.append(
            _Run(
                self._length,
                end,
                is_bold,
                link,
            )
        )
        self._parts.append(text)
        self._length = end
        self._ends_in_space = text.endswith(" ")

    def end_line(self, *, is_broken: bool = False) -> None:
        """End a line within the block; `is_broken` within a word, which no space is put in."""
        if not self._parts:
            return
        if not self._ends_in_space and not is_broken:
            self.add(" ")
        if self._line_starts[-1] != self._length:
            self._line_starts.append(self._length)

    def note_join(self) -> None:
        """Note that the source goes on on another line here."""
        self.add(" ")
        if self._parts:
            self._joins.append(self._length - 1)

    def finish(self) -> Words:
        """All words on one line, with the places where lines were joined."""
        text = "".join(self._parts)
        joins = []
        for start in self._line_starts[1:]:
            joins.append(start - 1 if text[start - 1] == " " else start)
        return self._select(0, self._length, tuple(joins))

    def finish_lines(self) -> list[Words]:
        """The lines that have words; a line that goes on in the next is joined with it."""
        text = "".join(self._parts)
        ends = [*self._line_starts[1:], self._length]
        lines: list[Words] = []
        start = 0
        joins: list[int] = []
        for position, end in zip(self._line_starts, ends, strict=True):
            if position > start and continues(text[start:position], text[position:end]):
                joins.append(position - 1)
            elif position > start:
                lines.append(self._select(start, position, tuple(joins)))
                start = position
                joins = []
        lines.append(self._select(start, self._length, tuple(joins)))
        return [words for words in lines if words.text]

    def _select(
        self,
        start: int,
        end: int,
        joins: tuple[int, ...],
    ) -> Words:
        text = "".join(self._parts)
        whole = text[start:end]
        start += len(whole) - len(whole.lstrip())
        words = whole.strip()
        end = start + len(words)
        runs = self._visible_runs(start, end, text)
        links = [run.link for run in runs]
        inner_joins = []
        for join in sorted({*joins, *self._joins}):
            if start < join < end:
                inner_joins.append(join - start)
        return Words(
            words,
            _find_bold_end(
                runs,
                start,
                end,
                text,
            ),
            tuple(inner_joins),
            is_link=bool(links) and all(link is not None for link in links),
            is_local_link=bool(links)
            and all(link is not None and link.startswith("#") for link in links),
        )

    def _visible_runs(
        self,
        start: int,
        end: int,
        text: str,
    ) -> list[_Run]:
        runs = []
        for run in self._runs:
            if run.end > start and run.start < end and text[run.start : run.end].strip():
                runs.append(run)
        return runs


def _find_bold_end(
    runs: list[_Run],
    start: int,
    end: int,
    text: str,
) -> int | None:
    bold_end = None
    for run in runs:
        if not run.is_bold:
            break
        run_end = min(run.end, end)
        bold_end = len(text[start:run_end].rstrip())
    return bold_end
