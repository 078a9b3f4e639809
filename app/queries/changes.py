"""What has become of the base since then, change by change?

Revisions are gapless and become visible in order (see `app.writes`), so the place of a reader is a
revision and a position in it, and nothing can come in before it later. A token holds that place,
and when its revision was made: another base has other instants.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.cursors import decode_cursor, encode_cursor, fingerprint
from app.errors import InvalidCursor, InvalidRequest, Problem
from app.models import Change, Revision
from app.queries.paths import list_path
from app.queries.revisions import read_instant, read_revision
from app.schemas.changes import ChangePage, ChangeRead, ChangesQuery
from app.schemas.read import READS, RecordRead
from app.schemas.snapshots import read_snapshot

PATH = "/v1/changes"
NOW = "now"
# Behind the last change of a revision.
END = 2**31 - 1
# Characters of snapshots that a page holds, unless its first change alone has more.
MOST_CHARACTERS = 4_000_000


@dataclass(frozen=True)
class Place:
    """Where a reader is: all changes up to this one are known to it."""

    revision: int
    position: int


@dataclass(frozen=True)
class Batch:
    """Changes that follow each other, each with the place of a reader who knows it; whether more
    are there already; and the place and revision of a reader who knows all of it."""

    changes: Sequence[tuple[ChangeRead, Place]]
    more: bool
    place: Place
    revision: int


def read_changes(session: Session, query: ChangesQuery) -> ChangePage:
    """A page of changes. Raises InvalidCursor for a foreign token, InvalidRequest for a revision
    that the base does not have."""
    place = find_place(session, query.since, query.type)
    batch = read_batch(session, place, query.type, query.limit)
    since = write_token(session, batch.place, query.type)
    path = list_path(PATH, query, since=since)
    return ChangePage(
        items=[change for change, _ in batch.changes],
        next=path if batch.more else None,
        delta=None if batch.more else path,
        revision=batch.revision,
    )


def find_place(session: Session, since: str | None, types: Sequence[str]) -> Place:
    """The place that `since` names: nothing for the beginning, a revision, a token, or `now`."""
    current = read_revision(session)
    if since is None:
        return Place(0, END)
    if since == NOW:
        return Place(current, END)
    if since.isascii() and since.isdecimal():
        return Place(_known_revision(since, current), END)
    return _read_token(session, since, types)


def _known_revision(since: str, current: int) -> int:
    if len(since) > 18 or int(since) > current:
        detail = (
            f"There is no revision {since[:80]} yet: the base is at {current}. If your copy is "
            "further, it is of another base; make it anew."
        )
        raise InvalidRequest(detail, [Problem(detail, parameter="since")])
    return int(since)


def _read_token(session: Session, since: str, types: Sequence[str]) -> Place:
    try:
        revision, position, made_at = decode_cursor(_seal(types), since, [int, int, str])
        assert isinstance(revision, int)
        assert isinstance(position, int)
        if not (0 <= revision <= END and 0 <= position <= END):
            raise InvalidCursor(since)
    except InvalidCursor:
        raise _refuse(
            f"{since[:80]!r} is no revision number, not 'now', and no token for these types. Take "
            "`next` or `delta` as they are, with the same `type`; or make your copy anew."
        ) from None
    if read_instant(session, revision) != made_at:
        raise _refuse(
            f"The token {since[:80]!r} comes from another base, or from before this one was put "
            "back to an earlier state. Make your copy anew: take an export, then `since` its "
            "revision."
        )
    return Place(revision, position)


def _refuse(detail: str) -> InvalidCursor:
    return InvalidCursor(detail, [Problem(detail, parameter="since")])


def write_token(session: Session, place: Place, types: Sequence[str]) -> str:
    """The place as text, for readers of these types."""
    return write_place(place, read_instant(session, place.revision), types)


def write_place(place: Place, made_at: str, types: Sequence[str]) -> str:
    """The same, where it is known when the place's revision was made."""
    return encode_cursor(_seal(types), [place.revision, place.position, made_at])


