"""The claims in the margin of a document, by section; without its text, the outline of quotes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.pages import words
from app.pages.cited_quotes import CitedQuote
from app.pages.claims import main_text, record_path
from app.pages.quotes import Quote, make_quote, name_section


@dataclass(frozen=True)
class MarginNote:
    """A record in the margin, and the address of its quote in the text."""

    title: str
    path: str
    record_path: str
    modality: str | None
    type_label: str
    quote: Quote
    is_chosen: bool


@dataclass(frozen=True)
class QuoteNotes:
    """The records that quote the same words."""

    quote: Quote
    is_chosen: bool
    notes: tuple[MarginNote, ...]


@dataclass(frozen=True)
class SectionNotes:
    """The quotes of one section, in the order of the text."""

    heading: str
    quotes: tuple[QuoteNotes, ...]


def make_sections(
    document: Any,
    quotes: Sequence[CitedQuote],
    *,
    has_text: bool,
) -> tuple[SectionNotes, ...]:
    """The margin of the text; without a text, its outline with all quotes."""
    listed = quotes
    if has_text:
        listed = [quote for quote in quotes if quote.is_main or quote.is_chosen]
    sections = []
    for heading, group in groupby(
        listed, key=lambda quote: name_section(quote.citation.section, document.title)
    ):
        sections.append(SectionNotes(heading, _group_quotes(document, list(group))))
    return tuple(sections)


def _group_quotes(
    document: Any,
    quotes: Sequence[CitedQuote],
) -> tuple[QuoteNotes, ...]:
    groups = []
    for _, group in groupby(quotes, key=_position):
        same = list(group)
        notes = tuple(make_note(document, quote) for quote in same)
        is_chosen = any(quote.is_chosen for quote in same)
        groups.append(QuoteNotes(notes[0].quote, is_chosen, notes))
    return tuple(groups)


def _position(quote: CitedQuote) -> tuple[int, int]:
    return quote.citation.start, quote.citation.end


def make_note(
    document: Any,
    quote: CitedQuote,
) -> MarginNote:
    """The record of a quote, as the margin lists it."""
    owner = quote.record.url.removeprefix("/v1/")
    path = f"/documents/{document.slug}?of={owner}&quote={quote.number}#q"
    return MarginNote(
        title=main_text(quote.record),
        path=path,
        record_path=record_path(quote.record),
        modality=getattr(
            quote.record,
            "modality",
            None,
        ),
        type_label=words.TYPES[quote.type_].label,
        quote=make_quote(
            quote.number,
            quote.citation,
            document,
            path,
        ),
        is_chosen=quote.is_chosen,
    )
