"""What records are called, also those that were deleted."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from app.log.past_records import read_logged
from app.rules.changes import Key, slugs_by_type
from app.schemas.record_types import ENTITIES
from app.store.columns import chunks
from app.store.models import LogEntry


def read_names(
    session: Session,
    keys: Iterable[Key],
) -> dict[Key, str]:
    """The names by type and slug: as the records are called now, and a deleted one as it was last
    called. Records that never were are left out."""
    names: dict[Key, str] = {}
    for type_, slugs in slugs_by_type(sorted(set(keys))).items():
        main = ENTITIES[type_].main
        for chunk in chunks(slugs):
            for entry in session.scalars(_select_last_written(type_, chunk)):
                names[type_, entry.slug] = getattr(read_logged(entry), main)
    return names


def read_name(
    session: Session,
    type_: str,
    slug: str,
) -> str:
    """The name of one record, as it is or was last called; its slug if it never was."""
    key = type_, slug
    return read_names(session, [key]).get(key, slug)


def _select_last_written(
    type_: str,
    slugs: Sequence[str],
) -> Select[LogEntry]:
    """The last log entry of each record that is no deletion."""
    last = (
        select(LogEntry.type, LogEntry.slug, func.max(LogEntry.version).label("version"))
        .where(
            LogEntry.type == type_,
            LogEntry.slug.in_(slugs),
            LogEntry.operation != "delete",
        )
        .group_by(LogEntry.type, LogEntry.slug)
        .subquery()
    )
    # With all columns of an index: by the type alone, SQLite would read every entry of it.
    columns = (LogEntry.type, LogEntry.slug, LogEntry.version)
    is_last = and_(*[column == last.c[column.key] for column in columns])
    return select(LogEntry).join(last, is_last)
