"""What became of the citations of a document in a text of it?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.loading import load_records
from app.schemas.changesets import ChangeAsked, Changeset
from app.schemas.verification import Nearest, Status, StatusCounts, Verification, Verified
from app.schemas.write import Citation as Quote
from app.store.models import MODELS, Citation, Document
from app.store.rows import owner_column
from app.text.quotes import digest, find_mistakes, nearest_passage
from app.text.relocation import has_heading, relocate

Headings = dict[str, set[tuple[str, ...]]]
# Of the quotes that are missing, those that the nearest passage is looked for: it takes time.
NEAREST_OF_MOST = 20
# Characters that are looked through for them, more or less.
LOOKED_THROUGH = 2_000_000


def verify_citations(session: Session, document: Document, text: str) -> Verification:
    """Every citation of the document compared with the text."""
    headings = _read_headings(session, document)
    items: list[Verified] = []
    changes: list[ChangeAsked] = []
    for type_, record in _stream_citing(session, document.slug):
        quotes = [Quote.model_validate(found) for found in record.citations]
        verified = [
            _verify(type_, record, place, quote, text, headings)
            for place, quote in enumerate(quotes)
            if quote.document_slug == document.slug
        ]
        items += verified
        for one in verified:
            quotes[one.citation] = one.moved or quotes[one.citation]
        if any(one.moved is not None for one in verified):
            changes.append(_repair(type_, record, quotes))
    missing = [one for one in items if one.status == "missing"]
    for one in missing[: min(NEAREST_OF_MOST, 1 + LOOKED_THROUGH // len(text))]:
        start, passage = nearest_passage(one.exact, text)
        one.nearest = Nearest(start=start, exact=passage)
    counts = Counter(item.status for item in items)
    return Verification(
        document_slug=document.slug,
        sha256=digest(text),
        is_cited_text=digest(text) == document.sha256,
        counts=StatusCounts(**{status: counts[status] for status in get_args(Status)}),
        items=items,
        changeset=_gather(document, text, changes),
    )


def _read_headings(session: Session, document: Document) -> Headings:
    """Each line that a citation of the document names as a heading, with the sections that end in
    it; the title of the document is one too."""
    sections = select(Citation.section).where(Citation.document_slug == document.slug)
    headings: Headings = {document.title: {(document.title,)}}
    for section in session.scalars(sections):
        for end in range(1, len(section) + 1):
            headings.setdefault(section[end - 1], set()).add(tuple(section[:end]))
    return headings


def _stream_citing(session: Session, document: str) -> Iterator[tuple[str, Any]]:
    """Each record that cites the document, with its type."""
    for type_, model in MODELS.items():
        if model is Document:
            continue
        owner = getattr(Citation, owner_column(model))
        citing = select(owner).where(Citation.document_slug == document, owner.is_not(None))
        slugs = sorted(set(session.scalars(citing)))
        records = load_records(session, model, slugs)
        yield from ((type_, records[slug]) for slug in slugs)


def _verify(
    type_: str, record: Any, place: int, quote: Quote, text: str, headings: Headings
) -> Verified:
    status: Status = "match"
    moved = None
    # What is wrong is not asked for where the words are not: the nearest would be looked for.
    same = text[quote.start : quote.end] == quote.exact
    if not same or any(find_mistakes(quote, text, headings)):
        found = relocate(quote, text, headings)
        status = "moved" if found is not None else "missing"
        if found is not None and has_heading(quote, text):
            moved = Quote.model_validate({**quote.model_dump(), **found})
    return Verified(
        type=type_,
        slug=record.slug,
        url=record.url,
        citation=place,
        status=status,
        exact=quote.exact,
        moved=moved,
    )


def _repair(type_: str, record: Any, quotes: Sequence[Quote]) -> ChangeAsked:
    return ChangeAsked(
        operation="update",
        type=type_,  # type: ignore[arg-type]  # a key of MODELS is one
        slug=record.slug,
        version=record.version,
        patch={"citations": [quote.model_dump(mode="json") for quote in quotes]},
    )


def _gather(document: Document, text: str, changes: list[ChangeAsked]) -> Changeset | None:
    new = {"sha256": digest(text)}
    if document.text is not None:
        new["text"] = text
    if any(getattr(document, name) != value for name, value in new.items()):
        cites = ChangeAsked(
            operation="update",
            type="document",
            slug=document.slug,
            version=document.version,
            patch=new,
        )
        changes = [cites, *changes]
    if not changes:
        return None
    message = f"Cite {document.slug} as its text is now"
    return Changeset(message=message, changes=changes)
