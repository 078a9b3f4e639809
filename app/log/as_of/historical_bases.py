"""Historical bases: SQLite bases built from the log, from which `as_of` is served.

A historical base holds what the base held at a revision: records, parts, search documents, and the
part of the log that responses read. So queries know nothing of `as_of`: the same statements run on
a historical base as on the current one. A historical base of a PostgreSQL base is in SQLite too,
and ranks as SQLite does.

Each is a file of its own, shared by all requests of a process; the least recently used is removed
first. The folder of the files is removed on close. If the process is killed, its folder stays
behind in the system's temporary folder, for the system's cleaner.
"""

import os
import shutil
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.orm import Session

from app.errors import CannotLookBack
from app.log.past_records import count_past_records, read_past_deletions, stream_past_records
from app.queries.labels import read_labels
from app.schemas.read import DocumentRead, RecordRead
from app.settings import Settings
from app.store.columns import CHUNK_ROWS, chunks
from app.store.document_texts import copy_texts, with_beginning
from app.store.engine import make_engine
from app.store.fulltext import MAX_INDEXED_CHARACTERS, compose, store
from app.store.models import RECORDS, Base, LogEntry, Record, Revision
from app.store.revisions import RevisionStamp
from app.store.rows import Row, insert_rows, make_rows
from app.store.schema import migrate
from app.store.sessions import read_session, write_session

# Revisions have few columns, so many of them fit into one statement's memory.
_REVISIONS_CHUNK_ROWS = 10_000


@dataclass
class HistoricalBase:
    """A base as it was at a revision. It is not removed while it has `users`."""

    engine: Engine
    file: Path
    users: int = 0


class HistoricalBases:
    """The historical bases of one process. Not thread-safe: requests take `as_of_lock`
    (`app.http.services`) to open or trim."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
    ) -> None:
        self.engine = engine
        self.settings = settings
        # The least recently used first.
        self.bases: OrderedDict[RevisionStamp, HistoricalBase] = OrderedDict()
        self.folder: Path | None = None

    @property
    def has_too_many(self) -> bool:
        """Whether there are more than the settings allow, because some were in use."""
        return len(self.bases) > self.settings.as_of_bases

    def trim(self) -> None:
        """Remove unused bases down to the number that the settings allow."""
        self._remove_unused(self.settings.as_of_bases)

    def open(self, stamp: RevisionStamp) -> HistoricalBase:
        """The base as it was at the revision, built unless it exists.

        Raises CannotLookBack if it had too many records."""
        if stamp not in self.bases:
            # Before building, so that the disk holds no more files than the settings allow.
            self._remove_unused(self.settings.as_of_bases - 1)
            self.bases[stamp] = self._build(stamp.number)
        self.bases.move_to_end(stamp)
        return self.bases[stamp]

    def close(self) -> None:
        """Remove all of them, and their folder."""
        self._remove_unused(0)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def _remove_unused(self, max_bases: int) -> None:
        for stamp, base in list(self.bases.items()):
            if len(self.bases) <= max_bases:
                return
            if base.users == 0:
                del self.bases[stamp]
                base.engine.dispose()
                for suffix in ("", "-wal", "-shm"):
                    Path(f"{base.file}{suffix}").unlink(missing_ok=True)

    def _build(self, revision: int) -> HistoricalBase:
        with read_session(self.engine) as session:
            self._require_small(session, revision)
            file = self._copy_empty_base(revision)
            engine = make_engine(Settings(database_url=f"sqlite:///{file}"))
            try:
                with _fast_write_session(engine) as target:
                    copy_revision(session, revision, target)
            except BaseException:
                engine.dispose()
                file.unlink(missing_ok=True)
                raise
        return HistoricalBase(engine, file)

    def _require_small(
        self,
        session: Session,
        revision: int,
    ) -> None:
        records = count_past_records(session, revision)
        max_records = self.settings.as_of_max_records
        if records > max_records:
            detail = (
                f"The base had {records} records at revision {revision}; this server builds "
                f"historical bases of at most {max_records} (COMMUNIQUE_AS_OF_MAX_RECORDS)."
            )
            raise CannotLookBack.at(detail, parameter="as_of")

    def _copy_empty_base(self, revision: int) -> Path:
        """A new file with an empty base. Migrating takes longer than copying, so one empty base is
        migrated and then copied."""
        if self.folder is None:
            self.folder = Path(mkdtemp(prefix="communique-as-of-"))
        empty = self.folder / "empty.db"
        if not empty.exists():
            engine = make_engine(Settings(database_url=f"sqlite:///{empty}"))
            migrate(engine)
            engine.dispose()
        # The revision may be built again while requests still read its removed file.
        file = self.folder / f"{revision}-{os.urandom(4).hex()}.db"
        shutil.copy(empty, file)
        return file


@contextmanager
def _fast_write_session(engine: Engine) -> Iterator[Session]:
    """A session that fills a new base. No other process sees it, and a crash may lose it."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -65536"):
            driver.execute(f"PRAGMA {pragma}")
    with write_session(engine) as session:
        yield session
        session.commit()
    # The pragmas belong to the connection, not to the file.
    engine.dispose()


def copy_revision(
    source: Session,
    revision: int,
    target: Session,
) -> None:
    """Copy what the source held at the revision into the empty base of the target."""
    connection = target.connection()
    revisions = select(Revision.__table__).where(Revision.number <= revision)
    rows = source.execute(revisions).mappings()
    for chunk in rows.partitions(_REVISIONS_CHUNK_ROWS):
        connection.execute(insert(Revision), [dict(row) for row in chunk])
    # Focus areas come before the records that name them, whose search documents hold their labels.
    for model in RECORDS:
        logged = stream_past_records(source, revision, model.__tablename__)
        while batch := list(islice(logged, CHUNK_ROWS)):
            records = [record for _, record in batch]
            _insert_entries(connection, [entry for entry, _ in batch])
            _copy_texts(source, connection, records)
            insert_records(connection, model, records)
            _index_records(target, model, records)
    # A deleted record is 410 Gone and not 404: its deletion says so.
    _insert_entries(connection, list(read_past_deletions(source, revision)))


def _copy_texts(
    source: Session,
    connection: Connection,
    records: Sequence[RecordRead],
) -> None:
    digests = []
    for record in records:
        if isinstance(record, DocumentRead) and record.text_length is not None:
            digests.append(record.sha256)
    copy_texts(source.connection(), connection, digests)


def _insert_entries(connection: Connection, entries: Sequence[LogEntry]) -> None:
    names = [column.name for column in LogEntry.__table__.columns]
    rows = []
    for entry in entries:
        rows.append({name: getattr(entry, name) for name in names})
    for chunk in chunks(rows):
        connection.execute(insert(LogEntry), chunk)


def insert_records(
    connection: Connection,
    model: type[Record],
    records: Sequence[RecordRead],
) -> None:
    """Insert the rows of the records and of their parts."""
    rows: list[tuple[type[Base], Row]] = []
    for record in records:
        rows.extend(make_rows(model, record))
    insert_rows(connection, rows)


def _index_records(
    session: Session,
    model: type[Record],
    records: Sequence[RecordRead],
) -> None:
    type_ = model.__tablename__
    documents = [record.model_dump(mode="json") for record in records]
    areas: set[str] = set()
    for document in documents:
        areas.update(document.get("focus_area_slugs", ()))
    labels = read_labels(session, sorted(areas))
    texts = {}
    for document in documents:
        described = with_beginning(session, document, MAX_INDEXED_CHARACTERS)
        texts[type_, document["slug"]] = compose(type_, described, labels)
    store(session.connection(), texts)
