"""Migrations: the schema of a base, and whether it is the one of this software."""

import os
from functools import cache

from sqlalchemy import Connection, Engine, inspect

from app.errors import CannotStart, Unavailable
from app.settings import shipped
from app.store.base_file import LOG_MISSING, BaseConnection
from app.store.engine import named_failures, show_url
from app.store.ownership import POSTGRESQL_TABLES, describe_foreign

# Where Alembic keeps the latest migration that was applied.
VERSION_TABLE = "alembic_version"


def migrate(engine: Engine) -> None:
    """Bring the base to this version's schema, completely or not at all.

    Raises CannotStart if the base is newer than this software, Unavailable if it cannot be
    reached or written."""
    with named_failures(engine), engine.connect() as connection:
        _refuse_foreign(connection)
        stored = _current_revision(connection)
        if stored == head_revision():
            return
        connection.rollback()
        from app.store.upgrade import upgrade  # noqa: PLC0415  (see there)

        upgrade(connection, stored)


def require_schema(engine: Engine) -> None:
    """Raise CannotStart unless the base has this version's schema; create and change nothing."""
    stored = _stored_revision(engine)
    if stored is None:
        raise CannotStart(
            f"{show_url(engine.url)} does not exist. Load a bundle into it first."
        )
    if stored != head_revision():
        raise CannotStart(
            f"{show_url(engine.url)} does not have this version's schema. "
            "Run `communique migrate` with the newest software."
        )


def has_schema(engine: Engine) -> bool:
    """Whether there is a base, with a schema of any version."""
    return _stored_revision(engine) is not None


def _stored_revision(engine: Engine) -> str | None:
    """The latest migration applied to the base; creates no file to find out."""
    if engine.dialect.name == "sqlite":
        file = engine.url.database or ""
        if not os.path.exists(file):
            return None
    with named_failures(engine), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            assert isinstance(driver, BaseConnection)
            if not driver.has_log():
                raise Unavailable(LOG_MISSING)
        _refuse_foreign(connection)
        return _current_revision(connection)


def _refuse_foreign(connection: Connection) -> None:
    """Raise CannotStart if PostgreSQL's schema has the tables of another program. A SQLite file is
    checked whenever it is opened."""
    if connection.dialect.name == "postgresql":
        tables = connection.exec_driver_sql(POSTGRESQL_TABLES).scalars().all()
        reason = describe_foreign(tables)
        if reason is not None:
            raise CannotStart(f"{show_url(connection.engine.url)} cannot be used: {reason}.")


@cache
def head_revision() -> str:
    """The schema of this software: its latest migration."""
    # By the names of the files, without Alembic: it would import all of them.
    names = [path.name for path in (shipped("migrations") / "versions").glob("[0-9]*.py")]
    number, _, _ = max(names).partition("_")
    return number


def _current_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}")
    return version.scalar()
