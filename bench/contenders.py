"""The same question, asked of this server and of others over the same rows: twenty initiatives
about one focus area, by title.

Each server has one processor, and who asks has another; all run at the same time and are asked in
turn, so that a noisy machine is noisy to all of them.
"""

import json
import sqlite3
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from bench.bases import AREAS
from bench.cache import contenders, sqlite_base
from bench.servers import Server, communique, free_port, running, uvicorn
from bench.wrk import Load, ask

RECORDS = 100_000
# Of all frequencies, but for the few that everything is about.
ASKED = range(20, AREAS)
LIST = "/v1/initiatives?focus_area=area-{}&narrower=false&limit=20"
HOT = LIST.format(150)
FLAT = "slug, title, kind, modality, office_slug, version, created_at, updated_at"


@dataclass
class Contender:
    """One way to ask a server, and what came of it, round by round."""

    name: str
    server: Server
    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(load.per_second for load in self.loads)


@contextmanager
def all_running(records: int) -> Iterator[list[Contender]]:
    """Every contender over a base of so many records."""
    url = sqlite_base(records)
    with ExitStack() as stack, TemporaryDirectory() as name:
        folder = Path(name)
        start = stack.enter_context
        here = {"COMMUNIQUE_DATABASE_URL": url, "COMMUNIQUE_POOL_SIZE": "20"}
        paths = [LIST.format(i) for i in ASKED]

        port = free_port()
        hot = start(running(communique(port), port, "/readyz", here))
        answer = httpx.get(f"http://127.0.0.1:{port}{HOT}", headers={"Accept-Encoding": "identity"})
        tag = answer.headers["ETag"]

        port = free_port()
        cold = start(
            running(communique(port), port, "/readyz", here | {"COMMUNIQUE_CACHE_BYTES": "0"})
        )

        port = free_port()
        raw = start(
            running(uvicorn("bench.raw:app", port), port, "/", _write_answer(folder, answer))
        )

        port = free_port()
        ordinary = start(running(uvicorn("bench.ordinary:app", port), port, "/openapi.json", here))
        theirs = [f"/initiatives?focus_area=area-{i}&limit=20" for i in ASKED]

        rows = _copy_rows(url, folder / "rows.db")
        datasette, tuned = (start(_datasette(rows, tuned=given)) for given in (False, True))
        tables = [
            f"/rows/initiatives.json?focus_area_slug=area-{i}&_sort=title&_size=20&_shape=objects"
            for i in ASKED
        ]
        roapi = start(_roapi(rows))
        scans = [
            f"/api/tables/initiatives?filter%5Bfocus_area_slug%5D=%27area-{i}%27&sort=title&limit=20"
            for i in ASKED
        ]
        found = [
            Contender("raw ASGI: the limit", raw, ["/"]),
            Contender("Communiqué, hot", hot, [HOT]),
            Contender("Communiqué, 304", hot, [HOT], {"If-None-Match": tag}),
            Contender("Communiqué, cold", cold, paths),
            Contender("ordinary FastAPI + ORM", ordinary, theirs),
            Contender("Datasette 0.65.5", datasette, tables),
            Contender("Datasette 0.65.5, tuned", tuned, tables),
            Contender("ROAPI 0.12.7", roapi, scans),
        ]
        _require_agreement(found)
        yield found


def measure(found: Sequence[Contender], rounds: int, seconds: float) -> None:
    """Ask all of them in turn, round by round."""
    for one in found:
        ask(one.server.port, one.paths, 1, one.headers)
    for _ in range(rounds):
        for one in found:
            one.loads.append(ask(one.server.port, one.paths, seconds, one.headers))


def _write_answer(folder: Path, answer: httpx.Response) -> dict[str, str]:
    """What the raw application sends: every byte of the answer, but what uvicorn adds."""
    added = ("date", "server")
    headers = [(k, v) for k, v in answer.headers.multi_items() if k not in added]
    file = folder / "answer.json"
    file.write_text(json.dumps({"headers": headers, "body": answer.content.decode("latin-1")}))
    return {"BENCH_ANSWER": str(file)}


def _copy_rows(url: str, file: Path) -> Path:
    """The initiatives, one row for each of their focus areas, as one table with an index: neither
    of the others knows lists."""
    with sqlite3.connect(file) as copy:
        copy.execute("ATTACH ? AS base", [url.removeprefix("sqlite:///")])
        copy.execute(
            f"CREATE TABLE initiatives AS SELECT {FLAT}, focus_area_slug FROM base.initiative"
            " JOIN base.initiative_focus_area ON initiative_slug = slug"
        )
        copy.execute("CREATE INDEX by_area ON initiatives (focus_area_slug, title)")
    return file


@contextmanager
def _datasette(rows: Path, *, tuned: bool) -> Iterator[Server]:
    port = free_port()
    command = [str(contenders() / "datasette"), "serve", "-i", str(rows), "-p", str(port)]
    if tuned:
        for name, value in {
            "num_sql_threads": 0,
            "suggest_facets": "off",
            "cache_size_kb": 65_536,
        }.items():
            command += ["--setting", name, str(value)]
    with running(command, port, "/-/versions.json") as server:
        yield server


@contextmanager
def _roapi(rows: Path) -> Iterator[Server]:
    port = free_port()
    # It opens two more ports, and cannot be told not to.
    addresses = ["-a", f"127.0.0.1:{port}", "-p", "127.0.0.1:0", "--addr-flight-sql", "127.0.0.1:0"]
    command = [str(contenders() / "roapi"), *addresses, "-t", f"initiatives=sqlite://{rows}"]
    with running(command, port, "/health", {"RUST_LOG": "error"}) as server:
        yield server


def _require_agreement(found: Sequence[Contender]) -> None:
    """All of them mean the same twenty initiatives."""
    answers: dict[str, list[list[str]]] = {}
    for one in found[3:]:
        for path in one.paths[:: len(one.paths) // 5]:
            answer = (
                httpx.get(f"http://127.0.0.1:{one.server.port}{path}").raise_for_status().json()
            )
            answers.setdefault(one.name, []).append([row["slug"] for row in _rows(answer)])
    first = answers[found[3].name]
    assert all(slugs for slugs in first)
    for name, slugs in answers.items():
        assert slugs == first, f"{name} answers {slugs}, not {first}"


def _rows(answer: Any) -> list[Any]:
    if isinstance(answer, list):
        return answer
    rows: list[Any] = answer.get("items") or answer["rows"]
    return rows
