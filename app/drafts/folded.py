"""A text as the words of a lexicon are looked for in it; positions are those of the text."""

from collections.abc import Iterator
from re import Match

from app.drafts.lexicon import Lexicon, fold_case
from app.drafts.sentences import Span


class FoldedText:
    """The text in small letters, and the lexicon of its language."""

    def __init__(
        self,
        text: str,
        lexicon: Lexicon,
    ) -> None:
        self.text = fold_case(text)
        self.lexicon = lexicon

    def words(self, span: Span) -> str:
        """The folded words of a span."""
        return self.text[span.start : span.end]

    def search(
        self,
        templates: list[str],
        span: Span,
    ) -> Match[str] | None:
        """The first place in the span where one of the templates stands."""
        pattern = self.lexicon.compile(templates)
        return pattern.search(self.text, span.start, span.end)

    def has(
        self,
        templates: list[str],
        span: Span,
    ) -> bool:
        """Whether one of the templates stands in the span."""
        return self.search(templates, span) is not None

    def find_all(
        self,
        templates: list[str],
        span: Span,
    ) -> Iterator[Match[str]]:
        """Each place in the span where one of the templates stands."""
        pattern = self.lexicon.compile(templates)
        return pattern.finditer(self.text, span.start, span.end)

    def begins(
        self,
        templates: list[str],
        span: Span,
    ) -> bool:
        """Whether the span begins with one of the templates."""
        pattern = self.lexicon.compile_opening(templates)
        return pattern.match(self.text, span.start, span.end) is not None


def span_of_match(match: Match[str]) -> Span:
    """Where a match stands."""
    return Span(match.start(), match.end())
