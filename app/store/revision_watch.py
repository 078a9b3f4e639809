"""At which revision is the base, asked at every request?

SQLite says at once whether anybody committed since it was asked last. PostgreSQL is not asked: a
thread listens for revisions, and asks from time to time, so that what it says is never older than a
bound, whatever becomes of the connection.
"""

import sqlite3
import threading
from collections.abc import Iterable
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.settings import Settings
from app.store.revisions import RevisionStamp
from app.store.sessions import CHANNEL

NOTHING = RevisionStamp(0, "")
_LATEST = "SELECT number, created_at FROM revision ORDER BY number DESC LIMIT 1"


class RevisionWatch(Protocol):
    """Knows the latest revision. For one thread, which may ask as often as it likes."""

    def current(self) -> RevisionStamp | None:
        """The latest revision; None if it is not known well enough."""

    def learn(self, revision: int) -> None:
        """Somebody has seen this revision: no earlier one is current."""

    def close(self) -> None:
        """End it."""


def make_watch(engine: Engine, settings: Settings) -> RevisionWatch:
    """A watch over the base of the engine; it connects when it is first asked."""
    if engine.dialect.name == "sqlite":
        return SqliteWatch(engine)
    return PostgresqlWatch(engine, settings.cache_staleness_ms / 1_000)


class SqliteWatch:
    """Asks SQLite whether the base changed, at every question: 2 µs, and never stale.

    `PRAGMA data_version` moves with every commit of any other connection, of any process; many of
    these make no revision, so the revision is read when it moves."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connection: sqlite3.Connection | None = None
        self.version: int | None = None
        self.mark = NOTHING

    def current(self) -> RevisionStamp | None:
        try:
            if self.connection is None:
                self.connection = self._connect()
                self.cursor = self.connection.cursor()
            (version,) = self.cursor.execute("PRAGMA data_version").fetchone()
            if version != self.version:
                # After the version: what is committed in between moves it again.
                self.mark = _read(self.connection.execute(_LATEST))
                self.version = version
        except (sqlite3.Error, SQLAlchemyError):
            self.version = None
            return None
        return self.mark

    def learn(self, revision: int) -> None:
        """Nothing to learn: the next question is asked of the base."""

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _connect(self) -> sqlite3.Connection:
        pooled = self.engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()
        assert isinstance(connection, sqlite3.Connection)
        # Whoever asks has no time to wait.
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA query_only = ON")
        return connection


class PostgresqlWatch:
    """Knows what the base said no longer than `bound` seconds ago.

    A primary tells of each revision when it is committed (LISTEN). It is asked besides, twice in
    the bound: a replica cannot tell, and a connection may be broken without a word."""

    def __init__(self, engine: Engine, bound: float) -> None:
        self.engine = engine
        self.bound = bound
        # What it was, and when that was asked; what somebody saw, and when.
        self.known: tuple[RevisionStamp, float] | None = None
        self.seen = (0, 0.0)
        self.ended = threading.Event()
        self.thread: threading.Thread | None = None

    def current(self) -> RevisionStamp | None:
        if self.thread is None:
            self.thread = threading.Thread(target=self._run, name="watch", daemon=True)
            self.thread.start()
        if self.known is None:
            return None
        mark, asked_at = self.known
        revision, seen_at = self.seen
        outdated = mark.number < revision and asked_at < seen_at
        return None if outdated or monotonic() - asked_at > self.bound else mark

    def learn(self, revision: int) -> None:
        if revision > self.seen[0]:
            self.seen = (revision, monotonic())

    def close(self) -> None:
        self.ended.set()
        if self.thread is not None:
            self.thread.join(self.bound + 5)

    def _run(self) -> None:
        while not self.ended.is_set():
            try:
                pooled = self.engine.raw_connection()
                connection: Any = pooled.driver_connection
                pooled.detach()
                with connection:
                    self._follow(connection)
            except Exception:  # Whatever it was: nothing is known until it is over.
                self.known = None
                self.ended.wait(self.bound / 2)

    def _follow(self, connection: Any) -> None:
        connection.rollback()
        connection.autocommit = True
        (is_replica,) = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        if not is_replica:
            connection.execute(f"LISTEN {CHANNEL}")
        while not self.ended.is_set():
            begun = monotonic()
            self.known = (_read(connection.execute(_LATEST)), begun)
            if is_replica:
                self.ended.wait(self.bound / 2)
            else:
                _wait_for_notification(connection.notifies(timeout=self.bound / 2, stop_after=1))


def _read(rows: Any) -> RevisionStamp:
    row = rows.fetchone()
    return RevisionStamp(row[0], str(row[1])) if row is not None else NOTHING


def _wait_for_notification(some: Iterable[object]) -> None:
    for _ in some:
        pass
