"""Engines: which base does a process talk to, and what is said when it cannot?"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Engine, create_engine, event, exc
from sqlalchemy.engine import URL, make_url

from app.errors import CannotStart, Unavailable
from app.schemas.overview import DatabaseLibrary
from app.settings import Settings
from app.store.base_file import BaseConnection, BaseFile
from app.store.sessions import LOCK_TIMEOUT_SECONDS, begin_transaction
from app.store.slow_reads import watch
from app.store.sqlite_library import LIBRARY, VERSION, sqlite3

# Built once: `json.dumps` would build an encoder for each value.
_dump_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def make_engine(settings: Settings, *, may_create: bool = True) -> Engine:
    """An engine for the base that the settings name; it connects on first use, and may then create
    the file of a SQLite base.

    Raises CannotStart for a URL that cannot work."""
    url = _check_url(settings.database_url)
    try:
        engine = create_engine(
            url,
            pool_size=settings.pool_size,
            max_overflow=0,
            # The connection that was used last has the most of the base in its cache.
            pool_use_lifo=True,
            json_serializer=_dump_json,
            json_deserializer=from_json,
            # Keeps values out of errors, and so out of the server's log.
            hide_parameters=True,
            execution_options={LOCK_TIMEOUT_SECONDS: settings.lock_timeout_seconds},
            **_connection_options(url, settings.lock_timeout_seconds),
        )
    except ModuleNotFoundError as error:
        raise CannotStart(
            f"{show_url(url)} needs {error.name}: pip install 'communique[postgresql]'."
        ) from None
    event.listen(engine, "begin", begin_transaction)
    if engine.dialect.name == "sqlite":
        file = BaseFile(os.path.abspath(url.database or ""), may_create=may_create)
        event.listen(engine, "do_connect", partial(_connect_sqlite, file))
        event.listen(engine, "checkout", _require_base)
        event.listen(engine, "checkin", _end_transaction)
    else:
        set_up = partial(_set_up_postgresql, settings.lock_timeout_seconds)
        event.listen(engine, "connect", set_up)
    return engine


def _connection_options(url: URL, lock_timeout_seconds: int) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"module": sqlite3, "connect_args": {"timeout": lock_timeout_seconds}}
    # No `options`: PgBouncer refuses a connection that brings them.
    connect_timeout = url.query.get("connect_timeout", "10")
    return {"connect_args": {"connect_timeout": connect_timeout}, "pool_pre_ping": True}


def _check_url(text: str) -> URL:
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        # The text is not shown: it may contain a password.
        raise CannotStart(
            "COMMUNIQUE_DATABASE_URL is not a database URL such as sqlite:///communique.db or "
            "postgresql+psycopg://user@host/base."
        ) from None
    if url.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise CannotStart(
            f"COMMUNIQUE_DATABASE_URL names {url.drivername!r}. "
            "Use sqlite:///FILE or postgresql+psycopg://…."
        )
    if url.get_backend_name() == "sqlite" and not _is_plain_file(url):
        raise CannotStart(
            f"COMMUNIQUE_DATABASE_URL={show_url(url)} is not a plain file; a base in memory is "
            "seen by one connection only. Name a file: sqlite:///communique.db."
        )
    return url


def _is_plain_file(url: URL) -> bool:
    database = url.database or ":memory:"
    return not database.startswith((":memory:", "file:")) and not url.query


def show_url(url: URL) -> str:
    """The URL without anything that may be a password."""
    secret = [name for name in url.query if "pass" in name.lower()]
    public_url = url.difference_update_query(secret)
    return public_url.render_as_string(hide_password=True)


def _connect_sqlite(
    file: BaseFile, _dialect: object, _record: object, _arguments: object, options: Any
) -> BaseConnection:
    connection = file.open(**options)
    watch(connection)
    return connection


def _require_base(connection: Any, _record: object, _fairy: object) -> None:
    if not connection.has_base():
        # The pool then opens the file that is at the path now.
        raise exc.InvalidatePoolError()


def _set_up_postgresql(lock_timeout_seconds: int, connection: Any, _record: object) -> None:
    """Limit how long reads wait for a migration, unless the connection is shared by a pooler. Then
    the limit would stay for its other clients, and prepared statements would not be found."""
    connection.autocommit = True
    if is_pooled(connection):
        connection.prepare_threshold = None
    else:
        connection.execute(f"SET lock_timeout = '{lock_timeout_seconds}s'")
    connection.autocommit = False


def is_pooled(connection: Any) -> bool:
    """Whether a psycopg connection goes through a pooler such as PgBouncer, which tells its clients
    the process id of no server process."""
    (server_pid,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    return bool(server_pid != connection.info.backend_pid)


def _end_transaction(connection: Any, _record: object) -> None:
    # A commit that a deferred constraint refuses leaves SQLite's transaction open, while the pool
    # considers it ended.
    if connection is not None and connection.in_transaction:
        connection.rollback()


def describe_library(engine: Engine) -> DatabaseLibrary:
    """The database library of an engine that has connected before."""
    if engine.dialect.name == "sqlite":
        return DatabaseLibrary(engine="sqlite", library=LIBRARY, version=VERSION)
    # Not the minor version: a stranger must not learn which mended holes are still open.
    server_version = engine.dialect.server_version_info or ("unknown",)
    return DatabaseLibrary(
        engine="postgresql", library="psycopg", version=str(server_version[0])
    )


@contextmanager
def named_failures(engine: Engine) -> Iterator[None]:
    """Raise Unavailable, with one clear line, where the driver says that the base cannot be reached
    or written."""
    try:
        yield
    except exc.DatabaseError as error:
        raise Unavailable(describe_failure(engine.url, error)) from None


def describe_failure(url: URL, error: exc.DBAPIError) -> str:
    """One line that says which base failed, how, and what to check."""
    reason = " ".join(str(error.orig).split())
    if url.get_backend_name() != "sqlite":
        return f"{show_url(url)} does not answer: {reason}"
    file = os.path.abspath(url.database or "")
    folder = os.path.dirname(file)
    if not os.access(folder, os.W_OK):
        return f"{show_url(url)} cannot be opened: {folder} is no folder that may be written."
    return f"{show_url(url)} cannot be used: {reason}."
