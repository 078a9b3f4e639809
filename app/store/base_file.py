"""The file of a SQLite base: does a connection still have the file that is at the path?

A file that is removed or replaced while a connection has it open stays open, and SQLite goes on
writing into it: what is written there is lost. So a connection remembers which files it has opened,
and compares them before and after each commit. A read goes on with the file that is at the path by
then; a file that is missing is not created again.
"""

import os
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakSet

from app.store.ownership import SQLITE_TABLES, describe_foreign
from app.store.sqlite_library import sqlite3

# Pages that a connection keeps. SQLite's own 2 MB hold little of an index: a new query took a sixth
# longer with them.
CACHE_KIB = 8_000
LOG_SUFFIXES = ("-wal", "-shm")
# Device and inode of a file. None: there is no file at the path.
FileId = tuple[int, int] | None

MISSING = "The file of the base is missing. Try again in a moment."
NOT_WRITTEN = (
    "The file of the base was removed or replaced while it was in use. Nothing was written. "
    "Try again in a moment."
)
UNCERTAIN = (
    "The file of the base was removed or replaced while this was written, so it may be lost. "
    "Read it again before you repeat it."
)
LOG_MISSING = (
    "The write-ahead log of the base was removed or replaced while it was in use. It is not opened "
    "again before the server is started again."
)


class BaseFileChanged(sqlite3.OperationalError):
    """The file of the base is not the one that was opened. Clients see the message, so it names no
    path."""


def identify(path: str) -> FileId:
    """Which file is at the path, behind any symbolic links."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


class BaseConnection(sqlite3.Connection):
    """A connection that commits only to the files that are at the paths of its base."""

    path: str
    # None: not open, or not yet.
    file_id: FileId = None
    # The file behind any symbolic links.
    real_path: str
    real_id: FileId
    # The write-ahead log and its index, by path.
    log_ids: dict[str, FileId]
    is_read_only: bool = False
    # Of a base that SQLite takes for unchangeable: what would show that it was changed after all.
    frozen_state: tuple[int, ...] | None = None

    def remember_files(self, path: str) -> None:
        """Note which files are at the paths, now that the connection has opened them."""
        self.path = path
        self.file_id = identify(path)
        self.real_path = os.path.realpath(path)
        self.real_id = identify(self.real_path)
        self.log_ids = {}
        for suffix in LOG_SUFFIXES:
            log_path = self.real_path + suffix
            self.log_ids[log_path] = identify(log_path)

    def has_base(self) -> bool:
        """Whether the base at the path is the one that is open."""
        if self.file_id is None or identify(self.path) != self.file_id:
            return False
        return self.frozen_state is None or self.frozen_state == _read_state(self.path)

    def has_log(self) -> bool:
        """Whether the write-ahead log and its index, too, are those that are open."""
        if identify(self.real_path) != self.real_id:
            return False
        for path, file_id in list(self.log_ids.items()):
            current_id = identify(path)
            if file_id is None:
                # SQLite makes the log of a new base with its first write.
                self.log_ids[path] = current_id
            elif current_id != file_id:
                return False
        return True

    def _leave_if_moved(self) -> None:
        if self.file_id is not None and not self.has_base():
            self._leave_base()

    def _leave_base(self) -> None:
        """Complete a base that is not at its path any more.

        SQLite would apply a log that stays behind to the base that is at the path by then, so it
        is removed."""
        with suppress(sqlite3.Error):
            self.execute("PRAGMA wal_checkpoint(PASSIVE)")
        if identify(self.path) is not None and not self.is_read_only:
            for path in self.log_paths_left():
                os.unlink(path)

    def log_paths_left(self) -> list[str]:
        """The paths at which there are this connection's log and index."""
        paths = []
        for path, file_id in self.log_ids.items():
            if file_id is not None and identify(path) == file_id:
                paths.append(path)
        return paths

    def commit(self) -> None:
        """Commit. Raises BaseFileChanged before, or after it: then nobody knows what was kept."""
        if not self.in_transaction:
            return
        self.require_files(NOT_WRITTEN)
        super().commit()
        try:
            self.require_files(UNCERTAIN)
        except BaseFileChanged:
            self._leave_if_moved()
            raise

    def require_files(self, message: str) -> None:
        """Raise BaseFileChanged with this message unless all files at the paths are those that are
        open."""
        if not self.has_base() or not self.has_log():
            raise BaseFileChanged(message)

    def close(self) -> None:
        """Close; without effect on a connection that is closed."""
        self._leave_if_moved()
        super().close()
        self.file_id = None


