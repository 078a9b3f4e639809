"""The reader of a document: where does it say so? The text with its quotes marked; of a document
whose text the base does not hold, its headings with the quotes under each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.documents import DOCUMENTS
from app.errors import InvalidRequest
from app.http.session import SessionDep
from app.pages import words
from app.pages.claims import main_text, record_path
from app.pages.entries import Entry, Ledger
from app.pages.frame import Link
from app.pages.marked_text import BlockGroup, Mark, mark_text, split_parts
from app.pages.quotes import Quote, make_quote, name_section
from app.pages.records import PathSlug, read_detail
from app.pages.rendering import View, page_response
from app.pages.routing import PageRoute
from app.pages.takeaways import Takeaway, take_record
from app.pages.versions import Version, list_versions
from app.queries.loading import load_records
from app.schemas.filters import PastQuery
from app.schemas.read import CitationRead, RecordRead
from app.schemas.record_types import ENTITIES
from app.store.document_texts import load_text
from app.store.models import MODELS, Citation, Document
from app.store.rows import owner_column

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# Quotes of a part of an outline, and the most that are marked in a part of a text.
OUTLINE_QUOTES = 100
MAX_MARKS = 1_000
_MAIN_FIELDS = frozenset({"title", "statement", "name"})


class ReaderQuery(PastQuery):
    """What the reader shows: one quote of a record, or one part of a long text."""

    of: Annotated[str | None, Field(max_length=700)] = None
    quote: Annotated[int | None, Field(ge=1, le=1_000)] = None
    part: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True)
class CitedQuote:
    """A citation of the document, with the record that it belongs to."""

    citation: CitationRead
    number: int
    record: RecordRead
    type_: str
    is_chosen: bool

    @property
    def is_reason(self) -> bool:
        """Whether it supports a modality alone."""
        return self.citation.supports == ["modality"]

    @property
    def is_main(self) -> bool:
        """Whether it supports what names the record."""
        return not _MAIN_FIELDS.isdisjoint(self.citation.supports)


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
    chosen = _find_chosen(
        session,
        document.slug,
        query,
    )
    parts = _split(
        session,
        document.slug,
        text,
    )
    number = _find_part(
        parts,
        chosen,
        query.part,
    )
    quotes = _load_quotes(
        session,
        document.slug,
        parts[number - 1],
        chosen,
    )
    quotes_in_place = quotes
    groups: tuple[BlockGroup, ...] = ()
    if text is not None:
        quotes_in_place = [quote for quote in quotes if _is_in_place(quote, text)]
        groups = _mark(
            document,
            text,
            parts[number - 1],
            quotes_in_place,
        )
    displaced = [quote for quote in quotes if quote not in quotes_in_place]
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
        sections=_make_sections(
            document,
            quotes_in_place,
            has_text=text is not None,
        ),
        displaced=tuple(_make_note(document, quote) for quote in displaced),
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


def _find_chosen(
    session: Session,
    slug: str,
    query: ReaderQuery,
) -> Citation | None:
    """The citation that `of` and `quote` name: of `initiatives/x`, the second one.

    Raises InvalidRequest if there is no such quote of the document."""
    if query.of is None:
        return None
    collection, _, record_slug = query.of.partition("/")
    owners = {str(model.entity.collection): model for model in MODELS.values()}
    model = owners.get(collection)
    number = query.quote or 1
    citation = None
    if model is not None and model is not Document:
        statement = select(Citation).where(
            Citation.document_slug == slug,
            getattr(Citation, owner_column(model)) == record_slug,
            Citation.position == number - 1,
        )
        citation = session.scalars(statement).one_or_none()
    if citation is None:
        detail = f"{query.of!r} has no quote {number} of this document. Leave `of` out."
        raise InvalidRequest.at(detail, parameter="of")
    return citation


def _split(
    session: Session,
    slug: str,
    text: str | None,
) -> list[tuple[int, int]]:
    """The parts of the document: of its text, or of its quotes in order."""
    if text is not None:
        return split_parts(text)
    starts = select(Citation.start).where(Citation.document_slug == slug)
    # Quotes of the same words are on one page.
    positions = sorted(set(session.scalars(starts)))
    edges = positions[::OUTLINE_QUOTES] or [0]
    edges[0] = 0
    ends = [*edges[1:], 2**31]
    return list(
        zip(
            edges,
            ends,
            strict=True,
        )
    )


def _find_part(
    parts: Sequence[tuple[int, int]],
    chosen: Citation | None,
    requested: int,
) -> int:
    """The number of the part that is shown. Raises InvalidRequest if there is no such part."""
    if chosen is not None:
        for number, (start, end) in enumerate(parts, start=1):
            if start <= chosen.start < end:
                return number
    if requested > len(parts):
        detail = f"Parameter 'part' is {requested}; the last part is {len(parts)}."
        raise InvalidRequest.at(detail, parameter="part")
    return requested


def _load_quotes(
    session: Session,
    slug: str,
    part: tuple[int, int],
    chosen: Citation | None,
) -> list[CitedQuote]:
    """The quotes of one part in the order of the text, the longer first where several begin."""
    start, end = part
    statement = (
        select(Citation)
        .where(
            Citation.document_slug == slug,
            Citation.start < end,
            Citation.end > start,
        )
        .order_by(
            Citation.start,
            Citation.end.desc(),
            Citation.id,
        )
        .limit(MAX_MARKS)
    )
    citations = list(session.scalars(statement))
    if chosen is not None and chosen not in citations:
        citations.append(chosen)
    records = _load_owners(session, citations)
    quotes = []
    for citation in citations:
        type_, record = records[citation.id]
        quote = CitedQuote(
            citation=record.citations[citation.position],
            number=citation.position + 1,
            record=record,
            type_=type_,
            is_chosen=citation is chosen,
        )
        quotes.append(quote)
    return quotes


def _load_owners(
    session: Session,
    citations: Sequence[Citation],
) -> dict[int, tuple[str, RecordRead]]:
    """The type and the record that each citation belongs to, by its id."""
    owners = {}
    for type_, model in MODELS.items():
        if model is Document:
            continue
        column = owner_column(model)
        of_type = [citation for citation in citations if getattr(citation, column)]
        slugs = sorted({getattr(citation, column) for citation in of_type})
        records = load_records(
            session,
            model,
            slugs,
        )
        for citation in of_type:
            owners[citation.id] = (type_, records[getattr(citation, column)])
    return owners


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


def _make_sections(
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
        notes = tuple(_make_note(document, quote) for quote in same)
        is_chosen = any(quote.is_chosen for quote in same)
        groups.append(QuoteNotes(notes[0].quote, is_chosen, notes))
    return tuple(groups)


def _position(quote: CitedQuote) -> tuple[int, int]:
    return quote.citation.start, quote.citation.end


def _make_note(
    document: Any,
    quote: CitedQuote,
) -> MarginNote:
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
