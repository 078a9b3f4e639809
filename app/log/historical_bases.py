"""Which base answers a question about the past?

A read-only SQLite base, made from the log, that holds what the base held at a revision: records,
parts, search documents, and of the log what answers look at. So every question is asked of the past
by the same statements as of today; nothing in queries knows of it. PostgreSQL's past is in SQLite
too, and its ranking is SQLite's there.

Such a base is a file of its own, shared by all requests of a process. The one that was asked least
recently goes first.
"""

import os
import shutil
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.orm import Session

from app.errors import CannotLookBack
from app.log.past_records import count_past, find_revision, read_deletions, stream_past
from app.queries.labels import read_labels
from app.schemas.read import RecordRead
from app.settings import Settings
from app.store.columns import chunks
from app.store.engine import make_engine
from app.store.fulltext import compose, store
from app.store.models import RECORDS, LogEntry, Record, Revision
from app.store.revisions import RevisionStamp, read_instant
from app.store.rows import insert_rows, make_rows
from app.store.schema import migrate
from app.store.sessions import read_session, write_session

_PREFIX = "communique-as-of-"

# A record as it was, and the change that made it so.
LoggedRecord = tuple[LogEntry, RecordRead]


@dataclass
class HistoricalBase:
    """A base as it was, and how many are asking it now."""

    engine: Engine
    file: Path
    users: int = 0


class HistoricalBases:
    """The bases of the past that one process has. Not for several threads at once: whoever asks
    for one takes turns (`app.api.responses`)."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.pasts: OrderedDict[RevisionStamp, HistoricalBase] = OrderedDict()
        self.folder: Path | None = None
        self.lock: sqlite3.Connection | None = None

    def find_moment(self, as_of: str) -> RevisionStamp:
        """The moment that is meant: now too, as long as nobody writes. Raises CannotLookBack."""
        with read_session(self.engine) as session:
            number = find_revision(session, as_of)
            return RevisionStamp(number, read_instant(session, number))

    @property
    def has_too_many(self) -> bool:
        """More than are to be kept: those that were being asked could not go."""
        return len(self.pasts) > self.settings.as_of_bases

    def trim(self) -> None:
        """Keep no more than are to be kept."""
        self._forget(self.settings.as_of_bases)

    def open(self, moment: RevisionStamp) -> HistoricalBase:
        """The base as it was then, made if need be. Raises CannotLookBack if it was too large."""
        if moment not in self.pasts:
            self._forget(self.settings.as_of_bases - 1)
            self.pasts[moment] = self._make(moment)
        self.pasts.move_to_end(moment)
        return self.pasts[moment]

    def close(self) -> None:
        """Remove all of them."""
        self._forget(0)
        if self.folder is not None and self.lock is not None:
            self.lock.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = self.lock = None

    def _forget(self, most: int) -> None:
        """Keep so many, and those that are being asked."""
        for moment, past in list(self.pasts.items()):
            if len(self.pasts) > most and not past.users:
                del self.pasts[moment]
                past.engine.dispose()
                for end in ("", "-wal", "-shm"):
                    Path(f"{past.file}{end}").unlink(missing_ok=True)

    def _make(self, moment: RevisionStamp) -> HistoricalBase:
        with read_session(self.engine) as session:
            self._require_small(session, moment.number)
            file = self._new_file(moment.number)
            engine = make_engine(Settings(database_url=f"sqlite:///{file}"))
            try:
                with _filling(engine) as past:
                    fill(past, session, moment.number)
            except BaseException:
                engine.dispose()
                file.unlink(missing_ok=True)
                raise
        return HistoricalBase(engine, file)

    def _require_small(self, session: Session, number: int) -> None:
        records, most = count_past(session, number), self.settings.as_of_max_records
        if records > most:
            said = (
                f"The base had {records} records at revision {number}, and the past is answered "
                f"from {most} here at most (COMMUNIQUE_AS_OF_MAX_RECORDS)."
            )
            raise CannotLookBack.at(said, parameter="as_of")

    def _new_file(self, number: int) -> Path:
        """A copy of an empty base, which is migrated once."""
        if self.folder is None:
            _remove_orphans()
            self.folder = Path(mkdtemp(prefix=_PREFIX))
            self.lock = _take(self.folder)
        empty = self.folder / "empty.db"
        if not empty.exists():
            engine = make_engine(Settings(database_url=f"sqlite:///{empty}"))
            migrate(engine)
            engine.dispose()
        file = self.folder / f"{number}-{os.urandom(4).hex()}.db"
        shutil.copy(empty, file)
        return file


def _take(folder: Path) -> sqlite3.Connection | None:
    """Hold the folder for as long as the process lives: what SQLite locks, the system lets go when
    the process ends, however it does. None if another holds it."""
    lock = sqlite3.connect(folder / "lock.db", timeout=0, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        return None
    return lock


def _remove_orphans() -> None:
    """Remove what processes left that were killed."""
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        lock = _take(folder) if (folder / "lock.db").exists() else None
        if lock is not None:
            lock.close()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _filling(engine: Engine) -> Iterator[Session]:
    """A session that fills a base which nobody else sees, and which need not outlive a crash."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -65536"):
            driver.execute(f"PRAGMA {pragma}")
    with write_session(engine) as session:
        yield session
        session.commit()
    # These belong to the connection, not to the file.
    engine.dispose()


def fill(past: Session, session: Session, number: int) -> None:
    """Put what the base held at the revision into the empty base of `past`."""
    connection = past.connection()
    revisions = select(Revision.__table__).where(Revision.number <= number)
    for some in session.execute(revisions).mappings().partitions(10_000):
        connection.execute(insert(Revision), [dict(row) for row in some])
    for model in RECORDS:
        records = stream_past(session, number, model.__tablename__)
        for few in _batches(records):
            _fill_some(past, connection, model, few)
    _log(connection, list(read_deletions(session, number)))


def _log(connection: Connection, changes: Sequence[LogEntry]) -> None:
    names = [column.name for column in LogEntry.__table__.columns]
    rows = [{name: getattr(change, name) for name in names} for change in changes]
    for some in chunks(rows):
        connection.execute(insert(LogEntry), some)


def _batches(records: Iterator[LoggedRecord]) -> Iterator[list[LoggedRecord]]:
    while some := [record for _, record in zip(range(500), records, strict=False)]:
        yield some


def _fill_some(
    past: Session, connection: Connection, model: type[Record], some: list[LoggedRecord]
) -> None:
    records = [record for _, record in some]
    insert_rows(connection, chain.from_iterable(make_rows(model, one) for one in records))
    _log(connection, [change for change, _ in some])
    shown = {record.slug: record.model_dump(mode="json") for record in records}
    slugs = {area for found in shown.values() for area in found.get("focus_area_slugs", ())}
    labels = read_labels(past, sorted(slugs))
    type_ = model.__tablename__
    store(
        connection,
        {(type_, slug): compose(type_, found, labels) for slug, found in shown.items()},
    )
