"""How does a process talk to its base: engines, transactions, migrations?

A *reading* session sees one snapshot from its first statement to its last. A *writing* session
holds the base's write lock from its first statement on, so that writers queue instead of failing
and each sees the whole work of the one before.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from pydantic_core import from_json
from sqlalchemy import Connection, DateTime, Dialect, Engine, String, create_engine, event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.errors import CannotStart, Unavailable
from app.settings import Settings, shipped

# Any number will do, as long as every writer of a base asks for the same one.
WRITE_LOCK = 0x436F6D6D

# SQLite takes 32,766 variables in a statement at most; PostgreSQL plans short lists faster.
CHUNK = 500

# Where PostgreSQL tells that there is a new revision.
CHANNEL = "communique"

_WRITES = "communique_writes"


V = TypeVar("V")


class UTCDateTime(TypeDecorator[datetime]):
    """An instant in UTC. SQLite drops offsets, so a naive value is refused rather than guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def text_key(length: int | None = None) -> TypeEngine[str]:
    """Text that is a key or a sort column: ordered by code point on both engines."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def chunks(values: Sequence[V]) -> Iterator[Sequence[V]]:
    """The values, as many at a time as a statement should take."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


# Made once: `json.dumps` would make an encoder for each value.
_dump_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def make_engine(settings: Settings) -> Engine:
    """An engine for the base that the settings name; it connects when first used.

    Raises CannotStart for a URL that cannot work."""
    url = _checked_url(settings.database_url)
    options: dict[str, Any] = {"pool_size": settings.pool_size, "max_overflow": 0}
    options["json_serializer"] = _dump_json
    options["json_deserializer"] = from_json
    # What is written and asked for is in no error, and so in no log.
    options["hide_parameters"] = True
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": settings.lock_timeout_seconds}
    else:
        # What the URL itself says stands.
        given = f"-c lock_timeout={settings.lock_timeout_seconds}s {url.query.get('options', '')}"
        timeout = url.query.get("connect_timeout", "10")
        options["connect_args"] = {"options": given, "connect_timeout": timeout}
        options["pool_pre_ping"] = True
    try:
        engine = create_engine(url, **options)
    except ModuleNotFoundError as error:
        raise CannotStart(
            f"{show_url(url)} needs {error.name}: pip install 'communique[postgresql]'."
        ) from None
    event.listen(engine, "begin", _begin)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "checkin", _end_transaction)
    return engine


def _checked_url(text: str) -> URL:
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        # Not shown: there may be a password in it.
        raise CannotStart(
            "COMMUNIQUE_DATABASE_URL is not a database URL such as sqlite:///communique.db or "
            "postgresql+psycopg://user@host/base."
        ) from None
    if url.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise CannotStart(
            f"COMMUNIQUE_DATABASE_URL names {url.drivername!r}. "
            "Use sqlite:///FILE or postgresql+psycopg://…."
        )
    database = url.database or ":memory:"
    if url.get_backend_name() == "sqlite" and (
        database.startswith((":memory:", "file:")) or url.query
    ):
        raise CannotStart(
            f"COMMUNIQUE_DATABASE_URL={show_url(url)} is not a plain file; a base in memory is "
            "seen by one connection only. Name a file: sqlite:///communique.db."
        )
    return url


def show_url(url: URL) -> str:
    """The URL as it may be printed: without what may be a password."""
    secret = [name for name in url.query if "pass" in name.lower()]
    return url.difference_update_query(secret).render_as_string(hide_password=True)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin a transaction before writes only; `_begin` does it before reads too.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _end_transaction(connection: Any, _record: object) -> None:
    # A commit that a deferred constraint refuses leaves SQLite's transaction open, and the pool
    # takes it for ended.
    if connection is not None and connection.in_transaction:
        connection.rollback()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    if connection.dialect.name == "sqlite":
        reads_only = "ON" if writes is False else "OFF"
        connection.connection.cursor().execute(f"PRAGMA query_only = {reads_only}")
        # A deferred transaction that turns to writing fails at once if another writer came first.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")


def reading(engine: Engine) -> Session:
    """A session whose statements all see one state of the base, and which cannot write."""
    snapshot: dict[str, Any] = {_WRITES: False}
    if engine.dialect.name == "postgresql":
        snapshot |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return Session(engine.execution_options(**snapshot), autoflush=False)


