"""The history of the base and of single records: which revisions changed them, and how."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

import jsonpatch
from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from app.errors import NotFound
from app.log.past_records import read_logged
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
from app.store.statements import Statement
from app.vocabulary import Operation

PATH = "/v1/revisions"
_REVISION_COLUMNS: tuple[Any, ...] = (
    Revision.number,
    Revision.created_at,
    Revision.author,
    Revision.message,
)

# Built once, because the home page runs it.
_LATEST_REVISIONS = Statement(
    select(*_REVISION_COLUMNS).order_by(Revision.number.desc()).limit(bindparam("limit"))
)

_CHANGES = Statement(
    select(LogEntry.revision, LogEntry.operation, func.count())
    .where(LogEntry.revision.in_(bindparam("revisions", expanding=True)))
    .group_by(LogEntry.revision, LogEntry.operation)
)


def read_revisions(session: Session, query: RevisionsQuery) -> RevisionPage:
    """A page of the revisions of the base, newest first. Raises InvalidCursor."""
    statement = select(*_REVISION_COLUMNS)
    if query.author:
        statement = statement.where(Revision.author.in_(query.author))
    rows, page = _read_page(session, statement, PATH, query)
    counts = _count_changes(session, [row.number for row in rows])
    items = [_revision(row, counts[row.number]) for row in rows]
    return RevisionPage(items=items, **page)


def read_latest_revisions(session: Session, limit: int) -> list[RevisionRead]:
    """The latest revisions of the base, newest first."""
    rows = _LATEST_REVISIONS.rows(session, {"limit": limit})
    counts = _count_changes(session, [row.number for row in rows])
    return [_revision(row, counts[row.number]) for row in rows]


def read_one(session: Session, number: int) -> RevisionRead:
    """One revision of the base. Raises NotFound."""
    statement = select(*_REVISION_COLUMNS).where(Revision.number == number)
    row = session.execute(statement).one_or_none()
    if row is None:
        latest = read_revision(session)
        raise NotFound(f"There is no revision {number}: the base is at {latest}.")
    counts = _count_changes(session, [number])
    return _revision(row, counts[number])


def _revision(row: Row[Any], counts: dict[str, int]) -> RevisionRead:
    return RevisionRead(
        **_revision_fields(row),
        counts=Counts.model_validate(counts),
        url=f"{PATH}/{row.number}",
        changes=f"/v1/changes?since={row.number - 1}",
    )


def _revision_fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "revision": row.number,
        "changed_at": row.created_at,
        "author": row.author,
        "message": row.message,
    }


def _count_changes(session: Session, revisions: Sequence[int]) -> dict[int, dict[str, int]]:
    """The number of changes of each revision, by operation."""
    counts = {number: dict.fromkeys(get_args(Operation), 0) for number in revisions}
    for number, operation, count in _CHANGES.rows(session, {"revisions": list(revisions)}):
        counts[number][operation] = count
    return counts


def read_history(
    session: Session,
    model: type[Record],
    slug: str,
    query: HistoryQuery,
) -> RecordRevisionPage:
    """A page of the revisions of a record, newest first; also of a deleted record.

    Raises NotFound for a record that never existed, and InvalidCursor."""
    require_known(session, model, slug)
    path = history_path(model, slug)
    statement = _select_history(model, slug)
    rows, page = _read_page(session, statement, path, query, LogEntry.version)
    items = [_record_revision(row, path) for row in rows]
    return RecordRevisionPage(items=items, **page)


def read_latest_versions(
    session: Session,
    model: type[Record],
    slug: str,
    limit: int,
) -> list[RecordRevisionRead]:
    """The latest revisions of a record, newest first; none of a record that never existed."""
    key = {"type": model.__tablename__, "slug": slug, "limit": limit}
    path = history_path(model, slug)
    return [_record_revision(row, path) for row in _LATEST_VERSIONS.rows(session, key)]


def read_record_revision(
    session: Session,
    model: type[Record],
    slug: str,
    number: int,
) -> RecordRevisionDetail:
    """What one revision changed in a record.

    Raises NotFound for a record that never existed, and for a revision that did not change it."""
    require_known(session, model, slug)
    path = history_path(model, slug)
    # The revision itself, and the one before it.
    statement = (
        _select_history(model, slug)
        .add_columns(LogEntry)
        .where(LogEntry.revision <= number)
        .order_by(LogEntry.version.desc())
        .limit(2)
    )
    rows = session.execute(statement).all()
    if not rows or rows[0].number != number:
        reason = f"Revision {number} did not change the {model.entity.noun} {slug!r}."
        raise NotFound(reason, history=path)
    record = read_logged(rows[0].LogEntry)
    record_before = None
    previous = None
    if len(rows) == 2:
        record_before = read_logged(rows[1].LogEntry)
        previous = f"{path}/{rows[1].number}"
    return RecordRevisionDetail(
        **_record_revision(rows[0], path).model_dump(),
        record=record,
        previous=previous,
        difference=_difference(record_before, record),
    )


def _difference(before: RecordRead | None, after: RecordRead | None) -> list[PatchOperation]:
    """The JSON Patch (RFC 6902) from one version to the next; a missing version is `null`."""
    patch = jsonpatch.make_patch(_json(before), _json(after))
    return [PatchOperation.model_validate(operation) for operation in patch]


def _json(record: RecordRead | None) -> dict[str, Any] | None:
    return record.model_dump(mode="json") if record is not None else None


def stream_changes(
    session: Session,
    number: int,
    model: type[Record] | None = None,
    slug: str | None = None,
) -> Iterator[tuple[LogEntry, RecordRead | None, RecordRead | None]]:
    """The changes of a revision in the order of the log, of one record or of all: each with the
    record before and after it. Holds one chunk in memory."""
    before = aliased(LogEntry)
    statement = (
        select(LogEntry, before)
        .outerjoin(before, just_before(before))
        .where(LogEntry.revision == number)
        .order_by(LogEntry.position)
        .execution_options(yield_per=CHUNK_ROWS)
    )
    if model is not None:
        statement = statement.where(
            LogEntry.type == model.__tablename__,
            LogEntry.slug == slug,
        )
    for entry, entry_before in session.execute(statement):
        record_before = read_logged(entry_before) if entry_before is not None else None
        yield entry, record_before, read_logged(entry)
        # The session would otherwise hold every entry until it is closed.
        session.expunge_all()


def require_known(
    session: Session,
    model: type[Record],
    slug: str,
) -> None:
    """Raise NotFound for a record that never existed."""
    statement = select(LogEntry.slug).where(
        LogEntry.type == model.__tablename__,
        LogEntry.slug == slug,
    )
    if session.scalar(statement.limit(1)) is None:
        suggestion = suggest_slug(session, model, slug)
        raise NotFound(f"No {model.entity.noun} {slug!r} was ever in the base.{suggestion}")


def _select_history(model: type[Record], slug: str) -> Select[Any]:
    return (
        _select_versions()
        .where(LogEntry.type == model.__tablename__)
        .where(LogEntry.slug == slug)
    )


def _select_versions() -> Select[Any]:
    columns = (*_REVISION_COLUMNS, LogEntry.operation, LogEntry.version)
    return select(*columns).join(LogEntry, LogEntry.revision == Revision.number)


# Built once, because every page of a record runs it.
_LATEST_VERSIONS = Statement(
    _select_versions()
    .where(LogEntry.type == bindparam("type"), LogEntry.slug == bindparam("slug"))
    # Not by revision: SQLite would read all changes of the type in that order.
    .order_by(LogEntry.version.desc())
    .limit(bindparam("limit"))
)


def _record_revision(row: Row[Any], path: str) -> RecordRevisionRead:
    return RecordRevisionRead(
        **_revision_fields(row),
        operation=row.operation,
        version=row.version,
        url=f"{path}/{row.number}",
    )


def _read_page(
    session: Session,
    statement: Select[Any],
    path: str,
    query: HistoryQuery,
    number: Any = Revision.number,
) -> tuple[Sequence[Row[Any]], dict[str, Any]]:
    """The rows of a page, newest revision first, and the fields of the page besides `items`.
    `number` is the column to sort by: it rises with the revisions."""
    filters = query.model_dump(
        mode="json",
        exclude_unset=True,
        exclude={"limit", "cursor", "count"},
    )
    total = count_rows(session, statement, query.count)
    order = [SortKey(number, descending=True)]
    request = read_page_request(order, query, f"{path} by {number.key}", filters)
    page = fetch_sorted_page(session, statement, request, total)
    return page.rows, {
        **page.describe(path, query),
        "revision": read_revision(session),
        "facets": {},
        "query": filters | {"limit": query.limit},
    }
