"""What must the rules know of the base to judge these changes? No more than they touch."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.nearest import near_slugs
from app.rules.changes import Change, find_references
from app.rules.relations import ExistingRecords, StoredQuote
from app.schemas.write import DocumentCreate
from app.store.columns import chunks
from app.store.models import (
    MODELS,
    Citation,
    Document,
    FocusAreaBroader,
    FocusAreaLabel,
    FocusAreaRelated,
    Record,
)

# Documents are cited; everything else cites.
CITING = tuple(type_ for type_ in MODELS if type_ != "document")


def read_existing(session: Session, changes: Sequence[Change]) -> ExistingRecords:
    """What the rules must know of the base to judge these changes."""
    named: dict[str, set[str]] = {}
    for change in changes:
        for _, type_, slug in find_references(change.record) if change.record else ():
            named.setdefault(type_, set()).add(slug)
    known = ExistingRecords()
    for type_, slugs in named.items():
        present = find_existing(session, MODELS[type_], slugs)
        missing = sorted(slugs - present)
        # Of a slug that is missing, the nearest ones are suggested.
        known.slugs[type_] = present | set(near_slugs(session, MODELS[type_], missing[:1]))
    if any(change.type == "focus_area" for change in changes):
        _read_focus_areas(session, known)
    changed = {change.slug for change in changes if change.type == "document"}
    _read_texts(session, changes, sorted(named.get("document", set()) - changed), known)
    return known


def _read_texts(
    session: Session, changes: Sequence[Change], documents: Sequence[str], known: ExistingRecords
) -> None:
    """The texts of unchanged documents, where loaded, and what unchanged records quote of these
    and of texts that come with the changes."""
    touched = {(change.type, change.slug) for change in changes}
    new = {c.slug for c in changes if isinstance(c.record, DocumentCreate) and c.record.text}
    for some in chunks(documents):
        loaded = select(Document.slug, Document.title, Document.text).where(
            Document.slug.in_(some), Document.text.is_not(None)
        )
        for slug, title, text in session.execute(loaded):
            known.titles[slug] = title
            known.texts[slug] = text or ""
    for some in chunks(sorted({*known.texts, *new})):
        quotes = select(Citation).where(Citation.document_slug.in_(some)).order_by(Citation.id)
        for citation in session.scalars(quotes):
            owner = _owner_of_citation(citation)
            if owner not in touched:
                stored = known.quotes.setdefault(citation.document_slug, [])
                stored.append(StoredQuote(*owner, citation))


def _owner_of_citation(citation: Citation) -> tuple[str, str]:
    slugs = ((type_, getattr(citation, f"{type_}_slug", None)) for type_ in CITING)
    return next((type_, slug) for type_, slug in slugs if slug is not None)


def _read_focus_areas(session: Session, known: ExistingRecords) -> None:
    """All labels and links: a cycle or a label's owner may be anywhere among them."""
    labels = select(FocusAreaLabel.folded, FocusAreaLabel.focus_area_slug)
    known.labels = {row.folded: row.focus_area_slug for row in session.execute(labels)}
    broader = select(FocusAreaBroader.focus_area_slug, FocusAreaBroader.broader_slug)
    for slug, above in session.execute(broader.order_by(FocusAreaBroader.position)):
        known.broader.setdefault(slug, []).append(above)
    related = select(FocusAreaRelated.focus_area_slug, FocusAreaRelated.related_slug)
    for slug, other in session.execute(related.order_by(FocusAreaRelated.position)):
        known.related.setdefault(slug, []).append(other)


def find_existing(session: Session, model: type[Record], slugs: Iterable[str]) -> set[str]:
    """Those of the slugs that stand in the base."""
    return set(read_versions(session, model, slugs))


def read_versions(session: Session, model: type[Record], slugs: Iterable[str]) -> dict[str, int]:
    """The version of each of the slugs that stands in the base."""
    return {
        row.slug: row.version
        for some in chunks(sorted(set(slugs)))
        for row in session.execute(select(model.slug, model.version).where(model.slug.in_(some)))
    }
