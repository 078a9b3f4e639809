"""The changes that restore the base, or one record, to an earlier revision."""

from collections.abc import Iterator, Sequence

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

Restored = tuple[Change, RecordCreate | None]  # a change, and the record before it


def find_restoration(
    session: Session,
    number: int,
    model: type[Record] | None = None,
    slug: str | None = None,
) -> Iterator[Restored]:
    """The changes after which all records, or one, are as at the revision; none for equal records.

    Raises NotFound for a revision that the base has not had."""
    current = read_revision(session)
    if not 0 < number <= current:
        raise NotFound(f"There is no revision {number}: the base is at {current}.")
    # Records without a later change are as they were, so they need not be compared.
    changed = (
        select(LogEntry.type, LogEntry.slug)
        .distinct()
        .where(LogEntry.revision > number)
        .order_by(LogEntry.type, LogEntry.slug)
    )
    if model is not None:
        changed = changed.where(
            LogEntry.type == model.__tablename__,
            LogEntry.slug == slug,
        )
    for type_, slugs in slugs_by_type(session.execute(changed)).items():
        for chunk in chunks(slugs):
            yield from _restore(session, number, type_, chunk)


def _restore(
    session: Session,
    number: int,
    type_: str,
    slugs: Sequence[str],
) -> Iterator[Restored]:
    stored = load_curated(session, MODELS[type_], slugs)
    past = {}
    for record in read_past_records(session, number, type_, slugs):
        past[record.slug] = curated_part(session, type_, record)
    for slug in slugs:
        old = stored.get(slug)
        new = past.get(slug)
        if old == new:
            continue
        if new is None:
            yield Change("delete", type_, slug), old
        elif old is None:
            yield Change("create", type_, slug, new), None
        else:
            yield Change("update", type_, slug, new), old
