"""Verification: the citations of a document compared with a text of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.loading import load_records
from app.schemas.changesets import ChangeAsked, Changeset
from app.schemas.verification import Nearest, Status, StatusCounts, Verification, Verified
from app.schemas.write import Citation as Quote
from app.store.models import MODELS, Citation, Document
from app.store.rows import owner_column
from app.text.cited_text import CitedText, without_mark
from app.text.quotes import digest, digests, find_mistakes, nearest_passage
from app.text.relocation import has_heading, relocate
from app.text.sections import Sections
from app.text.spelling import describe_difference

# Finding the nearest passage of a missing quote takes time, so only some quotes have one: at most
# this many, and at most so many that about this many characters are searched.
MAX_NEAREST_PASSAGES = 20
MAX_SEARCHED_CHARACTERS = 2_000_000


def verify_citations(session: Session, document: Document, text: str) -> Verification:
    """Compare every citation of the document with the text, and propose the changes that make the
    document and its citations match it.

    A byte order mark before the text is not counted, even if an older base has stored it."""
    text = without_mark(text)
    comparison = _Comparison(document, read_sections(session, document, text))
    items: list[Verified] = []
    changes: list[ChangeAsked] = []
    for type_, record in _stream_citing_records(session, document.slug):
        quotes = [citation.curated() for citation in record.citations]
        verified = comparison.verify(type_, record, quotes)
        items += verified
        moved = [item for item in verified if item.moved is not None]
        if moved:
            changes.append(_move_citations(type_, record, quotes, moved))
    _add_nearest_passages(items, text)
    counts = Counter(item.status for item in items)
    return Verification(
        document_slug=document.slug,
        sha256=digest(text),
        is_cited_text=document.sha256 in digests(text),
        counts=StatusCounts(**{status: counts[status] for status in get_args(Status)}),
        items=items,
        changeset=_make_changeset(document, text, changes),
    )


def read_sections(session: Session, document: Document, text: str) -> Sections:
    """The headings of the text as the citations name them once they are moved."""
    statement = select(Citation).where(Citation.document_slug == document.slug)
    quotes = []
    for citation in session.scalars(statement):
        quotes.append(Quote.model_validate(citation))
    cited = CitedText(text)
    sections = Sections(cited, document.title, quotes)
    if not sections.has_repeated_headings():
        return sections
    # Which of its lines is a heading depends on where the quotes are.
    moved_quotes = [_move(quote, sections) for quote in quotes]
    return Sections(cited, document.title, moved_quotes)


def _move(quote: Quote, sections: Sections) -> Quote:
    """The quote as it fits the text; as it is, if it does or the text does not have its words."""
    if not _has_mistakes(quote, sections):
        return quote
    selectors = relocate(quote, sections)
    if selectors is None:
        return quote
    return quote.model_copy(update=selectors)


def _has_mistakes(quote: Quote, sections: Sections) -> bool:
    # Compared first, because `find_mistakes` searches for a quote that is not in its place.
    if sections.cited.text[quote.start : quote.end] != quote.exact:
        return True
    return any(find_mistakes(quote, sections))


def _stream_citing_records(session: Session, slug: str) -> Iterator[tuple[str, Any]]:
    """Each record that cites the document with this slug, and its type."""
    for type_, model in MODELS.items():
        # Documents have no citations.
        if model is Document:
            continue
        owner = getattr(Citation, owner_column(model))
        statement = select(owner).where(
            Citation.document_slug == slug,
            owner.is_not(None),
        )
        citing = sorted(set(session.scalars(statement)))
        records = load_records(session, model, citing)
        for citing_slug in citing:
            yield type_, records[citing_slug]


@dataclass(frozen=True)
class _Comparison:
    document: Document
    sections: Sections

    def verify(self, type_: str, record: Any, quotes: Sequence[Quote]) -> list[Verified]:
        """Compare those quotes of the record that are from the document."""
        verified = []
        for position, quote in enumerate(quotes):
            if quote.document_slug != self.document.slug:
                continue
            item = Verified(
                type=type_,
                slug=record.slug,
                url=record.url,
                citation=position,
                status="match",
                exact=quote.exact,
                # In every response, also where it is null.
                moved=None,
            )
            self._locate(quote, item)
            verified.append(item)
        return verified

    def _locate(self, quote: Quote, item: Verified) -> None:
        """Set the status of the quote, and its new position where the text has its words."""
        if not _has_mistakes(quote, self.sections):
            return
        selectors = relocate(quote, self.sections)
        if selectors is None:
            item.status = "missing"
            return
        item.status = "moved"
        difference = describe_difference(quote.exact, selectors["exact"])
        if difference is not None:
            item.difference = difference
        if has_heading(quote, self.sections.cited):
            item.moved = Quote.model_validate({**quote.model_dump(), **selectors})
        else:
            item.nearest = Nearest(start=selectors["start"], exact=selectors["exact"])


def _add_nearest_passages(items: Sequence[Verified], text: str) -> None:
    missing = [item for item in items if item.status == "missing"]
    searches = 1 + MAX_SEARCHED_CHARACTERS // max(len(text), 1)
    for item in missing[: min(MAX_NEAREST_PASSAGES, searches)]:
        start, passage = nearest_passage(item.exact, text)
        item.nearest = Nearest(start=start, exact=passage)


def _move_citations(
    type_: str,
    record: Any,
    quotes: Sequence[Quote],
    moved: Sequence[Verified],
) -> ChangeAsked:
    """The change that gives the record's citations their new positions."""
    citations = [quote.model_dump(mode="json") for quote in quotes]
    for item in moved:
        if item.moved is not None:
            citations[item.citation] = item.moved.model_dump(mode="json")
    return ChangeAsked(
        operation="update",
        type=type_,  # type: ignore[arg-type]  # a key of MODELS is one
        slug=record.slug,
        version=record.version,
        patch={"citations": citations},
    )


def _make_changeset(
    document: Document,
    text: str,
    changes: list[ChangeAsked],
) -> Changeset | None:
    """The changes, after one that gives the document the digest of the text, and the text itself
    if the base holds it; None without any."""
    sha256 = digest(text)
    fields = {}
    # A text that the base holds has its own digest, without a byte order mark.
    has_text = document.text_sha256 is not None
    if document.sha256 not in digests(text) or (has_text and document.sha256 != sha256):
        fields["sha256"] = sha256
        if has_text:
            fields["text"] = text
        document_change = ChangeAsked(
            operation="update",
            type="document",
            slug=document.slug,
            version=document.version,
            patch=fields,
        )
        changes = [document_change, *changes]
    if not changes:
        return None
    message = f"Cite {document.slug} as its text is now"
    return Changeset(message=message, changes=changes)
