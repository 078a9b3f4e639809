"""Quotes as pages show them: the words, the words around them, and where they stand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.queries.loading import load_records
from app.schemas.read import CitationRead, DocumentRead, RecordRead
from app.schemas.write import Citation
from app.store.models import Document

Documents = Mapping[str, DocumentRead]
_SPACES = re.compile(r"\s+")
# The mark of a list, a heading or a row at the beginning of a line.
_LINE_MARK = re.compile(r"^\s*(?:[-*+|>]|#+|\d+[.)])\s+")


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
    for slug, record in load_records(
        session,
        Document,
        slugs,
    ).items():
        assert isinstance(record, DocumentRead)
        documents[slug] = record
    return documents


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
            )
        )
    return quotes


def make_quote(
    number: int,
    citation: CitationRead,
    document: DocumentRead,
    path: str,
) -> Quote:
    """One quote, whose place in the reader is at the path."""
    return Quote(
        number=number,
        before=_words_before(citation.prefix),
        exact=_SPACES.sub(" ", citation.exact),
        after=_words_after(citation.suffix),
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
