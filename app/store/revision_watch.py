"""The latest revision of the base, cheap enough to read at every request.

On SQLite each read checks whether any connection has committed. On PostgreSQL a thread listens for
new revisions and also polls for them, so that a revision older than a fixed bound is never
reported, even if the connection breaks.
"""

import socket
import threading
from selectors import EVENT_READ, DefaultSelector
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.settings import Settings
from app.store.base_file import BaseConnection
from app.store.engine import is_pooled
from app.store.revisions import RevisionStamp
from app.store.sessions import CHANNEL
from app.store.sqlite_library import sqlite3

# The stamp of a base without any revision.
EMPTY = RevisionStamp(0, "")
# How often the watch looks for the file of the base: that takes 4 µs, too long for each request.
LOOK_SECONDS = 0.005
_LATEST = "SELECT number, created_at FROM revision ORDER BY number DESC LIMIT 1"


class RevisionWatch(Protocol):
    """Reports the latest revision. For use by one thread, as often as needed."""

    def current(self) -> RevisionStamp | None:
        """The latest revision; None if it cannot be determined."""

    def observe(self, revision: int) -> None:
        """Note that a response had this revision: an earlier one is no longer current."""

    def close(self) -> None:
        """Stop watching."""


def make_watch(engine: Engine, settings: Settings) -> RevisionWatch:
    """A watch over the base of the engine; it connects on first use."""
    if engine.dialect.name == "sqlite":
        return SqliteWatch(engine)
    return PostgresqlWatch(engine, settings.cache_staleness_ms / 1_000)


class SqliteWatch:
    """Checks at every call whether the base has changed: takes 2 µs, and is never stale, but for
    LOOK_SECONDS after another base was put at the path.

    `PRAGMA data_version` changes with every commit of another connection, in any process. Not every
    commit creates a revision, so the revision is read again only then."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connection: BaseConnection | None = None
        self.data_version: int | None = None
        # The next time to look whether the base is still at its path.
        self.next_look = 0.0
        self.stamp = EMPTY

    def current(self) -> RevisionStamp | None:
        try:
            self._follow_path()
            if self.connection is None:
                self.connection = self._connect()
                self.cursor = self.connection.cursor()
            (data_version,) = self.cursor.execute("PRAGMA data_version").fetchone()
            if data_version != self.data_version:
                # Read after the data version: a commit in between changes that again.
                self.stamp = _fetch_stamp(self.connection.execute(_LATEST))
                self.data_version = data_version
        except (sqlite3.Error, SQLAlchemyError):
            self.data_version = None
            return None
        return self.stamp

    def observe(self, revision: int) -> None:
        """Does nothing: the next call of `current` reads the base anyway."""

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _follow_path(self) -> None:
        """Close the connection if the base is not at its path any more."""
        now = monotonic()
        if self.connection is None or now < self.next_look:
            return
        self.next_look = now + LOOK_SECONDS
        if not self.connection.has_base():
            self.close()
            self.data_version = None

    def _connect(self) -> BaseConnection:
        pooled = self.engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()
        assert isinstance(connection, BaseConnection)
        # `current` runs in the event loop, which must not block.
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA query_only = ON")
        return connection


class PostgresqlWatch:
    """Reports what a background thread read at most `max_age_seconds` ago.

    A primary announces each revision when it commits (LISTEN). The thread also polls, twice in that
    time: a replica cannot listen, a pooler hands the notification to any of its clients, and a
    connection may break without an error."""

    def __init__(self, engine: Engine, max_age_seconds: float) -> None:
        self.engine = engine
        self.max_age_seconds = max_age_seconds
        # The latest revision that the thread has read, and when the read began.
        self.latest: tuple[RevisionStamp, float] | None = None
        # The highest number passed to `observe`, and when.
        self.observed = (0, 0.0)
        self.stopped = threading.Event()
        # `close` wakes the thread, which waits for notifications, by closing one end of a pair.
        self.wake_sockets: tuple[socket.socket, socket.socket] | None = None
        self.thread: threading.Thread | None = None

    def current(self) -> RevisionStamp | None:
        if self.thread is None:
            self.wake_sockets = socket.socketpair()
            self.thread = threading.Thread(
                target=self._run,
                name="watch",
                daemon=True,
            )
            self.thread.start()
        if self.latest is None:
            return None
        stamp, read_at = self.latest
        if monotonic() - read_at > self.max_age_seconds:
            return None
        number, observed_at = self.observed
        # A read that began later is right about a lower number: the base was replaced.
        if stamp.number < number and read_at < observed_at:
            return None
        return stamp

    def observe(self, revision: int) -> None:
        if revision > self.observed[0]:
            self.observed = (revision, monotonic())

    def close(self) -> None:
        self.stopped.set()
        if self.thread is None or self.wake_sockets is None:
            return
        near, far = self.wake_sockets
        near.close()
        self.thread.join(self.max_age_seconds + 5)
        far.close()

    def _run(self) -> None:
        while not self.stopped.is_set():
            try:
                pooled = self.engine.raw_connection()
                connection: Any = pooled.driver_connection
                pooled.detach()
                with connection:
                    self._follow(connection)
            except (
                Exception
            ):  # Any failure means the same: report no revision, and reconnect.
                self.latest = None
                self.stopped.wait(self.max_age_seconds / 2)

    def _follow(self, connection: Any) -> None:
        connection.rollback()
        connection.autocommit = True
        (is_replica,) = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        can_listen = not is_replica and not is_pooled(connection)
        if can_listen:
            connection.execute(f"LISTEN {CHANNEL}")
        poll_seconds = self.max_age_seconds / 2
        while not self.stopped.is_set():
            read_at = monotonic()
            stamp = _fetch_stamp(connection.execute(_LATEST))
            self.latest = (stamp, read_at)
            if can_listen:
                self._wait_for_notification(connection, poll_seconds)
            else:
                self.stopped.wait(poll_seconds)

    def _wait_for_notification(self, connection: Any, seconds: float) -> None:
        """Wait for a notification: at most `seconds`, and no longer than until `close`."""
        # A notification that came with the last result is in memory, and its socket silent.
        if _read_notifications(connection):
            return
        assert self.wake_sockets is not None
        _, far = self.wake_sockets
        with DefaultSelector() as selector:
            selector.register(connection.fileno(), EVENT_READ)
            selector.register(far, EVENT_READ)
            selector.select(seconds)
        _read_notifications(connection)


def _fetch_stamp(rows: Any) -> RevisionStamp:
    row = rows.fetchone()
    if row is None:
        return EMPTY
    return RevisionStamp(row[0], str(row[1]))


def _read_notifications(connection: Any) -> list[object]:
    """The notifications that have arrived. Raises psycopg's error if the connection is lost."""
    return list(connection.notifies(timeout=0))
