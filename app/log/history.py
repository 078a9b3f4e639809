"""Which revisions made the base, and a record, what they are?"""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

import jsonpatch
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.log.change_feed import read_logged
from app.queries.nearest import suggest_slug
from app.queries.paging import SortKey, fetch_sorted_page, read_page_request
from app.queries.paths import history_path
from app.queries.planning.plan import count_rows
from app.schemas.history import (
    Counts,
    HistoryQuery,
    PatchOperation,
    RecordRevisionDetail,
    RecordRevisionPage,
    RecordRevisionRead,
    RevisionPage,
    RevisionRead,
    RevisionsQuery,
)
from app.schemas.read import RecordRead
from app.store.columns import CHUNK_ROWS
from app.store.models import LogEntry, Record, Revision
from app.store.revisions import just_before, read_revision
from app.vocabulary import Operation

PATH = "/v1/revisions"
_WRITTEN: tuple[Any, ...] = (
    Revision.number,
    Revision.created_at,
    Revision.author,
    Revision.message,
)


def read_revisions(session: Session, query: RevisionsQuery) -> RevisionPage:
    """A page of the revisions of the base, the newest first. Raises InvalidCursor."""
    rows = select(*_WRITTEN)
    if query.author:
        rows = rows.where(Revision.author.in_(query.author))
    found, page = _turn(session, rows, PATH, query)
    counts = _count(session, [row.number for row in found])
    return RevisionPage(items=[_revision(row, counts) for row in found], **page)


def read_one(session: Session, number: int) -> RevisionRead:
    """One revision of the base. Raises NotFound."""
    row = session.execute(select(*_WRITTEN).where(Revision.number == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no revision {number}: the base is at {read_revision(session)}.")
    return _revision(row, _count(session, [number]))


def _revision(row: Row[Any], counts: dict[int, Counts]) -> RevisionRead:
    return RevisionRead(
        **_written(row),
        counts=counts[row.number],
        url=f"{PATH}/{row.number}",
        changes=f"/v1/changes?since={row.number - 1}",
    )


def _written(row: Row[Any]) -> dict[str, Any]:
    return {
        "revision": row.number,
        "changed_at": row.created_at,
        "author": row.author,
        "message": row.message,
    }


def _count(session: Session, numbers: Sequence[int]) -> dict[int, Counts]:
    found = {number: dict.fromkeys(get_args(Operation), 0) for number in numbers}
    rows = session.execute(
        select(LogEntry.revision, LogEntry.operation, func.count())
        .where(LogEntry.revision.in_(numbers))
        .group_by(LogEntry.revision, LogEntry.operation)
    )
    for number, operation, count in rows:
        found[number][operation] = count
    return {number: Counts.model_validate(counts) for number, counts in found.items()}


def read_history(
    session: Session, model: type[Record], slug: str, query: HistoryQuery
) -> RecordRevisionPage:
    """A page of the revisions of a record, the newest first; of one that was deleted too.

    Raises NotFound for a record that never was, InvalidCursor."""
    require_known(session, model, slug)
    found, page = _turn(session, _history(model, slug), history_path(model, slug), query)
    return RecordRevisionPage(items=[_record_revision(model, slug, row) for row in found], **page)


def read_record_revision(
    session: Session, model: type[Record], slug: str, number: int
) -> RecordRevisionDetail:
    """What one revision did to a record. Raises NotFound, also for a revision that did nothing."""
    require_known(session, model, slug)
    until = _history(model, slug).where(LogEntry.revision <= number)
    rows = session.execute(
        until.add_columns(LogEntry).order_by(LogEntry.revision.desc()).limit(2)
    ).all()
    if not rows or rows[0].number != number:
        raise NotFound(
            f"Revision {number} did not change the {model.entity.noun} {slug!r}. "
            f"{history_path(model, slug)} has those that did."
        )
    records = [read_logged(row.LogEntry) for row in rows]
    after, before = (
        record.model_dump(mode="json") if record is not None else None
        for record in (records[0], records[1] if records[1:] else None)
    )
    return RecordRevisionDetail(
        **_record_revision(model, slug, rows[0]).model_dump(),
        record=records[0],
        previous=f"{history_path(model, slug)}/{rows[1].number}" if rows[1:] else None,
        difference=[
            PatchOperation.model_validate(step) for step in jsonpatch.make_patch(before, after)
        ],
    )


def stream_changes(
    session: Session, number: int, model: type[Record] | None = None, slug: str | None = None
) -> Iterator[tuple[LogEntry, RecordRead | None, RecordRead | None]]:
    """What a revision changed, of one record or of all, one by one in the order of the log: with
    the record as it was before and after."""
    before = aliased(LogEntry)
    rows = select(LogEntry, before).outerjoin(before, just_before(before))
    rows = rows.where(LogEntry.revision == number)
    if model is not None:
        rows = rows.where(LogEntry.type == model.__tablename__, LogEntry.slug == slug)
    rows = rows.order_by(LogEntry.position).execution_options(yield_per=CHUNK_ROWS)
    for change, last in session.execute(rows):
        yield change, read_logged(last) if last is not None else None, read_logged(change)
        session.expunge_all()


def require_known(session: Session, model: type[Record], slug: str) -> None:
    """Raise NotFound for a record that never was."""
    known = select(LogEntry.slug).where(LogEntry.type == model.__tablename__, LogEntry.slug == slug)
    if session.scalar(known.limit(1)) is None:
        near = suggest_slug(session, model, slug)
        raise NotFound(f"No {model.entity.noun} {slug!r} was ever in the base.{near}")


def _history(model: type[Record], slug: str) -> Select[Any]:
    return (
        select(*_WRITTEN, LogEntry.operation, LogEntry.version)
        .join(LogEntry, LogEntry.revision == Revision.number)
        .where(LogEntry.type == model.__tablename__, LogEntry.slug == slug)
    )


def _record_revision(model: type[Record], slug: str, row: Row[Any]) -> RecordRevisionRead:
    return RecordRevisionRead(
        **_written(row),
        operation=row.operation,
        version=row.version,
        url=f"{history_path(model, slug)}/{row.number}",
    )


def _turn(
    session: Session, rows: Select[Any], path: str, query: HistoryQuery
) -> tuple[Sequence[Row[Any]], dict[str, Any]]:
    """The rows of a page, and what else the page says."""
    given = query.model_dump(mode="json", exclude_unset=True, exclude={"limit", "cursor", "count"})
    total = count_rows(session, rows, query.count)
    order = [SortKey(Revision.number, descending=True)]
    request = read_page_request(order, query, path, given)
    page = fetch_sorted_page(session, rows, request, total)
    return page.rows, {
        **page.describe(path, query),
        "revision": read_revision(session),
        "facets": {},
        "query": given | {"limit": query.limit},
    }
