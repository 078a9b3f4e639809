"""The command `communique` as a process: signals, ports, pipes, encodings, and what it imports."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.store.sqlite_library import has_wal_reset_defect
from tests.helpers.command_line import COMMAND, environment, free_port, stopped_at_the_end
from tests.helpers.paths import SEED

# Without SystemExit: each command ends as it should.
RUN_COMMANDS = """
import sys
from app.cli import main
for arguments in {commands!r}:
    main(arguments)
sys.stderr.write(" ".join({{"fastapi", "starlette", "uvicorn"}} & set(sys.modules)))
"""


@pytest.mark.accept
def test_commands_that_do_not_serve_import_no_server(plain_seeded_url: str) -> None:
    """FastAPI and uvicorn would take much of their start time."""
    commands = [
        ["log"],
        ["export"],
        ["load", str(SEED)],
        ["check", str(SEED)],
        ["when", "2026"],
    ]
    finished = subprocess.run(
        [sys.executable, "-c", RUN_COMMANDS.format(commands=commands)],
        env=environment(plain_seeded_url),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "start_edtf" in finished.stdout
    assert finished.stderr == ""


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="needs a device that is always full"
)
@pytest.mark.parametrize("command", [["export"], ["check", str(SEED)]])
@pytest.mark.accept
def test_full_disk_is_one_clear_line(plain_seeded_url: str, command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        finished = subprocess.run(
            [*COMMAND, *command],
            env=environment(plain_seeded_url),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert finished.returncode == 1
    assert finished.stderr == (
        "communique: The output cannot be written: No space left on device.\n"
    )


@pytest.mark.accept
def test_output_is_utf_8_whatever_the_terminal(plain_seeded_url: str) -> None:
    finished = subprocess.run(
        [*COMMAND, "export"],
        env=environment(plain_seeded_url, PYTHONIOENCODING="ascii"),
        capture_output=True,
        check=False,
    )
    assert finished.stdout == SEED.read_bytes()


@pytest.mark.accept
def test_reader_that_closes_the_pipe_gets_no_traceback(plain_seeded_url: str) -> None:
    with subprocess.Popen(
        [*COMMAND, "export"],
        env=environment(plain_seeded_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.accept
def test_processes_that_start_together_make_one_base(blank_url: str) -> None:
    processes = [
        subprocess.Popen(
            [*COMMAND, "load", str(SEED)],
            env=environment(blank_url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    printed = []
    for process in processes:
        output, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
        printed.append(output)
    assert sum(output.startswith("68 to create") for output in printed) == 1
    assert sum(output.startswith("Nothing to change") for output in printed) == 2


@contextmanager
def served(url: str, *options: str, revision: int = 1) -> Iterator[str]:
    """The address of a server process over this base, which has this revision by then."""
    port = free_port()
    command = [*COMMAND, "serve", "--port", str(port), *options]
    with stopped_at_the_end(command, environment(url)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(
            f"Communiqué serves revision {revision} of "
        )
        yield f"http://127.0.0.1:{port}"


@pytest.mark.either_engine
@pytest.mark.accept
def test_serve_migrates_loads_the_seed_and_serves(blank_url: str) -> None:
    with served(blank_url) as address:
        overview = httpx.get(f"{address}/v1", timeout=30).json()
    assert overview["counts"]["initiatives"] == 26


@pytest.mark.accept
def test_serve_without_the_seed_leaves_an_empty_base_empty(blank_url: str) -> None:
    with served(blank_url, "--no-seed", revision=0) as address:
        overview = httpx.get(f"{address}/v1", timeout=30).json()
    assert set(overview["counts"].values()) == {0}


@pytest.mark.accept
def test_serve_leaves_a_base_that_has_content_alone(small_url: str) -> None:
    with served(small_url) as address:
        overview = httpx.get(f"{address}/v1", timeout=30).json()
    assert overview["counts"]["focus-areas"] == 3


@pytest.mark.accept
def test_several_workers_serve_one_port(plain_seeded_url: str) -> None:
    with served(plain_seeded_url, "--workers", "2") as address:
        deadline = time.monotonic() + 30
        response = httpx.get(f"{address}/v1", timeout=30)
        while response.status_code != 200 and time.monotonic() < deadline:
            response = httpx.get(f"{address}/v1", timeout=30)
    assert response.json()["revision"] == 1


@pytest.mark.accept
def test_workers_end_with_their_parent(plain_seeded_url: str) -> None:
    port = free_port()
    parent = subprocess.Popen(
        [*COMMAND, "serve", "--workers", "2", "--port", str(port)],
        env=environment(plain_seeded_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert parent.stdout is not None
        parent.stdout.readline()
        assert read_json(f"http://127.0.0.1:{port}/v1")["revision"] == 1
    finally:
        parent.kill()
        # The workers hold these pipes, too, so this waits for their end.
        parent.communicate(timeout=30)
    with socket.create_server(("127.0.0.1", port)):
        pass


# As `communique` where the extra `fast` is not installed: Python's own SQLite.
WITHOUT_PYSQLITE3 = [
    sys.executable,
    "-c",
    "import sys; sys.modules['pysqlite3'] = None; from app.cli import main; main()",
]


@pytest.mark.accept
@pytest.mark.parametrize("command", [COMMAND, WITHOUT_PYSQLITE3], ids=["installed", "own"])
def test_serve_warns_of_a_sqlite_that_can_corrupt_the_base(
    plain_seeded_url: str, command: list[str]
) -> None:
    port = free_port()
    server = [*command, "serve", "--port", str(port)]
    process = subprocess.Popen(
        server,
        env=environment(plain_seeded_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    database = read_json(f"http://127.0.0.1:{port}/v1")["database"]
    process.terminate()
    _, errors = process.communicate(timeout=60)
    assert database["engine"] == "sqlite"
    if command is WITHOUT_PYSQLITE3:
        assert database["library"] == "sqlite3"
    major, minor, patch = map(int, database["version"].split("."))
    warning = f"communique: warning: SQLite {database['version']} can corrupt a base"
    assert errors.startswith(warning) == has_wal_reset_defect((major, minor, patch))
    assert errors.count("\n") == errors.count("warning")


def read_json(url: str) -> Any:
    """The JSON of a server that has just begun to listen."""
    response = httpx.get(url, timeout=30, verify=False)
    assert response.status_code == 200
    return response.json()
