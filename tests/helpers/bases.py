"""Bases on both engines, each a copy of a template."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from app.access.keys import create_key
from app.bundles.load import load_bundle
from app.changes.apply import apply
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import write_session
from app.vocabulary import Scope
from tests.helpers import fictional
from tests.helpers.paths import SEED

ENGINES = ("sqlite", "postgresql")
_numbers = count(1)


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = make_engine(Settings(database_url=url))
    try:
        yield engine
    finally:
        engine.dispose()


def leave_blank(url: str) -> None:
    """A base without a schema."""


def migrate_only(url: str) -> None:
    with engine_of(url) as engine:
        migrate(engine)


def load_seed(url: str) -> None:
    with engine_of(url) as engine:
        migrate(engine)
        load_bundle(engine, SEED, author="seed")


def fill_small(url: str) -> None:
    migrate_only(url)
    fill(url, fictional.base())


def fill_varied(url: str) -> None:
    migrate_only(url)
    fill(url, fictional.varied())


def fill(url: str, bundle: fictional.Json) -> None:
    """Write the bundle to an empty base, as revision 1."""
    with engine_of(url) as engine, write_session(engine) as session:
        apply(session, fictional.changes(bundle), "test", "A fictional base")


# What a new base may hold. Each is made once, and copied.
STAGES: dict[str, Callable[[str], None]] = {
    "blank": leave_blank,
    "empty": migrate_only,
    "seeded": load_seed,
    "small": fill_small,
    "varied": fill_varied,
}


class SqliteBases:
    """Bases in files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, stage: str) -> str:
        template = self.folder / f"{stage}.db"
        if not template.exists() and stage != "blank":
            STAGES[stage](f"sqlite:///{template}")
        copy = self.folder / f"base{next(_numbers)}.db"
        if stage != "blank":
            shutil.copy(template, copy)
        return f"sqlite:///{copy}"


def give_up_durability(server: str) -> None:
    """Let the server lose its bases with the machine: it need not wait for the disk."""
    with _connected(server) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        # It starts a worker for each base once a minute, and there are hundreds.
        connection.execute(text("ALTER SYSTEM SET autovacuum = off"))
        connection.execute(text("ALTER SYSTEM SET max_wal_size = '4GB'"))
        connection.execute(text("ALTER SYSTEM SET checkpoint_timeout = '1h'"))
        connection.execute(text("SELECT pg_reload_conf()"))


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


class PostgresqlBases:
    """Bases of one server that only these tests know."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.templates: set[str] = set()

    def make(self, stage: str) -> str:
        if stage not in self.templates:
            self._create(f"template_{stage}", "template0")
            STAGES[stage](self._url(f"template_{stage}"))
            self.templates.add(stage)
        name = f"base{next(_numbers)}"
        self._create(name, f"template_{stage}")
        return self._url(name)

    def _create(self, name: str, template: str) -> None:
        with _connected(self._url("postgres")) as connection:
            # Copying files takes a third less than logging each page.
            create = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
            connection.execute(text(create))

    def _url(self, name: str) -> str:
        return self.server.replace("/postgres?", f"/{name}?")


Bases = SqliteBases | PostgresqlBases


def filled(url: str, bundle: fictional.Json) -> str:
    """The URL, of a base that now holds the bundle."""
    fill(url, bundle)
    return url


def make_key(url: str, scope: Scope, name: str = "Rassendyll", **options: Any) -> str:
    """A new key of the base."""
    with engine_of(url) as engine:
        key, _ = create_key(engine, name, scope, **options)
    return key
