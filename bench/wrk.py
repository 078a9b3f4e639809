"""Sends requests as fast as a server answers them, and says how fast that was.

`wrk` where there is one, else a client in Python that keeps as many connections busy.
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

# Asks each of the addresses in a file in turn.
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
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True)
class Load:
    """Requests per second, and milliseconds that half and 99 of 100 answers took at most."""

    per_second: float
    p50: float
    p99: float


def ask(
    port: int,
    paths: Sequence[str],
    seconds: float,
    headers: Mapping[str, str] | None = None,
    connections: int = CONNECTIONS,
) -> Load:
    """Ask for the paths in turn, for so long, over so many connections. Raises RuntimeError if an
    answer was neither 2xx nor 3xx."""
    client = _ask_with_wrk if shutil.which("wrk") else _ask_with_python
    return client(port, paths, seconds, headers or {}, connections)


def name_client() -> str:
    return "wrk" if shutil.which("wrk") else "the client in Python of bench/wrk.py"


def _ask_with_wrk(
    port: int, paths: Sequence[str], seconds: float, headers: Mapping[str, str], connections: int
) -> Load:
    with TemporaryDirectory() as folder:
        script, listed = Path(folder) / "paths.lua", Path(folder) / "paths"
        script.write_text(SCRIPT)
        listed.write_text("\n".join(paths) + "\n")
        given = [f"-H{name}: {value}" for name, value in headers.items()]
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency"]
        address = f"http://127.0.0.1:{port}{paths[0]}"
        more = ["-s", str(script), address, "--", str(listed)] if len(paths) > 1 else [address]
        run = subprocess.run([*command, *given, *more], capture_output=True, text=True, check=True)
    return _read(run.stdout)


def _read(text: str) -> Load:
    failed = re.search(r"(Non-2xx.*|Socket errors: .*)", text)
    if failed:
        raise RuntimeError(f"Not every answer was one: {failed[1]}")
    found = dict(re.findall(r"^\s+(50|99)%\s+(\S+)$", text, re.MULTILINE))
    rate = re.search(r"Requests/sec:\s+(\S+)", text)
    assert rate is not None, text
    return Load(float(rate[1]), _milliseconds(found["50"]), _milliseconds(found["99"]))


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(\D+)", text).groups()  # type: ignore[union-attr]
    return float(number) * UNITS[unit]


def _ask_with_python(
    port: int, paths: Sequence[str], seconds: float, headers: Mapping[str, str], connections: int
) -> Load:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines}\r\n".encode() for path in paths
    ]
    times: list[float] = []

    async def go_on(start: int, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        place = start
        while time.perf_counter() < until:
            begun = time.perf_counter()
            writer.write(requests[place % len(requests)])
            place += 1
            head = await reader.readuntil(b"\r\n\r\n")
            if head[9:10] not in (b"2", b"3"):
                raise RuntimeError(f"Not every answer was one: {head[:60]!r}")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            times.append(time.perf_counter() - begun)
        writer.close()

    async def run() -> None:
        until = time.perf_counter() + seconds
        step = max(1, len(requests) // connections)
        await asyncio.gather(*(go_on(i * step, until) for i in range(connections)))

    asyncio.run(run())
    if len(times) < 2:
        sys.exit("The server answered nothing in time.")
    cuts = statistics.quantiles(times, n=100)
    return Load(len(times) / seconds, cuts[49] * 1e3, cuts[98] * 1e3)
