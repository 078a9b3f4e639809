"""The part of the base that the rules need to judge a list of changes."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, RowMapping, Table, select
from sqlalchemy.orm import Session

from app.queries.nearest import near_slugs
from app.rules.changes import Change, Key, find_references, slugs_by_type
from app.rules.hierarchy import ExistingFocusAreas
from app.rules.relations import ExistingRecords, StoredQuote
from app.schemas.write import DocumentCreate
from app.store.columns import chunks
from app.store.models import (
    MODELS,
    Base,
    Citation,
    Document,
    FocusAreaBroader,
    FocusAreaLabel,
    FocusAreaRelated,
    Record,
)


def read_existing(session: Session, changes: Sequence[Change]) -> ExistingRecords:
    """The records that the changes refer to, and those that they may break."""
    referenced: dict[str, set[str]] = {}
    for change in changes:
        for _, type_, slug in find_references(change):
            referenced.setdefault(type_, set()).add(slug)
    existing = ExistingRecords()
    for type_, slugs in referenced.items():
        present = set(read_versions(session, MODELS[type_], slugs))
        missing = sorted(slugs - present)
        # Neighbours of one missing slug are enough: suggestions for others come from them, too.
        neighbours = near_slugs(session, MODELS[type_], missing[:1])
        existing.slugs[type_] = present.union(neighbours)
    if any(change.type == "focus_area" for change in changes):
        existing.focus_areas = _read_focus_areas(session)
    changed = {change.slug for change in changes if change.type == "document"}
    _read_texts(session, sorted(referenced.get("document", set()) - changed), existing)
    _read_quotes(session, changes, existing)
    return existing


def _read_focus_areas(session: Session) -> ExistingFocusAreas:
    # All of them: the owner of a label, or a link that closes a cycle, may be anywhere.
    areas = ExistingFocusAreas()
    for label in session.execute(select(FocusAreaLabel.folded, FocusAreaLabel.focus_area_slug)):
        areas.labels[label.folded] = label.focus_area_slug
    broader = select(FocusAreaBroader.focus_area_slug, FocusAreaBroader.broader_slug)
    for slug, parent in session.execute(broader.order_by(FocusAreaBroader.position)):
        areas.broader.setdefault(slug, []).append(parent)
    related = select(FocusAreaRelated.focus_area_slug, FocusAreaRelated.related_slug)
    for slug, related_slug in session.execute(related.order_by(FocusAreaRelated.position)):
        areas.related.setdefault(slug, []).append(related_slug)
    return areas


def _read_texts(session: Session, slugs: Sequence[str], existing: ExistingRecords) -> None:
    texts = select(Document.slug, Document.title, Document.text).where(Document.text.is_not(None))
    for chunk in chunks(slugs):
        for document in session.execute(texts.where(Document.slug.in_(chunk))):
            existing.titles[document.slug] = document.title
            existing.texts[document.slug] = document.text


def _read_quotes(session: Session, changes: Sequence[Change], existing: ExistingRecords) -> None:
    """The citations of unchanged records, of each document whose text the rules compare."""
    changed = {(change.type, change.slug) for change in changes}
    slugs = set(existing.texts)
    for change in changes:
        if isinstance(change.record, DocumentCreate) and change.record.text:
            slugs.add(change.slug)
    table = Base.metadata.tables[Citation.__tablename__]
    quotes = select(table).order_by(table.c.id)
    for chunk in chunks(sorted(slugs)):
        for citation in session.execute(quotes.where(table.c.document_slug.in_(chunk))):
            owner = _find_owner(table, citation._mapping)
            if owner not in changed:
                stored = existing.quotes.setdefault(citation.document_slug, [])
                stored.append(StoredQuote(*owner, citation))


def find_owners(session: Session, keys: Iterable[Key]) -> Iterator[tuple[Key, Key]]:
    """Each reference of the base to one of these records: that record, and the record with the
    reference."""
    for type_, slugs in slugs_by_type(keys).items():
        for column in _referencing_columns(type_):
            for chunk in chunks(slugs):
                rows = session.execute(select(column.table).where(column.in_(chunk)))
                for row in rows.mappings():
                    yield (type_, row[column.name]), _find_owner(column.table, row)


@cache
def _referencing_columns(type_: str) -> Sequence[Column[Any]]:
    """Columns that refer to records of the type, but for those of their own parts.

    Taken from the foreign keys, so that a new reference cannot be forgotten here."""
    columns = []
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table is MODELS[type_].__table__ and key.ondelete != "CASCADE":
                columns.append(key.parent)
    return columns


def _find_owner(table: Table, row: RowMapping) -> Key:
    """The record that a row is, or is a part of."""
    if "slug" in row:
        return table.name, row["slug"]
    return next(
        (key.column.table.name, row[key.parent.name])
        for key in table.foreign_keys
        if key.ondelete == "CASCADE" and row[key.parent.name] is not None
    )


def read_versions(session: Session, model: type[Record], slugs: Iterable[str]) -> dict[str, int]:
    """The versions of records by slug; absent slugs are left out."""
    versions: dict[str, int] = {}
    statement = select(model.slug, model.version)
    for chunk in chunks(sorted(set(slugs))):
        for slug, version in session.execute(statement.where(model.slug.in_(chunk))):
            versions[slug] = version
    return versions
