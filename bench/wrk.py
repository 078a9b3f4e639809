"""Sends requests as fast as a server responds, and measures how fast that is.

Uses `wrk` if it is installed, or a client in Python with as many connections.
"""

import asyncio
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

# Requests the paths in a file in turn.
SCRIPT = """
local requests, place = {}, 0
function init(args)
  for line in io.lines(args[1]) do requests[#requests + 1] = wrk.format("GET", line) end
end
function request()
  place = place % #requests + 1
  return requests[place]
end
"""
CONNECTIONS = 16
TIMEOUT_SECONDS = 60
MILLISECONDS = {
    "us": 1e-3,
    "ms": 1.0,
    "s": 1e3,
    "m": 6e4,
}
MAX_HEAD_BYTES = 2**24


@dataclass(frozen=True)
class Load:
    """Requests per second, and two percentiles of the response time in milliseconds."""

    per_second: float
    p50: float
    p99: float


@dataclass(frozen=True)
class _Requests:
    port: int
    paths: Sequence[str]
    headers: Mapping[str, str]


def measure_load(
    port: int,
    paths: Sequence[str],
    seconds: float,
    headers: Mapping[str, str] | None = None,
) -> Load:
    """Request the paths in turn, for so long. Raises RuntimeError for a response that is neither
    2xx nor 3xx."""
    requests = _Requests(port, paths, headers or {})
    if shutil.which("wrk"):
        return _measure_with_wrk(requests, seconds)
    return asyncio.run(_measure_with_python(requests, seconds))


def name_client() -> str:
    if shutil.which("wrk"):
        return "wrk"
    return "the client in Python of bench/wrk.py"


def _measure_with_wrk(requests: _Requests, seconds: float) -> Load:
    duration = max(1, round(seconds))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{duration}s", "--latency"]
    # A response that takes longer counts with its time, not as an error.
    command.append(f"--timeout={TIMEOUT_SECONDS}s")
    for name, value in requests.headers.items():
        command.append(f"-H{name}: {value}")
    address = f"http://127.0.0.1:{requests.port}{requests.paths[0]}"
    with TemporaryDirectory() as folder:
        script = Path(folder) / "paths.lua"
        path_list = Path(folder) / "paths"
        script.write_text(SCRIPT)
        path_list.write_text("\n".join(requests.paths) + "\n")
        # A single path is faster without the script.
        if len(requests.paths) > 1:
            command += ["-s", str(script), address, "--", str(path_list)]
        else:
            command.append(address)
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    return _parse_output(run.stdout)


def _parse_output(text: str) -> Load:
    failed = re.search(r"(Non-2xx.*|Socket errors: .*)", text)
    if failed:
        raise RuntimeError(f"Not every request succeeded: {failed[1]}")
    percentiles = dict(re.findall(r"^\s+(50|99)%\s+(\S+) *$", text, re.MULTILINE))
    rate = re.search(r"Requests/sec:\s+(\S+)", text)
    assert rate is not None, text
    return Load(
        float(rate[1]),
        _parse_time(percentiles["50"]),
        _parse_time(percentiles["99"]),
    )


def _parse_time(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)(\D+)", text)
    assert match is not None, text
    return float(match[1]) * MILLISECONDS[match[2]]


async def _measure_with_python(requests: _Requests, seconds: float) -> Load:
    messages = _write_messages(requests)
    deadline = time.perf_counter() + seconds
    step = max(1, len(messages) // CONNECTIONS)
    times: list[float] = []
    connections = []
    for i in range(CONNECTIONS):
        # Each starts elsewhere in the list, so that they do not all request the same.
        offset = i * step % len(messages)
        rotated = [*messages[offset:], *messages[:offset]]
        connection = _use_connection(requests.port, rotated, deadline, times)
        connections.append(connection)
    await asyncio.gather(*connections)
    if len(times) < 2:
        sys.exit("The server did not respond in time.")
    percentiles = statistics.quantiles(times, n=100)
    return Load(
        len(times) / seconds,
        1e3 * percentiles[49],
        1e3 * percentiles[98],
    )


def _write_messages(requests: _Requests) -> list[bytes]:
    headers = {"Host": f"127.0.0.1:{requests.port}", **requests.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    messages = []
    for path in requests.paths:
        message = f"GET {path} HTTP/1.1\r\n{lines}\r\n"
        messages.append(message.encode())
    return messages


async def _use_connection(
    port: int,
    messages: Sequence[bytes],
    deadline: float,
    times: list[float],
) -> None:
    """Send the messages one after the other, again and again; append the seconds of each."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=MAX_HEAD_BYTES)
    sent = 0
    while time.perf_counter() < deadline:
        start = time.perf_counter()
        writer.write(messages[sent % len(messages)])
        await _read_response(reader)
        times.append(time.perf_counter() - start)
        sent += 1
    writer.close()


async def _read_response(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status_class = head[9:10]
    if status_class not in (b"2", b"3"):
        raise RuntimeError(f"Not every request succeeded: {head[:60]!r}")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    if length is not None:
        await reader.readexactly(int(length[1]))
