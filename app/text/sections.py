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
        # Where many quotes stand under the same headings, these are looked up once for each line.
        self._heading_lines: dict[tuple[Path, int], tuple[int, ...] | None] = {}
        self._added: set[tuple[Path, int]] = set()
        self._add_title(title)
        for quote in quotes:
            self.add(quote)

    def _add_title(self, title: str) -> None:
        heading = read_heading(title)
        # Without a title, empty lines are none.
        if not heading:
            return
        path = (heading,)
        self._spellings[heading][path] = (title,)
        lines = self.cited.heading_lines.get(heading)
        if lines:
            first = lines[0]
            self._title_line = first
            self._paths[first].add(path)

    def add(self, quote: Quote) -> bool:
        """Take what the section of a citation says of the headings; whether any of it is new. Only
        before the first quote is judged."""
        is_new = False
        path = _read_path(quote.section)
        line = self._find_line(quote)
        if line is not None:
            if (path, line) in self._added:
                return False
            self._added.add((path, line))
        for depth, heading in enumerate(path, 1):
            spellings = self._spellings[heading]
            if path[:depth] not in spellings:
                spellings[path[:depth]] = quote.section[:depth]
                is_new = True
        for number, outer in self._find_headings(path, line):
            paths = self._paths[number]
            if outer not in paths:
                paths.add(outer)
                is_new = True
        return is_new

    def says(self, quote: Quote) -> bool:
        """Whether other citations say all that the section of this one says of the headings."""
        path = _read_path(quote.section)
        for depth, heading in enumerate(path, 1):
            if path[:depth] not in self._spellings.get(heading, {}):
                return False
        for number, outer in self._find_headings(path, self._find_line(quote)):
            if outer not in self._paths.get(number, ()):
                return False
        return True

    def _find_line(self, quote: Quote) -> int | None:
        """The line on which a quote begins; None if it is not in its place."""
        if not self.cited.text.startswith(quote.exact, quote.start):
            return None
        return self.cited.count_lines_above(quote.start)

    def _find_headings(self, path: Path, line: int | None) -> list[tuple[int, Path]]:
        """The lines that the section of a quote on this line means, each with its path. Of a quote
        that is not in its place, those headings that stand once in the text."""
        lines = None
        if line is not None:
            lines = self._find_lines(path, line)
        headings = []
        for depth, heading in enumerate(path, 1):
            if lines is not None:
                headings.append((lines[depth - 1], path[:depth]))
                continue
            occurrences = self.cited.heading_lines.get(heading, ())
            if len(occurrences) == 1:
                headings.append((occurrences[0], path[:depth]))
        return headings

    def has_repeated_headings(self) -> bool:
        """Whether the line of any heading stands several times in the text."""
        for heading in self._spellings:
            if len(self.cited.heading_lines.get(heading, ())) > 1:
                return True
        return False

    @cached_property
    def _lines(self) -> Sequence[int]:
        return sorted(self._paths)

    def find_mistake(self, quote: Quote) -> str | None:
        """What is wrong with the section of a quote that is in its place, with the correction."""
        line = self.cited.count_lines_above(quote.start)
        return self._find_mistake(quote.section, quote.exact, line)

    def _find_mistake(
        self,
        section: Sequence[str],
        exact: str,
        line: int,
    ) -> str | None:
        """What is wrong with the section of a quote that begins on this line."""
        path = _read_path(section)
        lines = self._find_lines(path, line)
        if lines is None:
            return self._describe_missing(section, line)
        stated = "none"
        innermost = -1
        if section:
            stated = repr(section[-1])
            innermost = lines[-1]
        nearest = self._find_between(innermost, line)
        if nearest is not None:
            is_heading = self._may_be_heading(exact, line)
            if not is_heading or not self._is_within(path, nearest, line):
                shown = self._show_line(nearest)
                return f"The nearest heading above the quote is {shown}; it names {stated}."
        other = self._find_other_heading(path, lines)
        if other is None:
            return None
        shown = self._show_line(other)
        return (
            f"The nearest {stated} above the quote stands under {shown}: name that heading."
        )

    def choose(self, quote: Quote, exact: str, start: int) -> list[str]:
        """The section of a quote whose words now stand at another place: its own if that holds
        there; else the longest one, of those that end in the nearest heading, that does."""
        line = self.cited.count_lines_above(start)
        if self._find_mistake(quote.section, exact, line) is None:
            return list(quote.section)
        for number in range(line - 1, -1, -1):
            section = self._choose_ending(self.cited.headings[number], exact, line)
            # A title on every page is not the heading of the page.
            if section is not None:
                return section
        return []

    def _choose_ending(
        self,
        heading: str,
        exact: str,
        line: int,
    ) -> list[str] | None:
        """The longest section that ends in the heading and holds for a quote on this line."""
        sections = list(self._spellings.get(heading, {}).values())
        # The heading alone, too, as a citation spells it.
        sections += [section[-1:] for section in sections[:1]]
        sections.sort(key=len, reverse=True)
        for section in sections:
            if self._find_mistake(section, exact, line) is None:
                return list(section)
        return None

    def _find_lines(self, path: Path, line: int) -> tuple[int, ...] | None:
        """The line of each heading: the last one nearest above this line, and each other nearest
        above the next one, but for a title that is repeated on every page. None if there is no
        such line."""
        key = (path, line)
        if key not in self._heading_lines:
            self._heading_lines[key] = self._search_lines(path, line)
        return self._heading_lines[key]

    def _search_lines(self, path: Path, line: int) -> tuple[int, ...] | None:
        lines = []
        above: int | None = line
        for heading in reversed(path):
            above = self.cited.find_line_above(heading, line)
            if above is None:
                return None
            lines.append(above)
            line = above
        lines.reverse()
        if self._title_line is not None:
            title = self.cited.headings[self._title_line]
            if path[:1] == (title,):
                lines[0] = self._title_line
        return tuple(lines)

    def _find_between(self, first: int, last: int) -> int | None:
        """The last heading between two lines."""
        position = bisect_left(self._lines, last) - 1
        if position < 0:
            return None
        nearest = self._lines[position]
        return nearest if nearest > first else None

    def _is_within(
        self,
        path: Path,
        nearest: int,
        line: int,
    ) -> bool:
        """Whether the nearest heading above this heading line is below the path, so that the line
        ends its section; and the line below the path as well, where a citation names it."""
        has_title = self._title_line is not None and self._title_line < line
        if has_title and not path:
            return False
        depth = len(path)
        line_paths = self._paths.get(line)
        if line_paths and all(other[:-1] != path for other in line_paths):
            return False
        for nearest_path in self._paths[nearest]:
            if nearest_path[:depth] == path and nearest_path != path:
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
            inner = path[depth + 1]
            if len(self.cited.heading_lines[inner]) == 1:
                continue
            first = bisect_right(self._lines, lines[depth])
            last = bisect_left(self._lines, lines[depth + 1])
            for line in self._lines[first:last]:
                if self._ends_section(line, path, depth):
                    return line
        return None

    def _ends_section(
        self,
        line: int,
        path: Path,
        depth: int,
    ) -> bool:
        """Whether every section that has this heading is beside the path at the depth."""
        for other in self._paths[line]:
            is_as_deep = len(other) == depth + 1
            if not is_as_deep or other[:depth] != path[:depth]:
                return False
            if other[depth] == path[depth]:
                return False
        return True

    def _describe_missing(self, section: Sequence[str], line: int) -> str:
        """The first heading that is not above the line and below the one before it."""
        headings = self.cited.headings
        position = 0
        for heading in section:
            words = read_heading(heading)
            try:
                position = headings.index(words, position, line) + 1
            except ValueError:
                detail = f"{heading!r} is not a whole line above the quote, in this order."
                return detail + self._suggest_line(words, line)
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


def _read_path(section: Sequence[str]) -> Path:
    return tuple(map(read_heading, section))
