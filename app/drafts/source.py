"""A file that was read, with all that the rules know of its language."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from re import Match

from app.drafts.cues import (
    Cue,
    find_cue,
    find_main_clause,
)
from app.drafts.dateline import Dateline, find_dateline
from app.drafts.folded import FoldedText
from app.drafts.lexicon import Lexicon, load_lexicon, load_regulation_lexicon
from app.drafts.regulations import is_regulation
from app.drafts.sentences import Span
from app.drafts.times import TimeFinder, load_finder
from app.drafts.title import Title, find_sections, find_title
from app.reading.blocks import (
    Block,
    Cell,
    ReadFile,
)


@dataclass(frozen=True)
class Source:
    """The file, and its language as ISO 639-1 code."""

    file: ReadFile
    language: str

    @property
    def text(self) -> str:
        """The text that is cited."""
        return self.file.text

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of the language, as they are meant in a text of this kind."""
        lexicon = load_lexicon(self.language)
        if is_regulation(self.file, self.title.words, lexicon):
            return load_regulation_lexicon(self.language)
        return lexicon

    @cached_property
    def folded(self) -> FoldedText:
        """The text as words of the lexicon are looked for."""
        return FoldedText(self.file.text, self.lexicon)

    @cached_property
    def times(self) -> TimeFinder:
        """Finds wordings for times in the folded text."""
        return load_finder(self.language)

    @cached_property
    def title(self) -> Title:
        """The title of the document."""
        return find_title(self.file)

    @cached_property
    def dateline(self) -> Dateline | None:
        """Where and when the text says that it was written, before its first sentence."""
        return find_dateline(self.file, self.folded.text, self.times, self.language)

    @cached_property
    def _sections(self) -> list[tuple[str, ...]]:
        return find_sections(self.file, self.title)

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self.file.blocks]

    @cached_property
    def _cues(self) -> dict[Span, Cue | None]:
        return {}

    def find_section(self, position: int) -> tuple[str, ...]:
        """The headings above a position, as a citation has them."""
        number = bisect_right(self._starts, position) - 1
        if number < 0:
            return ()
        return self._sections[number]

    def words(self, span: Span | Block | Cell) -> str:
        """The words of a span, exactly as the text has them."""
        return self.file.text[span.start : span.end]

    def fold(self, span: Span | Block | Cell) -> str:
        """The words of a span as words of the lexicon are looked for."""
        return self.folded.text[span.start : span.end]

    def find_cue(self, span: Span) -> Cue | None:
        """The modality of a sentence."""
        # Rules ask one after the other, and then why a sentence gave nothing.
        if span not in self._cues:
            self._cues[span] = find_cue(self.folded, span)
        return self._cues[span]

    def find_main_clause(self, span: Span) -> Span:
        """The main clause of a sentence."""
        return find_main_clause(self.folded, span)

    def find_times(self, span: Span) -> list[Span]:
        """The wordings for times within a span, in order."""
        return list(self.times.find(self.folded.text, span))

    def search(
        self,
        templates: list[str],
        span: Span,
    ) -> Match[str] | None:
        """The first place in the span where one of the templates stands."""
        return self.folded.search(templates, span)

    def has(
        self,
        templates: list[str],
        span: Span,
    ) -> bool:
        """Whether one of the templates stands in the span."""
        return self.folded.has(templates, span)

    def begins(
        self,
        templates: list[str],
        span: Span,
    ) -> bool:
        """Whether the span begins with one of the templates."""
        return self.folded.begins(templates, span)


def span_of(piece: Block | Cell) -> Span:
    """The span of the words of a block or cell."""
    return Span(piece.start, piece.end)
