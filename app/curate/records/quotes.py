"""Finds the words that a curator has typed in the document that they are from.

In its text, where the base holds it; else within the quotes that other records have of it. Words
that stand once are done; of several places the curator chooses; where there is none, the nearest
passages are proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.records.passages import (
    MAX_PASSAGES,
    Passage,
    choose,
    context_of,
    find_nearest,
    find_passages,
    words_around,
)
from app.curate.records.state import PlacedCitation, TypedQuote
from app.queries.verification import read_sections
from app.store.document_texts import load_text
from app.store.models import Citation, Document
from app.text.sections import Sections

_TIMES = {1: "once", 2: "twice"}


@dataclass(frozen=True)
class Choice:
    """A passage to choose, with the words around it."""

    value: str
    before: str
    exact: str
    after: str


@dataclass(frozen=True)
class PlacedQuote:
    """A quote with its citation, or with the problem and what can be chosen instead. The citation
    has no `supports` of its own: what bears out what is in the form."""

    quote: TypedQuote
    citation: PlacedCitation | None = None
    problem: str | None = None
    choices: tuple[Choice, ...] = ()
    needs_place: bool = False

    @property
    def number(self) -> int:
        """The number of the quote in the form."""
        return self.quote.number


@dataclass(frozen=True)
class _Window:
    """A part of a document that the base knows from a quote: the words, with those around them,
    and the position of the first."""

    text: str
    start: int
    section: tuple[str, ...]


class DocumentWords:
    """What the base has of the words of a document."""

    def __init__(self, session: Session, document: Document) -> None:
        self.session = session
        self.document = document

    @cached_property
    def text(self) -> str | None:
        """The text, if the base holds it."""
        if self.document.text_sha256 is None:
            return None
        return load_text(self.session.connection(), self.document.sha256)

    @cached_property
    def sections(self) -> Sections:
        """The headings of the text. Only where the base holds it."""
        return read_sections(self.session, self.document, self.text or "")

    @cached_property
    def windows(self) -> Sequence[_Window]:
        """What the citations of the document have of it, in the order of the document."""
        statement = (
            select(Citation)
            .where(Citation.document_slug == self.document.slug)
            .order_by(Citation.start, Citation.id)
        )
        windows = []
        for row in self.session.scalars(statement):
            window = _Window(
                text=row.prefix + row.exact + row.suffix,
                start=row.start - len(row.prefix),
                section=tuple(row.section),
            )
            windows.append(window)
        return list(dict.fromkeys(windows))


class QuoteFinder:
    """Places the quotes of one form."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.placed: dict[int, PlacedQuote] = {}
        self.documents: dict[str, DocumentWords] = {}

    def place_all(self, quotes: Sequence[TypedQuote]) -> list[PlacedQuote]:
        """Each quote with its place; those without words are left out."""
        placed = []
        for quote in quotes:
            if quote.is_empty:
                continue
            known = self.placed.get(quote.number)
            # A request asks for the same quotes several times.
            if known is None or known.quote != quote:
                known = self.place(quote)
                self.placed[quote.number] = known
            placed.append(known)
        return placed

    def place(self, quote: TypedQuote) -> PlacedQuote:
        """The quote with its place, or with the problem."""
        words = self._find_document(quote.document)
        if words is None:
            return PlacedQuote(quote, problem=_describe_unknown(quote.document))
        if words.text is not None:
            return _place_in_text(quote, words, words.text)
        kept = quote.kept
        if kept is not None and _is_unchanged(quote, kept) and not quote.start:
            return PlacedQuote(quote, kept)
        if quote.start:
            return _place_by_hand(quote)
        return _place_in_quotes(quote, words)

    def _find_document(self, slug: str) -> DocumentWords | None:
        if slug not in self.documents:
            document = self.session.get(Document, slug)
            if document is None:
                return None
            self.documents[slug] = DocumentWords(self.session, document)
        return self.documents[slug]


def _is_unchanged(quote: TypedQuote, kept: PlacedCitation) -> bool:
    return quote.document == kept.document_slug and quote.exact.split() == kept.exact.split()


def _describe_unknown(slug: str) -> str:
    if not slug:
        return "Which document has these words? Choose it."
    return f"There is no document {slug!r}. Choose one of those that there are."


def _place_in_text(quote: TypedQuote, words: DocumentWords, text: str) -> PlacedQuote:
    kept = quote.kept
    if kept is not None and _is_unchanged(quote, kept):
        is_there = text[kept.start : kept.end] == kept.exact
        if is_there and not quote.section.strip():
            return PlacedQuote(quote, kept)
    passages = find_passages(quote.exact, words.sections.cited)
    problem = None
    if not passages:
        passages = find_nearest(quote.exact, text)
        problem = (
            "These words are not in the text. Choose one of the nearest passages, or correct "
            "them."
        )
        if not passages:
            problem = "These words are not in the text. Correct them."
    passage = _choose_passage(quote, passages, problem)
    if passage is not None:
        return PlacedQuote(quote, _cite(quote, words, text, passage))
    return PlacedQuote(
        quote,
        problem=problem or _describe_several(len(passages)),
        choices=tuple(_make_choice(item, text) for item in passages[:MAX_PASSAGES]),
    )