class BaseFile:
    """The file of one engine, which all its connections open."""

    def __init__(self, path: str, *, may_create: bool) -> None:
        self.path = path
        self.may_create = may_create
        self.connections: WeakSet[BaseConnection] = WeakSet()
        self.connections_lock = Lock()

    def open(self, **options: Any) -> BaseConnection:
        """A new connection. Only the first one may create the file.

        Raises BaseFileChanged if the file or its write-ahead log is missing."""
        file_id = identify(self.path)
        if file_id is None and not self.may_create:
            raise BaseFileChanged(MISSING)
        self._check_logs(file_id)
        connection = self._connect(options)
        try:
            _set_up(connection)
            connection.remember_files(self.path)
        except BaseException:
            connection.close()
            raise
        if file_id not in (None, connection.file_id):
            connection.close()
            raise BaseFileChanged(MISSING)
        self.may_create = False
        with self.connections_lock:
            self.connections.add(connection)
        return connection

    def _check_logs(self, file_id: FileId) -> None:
        """A connection that opened another log than the others, or the log of another base, would
        damage the base."""
        with self.connections_lock:
            connections = list(self.connections)
        for connection in connections:
            if connection.file_id == file_id and not connection.has_log():
                raise BaseFileChanged(LOG_MISSING)
            if connection.file_id not in (file_id, None) and connection.log_paths_left():
                raise BaseFileChanged(NOT_WRITTEN)

    def _connect(self, options: dict[str, Any]) -> BaseConnection:
        frozen_state = None
        is_read_only = os.path.exists(self.path) and not _may_write(self.path)
        if not is_read_only:
            parameters = "mode=rwc" if self.may_create else "mode=rw"
        elif _has_log(self.path):
            parameters = "mode=ro"
        else:
            # SQLite cannot make its log here, and needs none for a base that does not change.
            parameters = "mode=ro&immutable=1"
            frozen_state = _read_state(self.path)
        address = f"{Path(self.path).as_uri()}?{parameters}"
        connection = sqlite3.connect(address, uri=True, factory=BaseConnection, **options)
        assert isinstance(connection, BaseConnection)
        connection.is_read_only = is_read_only
        connection.frozen_state = frozen_state
        return connection


def _may_write(path: str) -> bool:
    """Whether a base can be written: SQLite makes its log in the folder of the file."""
    real_path = os.path.realpath(path)
    folder = os.path.dirname(real_path)
    return os.access(real_path, os.W_OK) and os.access(folder, os.W_OK)


def _has_log(path: str) -> bool:
    """Whether another process has the base open, or has left without closing it."""
    return os.path.exists(f"{os.path.realpath(path)}-wal")


def _read_state(path: str) -> tuple[int, ...]:
    status = os.stat(path)
    return status.st_mtime_ns, status.st_size, _has_log(path)


def _set_up(connection: BaseConnection) -> None:
    # Before the first pragma, which would change the file.
    tables = [name for (name,) in connection.execute(SQLITE_TABLES)]
    reason = describe_foreign(tables)
    if reason is not None:
        raise sqlite3.DatabaseError(reason)
    # The driver would begin transactions for writes only; `begin_transaction` does for reads too.
    connection.isolation_level = None
    if not connection.is_read_only:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
