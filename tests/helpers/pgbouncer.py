"""PgBouncer in transaction mode: each transaction goes to any of a few shared connections."""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.helpers.command_line import free_port

# Debian keeps it where only root's PATH looks.
PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

CONFIGURATION = """
[databases]
* = host={socket_folder}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 2
logfile = {folder}/log
"""


@contextmanager
def pooled(url: str, folder: Path) -> Iterator[str]:
    """The URL of the same PostgreSQL base, through a PgBouncer whose files are in the folder."""
    assert PGBOUNCER is not None
    address = make_url(url)
    socket_folder = str(address.query["host"])
    port = free_port()
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        CONFIGURATION.format(socket_folder=socket_folder, port=port, folder=folder)
    )
    (folder / "users.txt").write_text('"postgres" ""\n')
    command = [PGBOUNCER, *_owner_of(socket_folder, folder), str(configuration)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for_start(folder / "log")
            pooled_url = address.set(query={}).set(host="127.0.0.1", port=port)
            yield pooled_url.render_as_string(hide_password=False)
        finally:
            process.terminate()


def _owner_of(socket_folder: str, folder: Path) -> list[str]:
    """The option that names another user: PgBouncer refuses to run as root, and the socket is
    PostgreSQL's own."""
    if os.geteuid() != 0:
        return []
    owner = os.stat(socket_folder).st_uid
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner, -1)
    return ["-u", pwd.getpwuid(owner).pw_name]


def _wait_for_start(log: Path) -> None:
    deadline = time.monotonic() + 20
    while "process up" not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < deadline
        time.sleep(0.02)
