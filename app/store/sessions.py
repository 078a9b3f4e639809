"""Sessions and transactions, reading and writing.

A *read session* sees one snapshot from its first statement to its last. A *write session* holds the
base's write lock from its first statement on, so that writers queue instead of failing, and each
sees the complete work of the one before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.orm import Session

# Any number will do, as long as all writers of a base use the same one.
WRITE_LOCK = 0x436F6D6D
# Execution option of a connection: True for a writing transaction, False for a read-only one.
WRITES = "communique_writes"
# Execution option of an engine: how long a write waits for locks.
LOCK_TIMEOUT_SECONDS = "communique_lock_timeout_seconds"
# The PostgreSQL channel (LISTEN, NOTIFY) on which a new revision is announced.
CHANNEL = "communique"


def begin_transaction(connection: Connection) -> None:
    """Begin the transaction of a session; a write session takes the write lock of the base."""
    writes = connection.get_execution_options().get(WRITES)
    if connection.dialect.name == "sqlite":
        read_only = "ON" if writes is False else "OFF"
        connection.connection.cursor().execute(f"PRAGMA query_only = {read_only}")
        # A deferred transaction that begins to write fails at once if another writer was first.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        _limit_waiting(connection)
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")


def _limit_waiting(connection: Connection) -> None:
    # Of the transaction, not of the connection, which a pooler shares with other clients.
    seconds = connection.get_execution_options()[LOCK_TIMEOUT_SECONDS]
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{seconds}s'")


def read_session(engine: Engine) -> Session:
    """A read-only session whose statements all see one state of the base."""
    options: dict[str, Any] = {WRITES: False}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return Session(engine.execution_options(**options), autoflush=False)


def write_session(engine: Engine) -> Session:
    """A session that waits for the write lock of the base and holds it until it commits.

    Its objects can still be read after the commit."""
    options = _write_options(engine.dialect)
    return Session(
        engine.execution_options(**options), autoflush=False, expire_on_commit=False
    )


def _write_options(dialect: Dialect) -> dict[str, Any]:
    # On PostgreSQL each statement must see what was committed while this one waited for the lock,
    # whatever the server's default isolation is.
    if dialect.name == "postgresql":
        return {WRITES: True, "isolation_level": "READ COMMITTED"}
    return {WRITES: True}


@contextmanager
def take_write_lock(connection: Connection) -> Iterator[None]:
    """A transaction that waits for the write lock and holds it; commits unless the block raises."""
    connection.execution_options(**_write_options(connection.dialect))
    with connection.begin():
        yield


@contextmanager
def write_unlogged(engine: Engine) -> Iterator[Connection]:
    """A short transaction outside the log.

    On SQLite it never waits: it raises OperationalError if another writer holds the lock. On
    PostgreSQL it waits only for writers of the same rows."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execution_options(**{WRITES: True})
            with _without_waiting(connection), connection.begin():
                yield connection
        else:
            with connection.begin():
                _limit_waiting(connection)
                yield connection


@contextmanager
def _without_waiting(connection: Connection) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    (busy_timeout,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {busy_timeout}")


def holds_write_lock(session: Session) -> bool:
    """Whether the session came from `write_session`."""
    return bool(session.connection().get_execution_options().get(WRITES))


def notify_revision(session: Session) -> None:
    """Announce a new revision when the session commits; on SQLite, readers see it by themselves."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(f"NOTIFY {CHANNEL}")
