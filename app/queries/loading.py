"""Records as readers and curators see them, in a constant number of statements.

The log holds each version of a record as JSON, exactly as a reader gets it, so records are read
from there: one row is a record with all its parts. The tables say which version is the current one.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from app.catalog.resource import Include
from app.schemas.read import RecordRead
from app.schemas.record_types import ENTITIES
from app.schemas.snapshots import SCHEMA_VERSION, read_snapshot
from app.schemas.write import RecordCreate
from app.store.columns import chunks
from app.store.models import LogEntry, Record

# A record, or a page of records, as JSON.
Json = dict[str, Any]


def load_json(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> dict[str, Json]:
    """Records by slug, as `…Read` describes them; absent slugs are left out."""
    connection = session.connection()
    records: dict[str, Json] = {}
    for chunk in chunks(slugs):
        parameters = {"slugs": chunk}
        members, oldest = connection.execute(_select_members(model), parameters).one()
        if oldest == SCHEMA_VERSION:
            records.update(from_json(f"{{{members}}}"))
        elif members is not None:
            # Snapshots from before the last change of the schema.
            rows = connection.execute(_select_snapshots(model), parameters)
            for slug, version, snapshot in rows:
                records[slug] = read_snapshot(model.__tablename__, version, snapshot)
    return records


# Cached, because to build a statement takes longer than to run it.
@cache
def _select_snapshots(model: type[Record]) -> Select[Any]:
    """Select the current snapshot of each record."""
    is_current = and_(
        LogEntry.type == model.__tablename__,
        LogEntry.slug == model.slug,
        LogEntry.version == model.version,
    )
    snapshots = select(LogEntry.slug, LogEntry.schema_version, LogEntry.snapshot)
    is_requested = model.slug.in_(bindparam("slugs", expanding=True))
    return snapshots.select_from(model).join(LogEntry, is_current).where(is_requested)


@cache
def _select_members(model: type[Record]) -> Select[Any]:
    """Select the current snapshots as the members of one JSON object, and the oldest version of
    their schemas. To read and parse one long text is faster than many short ones."""
    member = literal('"').concat(LogEntry.slug).concat('":')
    member = member.concat(cast(LogEntry.snapshot, Text))
    statement: Any = _select_snapshots(model).with_only_columns(
        func.aggregate_strings(member, ","),
        func.min(LogEntry.schema_version),
        maintain_column_froms=True,
    )
    return statement  # type: ignore[no-any-return]


def load_records(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> dict[str, RecordRead]:
    """Records by slug, typed; absent slugs are left out."""
    schema = model.entity.read
    records: dict[str, RecordRead] = {}
    for slug, record in load_json(session, model, slugs).items():
        records[slug] = schema.model_validate(record, strict=False)
    return records


def load_curated(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> dict[str, RecordCreate]:
    """The curated fields of records, by slug; absent slugs are left out."""
    curated: dict[str, RecordCreate] = {}
    for slug, record in load_records(session, model, slugs).items():
        curated[slug] = curated_part(model.__tablename__, record)
    return curated


def curated_part(type_: str, record: RecordRead) -> RecordCreate:
    """The curated fields of a record."""
    schema = ENTITIES[type_].create
    fields = {name: getattr(record, name) for name in schema.model_fields}
    return schema.model_validate(fields)


def include(
    session: Session,
    includes: Mapping[str, Include],
    records: Sequence[Json],
    names: Sequence[str],
) -> None:
    """Add the related records that `names` names to each record: a record or null, or a list in the
    order of the slugs."""
    for name, related in includes.items():
        if name not in names:
            continue
        # `office` beside `office_slug`, `focus_areas` beside `focus_area_slugs`.
        field = f"{name.removesuffix('s')}_slugs" if related.many else f"{name}_slug"
        slugs: set[str] = set()
        for record in records:
            if related.many:
                slugs.update(record[field])
            elif record[field] is not None:
                slugs.add(record[field])
        by_slug = load_json(session, related.model, sorted(slugs))
        for record in records:
            if related.many:
                record[name] = [by_slug[slug] for slug in record[field]]
            else:
                record[name] = by_slug.get(record[field])
