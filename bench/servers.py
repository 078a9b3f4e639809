"""Starts servers on one processor, and leaves the other to the client."""

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
SERVER = CORES[0]
CLIENT = CORES[-1]
START_TIMEOUT_SECONDS = 120
STOP_TIMEOUT_SECONDS = 20


@dataclass
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    # Until the first response.
    start_seconds: float

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def megabytes(self) -> float:
        """The memory (resident set) of the process and its children."""
        family = _family(self.process.pid)
        return sum(map(_resident_bytes, family)) / 1e6


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        _, port = listener.getsockname()
        return int(port)


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    ready_path: str,
    environment: Mapping[str, str] | None = None,
    *,
    pinned: bool = True,
) -> Iterator[Server]:
    """A server that responds at `ready_path`; it runs on the first processor, or on all of them if
    not `pinned`, until the block ends."""
    cores = [SERVER] if pinned else CORES
    cpu_list = ",".join(map(str, cores))
    start = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "-c", cpu_list, *command],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}{ready_path}")
        yield Server(port, process, time.perf_counter() - start)
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}.")
        try:
            response = httpx.get(address, timeout=5)
        except httpx.TransportError:
            time.sleep(0.01)
            continue
        if response.status_code < 500:
            return
        time.sleep(0.01)
    raise RuntimeError(f"{address} does not respond.")


def communique(port: int) -> list[str]:
    """The command that serves this software."""
    executable = Path(sys.executable).parent / "communique"
    return [str(executable), "serve", "--port", str(port)]


def uvicorn(app: str, port: int) -> list[str]:
    """The command that serves an ASGI application as `communique serve` would."""
    options = ["--log-level", "warning", "--no-access-log"]
    return [sys.executable, "-m", "uvicorn", app, "--port", str(port), *options]


def _family(pid: int) -> Iterator[int]:
    """The process and all that it started."""
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if children.exists():
        for child in children.read_text().split():
            yield from _family(int(child))


def _resident_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            _, kibibytes, _ = line.split()
            return int(kibibytes) * 1_024
    return 0
