"""The same request to this server and to others over the same rows: twenty initiatives about one
focus area, by title.

Each server has one processor, and the client another; all run at the same time and take turns, so
that a noisy machine affects all of them.
"""

import json
import sqlite3
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from bench.bases import AREAS
from bench.cache import install_contenders, sqlite_base
from bench.servers import Server, communique, free_port, running, uvicorn
from bench.wrk import Load, measure_load

RECORDS = 100_000
# Of all frequencies, except the few areas that nearly every record is about.
REQUESTED_AREAS = range(20, AREAS)
LIST = "/v1/initiatives?focus_area=area-{}&narrower=false&limit=20"
HOT = LIST.format(150)
ORDINARY = "/initiatives?focus_area=area-{}&limit=20"
DATASETTE = (
    "/rows/initiatives.json?focus_area_slug=area-{}&_sort=title&_size=20&_shape=objects"
)
ROAPI = (
    "/api/tables/initiatives?filter%5Bfocus_area_slug%5D=%27area-{}%27&sort=title&limit=20"
)

COPY_ROWS = """
CREATE TABLE initiatives AS
SELECT slug, title, kind, modality, office_slug, version, created_at, updated_at, focus_area_slug
FROM base.initiative
JOIN base.initiative_focus_area ON initiative_slug = slug
"""
DATASETTE_TUNING = {
    "num_sql_threads": "0",
    "suggest_facets": "off",
    "cache_size_kb": "65536",
}


@dataclass
class Contender:
    """One kind of request to a server, and its load in each round."""

    name: str
    server: Server
    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(load.per_second for load in self.loads)


@contextmanager
def start_contenders(records: int) -> Iterator[list[Contender]]:
    """Every contender over a base of so many records."""
    url = sqlite_base(records)
    environment = {"COMMUNIQUE_DATABASE_URL": url, "COMMUNIQUE_POOL_SIZE": "20"}
    uncached = {**environment, "COMMUNIQUE_CACHE_BYTES": "0"}
    with ExitStack() as stack, TemporaryDirectory() as name:
        folder = Path(name)
        rows = _copy_rows(url, folder / "rows.db")
        start = stack.enter_context
        hot = start(_communique(environment))
        cold = start(_communique(uncached))
        response = httpx.get(
            f"{hot.address}{HOT}",
            headers={"Accept-Encoding": "identity"},
        )
        unchanged = {"If-None-Match": response.headers["ETag"]}
        raw = start(_raw(folder / "response.json", response))
        ordinary = start(_ordinary(environment))
        datasette = start(_datasette(rows))
        tuned = start(_datasette(rows, DATASETTE_TUNING))
        roapi = start(_roapi(rows))
        # The report reads them in this order.
        contenders = [
            Contender("raw ASGI: the limit", raw, ["/"]),
            Contender("Communiqué, hot", hot, [HOT]),
            Contender("Communiqué, 304", hot, [HOT], unchanged),
            Contender("Communiqué, cold", cold, _fill(LIST)),
            Contender("ordinary FastAPI + ORM", ordinary, _fill(ORDINARY)),
            Contender("Datasette 0.65.5", datasette, _fill(DATASETTE)),
            Contender("Datasette 0.65.5, tuned", tuned, _fill(DATASETTE)),
            Contender("ROAPI 0.12.7", roapi, _fill(ROAPI)),
        ]
        _require_agreement(contenders[3:])
        yield contenders


def _fill(path: str) -> list[str]:
    return [path.format(i) for i in REQUESTED_AREAS]


def measure(contenders: Sequence[Contender], rounds: int, seconds: float) -> None:
    """Measure all of them in turn, round by round."""
    for contender in contenders:
        # Warms up.
        _measure_round(contender, 1)
    for _ in range(rounds):
        for contender in contenders:
            load = _measure_round(contender, seconds)
            contender.loads.append(load)


def _measure_round(contender: Contender, seconds: float) -> Load:
    return measure_load(
        contender.server.port,
        contender.paths,
        seconds,
        contender.headers,
    )


def _communique(environment: Mapping[str, str]) -> AbstractContextManager[Server]:
    port = free_port()
    return running(communique(port), port, "/readyz", environment)


def _ordinary(environment: Mapping[str, str]) -> AbstractContextManager[Server]:
    port = free_port()
    command = uvicorn("bench.ordinary:app", port)
    return running(command, port, "/openapi.json", environment)


def _raw(file: Path, response: httpx.Response) -> AbstractContextManager[Server]:
    """Sends every byte of the response, except the headers that uvicorn adds itself."""
    headers = []
    for name, value in response.headers.multi_items():
        if name not in ("date", "server"):
            headers.append((name, value))
    body = response.content.decode("latin-1")
    content = {"headers": headers, "body": body}
    file.write_text(json.dumps(content))
    port = free_port()
    command = uvicorn("bench.raw:app", port)
    return running(command, port, "/", {"BENCH_RESPONSE": str(file)})


def _copy_rows(url: str, file: Path) -> Path:
    """One table with an index, and a row for each focus area of each initiative: Datasette and
    ROAPI do not support lists."""
    with sqlite3.connect(file) as copy:
        copy.execute("ATTACH ? AS base", [url.removeprefix("sqlite:///")])
        copy.execute(COPY_ROWS)
        copy.execute("CREATE INDEX by_area ON initiatives (focus_area_slug, title)")
    return file


def _datasette(
    rows: Path,
    settings: Mapping[str, str] | None = None,
) -> AbstractContextManager[Server]:
    port = free_port()
    command = [
        str(install_contenders() / "datasette"),
        "serve",
        "-i",
        str(rows),
        "-p",
        str(port),
    ]
    for name, value in (settings or {}).items():
        command += ["--setting", name, value]
    return running(command, port, "/-/versions.json")


def _roapi(rows: Path) -> AbstractContextManager[Server]:
    port = free_port()
    command = [
        str(install_contenders() / "roapi"),
        "-a",
        f"127.0.0.1:{port}",
        # It always opens these ports, too; 0 is any free one.
        "-p",
        "127.0.0.1:0",
        "--addr-flight-sql",
        "127.0.0.1:0",
        "-t",
        f"initiatives=sqlite://{rows}",
    ]
    return running(command, port, "/health", {"RUST_LOG": "error"})


def _require_agreement(contenders: Sequence[Contender]) -> None:
    """Check that all of them return the same twenty initiatives."""
    expected = _read_slugs(contenders[0])
    assert all(expected)
    for contender in contenders[1:]:
        slugs = _read_slugs(contender)
        assert slugs == expected, f"{contender.name} returns {slugs}, not {expected}"


def _read_slugs(contender: Contender) -> list[list[str]]:
    slugs = []
    step = len(contender.paths) // 5
    for path in contender.paths[::step]:
        response = httpx.get(f"{contender.server.address}{path}").raise_for_status()
        rows = _find_rows(response.json())
        page = [row["slug"] for row in rows]
        slugs.append(page)
    return slugs


def _find_rows(body: Any) -> list[Any]:
    if isinstance(body, list):
        return body
    rows: list[Any] = body.get("items") or body["rows"]
    return rows
