"""The reader of a document: where does it say so? The text with its quotes marked; of a document
whose text the base does not hold, its headings with the quotes under each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy.orm import Session

from app.catalog.documents import DOCUMENTS
from app.http.session import SessionDep
from app.pages.cited_quotes import (
    CitedQuote,
    ReaderQuery,
    find_chosen,
    find_part,
    load_quotes,
    split_document,
)
from app.pages.claims import main_text, record_path
from app.pages.entries import Entry, Ledger
from app.pages.frame import Link
from app.pages.margin import MarginNote, SectionNotes, make_note, make_sections
from app.pages.marked_text import BlockGroup, Mark, mark_text
from app.pages.records import PathSlug, read_detail
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.pages.takeaways import Takeaway, take_record
from app.pages.versions import Version, list_versions
from app.schemas.record_types import ENTITIES
from app.store.document_texts import load_text

router = make_page_router()


@dataclass(frozen=True)
class ReaderPage(View):
    """One part of a document. `groups` are empty if the base does not hold the text; `displaced`
    are the quotes that the text does not have in their place."""

    template = "reader.html"

    entries: tuple[Entry, ...]
    silent: str
    language: str
    groups: tuple[BlockGroup, ...]
    has_text: bool
    sections: tuple[SectionNotes, ...]
    displaced: tuple[MarginNote, ...]
    part: int
    parts: int
    path: str
    claims: Link
    versions: tuple[Version, ...]
    takeaways: tuple[Takeaway, ...]


@router.get("/documents/{slug}")
def show_document(
    request: Request,
    session: SessionDep,
    slug: PathSlug,
    query: Annotated[ReaderQuery, Query()],
) -> Response:
    """A document with all that is quoted from it."""
    document = read_detail(
        session,
        DOCUMENTS,
        slug,
    )
    text = None
    if document.text_length is not None:
        text = load_text(session.connection(), document.sha256)
    view = _make_page(
        request,
        session,
        document,
        text,
        query,
    )
    return page_response(
        request,
        session,
        view,
    )


def _make_page(
    request: Request,
    session: Session,
    document: Any,
    text: str | None,
    query: ReaderQuery,
) -> ReaderPage:
    chosen = find_chosen(
        session,
        document.slug,
        query,
    )
    parts = split_document(
        session,
        document.slug,
        text,
    )
    number = find_part(
        parts,
        chosen,
        query.part,
    )
    quotes = load_quotes(
        session,
        document.slug,
        parts[number - 1],
        chosen,
    )
    quotes_in_place = quotes
    displaced: list[CitedQuote] = []
    groups: tuple[BlockGroup, ...] = ()
    if text is not None:
        quotes_in_place = [quote for quote in quotes if _is_in_place(quote, text)]
        displaced = [quote for quote in quotes if not _is_in_place(quote, text)]
        groups = _mark(
            document,
            text,
            parts[number - 1],
            quotes_in_place,
        )
    ledger = Ledger(document, [])
    names = [name for name in ENTITIES["document"].create.model_fields if name != "text"]
    ledger.fill(names)
    return ReaderPage(
        title=document.title,
        downloads=_make_downloads(document, text),
        entries=tuple(ledger.entries),
        silent=", ".join(ledger.silent),
        language=document.language,
        groups=groups,
        has_text=text is not None,
        sections=make_sections(
            document,
            quotes_in_place,
            has_text=text is not None,
        ),
        displaced=tuple(make_note(document, quote) for quote in displaced),
        part=number,
        parts=len(parts),
        path=f"/documents/{document.slug}",
        claims=Link("All claims that cite it", f"/claims?document={document.slug}"),
        versions=list_versions(session, DOCUMENTS, document.slug),
        takeaways=take_record(request, document.url, [document], None),
    )


def _make_downloads(
    document: Any,
    text: str | None,
) -> tuple[Link, ...]:
    claims = Link("Claims as CSV", f"/v1/search?document={document.slug}&format=csv")
    if text is None:
        return (claims,)
    return (Link("Text", f"/v1/documents/{document.slug}/text"), claims)


def _is_in_place(
    quote: CitedQuote,
    text: str,
) -> bool:
    citation = quote.citation
    return text[citation.start : citation.end] == citation.exact


def _mark(
    document: Any,
    text: str,
    part: tuple[int, int],
    quotes: Sequence[CitedQuote],
) -> tuple[BlockGroup, ...]:
    marks = []
    headings = {document.title}
    for quote in quotes:
        headings.update(quote.citation.section)
        mark = Mark(
            start=quote.citation.start,
            end=quote.citation.end,
            path=record_path(quote.record),
            title=main_text(quote.record),
            modality=getattr(
                quote.record,
                "modality",
                None,
            ),
            is_reason=quote.is_reason,
            is_chosen=quote.is_chosen,
        )
        marks.append(mark)
    return mark_text(
        text,
        part,
        marks,
        headings,
    )
