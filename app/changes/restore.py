"""Which changes make the base, or one of its records, what it was?"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.log.past_records import read_past_records
from app.queries.loading import curated_part, load_curated
from app.rules.changes import Change, slugs_by_type
from app.schemas.write import RecordCreate
from app.store.columns import chunks
from app.store.models import MODELS, LogEntry, Record
from app.store.revisions import read_revision

Restored = tuple[Change, RecordCreate | None]  # a change, and the record as it stands


def find_restoration(
    session: Session, number: int, model: type[Record] | None = None, slug: str | None = None
) -> Iterator[Restored]:
    """What makes everything, or one record, what it was at the revision; nothing for what is so.

    Raises NotFound for a revision that the base has not had."""
    now = read_revision(session)
    if not 0 < number <= now:
        raise NotFound(f"There is no revision {number}: the base is at {now}.")
    touched = select(LogEntry.type, LogEntry.slug).where(LogEntry.revision > number)
    if model is not None:
        touched = touched.where(LogEntry.type == model.__tablename__, LogEntry.slug == slug)
    rows = session.execute(touched.distinct().order_by(LogEntry.type, LogEntry.slug))
    for type_, mine in slugs_by_type((row.type, row.slug) for row in rows).items():
        for some in chunks(mine):
            yield from _compare(session, number, type_, list(some))


def _compare(session: Session, number: int, type_: str, slugs: list[str]) -> Iterator[Restored]:
    stored = load_curated(session, MODELS[type_], slugs)
    past = {
        record.slug: curated_part(type_, record)
        for record in read_past_records(session, number, type_, slugs)
    }
    for slug in slugs:
        old, new = stored.get(slug), past.get(slug)
        if new is None and old is not None:
            yield Change("delete", type_, slug), old
        elif new is not None and old is None:
            yield Change("create", type_, slug, new), None
        elif new is not None and new != old:
            yield Change("update", type_, slug, new), old