def writing(engine: Engine) -> Session:
    """A session that waits for the write lock of the base and holds it until it commits.

    What was written can still be read from it after the commit."""
    options = _write_options(engine.dialect)
    return Session(engine.execution_options(**options), autoflush=False, expire_on_commit=False)


def _write_options(dialect: Dialect) -> dict[str, Any]:
    # On PostgreSQL each statement must see what was committed while this one waited for the lock,
    # whatever the server's default is.
    if dialect.name == "postgresql":
        return {_WRITES: True, "isolation_level": "READ COMMITTED"}
    return {_WRITES: True}


@contextmanager
def take_write_lock(connection: Connection) -> Iterator[None]:
    """A transaction that waits for the write lock and holds it; commits unless the block raises."""
    connection.execution_options(**_write_options(connection.dialect))
    with connection.begin():
        yield


@contextmanager
def fleeting(engine: Engine) -> Iterator[Connection]:
    """A small write that is no part of what the base says. On SQLite it raises OperationalError if
    another writer is at work; on PostgreSQL it waits for nobody but who writes the same row."""
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        driver = connection.connection.driver_connection
        assert driver is not None
        waits = driver.execute("PRAGMA busy_timeout").fetchone()[0] if sqlite else 0
        if sqlite:
            driver.execute("PRAGMA busy_timeout = 0")
            connection.execution_options(**{_WRITES: True})
        try:
            with connection.begin():
                yield connection
        finally:
            if sqlite:
                driver.execute(f"PRAGMA busy_timeout = {waits}")


def holds_write_lock(session: Session) -> bool:
    """Whether the session came from `writing`."""
    return bool(session.connection().get_execution_options().get(_WRITES))


def announce(session: Session) -> None:
    """Tell whoever watches that there is a new revision, when it is committed; SQLite's watchers
    see it by themselves."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(f"NOTIFY {CHANNEL}")


def migrate(engine: Engine) -> None:
    """Bring the base to this version's schema; all of it or nothing.

    Raises CannotStart if the base is newer than this software, Unavailable if it cannot be
    reached or written."""
    with _named_failures(engine), engine.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        if _current_revision(connection) == _head_revision():
            return
        connection.rollback()
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            if "Can't locate revision" not in str(error):
                raise
            raise CannotStart(
                f"{show_url(engine.url)} was written by a newer Communiqué (its schema is "
                f"{_current_revision(connection)}). Update the software."
            ) from None


def require_schema(engine: Engine) -> None:
    """Raise CannotStart unless the base has this version's schema; create and change nothing."""
    stored = _stored_revision(engine)
    if stored is None:
        raise CannotStart(f"{show_url(engine.url)} does not exist. Load a bundle into it first.")
    if stored != _head_revision():
        raise CannotStart(
            f"{show_url(engine.url)} does not have this version's schema. "
            "Run `communique migrate` with the newest software."
        )


def has_schema(engine: Engine) -> bool:
    """Whether there is a base at all, of whatever version."""
    return _stored_revision(engine) is not None


def _stored_revision(engine: Engine) -> str | None:
    """The migration that the base is at; does not create a file to find out."""
    if engine.dialect.name == "sqlite" and not os.path.exists(engine.url.database or ""):
        return None
    with _named_failures(engine), engine.connect() as connection:
        return _current_revision(connection)


def alembic_config() -> Config:
    """Alembic's configuration for the migrations that come with the software."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def _head_revision() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def _current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _named_failures(engine: Engine) -> Iterator[None]:
    """Turn what a driver says of an unreachable or unwritable base into one clear line."""
    try:
        yield
    except exc.DatabaseError as error:
        raise Unavailable(describe_failure(engine.url, error)) from None


def describe_failure(url: URL, error: exc.DBAPIError) -> str:
    """One line that says which base failed, how, and what to look at."""
    reason = " ".join(str(error.orig).split())
    if url.get_backend_name() != "sqlite":
        return f"{show_url(url)} does not answer: {reason}"
    folder = os.path.dirname(os.path.abspath(url.database or ""))
    if not os.access(folder, os.W_OK):
        return f"{show_url(url)} cannot be opened: {folder} is no folder that may be written."
    return f"{show_url(url)} cannot be used: {reason}."