def _seal(types: Sequence[str]) -> str:
    return fingerprint("changes", sorted(set(types)))


def read_batch(session: Session, place: Place, types: Sequence[str], limit: int) -> Batch:
    """The changes after the place: `limit` of them at most, fewer where records are long."""
    current = read_revision(session)
    after = _key() > (place.revision, place.position)
    keys = _of_types(select(Change.revision, Change.position, _weight()), types).where(after)
    found = session.execute(keys.order_by(*_ORDER).limit(limit + 1)).all()
    shown = found[: _fit(found, limit)]
    if not shown:
        return Batch([], False, Place(current, END), current)
    last = shown[-1]
    more = len(found) > len(shown)
    whole = _of_types(select(Change, Revision.created_at), types)
    rows = session.execute(
        whole.join(Revision, Revision.number == Change.revision)
        .where(after, _key() <= (last.revision, last.position))
        .order_by(*_ORDER)
    ).all()
    follow = [*(row.revision for row in found[1:]), None]
    changes = [
        (_read(row, last=following != row.Change.revision), _place_of(row.Change))
        for row, following in zip(rows, follow, strict=False)
    ]
    # Who knows the last change of all knows the base as it is, whatever else was written in it.
    end = changes[-1][1] if more else Place(current, END)
    return Batch(changes, more, end, current)


_ORDER = (Change.revision, Change.position)


def _key() -> ColumnElement[Any]:
    return tuple_(*_ORDER)


def _weight() -> ColumnElement[int]:
    return func.coalesce(func.length(cast(Change.snapshot, Text)), 0).label("weight")


def _of_types(found: Any, types: Sequence[str]) -> Select[Any]:
    selected: Select[Any] = found.where(Change.type.in_(types)) if types else found
    return selected


def _fit(rows: Sequence[Row[Any]], limit: int) -> int:
    """How many of the rows a page has room for."""
    characters = 0
    for place, row in enumerate(rows[:limit]):
        characters += row.weight
        if place and characters > MOST_CHARACTERS:
            return place
    return min(len(rows), limit)


def _place_of(change: Change) -> Place:
    return Place(change.revision, change.position)


def _read(row: Row[Any], *, last: bool) -> ChangeRead:
    change: Any = row.Change
    return ChangeRead.model_construct(
        operation=change.operation,
        type=change.type,
        slug=change.slug,
        version=change.version,
        revision=change.revision,
        changed_at=row.created_at,
        last_of_revision=last,
        record=_read_record(change),  # type: ignore[arg-type]
    )


def _read_record(change: Change) -> RecordRead | None:
    snapshot = read_snapshot(change.schema_version, change.snapshot)
    if snapshot is None:
        return None
    return READS[change.type].model_validate(snapshot, strict=False)


@dataclass(frozen=True)
class LatestChange:
    """A change with who made it and why, and the record: of a deletion, as it was before."""

    change: Change
    revision: Revision
    record: RecordRead


def read_latest(session: Session, types: Sequence[str], limit: int) -> list[LatestChange]:
    """The latest changes, the newest first: `limit` at most, fewer where records are long."""
    newest = (Change.revision.desc(), Change.position.desc())
    keys = _of_types(select(Change.revision, Change.position, _weight()), types)
    found = session.execute(keys.order_by(*newest).limit(limit)).all()
    shown = found[: _fit(found, limit)]
    if not shown:
        return []
    before = aliased(Change)
    whole = _of_types(select(Change, Revision, before), types).join(
        Revision, Revision.number == Change.revision
    )
    whole = whole.outerjoin(
        before,
        (Change.operation == "delete")
        & (before.type == Change.type)
        & (before.slug == Change.slug)
        & (before.version == Change.version - 1),
    )
    whole = whole.where(_key() >= (shown[-1].revision, shown[-1].position)).order_by(*newest)
    latest = []
    for change, revision, last in session.execute(whole):
        record = _read_record(last or change)
        assert record is not None
        latest.append(LatestChange(change, revision, record))
    return latest
