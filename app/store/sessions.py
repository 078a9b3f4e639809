"""Sessions and transactions, reading and writing.

A *read session* sees one snapshot from its first statement to its last. A *write session* holds the
base's write lock from its first statement on, so that writers queue instead of failing, and each
sees the complete work of the one before.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from app.store.slow_reads import begin_read, end_read

Result = TypeVar("Result")

# Any number will do, as long as all writers of a base use the same one.
WRITE_LOCK = 0x436F6D6D
# Execution option of a connection: True for a writing transaction, False for a read-only one.
WRITES = "communique_writes"
# Execution option of an engine: how long a write waits for locks.
LOCK_TIMEOUT_SECONDS = "communique_lock_timeout_seconds"
# Item of the `info` of a write session: how many records may change.
MAX_CHANGES = "max_changes"
# The PostgreSQL channel (LISTEN, NOTIFY) on which a new revision is announced.
CHANNEL = "communique"


class ReadSession(Session):
    """A read-only session whose statements all see one state of the base.

    It has a connection of the driver in a transaction, on which `app.store.statements` runs what is
    run often. For any other statement it opens a connection of SQLAlchemy in the same transaction,
    which takes longer than most statements."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(autoflush=False)
        self.engine = engine
        self._pooled: PoolProxiedConnection | None = None
        self._connection: Connection | None = None
        # What `once` has read in the transaction.
        self.results: dict[Hashable, Any] = {}

    @property
    def pooled(self) -> PoolProxiedConnection:
        """The connection of the driver, in a read-only transaction.

        Raises DBAPIError if the base cannot be reached."""
        if self._pooled is None:
            try:
                self._pooled = self.engine.raw_connection()
                _begin_reading(self.engine.dialect, self._pooled)
            except self.engine.dialect.loaded_dbapi.Error as error:
                raise _translate(self.engine, error, self._pooled) from error
        return self._pooled

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """The connection of SQLAlchemy in the same transaction."""
        if self._connection is None:
            connection = Connection(self.engine, connection=self.pooled)
            self._connection = connection.execution_options(**{WRITES: False})
            self._connection.begin()
        return self._connection

    def close(self) -> None:
        """End the transaction, and return the connection to the pool."""
        super().close()
        self.results.clear()
        pooled, connection = self._pooled, self._connection
        self._pooled = self._connection = None
        if pooled is not None:
            _end_reading(self.engine.dialect, pooled)
        if connection is not None:
            connection.close()
        elif pooled is not None:
            pooled.close()


def _begin_reading(dialect: Dialect, pooled: PoolProxiedConnection) -> None:
    driver: Any = pooled.driver_connection
    if dialect.name == "sqlite":
        set_query_only(pooled, True)
        driver.execute("BEGIN")
        begin_read(driver)
    else:
        # psycopg begins the transaction so with the first statement.
        dialect.set_isolation_level(driver, "REPEATABLE READ")
        driver.read_only = True


def _end_reading(dialect: Dialect, pooled: PoolProxiedConnection) -> None:
    driver: Any = pooled.driver_connection
    if dialect.name == "sqlite":
        end_read(driver)
    elif pooled.is_valid and not driver.closed:
        driver.rollback()
        driver.read_only = None
        dialect.reset_isolation_level(driver)


def set_query_only(pooled: PoolProxiedConnection, query_only: bool) -> None:
    """Let a connection of SQLite write, or not.

    Only if it could not, or could, before: the pragma makes SQLite prepare all statements of the
    connection again."""
    if pooled.info.get("query_only") != query_only:
        pooled.cursor().execute(f"PRAGMA query_only = {'ON' if query_only else 'OFF'}")
        pooled.info["query_only"] = query_only


def begin_transaction(connection: Connection) -> None:
    """Begin the transaction of SQLAlchemy's connection; one for writing takes the write lock of the
    base, and for reading, `ReadSession` has begun it."""
    writes = connection.get_execution_options().get(WRITES)
    if writes is False:
        return
    if connection.dialect.name == "sqlite":
        set_query_only(connection.connection, False)
        # A deferred transaction that begins to write fails at once if another writer was first.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        _limit_waiting(connection)
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")


def _limit_waiting(connection: Connection) -> None:
    # Of the transaction, not of the connection, which a pooler shares with other clients.
    seconds = connection.get_execution_options()[LOCK_TIMEOUT_SECONDS]
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{seconds}s'")


def read_session(engine: Engine) -> ReadSession:
    """A read-only session whose statements all see one state of the base."""
    return ReadSession(engine)


def once(session: Session, key: Hashable, read: Callable[[], Result]) -> Result:
    """The result of `read`. A read session sees one state of the base, so it calls `read` once for
    each key; any other session calls it each time. Nobody may change the result."""
    if not isinstance(session, ReadSession):
        return read()
    if key not in session.results:
        session.results[key] = read()
    return cast(Result, session.results[key])


def engine_of(session: Session) -> Engine:
    """The engine of a session."""
    if isinstance(session, ReadSession):
        return session.engine
    return session.get_bind().engine


def dialect_of(session: Session) -> Dialect:
    """The dialect of the base of a session."""
    return engine_of(session).dialect


def _pooled_of(session: Session) -> PoolProxiedConnection:
    if isinstance(session, ReadSession):
        return session.pooled
    return session.connection().connection


def run_sql(session: Session, sql: str, values: Any) -> list[Any]:
    """The rows of a statement that the driver runs in the transaction of the session.

    Raises DBAPIError, as SQLAlchemy does."""
    pooled = _pooled_of(session)
    driver: Any = pooled.driver_connection
    try:
        rows: list[Any] = driver.execute(sql, values).fetchall()
    except engine_of(session).dialect.loaded_dbapi.Error as error:
        raise _translate(engine_of(session), error, pooled) from error
    return rows


def _translate(
    engine: Engine, error: Any, pooled: PoolProxiedConnection | None
) -> BaseException:
    """The error of the driver as SQLAlchemy's. A broken connection leaves the pool."""
    dialect = engine.dialect
    driver: Any = None if pooled is None else pooled.driver_connection
    is_disconnect = dialect.is_disconnect(error, driver, None)
    if is_disconnect and pooled is not None:
        pooled.invalidate(error)
    translated: BaseException = DBAPIError.instance(
        None,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_disconnect,
        dialect=dialect,
    )
    return translated


def write_session(engine: Engine, *, max_changes: int | None = None) -> Session:
    """A session that waits for the write lock of the base and holds it until it commits.

    Its objects can still be read after the commit. `max_changes` is how many records may change,
    None for any number."""
    options = _write_options(engine.dialect)
    return Session(
        engine.execution_options(**options),
        autoflush=False,
        expire_on_commit=False,
        info={MAX_CHANGES: max_changes},
    )


def read_max_changes(session: Session) -> int | None:
    """How many records may change in a write session; None for any number."""
    max_changes: int | None = session.info.get(MAX_CHANGES)
    return max_changes


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
    if dialect_of(session).name == "postgresql":
        session.connection().exec_driver_sql(f"NOTIFY {CHANNEL}")
