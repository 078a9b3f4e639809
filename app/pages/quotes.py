"""Quotes as pages show them: the words, the words around them, and where they stand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.queries.loading import load_records
from app.schemas.read import CitationRead, DocumentRead, RecordRead
from app.schemas.write import Citation
from app.store.document_texts import load_text
from app.store.models import Document

# Longer texts, and further ones, are not loaded for the sentence around a quote.
MAX_TEXT_CHARACTERS = 500_000
MAX_TEXTS = 10
# Of a longer sentence, the words that are nearest to the quote.
MAX_AROUND_CHARACTERS = 200
_SPACES = re.compile(r"\s+")
# The mark of a list, a heading or a row at the beginning of a line.
_SENTENCE_END = re.compile(r"[.!?…][”\"’)]*(?=\s)")
_LINE_MARK = re.compile(r"^\s*(?:[-*+|>]|#+|\d+[.)])\s+")


@dataclass(frozen=True)
class Documents:
    """Cited documents by slug, and the texts of those whose text the base holds."""

    records: Mapping[str, DocumentRead]
    texts: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(
        self,
        slug: str,
    ) -> DocumentRead:
        return self.records[slug]


@dataclass(frozen=True)
class Quote:
    """One quote of a record, the `number`th of its citations. `before` and `after` are the words
    around it on the same line; `section` are the headings above it, without the title."""

    number: int
    before: str
    exact: str
    after: str
    section: str
    path: str
    original: str | None
    language: str
    start: int
    end: int


def load_documents(
    session: Session,
    citations: Iterable[Citation],
) -> Documents:
    """The cited documents by slug."""
    slugs = sorted({citation.document_slug for citation in citations})
    documents: dict[str, DocumentRead] = {}
    texts: dict[str, str] = {}
    for slug, record in load_records(
        session,
        Document,
        slugs,
    ).items():
        assert isinstance(record, DocumentRead)
        documents[slug] = record
        length = record.text_length
        if length is None or length > MAX_TEXT_CHARACTERS or len(texts) == MAX_TEXTS:
            continue
        texts[slug] = load_text(session.connection(), record.sha256)
    return Documents(documents, texts)


def make_quotes(
    record: RecordRead,
    documents: Documents,
) -> list[Quote]:
    """The quotes of a record, in its order. `documents` has all that it cites."""
    quotes = []
    owner = record.url.removeprefix("/v1/")
    for number, citation in enumerate(record.citations, start=1):
        document = documents[citation.document_slug]
        path = f"/documents/{document.slug}?of={owner}&quote={number}#q"
        quotes.append(
            make_quote(
                number,
                citation,
                document,
                path,
                documents.texts.get(document.slug),
            )
        )
    return quotes


def make_quote(
    number: int,
    citation: CitationRead,
    document: DocumentRead,
    path: str,
    text: str | None = None,
) -> Quote:
    """One quote, whose place in the reader is at the path. With the text of the document, the words
    around it are the rest of its sentence."""
    before = _words_before(citation.prefix)
    after = _words_after(citation.suffix)
    if text is not None and text[citation.start : citation.end] == citation.exact:
        before = _sentence_before(text, citation.start)
        after = _sentence_after(text, citation.end)
    return Quote(
        number=number,
        before=before,
        exact=_SPACES.sub(" ", citation.exact),
        after=after,
        section=name_section(citation.section, document.title),
        path=path,
        original=citation.link,
        language=document.language,
        start=citation.start,
        end=citation.end,
    )


def name_section(
    headings: Sequence[str],
    title: str,
) -> str:
    """The headings as one line, without the title of the document above them; or that title."""
    inner = [heading for heading in headings if heading.lstrip("# ") != title]
    return " › ".join(inner) or title


def _words_before(prefix: str) -> str:
    """The complete words of the last line of a prefix, which may be cut within a word."""
    _, newline, line = prefix.rpartition("\n")
    if newline or not prefix:
        return _LINE_MARK.sub("", line)
    _, _, words = prefix.partition(" ")
    return f"… {words}"


def _words_after(suffix: str) -> str:
    """The complete words of the first line of a suffix, which may be cut within a word."""
    line, newline, _ = suffix.partition("\n")
    if newline or not suffix:
        return line
    words, _, _ = suffix.rpartition(" ")
    return f"{words} …"


def _sentence_before(
    text: str,
    start: int,
) -> str:
    """The words of the same line and sentence before a position."""
    first = text.rfind("\n", 0, start) + 1
    # One character more tells whether the words are all of the line.
    first = max(first, start - MAX_AROUND_CHARACTERS - 1)
    words = text[first:start]
    ends = list(_SENTENCE_END.finditer(words))
    if ends:
        return words[ends[-1].end() :].lstrip()
    if len(words) > MAX_AROUND_CHARACTERS:
        return _words_before(words)
    return _LINE_MARK.sub("", words)


def _sentence_after(
    text: str,
    end: int,
) -> str:
    """The words of the same line after a position, to the end of the sentence."""
    last = text.find("\n", end)
    if last == -1:
        last = len(text)
    words = text[end : min(last, end + MAX_AROUND_CHARACTERS + 1)]
    sentence_end = _SENTENCE_END.search(words)
    if sentence_end is not None:
        return words[: sentence_end.end()]
    if len(words) > MAX_AROUND_CHARACTERS:
        return _words_after(words)
    return words.rstrip()
