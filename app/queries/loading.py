"""What does a reader get of a record, in a constant number of statements?

The log keeps each version as a reader gets it, so that is what is read: one row for a record with
all its parts, already in the form of the answer. The tables of records say which ones are meant.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Select, Text, and_, bindparam, cast, func, literal, select
from sqlalchemy.orm import Session

from app.catalog.resource import Include
from app.schemas.entities import ENTITIES
from app.schemas.read import RecordRead
from app.schemas.snapshots import SCHEMA_VERSION, read_snapshot
from app.schemas.write import RecordCreate
from app.store.columns import chunks
from app.store.models import LogEntry, Record

# A record as it stands in an answer: JSON.
Json = dict[str, Any]


def load_json(session: Session, model: type[Record], slugs: Sequence[str]) -> dict[str, Json]:
    """Records by slug, each as `…Read` describes it; absent slugs are left out."""
    connection = session.connection()
    shown: dict[str, Json] = {}
    for some in chunks(slugs):
        together, oldest = connection.execute(_select_shown(model), {"slugs": some}).one()
        if oldest == SCHEMA_VERSION:
            shown |= from_json(f"{{{together}}}")
        elif together is not None:
            rows = connection.execute(_select_logged(model), {"slugs": some})
            for slug, version, snapshot in rows:
                shown[slug] = read_snapshot(model.__tablename__, version, snapshot)
    return shown


@cache
def _select_logged(model: type[Record]) -> Select[Any]:
    """The last version of each record. Made once, as a statement takes longer to make than to
    run."""
    logged = and_(
        LogEntry.type == model.__tablename__,
        LogEntry.slug == model.slug,
        LogEntry.version == model.version,
    )
    return (
        select(LogEntry.slug, LogEntry.schema_version, LogEntry.snapshot)
        .select_from(model)
        .join(LogEntry, logged)
        .where(model.slug.in_(bindparam("slugs", expanding=True)))
    )


@cache
def _select_shown(model: type[Record]) -> Select[Any]:
    """The same as the members of one JSON object, and the oldest schema of any: one row is read
    sooner than many, and one text sooner than many."""
    member = literal('"').concat(LogEntry.slug).concat('":').concat(cast(LogEntry.snapshot, Text))
    found: Any = _select_logged(model).with_only_columns(
        func.aggregate_strings(member, ","),
        func.min(LogEntry.schema_version),
        maintain_column_froms=True,
    )
    return found  # type: ignore[no-any-return]


def load_records(
    session: Session, model: type[Record], slugs: Sequence[str]
) -> dict[str, RecordRead]:
    """Records by slug, typed; absent slugs are left out."""
    read = model.entity.read
    shown = load_json(session, model, slugs)
    return {slug: read.model_validate(found, strict=False) for slug, found in shown.items()}


def load_curated(
    session: Session, model: type[Record], slugs: Sequence[str]
) -> dict[str, RecordCreate]:
    """Records as their curators gave them, by slug; absent slugs are left out."""
    records = load_records(session, model, slugs)
    return {slug: curated_part(model.__tablename__, found) for slug, found in records.items()}


def curated_part(type_: str, read: RecordRead) -> RecordCreate:
    """What a curator gave of what is read."""
    create = ENTITIES[type_].create
    return create.model_validate({name: getattr(read, name) for name in create.model_fields})


def include(
    session: Session,
    includes: Mapping[str, Include],
    records: Sequence[Json],
    names: Sequence[str],
) -> None:
    """Add the related records named in `names` to each record: a record or null, or a list in the
    order of the slugs."""
    for name, related in includes.items():
        if name not in names:
            continue
        # `office` beside `office_slug`, `focus_areas` beside `focus_area_slugs`.
        field = f"{name.removesuffix('s')}_slugs" if related.many else f"{name}_slug"
        slugs = [slug for record in records for slug in _listed(record[field])]
        by_slug = load_json(session, related.model, list(dict.fromkeys(slugs)))
        for record in records:
            if related.many:
                record[name] = [by_slug[slug] for slug in record[field]]
            else:
                record[name] = by_slug.get(record[field])


def _listed(slugs: Any) -> list[str]:
    if isinstance(slugs, list):
        return slugs
    return [slugs] if slugs is not None else []
