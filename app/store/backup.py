"""Backups of a base while it is served: SQLite's online backup; PostgreSQL has its own tools."""

import os
import shlex
import shutil
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from app.errors import CannotStart
from app.store.base_file import LOG_SUFFIXES
from app.store.engine import show_url
from app.store.sqlite_library import sqlite3


def back_up(engine: Engine, file: Path, *, replace: bool) -> int:
    """Write the base, as it is at one revision, to the file; the number of that revision.

    The file is complete or not there. Raises CannotStart, which says what to do; on PostgreSQL,
    which command to use."""
    if engine.dialect.name != "sqlite":
        raise CannotStart(
            f"{show_url(engine.url)} is on PostgreSQL, which backs up with its own command: "
            f"{_pg_dump(engine.url, file)}"
        )
    target = Path(os.path.realpath(file))
    _check_target(engine, file, target, replace=replace)
    try:
        return _copy(engine, target)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotStart(f"{file} cannot be written: {reason}.") from None


def _pg_dump(url: URL, file: Path) -> str:
    # Not `_replace(password=None)`: that means "unchanged".
    address = URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=url.difference_update_query(["options", "password"]).query,
    )
    text = address.render_as_string(hide_password=False)
    return f"pg_dump --format=custom --file={shlex.quote(str(file))} {shlex.quote(text)}"


def _check_target(engine: Engine, file: Path, target: Path, *, replace: bool) -> None:
    if target.is_dir():
        raise CannotStart(f"{file} is a folder. Name a file in it.")
    if target == Path(os.path.realpath(engine.url.database or "")):
        raise CannotStart(f"{file} is the base itself. Name another file.")
    if target.exists() and not replace:
        raise CannotStart(f"{file} exists. Name another file, or replace it with --replace.")
    for suffix in LOG_SUFFIXES:
        if os.path.exists(f"{target}{suffix}"):
            raise CannotStart(
                f"{file}{suffix} exists: {file} is a base in use. Name another file."
            )


def _copy(engine: Engine, target: Path) -> int:
    """Copy the base to a new file, and then move that to the target."""
    descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(descriptor)
    try:
        revision = _fill(engine, draft)
        shutil.copymode(engine.url.database or "", draft)
        _flush(draft)
        os.replace(draft, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise
    return revision


def _fill(engine: Engine, draft: str) -> int:
    """The revision that the copy is at."""
    with closing(engine.raw_connection()) as pooled, closing(sqlite3.connect(draft)) as copy:
        # In one step, which is one read transaction: writers need not wait.
        pooled.driver_connection.backup(copy)  # type: ignore[union-attr]
        # One file, which can be copied, and read in a folder that cannot be written.
        copy.execute("PRAGMA journal_mode = DELETE")
        (revision,) = copy.execute("SELECT coalesce(max(number), 0) FROM revision").fetchone()
    return int(revision)


def _flush(file: str) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
