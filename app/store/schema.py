"""Migrations: the schema of a base, and whether it is the one of this software."""

import os
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from app.errors import CannotStart, Unavailable
from app.settings import shipped
from app.store.base_file import LOG_MISSING, BaseConnection
from app.store.engine import named_failures, show_url
from app.store.ownership import POSTGRESQL_TABLES, describe_foreign


def migrate(engine: Engine) -> None:
    """Bring the base to this version's schema, completely or not at all.

    Raises CannotStart if the base is newer than this software, Unavailable if it cannot be
    reached or written."""
    with named_failures(engine), engine.connect() as connection:
        _refuse_foreign(connection)
        config = alembic_config()
        config.attributes["connection"] = connection
        if _current_revision(connection) == head_revision():
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


def alembic_config() -> Config:
    """Alembic's configuration for the migrations that are shipped with the software."""
    config = Config()
    # The option is interpolated, so that a percent sign must be doubled.
    location = str(shipped("migrations")).replace("%", "%%")
    config.set_main_option("script_location", location)
    config.set_main_option("path_separator", "os")
    return config


@cache
def head_revision() -> str | None:
    """The schema of this software: its latest migration."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def _current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