def _choose_passage(
    quote: TypedQuote, passages: Sequence[Passage], problem: str | None
) -> Passage | None:
    if len(passages) == 1 and problem is None:
        return passages[0]
    chosen = choose(passages, quote.place)
    kept = quote.kept
    if chosen is None and kept is not None and problem is None:
        return choose(passages, Passage(kept.start, kept.end).value)
    return chosen


def _describe_several(count: int) -> str:
    if count > MAX_PASSAGES:
        return f"These words stand in the text {count} times. Quote more words."
    times = _TIMES.get(count, f"{count} times")
    return f"These words stand in the text {times}. Choose which are meant."


def _make_choice(passage: Passage, text: str) -> Choice:
    before, after = words_around(passage, text)
    exact = " ".join(text[passage.start : passage.end].split())
    return Choice(passage.value, before, exact, after)


def _cite(
    quote: TypedQuote, words: DocumentWords, text: str, passage: Passage
) -> PlacedCitation:
    prefix, suffix = context_of(passage, text)
    exact = text[passage.start : passage.end]
    citation = PlacedCitation.model_construct(
        document_slug=quote.document,
        section=_read_section(quote.section) or _kept_section(quote),
        exact=exact,
        prefix=prefix,
        suffix=suffix,
        start=passage.start,
        end=passage.end,
        supports=_kept_supports(quote),
    )
    if not quote.section.strip():
        citation.section = words.sections.choose(citation, exact, passage.start)
    return citation


def _read_section(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _kept_section(quote: TypedQuote) -> list[str]:
    return list(quote.kept.section) if quote.kept is not None else []


def _kept_supports(quote: TypedQuote) -> list[str]:
    return list(quote.kept.supports) if quote.kept is not None else []


def _place_in_quotes(quote: TypedQuote, words: DocumentWords) -> PlacedQuote:
    """The place in a document without a text: within what other quotes have of it."""
    exact = quote.exact.strip()
    citations: dict[int, PlacedCitation] = {}
    choices: dict[int, Choice] = {}
    for window in words.windows:
        index = window.text.find(exact)
        if index < 0:
            continue
        passage = Passage(index, index + len(exact))
        start = window.start + index
        prefix, suffix = context_of(passage, window.text)
        known = citations.get(start)
        # Of several quotes at one place, the one that has most around the words.
        if known is not None and len(known.prefix + known.suffix) >= len(prefix + suffix):
            continue
        citations[start] = PlacedCitation.model_construct(
            document_slug=quote.document,
            section=_read_section(quote.section) or list(window.section),
            exact=exact,
            prefix=prefix,
            suffix=suffix,
            start=start,
            end=start + len(exact),
            supports=_kept_supports(quote),
        )
        choices[start] = _make_window_choice(window, passage, exact)
    return _choose_citation(quote, citations, choices)


def _make_window_choice(window: _Window, passage: Passage, exact: str) -> Choice:
    before, after = words_around(passage, window.text)
    # A window begins and ends anywhere, also within a word.
    if window.start > 0 and not before.startswith("…"):
        before = f"… {before.partition(' ')[2]}"
    if not after.endswith("…"):
        after = f"{after.rpartition(' ')[0]} …"
    start = window.start + passage.start
    return Choice(f"{start}-{start + len(exact)}", before, exact, after)


def _choose_citation(
    quote: TypedQuote,
    citations: dict[int, PlacedCitation],
    choices: dict[int, Choice],
) -> PlacedQuote:
    if not citations:
        problem = (
            "The base does not hold the text of the document, and no quote of it has these words. "
            "Say below where they stand."
        )
        return PlacedQuote(quote, problem=problem, needs_place=True)
    if len(citations) == 1:
        (citation,) = citations.values()
        return PlacedQuote(quote, citation)
    for start, choice in choices.items():
        if choice.value == quote.place:
            return PlacedQuote(quote, citations[start])
    return PlacedQuote(
        quote,
        problem=_describe_several(len(citations)),
        choices=tuple(choices[start] for start in sorted(choices))[:MAX_PASSAGES],
    )


def _place_by_hand(quote: TypedQuote) -> PlacedQuote:
    """The place as the curator says, which nothing here can check."""
    if not quote.start.isdecimal() or len(quote.start) > 9:
        problem = f"{quote.start!r} is not the number of a character. Count from 0."
        return PlacedQuote(quote, problem=problem, needs_place=True)
    exact = quote.exact.strip()
    start = int(quote.start)
    citation = PlacedCitation.model_construct(
        document_slug=quote.document,
        section=_read_section(quote.section),
        exact=exact,
        prefix=quote.prefix[-200:],
        suffix=quote.suffix[:200],
        start=start,
        end=start + len(exact),
        supports=_kept_supports(quote),
    )
    return PlacedQuote(quote, citation)
