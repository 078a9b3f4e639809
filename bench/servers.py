"""Starts servers on one processor, and leaves the other to whoever asks them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

CORES = sorted(os.sched_getaffinity(0))
SERVER, CLIENT = CORES[0], CORES[-1]


@dataclass
class Server:
    """A server that runs: where, and after how many seconds it answered first."""

    port: int
    process: subprocess.Popen[bytes]
    started_in: float

    @property
    def megabytes(self) -> float:
        """Its memory (resident set), with its children's."""
        return sum(_resident(pid) for pid in _family(self.process.pid)) / 1e6


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    ready: str,
    environment: Mapping[str, str] | None = None,
    *,
    pinned: bool = True,
) -> Iterator[Server]:
    """A server on the first processor, or on all of them, from when the path `ready` answers until
    it is not needed any more."""
    cores = str(SERVER) if pinned else ",".join(map(str, CORES))
    begun = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "-c", cores, *command],
        env=os.environ | dict(environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}{ready}")
        yield Server(port, process, time.perf_counter() - begun)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}.")
        try:
            if httpx.get(address, timeout=5).status_code < 500:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.01)
    raise RuntimeError(f"{address} does not answer.")


def communique(port: int) -> list[str]:
    """The command that serves this software."""
    return [str(Path(sys.executable).parent / "communique"), "serve", "--port", str(port)]


def uvicorn(app: str, port: int) -> list[str]:
    """The command that serves an ASGI application as `communique serve` would."""
    options = ["--log-level", "warning", "--no-access-log"]
    return [sys.executable, "-m", "uvicorn", app, "--port", str(port), *options]


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in children.read_text().split()] if children.exists() else []
    return [pid, *(one for child in found for one in _family(child))]


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1_024
    return 0
