"""The command line: in this process, or as a process of its own where that is the point."""

import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from app.cli import main

COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]


@dataclass(frozen=True)
class Finished:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def run(url: str, *arguments: object, **variables: str) -> Finished:
    """Run a command over the base in this process: a new one takes a second to import."""
    stdout, stderr = _Stream(), _Stream()
    with (
        mock.patch.dict(os.environ, environment(url, **variables), clear=True),
        redirect_stdout(stdout),
        redirect_stderr(stderr),
    ):
        returncode = _exit_code(list(map(str, arguments)))
    return Finished(returncode, stdout.read_all(), stderr.read_all())


def _exit_code(arguments: list[str]) -> int:
    try:
        main(arguments)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


class _Stream(io.TextIOWrapper):
    """A text stream over bytes, as the standard streams are."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def read_all(self) -> str:
        self.seek(0)
        return self.read()


def environment(url: str, **variables: str) -> dict[str, str]:
    """The variables of this process, where COMMUNIQUE_DATABASE_URL and `variables` are the only
    settings."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("COMMUNIQUE_")
    }
    return {**plain, "COMMUNIQUE_DATABASE_URL": url, **variables}


def error_of(finished: Finished) -> str:
    """The standard error of a command that failed cleanly."""
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""
    return finished.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def stopped_at_the_end(
    command: list[str], env: dict[str, str], cwd: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A server process, which is asked to stop at the end and must do so without a traceback."""
    process = subprocess.Popen(
        command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        assert "Traceback" not in errors
