"""Is a quote under the headings that its section names?

A text has no marks for its headings: the citations say which of its lines are headings. A heading
whose line stands once in the text is that line. Where it stands several times ("Timeline" in every
chapter, or a heading that is also an item of a list), a section means the line nearest above its
quote, and the other lines are headings only if another citation means them.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from app.text.cited_text import CitedText, Quote
from app.text.headings import is_marked_up, read_heading

# Headings as `read_heading` returns them, outermost first, the last one being the heading itself.
Path = tuple[str, ...]

_SHOWN_LINE_CHARACTERS = 60
_SENTENCE_END = re.compile(r"[.,:;!?…。؟،]$")
_LETTER = re.compile(r"[^\W\d_]")


class Sections:
    """The lines of a text that are headings, as citations of it name them in their sections."""

    def __init__(
        self,
        cited: CitedText,
        title: str = "",
        quotes: Iterable[Quote] = (),
    ) -> None:
        """`quotes` are all citations of the text; those that are not in their place only say what
        is a heading. The title is the outermost heading, where the text has its line."""
        self.cited = cited
        self._title_line: int | None = None
        self._paths: dict[int, set[Path]] = defaultdict(set)  # by line
        # The sections that end in a heading, as citations spell them.
        self._spellings: dict[str, dict[Path, Sequence[str]]] = defaultdict(dict)
        self._other_headings: dict[tuple[Path, tuple[int, ...]], int | None] = {}
        self._add_title(title)
        for quote in quotes:
            self._add_section(quote)

    def _add_title(self, title: str) -> None:
        path = (read_heading(title),)
        self._spellings[path[0]][path] = (title,)
        lines = self.cited.heading_lines.get(path[0], ())
        if lines and path[0]:
            self._title_line = lines[0]
            self._paths[lines[0]].add(path)

    def _add_section(self, quote: Quote) -> None:
        path = tuple(map(read_heading, quote.section))
        for depth, heading in enumerate(path, 1):
            self._spellings[heading].setdefault(path[:depth], quote.section[:depth])
        lines = None
        if self.cited.text.startswith(quote.exact, quote.start):
            lines = self._find_lines(path, self.cited.count_lines_above(quote.start))
        if lines is not None:
            for depth, line in enumerate(lines, 1):
                self._paths[line].add(path[:depth])
            return
        for depth, heading in enumerate(path, 1):
            only_lines = self.cited.heading_lines.get(heading, ())
            if len(only_lines) == 1:
                self._paths[only_lines[0]].add(path[:depth])

    @cached_property
    def _lines(self) -> Sequence[int]:
        return sorted(self._paths)

    def find_mistake(self, quote: Quote) -> str | None:
        """What is wrong with the section of a quote that is in its place, with the correction."""
        line = self.cited.count_lines_above(quote.start)
        return self._find_mistake(quote.section, quote.exact, line)

    def _find_mistake(self, section: Sequence[str], exact: str, line: int) -> str | None:
        """What is wrong with the section of a quote that stands on this line."""
        path = tuple(map(read_heading, section))
        lines = self._find_lines(path, line)
        if lines is None:
            return self._describe_missing(section, path, line)
        nearest = self._find_between(lines[-1] if lines else -1, line)
        if nearest is not None and not self._is_sibling(exact, line, path, nearest):
            stated = repr(section[-1]) if section else "none"
            shown = self._show_line(nearest)
            return f"The nearest heading above the quote is {shown}; it names {stated}."
        other = self._find_other_heading(path, lines)
        if other is None:
            return None
        return (
            f"The nearest {section[-1]!r} above the quote stands under {self._show_line(other)}: "
            "name that heading."
        )

    def choose(self, quote: Quote, exact: str, start: int) -> list[str]:
        """The section of a quote whose words now stand at another place: its own if that holds
        there; else the longest one, of those that end in the nearest heading, that does."""
        line = self.cited.count_lines_above(start)
        if self._find_mistake(quote.section, exact, line) is None:
            return list(quote.section)
        number = line - 1
        while number >= 0 and self.cited.headings[number] not in self._spellings:
            number -= 1
        if number < 0:
            return []
        sections = list(self._spellings[self.cited.headings[number]].values())
        longest: Sequence[str] = sections[0][-1:]
        for section in sections:
            if len(section) <= len(longest):
                continue
            if self._find_mistake(section, exact, line) is None:
                longest = section
        return list(longest)

    def _find_lines(self, path: Path, line: int) -> tuple[int, ...] | None:
        """The line of each heading: the last one nearest above this line, and each other nearest
        above the next one, but for a title that is repeated on every page. None if there is no
        such line."""
        lines: list[int] = []
        for depth, heading in reversed(list(enumerate(path))):
            candidates = self.cited.heading_lines.get(heading, ())
            if depth == 0 and self._title_line in candidates:
                candidates = candidates[:1]
            position = bisect_left(candidates, line)
            if position == 0:
                return None
            line = candidates[position - 1]
            lines.append(line)
        return tuple(reversed(lines))

    def _find_between(self, first: int, last: int) -> int | None:
        """The last heading between two lines."""
        position = bisect_left(self._lines, last)
        if position == 0 or self._lines[position - 1] <= first:
            return None
        return self._lines[position - 1]

    def _is_sibling(self, exact: str, line: int, path: Path, nearest: int) -> bool:
        """Whether the quote stands on a heading line that ends the section of the nearest heading
        above it, and the path is of the section that both are in."""
        if not self._may_be_heading(exact, line):
            return False
        has_title = self._title_line is not None and self._title_line < line
        if not path and has_title:
            return False
        for nearest_path in self._paths[nearest]:
            is_deeper = len(nearest_path) > len(path)
            if is_deeper and nearest_path[: len(path)] == path:
                return True
        return False

    def _may_be_heading(self, exact: str, line: int) -> bool:
        """Whether a line is named as a heading or marked as one, or is quoted whole and is no
        sentence. A number before its words may be left out of the quote."""
        words = self.cited.headings[line]
        if words in self._spellings or is_marked_up(self.cited.lines[line]):
            return True
        quoted = read_heading(exact.splitlines()[0])
        if not quoted or _SENTENCE_END.search(words):
            return False
        before, _, after = words.partition(quoted)
        return before != words and not _LETTER.search(before + after)

    def _find_other_heading(self, path: Path, lines: tuple[int, ...]) -> int | None:
        """The line of a heading that ends the section of one of the outer headings before the
        innermost one. It is looked for only where a heading stands several times, and so may have
        been taken for one of another section."""
        key = (path, lines)
        if key not in self._other_headings:
            self._other_headings[key] = self._search_other_heading(path, lines)
        return self._other_headings[key]

    def _search_other_heading(self, path: Path, lines: tuple[int, ...]) -> int | None:
        for depth in range(1, len(path) - 1):
            if len(self.cited.heading_lines[path[depth + 1]]) == 1:
                continue
            first = bisect_right(self._lines, lines[depth])
            last = bisect_left(self._lines, lines[depth + 1])
            for line in self._lines[first:last]:
                if all(_is_beside(other, path, depth) for other in self._paths[line]):
                    return line
        return None

    def _describe_missing(
        self,
        section: Sequence[str],
        path: Path,
        line: int,
    ) -> str:
        position = 0
        for heading, words in zip(section, path, strict=True):
            candidates = self.cited.heading_lines.get(words, ())
            index = bisect_left(candidates, position)
            if index == len(candidates) or candidates[index] >= line:
                detail = f"{heading!r} is not a whole line above the quote, in this order."
                return detail + self._suggest_line(words, line)
            position = candidates[index] + 1
        raise AssertionError("All headings stand above the quote.")

    def _suggest_line(self, words: str, line: int) -> str:
        """` Give the whole line: '1. Goals'.` for the nearest line above that has the words, if
        any."""
        for number in range(line - 1, -1, -1):
            if words not in self.cited.headings[number]:
                continue
            shown = self.cited.lines[number].strip()
            if len(shown) <= _SHOWN_LINE_CHARACTERS:
                return f" Give the whole line: {shown!r}."
        return ""

    def _show_line(self, number: int) -> str:
        return repr(self.cited.lines[number].strip())


def _is_beside(other: Path, path: Path, depth: int) -> bool:
    """Whether two paths part at this depth: the headings have the same ones above them."""
    is_as_deep = len(other) == depth + 1
    return is_as_deep and other[:depth] == path[:depth] and other[depth] != path[depth]
