"""Records as readers and curators see them, in a constant number of statements.

The log holds each version of a record as JSON, exactly as a reader gets it, so records are read
from there: one row is a record with all its parts. The tables say which version is the current one.
A reader gets the text of the log as it is; it is parsed only where something is added to it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json
from sqlalchemy import Select, Text, and_, bindparam, cast, select
from sqlalchemy.orm import Session

from app.catalog.resource import Include
from app.schemas.read import DocumentRead, RecordRead
from app.schemas.record_types import ENTITIES
from app.schemas.snapshots import SCHEMA_VERSION, read_snapshot
from app.schemas.write import RecordCreate
from app.store.columns import chunks
from app.store.document_texts import load_text
from app.store.models import LogEntry, Record
from app.store.statements import Statement

# A record, or a page of records, as JSON.
Json = dict[str, Any]


class RecordText(NamedTuple):
    """A record as JSON, its version, the revision that made this version, and the `related` records
    that a response shows in it, as JSON by the name of the relation."""

    version: int
    revision: int
    text: str
    related: Mapping[str, str] = MappingProxyType({})

    def to_json(self) -> str:
        """The record with its related records."""
        return add_members(self.text, self.related)


def load_texts(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> dict[str, RecordText]:
    """Records by slug, as `…Read` describes them; absent slugs are left out."""
    statement = _prepare_current(model)
    type_ = model.__tablename__
    records: dict[str, RecordText] = {}
    for chunk in chunks(slugs):
        for row in statement.rows(session, {"slugs": chunk}):
            text = current_text(type_, row.schema_version, row.text)
            records[row.slug] = RecordText(row.version, row.revision, text)
    return records


def current_text(type_: str, schema_version: int, text: str) -> str:
    """The snapshot of a record as it would be written now."""
    if schema_version == SCHEMA_VERSION:
        return text
    return to_json(read_snapshot(type_, schema_version, from_json(text))).decode()


def load_json(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> dict[str, Json]:
    """Records by slug, as `…Read` describes them, parsed; absent slugs are left out."""
    texts = load_texts(session, model, slugs)
    return {slug: from_json(record.text) for slug, record in texts.items()}


# Cached, because to build a statement takes longer than to run it.
@cache
def _prepare_current(model: type[Record]) -> Statement:
    """Select the current snapshot of each record."""
    is_requested = model.slug.in_(bindparam("slugs", expanding=True))
    slugs = select(model.slug, model.version).where(is_requested)
    return Statement(add_snapshots(slugs, model))


def add_snapshots(
    rows: Select[*tuple[Any, ...]],
    model: type[Record],
) -> Select[Any]:
    """Add to rows with the slug and version of a record the snapshot, as `text`, the version of its
    schema, and the revision that made it."""
    table = rows.subquery()
    is_current = and_(
        LogEntry.type == model.__tablename__,
        LogEntry.slug == table.c.slug,
        LogEntry.version == table.c.version,
    )
    snapshot = cast(LogEntry.snapshot, Text).label("text")
    columns = select(table, LogEntry.revision, LogEntry.schema_version, snapshot)
    return columns.select_from(table).join(LogEntry, is_current)


def load_records(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> dict[str, RecordRead]:
    """Records by slug, typed; absent slugs are left out."""
    schema = model.entity.read
    records: dict[str, RecordRead] = {}
    for slug, record in load_texts(session, model, slugs).items():
        records[slug] = schema.model_validate_json(record.text)
    return records


def load_curated(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> dict[str, RecordCreate]:
    """The curated fields of records, by slug; absent slugs are left out."""
    curated: dict[str, RecordCreate] = {}
    for slug, record in load_records(session, model, slugs).items():
        curated[slug] = curated_part(session, model.__tablename__, record)
    return curated


def curated_part(session: Session, type_: str, record: RecordRead) -> RecordCreate:
    """The curated fields of a record, current or past; the text of a document is among them."""
    entity = ENTITIES[type_]
    names = entity.create.model_fields.keys() & entity.read.model_fields.keys()
    fields = {name: getattr(record, name) for name in names}
    fields["citations"] = [citation.curated() for citation in record.citations]
    if isinstance(record, DocumentRead) and record.text_length is not None:
        fields["text"] = load_text(session.connection(), record.sha256)
    return entity.create.model_validate(fields)


def load_related(
    session: Session,
    includes: Mapping[str, Include],
    texts: Sequence[str],
    names: Sequence[str],
) -> list[dict[str, str]]:
    """The related records of each record that `names` names, as JSON: a record or null, or a list
    in the order of the slugs."""
    members: list[dict[str, str]] = [{} for _ in texts]
    records: list[Json] = [from_json(text) for text in texts]
    for name, related in includes.items():
        if name not in names:
            continue
        slugs = [_related_slugs(record, name, related) for record in records]
        distinct = sorted(set().union(*slugs))
        by_slug = load_texts(session, related.model, distinct)
        for record_members, record_slugs in zip(members, slugs, strict=True):
            related_texts = [by_slug[slug].text for slug in record_slugs if slug in by_slug]
            if related.many:
                record_members[name] = f"[{','.join(related_texts)}]"
            else:
                record_members[name] = related_texts[0] if related_texts else "null"
    return members


def _related_slugs(record: Json, name: str, related: Include) -> list[str]:
    # `office` beside `office_slug`, `focus_areas` beside `focus_area_slugs`.
    if related.many:
        slugs: list[str] = record[f"{name.removesuffix('s')}_slugs"]
        return slugs
    slug = record[f"{name}_slug"]
    return [] if slug is None else [slug]


def add_members(text: str, members: Mapping[str, str]) -> str:
    """A JSON object that is not empty with further members, whose values are JSON, too."""
    if not members:
        return text
    added = [f'"{name}":{value}' for name, value in members.items()]
    return ",".join([text[:-1], *added]) + "}"
