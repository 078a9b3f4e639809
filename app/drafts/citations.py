"""Citations of records that are drafted: quotes by their positions."""

from collections.abc import Iterable
from typing import Any

from app.drafts.sentences import Span
from app.drafts.source import Source

# Enough to tell two equal cells apart, and not enough to republish a text.
CONTEXT_CHARACTERS = 32


class Quotes:
    """The quotes of one record, each with the fields that it supports, in the order of adding."""

    def __init__(
        self,
        source: Source,
        document_slug: str,
    ) -> None:
        self._source = source
        self._document_slug = document_slug
        self._fields: dict[Span, list[str]] = {}

    def support(
        self,
        span: Span,
        fields: Iterable[str],
    ) -> None:
        """Quote the words of a span for these fields."""
        supported = self._fields.setdefault(span, [])
        for name in fields:
            if name not in supported:
                supported.append(name)

    def write(self) -> list[dict[str, Any]]:
        """The citations as JSON has them."""
        citations = []
        for span, fields in self._fields.items():
            if fields:
                citations.append(self._cite(span, fields))
        return citations

    def _cite(
        self,
        span: Span,
        fields: list[str],
    ) -> dict[str, Any]:
        return {
            "document_slug": self._document_slug,
            **quote(self._source.text, span),
            "section": list(self._source.find_section(span.start)),
            "supports": fields,
        }


def quote(
    text: str,
    span: Span,
) -> dict[str, Any]:
    """The selectors of a quote (W3C Web Annotation)."""
    return {
        "exact": text[span.start : span.end],
        "prefix": text[max(0, span.start - CONTEXT_CHARACTERS) : span.start],
        "suffix": text[span.end : span.end + CONTEXT_CHARACTERS],
        "start": span.start,
        "end": span.end,
    }
