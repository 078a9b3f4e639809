"""The part of the base that the rules need to judge a list of changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, RowMapping, Table, select
from sqlalchemy.orm import Session

from app.queries.loading import load_curated
from app.queries.nearest import near_slugs
from app.rules.changes import Change, Key, find_references, keys_of, slugs_by_type
from app.rules.hierarchy import ExistingFocusAreas
from app.rules.relations import ExistingRecords, StoredQuote
from app.schemas.write import DocumentCreate, RecordCreate
from app.store.document_texts import load_text
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
from app.store.rows import select_in_chunks


def read_existing(session: Session, changes: Sequence[Change]) -> ExistingRecords:
    """The records that the changes refer to, and those that they may break."""
    referenced: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for _, type_, slug in find_references(change):
            referenced[type_].add(slug)
    existing = ExistingRecords()
    for type_, slugs in referenced.items():
        model = MODELS[type_]
        present = set(read_versions(session, model, slugs))
        missing = sorted(slugs - present)
        # Neighbours of one missing slug are enough: suggestions for others come from them, too.
        neighbours = near_slugs(session, model, missing[:1])
        existing.slugs[type_] = present.union(neighbours)
    types = {change.type for change in changes}
    if "focus_area" in types:
        existing.focus_areas = _read_focus_areas(session)
    changed = set(keys_of(changes))
    cited = sorted(referenced["document"])
    unchanged = [slug for slug in cited if ("document", slug) not in changed]
    _read_texts(session, unchanged, existing)
    _read_quotes(session, changes, existing)
    return existing


def _read_focus_areas(session: Session) -> ExistingFocusAreas:
    # All of them: the owner of a label, or a link that closes a cycle, may be anywhere. Columns
    # and not objects, because there may be many.
    areas = ExistingFocusAreas()
    labels = select(FocusAreaLabel.strict_form, FocusAreaLabel.focus_area_slug)
    for strict_form, slug in session.execute(labels):
        areas.labels[strict_form] = slug
    broader = FocusAreaBroader
    links = select(broader.focus_area_slug, broader.broader_slug)
    links = links.order_by(broader.position)
    for slug, broader_slug in session.execute(links):
        areas.broader[slug].append(broader_slug)
    related = FocusAreaRelated
    links = select(related.focus_area_slug, related.related_slug)
    links = links.order_by(related.position)
    for slug, related_slug in session.execute(links):
        areas.related[slug].append(related_slug)
    return areas


def _read_texts(
    session: Session,
    slugs: Sequence[str],
    existing: ExistingRecords,
) -> None:
    statement = select(Document.slug, Document.title, Document.sha256)
    statement = statement.where(Document.text_sha256.is_not(None))
    documents = list(select_in_chunks(session, statement, Document.slug, slugs))
    for document in documents:
        existing.titles[document.slug] = document.title
        text = load_text(session.connection(), document.sha256)
        existing.texts[document.slug] = text


def _read_quotes(
    session: Session,
    changes: Sequence[Change],
    existing: ExistingRecords,
) -> None:
    """The citations of each document whose text the rules compare: those of unchanged records, and
    those of changed ones as they are."""
    changed = set(keys_of(changes))
    documents = set(existing.texts)
    for change in changes:
        if isinstance(change.record, DocumentCreate) and change.record.text:
            documents.add(change.slug)
    # Rows and not objects: a popular document has thousands of citations.
    table = Base.metadata.tables[Citation.__tablename__]
    statement = select(table).order_by(table.c.id)
    slugs = sorted(documents)
    for citation in select_in_chunks(session, statement, table.c.document_slug, slugs):
        owner = _find_owner(table, citation._mapping)
        if owner in changed:
            existing.replaced[citation.document_slug].append(citation)
        else:
            quote = StoredQuote(*owner, citation)
            existing.quotes[citation.document_slug].append(quote)


def find_owners(
    session: Session,
    keys: Iterable[Key],
) -> Iterator[tuple[Key, Key]]:
    """Each reference of the base to one of these records: that record, and the record with the
    reference."""
    for type_, slugs in slugs_by_type(keys).items():
        for column in _referencing_columns(type_):
            statement = select(column.table)
            for row in select_in_chunks(session, statement, column, slugs):
                fields = row._mapping
                key = (type_, fields[column.name])
                yield key, _find_owner(column.table, fields)


@cache
def _referencing_columns(type_: str) -> Sequence[Column[Any]]:
    """Columns that refer to records of the type, but for those of their own parts.

    Taken from the foreign keys, so that a new reference cannot be forgotten here."""
    target = MODELS[type_].__table__
    columns = []
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table is target and key.ondelete != "CASCADE":
                columns.append(key.parent)
    return columns


def _find_owner(table: Table, row: RowMapping) -> Key:
    """The record that a row is, or is a part of."""
    if "slug" in row:
        return table.name, row["slug"]
    for key in table.foreign_keys:
        slug = row[key.parent.name]
        if key.ondelete == "CASCADE" and slug is not None:
            return key.column.table.name, slug
    raise LookupError(f"A row of {table.name} belongs to no record.")


def load_curated_records(
    session: Session,
    keys: Iterable[Key],
) -> dict[Key, RecordCreate]:
    """The curated parts of records of any types; absent records are left out."""
    records: dict[Key, RecordCreate] = {}
    for type_, slugs in slugs_by_type(keys).items():
        of_type = load_curated(session, MODELS[type_], slugs)
        for slug, record in of_type.items():
            records[type_, slug] = record
    return records


def read_versions(
    session: Session,
    model: type[Record],
    slugs: Iterable[str],
) -> dict[str, int]:
    """The versions of records by slug; absent slugs are left out."""
    statement = select(model.slug, model.version)
    # Sorted, so that the same slugs make the same statements.
    unique = sorted(set(slugs))
    rows = select_in_chunks(session, statement, model.slug, unique)
    return dict(rows)
