"""The quotes of a document that one page of the reader shows, and the record of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.errors import InvalidRequest
from app.pages.marked_text import split_parts
from app.queries.loading import load_records
from app.schemas.filters import PastQuery
from app.schemas.read import CitationRead, RecordRead
from app.store.models import MODELS, Citation, Document
from app.store.rows import owner_column
from app.store.statements import Statement

# Quotes of a part of an outline, and the most that are marked in a part of a text.
OUTLINE_QUOTES = 60
MAX_MARKS = 1_000
_MAIN_FIELDS = frozenset({"title", "statement", "name"})
# What a heading or a lead-in says of all claims below it.
_REASONS = frozenset({"modality", "kind"})


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
        """Whether it supports a modality, and nothing that the claim is about."""
        return "modality" in self.citation.supports and _REASONS.issuperset(
            self.citation.supports
        )

    @property
    def is_main(self) -> bool:
        """Whether it supports what names the record."""
        return not _MAIN_FIELDS.isdisjoint(self.citation.supports)


def find_chosen(
    session: Session,
    slug: str,
    query: ReaderQuery,
) -> Citation | None:
    """The citation that `of` and `quote` name: of `initiatives/x`, the second one. Without a
    number, the first that supports what names the record, or the first.

    Raises InvalidRequest if there is no such quote of the document."""
    if query.of is None:
        return None
    collection, _, record_slug = query.of.partition("/")
    owners = {str(model.entity.collection): model for model in MODELS.values()}
    model = owners.get(collection)
    citations: Sequence[Citation] = ()
    if model is not None and model is not Document:
        is_of_record = getattr(Citation, owner_column(model)) == record_slug
        statement = select(Citation).where(Citation.document_slug == slug, is_of_record)
        citations = session.scalars(statement.order_by(Citation.position)).all()
    chosen = _choose(citations, query.quote)
    if chosen is None:
        number = "" if query.quote is None else f" {query.quote}"
        detail = f"{query.of!r} has no quote{number} of this document. Leave `of` out."
        raise InvalidRequest.at(detail, parameter="of")
    return chosen


def _choose(
    citations: Sequence[Citation],
    number: int | None,
) -> Citation | None:
    """The citation with this number of its record; without one, the first that supports what names
    the record, or the first."""
    if number is not None:
        return next((one for one in citations if one.position == number - 1), None)
    main = [one for one in citations if not _MAIN_FIELDS.isdisjoint(one.supports)]
    return next(iter([*main, *citations]), None)


def split_document(
    session: Session,
    slug: str,
    text: str | None,
) -> list[tuple[int, int]]:
    """The parts of the document: of its text, or of its quotes in order."""
    if text is not None:
        return split_parts(text)
    # Quotes of the same words are on one page.
    positions = [row.start for row in _STARTS.rows(session, {"slug": slug})]
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


def find_part(
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


# The types that cite documents, each with the column of its slugs.
_OWNERS = {
    type_: owner_column(model) for type_, model in MODELS.items() if model is not Document
}
_STARTS = Statement(
    select(Citation.start)
    .where(Citation.document_slug == bindparam("slug"))
    .distinct()
    .order_by(Citation.start)
)
_COLUMNS = (
    Citation.id,
    Citation.position,
    *[getattr(Citation, column) for column in _OWNERS.values()],
)
# Built once, because to build a statement takes longer than to run it.
_OF_PART = Statement(
    select(*_COLUMNS)
    .where(
        Citation.document_slug == bindparam("slug"),
        Citation.start < bindparam("part_end"),
        Citation.end > bindparam("part_start"),
    )
    .order_by(Citation.start, Citation.end.desc(), Citation.id)
    .limit(MAX_MARKS)
)


def load_quotes(
    session: Session,
    slug: str,
    part: tuple[int, int],
    chosen: Citation | None,
) -> list[CitedQuote]:
    """The quotes of one part in the order of the text, the longer first where several begin."""
    start, end = part
    citations: list[Any] = _OF_PART.rows(
        session, {"slug": slug, "part_start": start, "part_end": end}
    )
    if chosen is not None and all(citation.id != chosen.id for citation in citations):
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
            is_chosen=chosen is not None and citation.id == chosen.id,
        )
        quotes.append(quote)
    return quotes


def _load_owners(
    session: Session,
    citations: Sequence[Any],
) -> dict[int, tuple[str, RecordRead]]:
    """The type and the record that each citation belongs to, by its id."""
    owners = {}
    for type_, column in _OWNERS.items():
        of_type = [citation for citation in citations if getattr(citation, column)]
        slugs = sorted({getattr(citation, column) for citation in of_type})
        records = load_records(
            session,
            MODELS[type_],
            slugs,
        )
        for citation in of_type:
            owners[citation.id] = (type_, records[getattr(citation, column)])
    return owners
