"""Measures everything that the project says of its speed, and writes `docs/benchmarks.md`.

    make bench            about half an hour, once its bases are made (SQLite: 6 GB of disk)
    .venv/bin/python -m bench --quick --dry-run      a few minutes, in small; writes nothing

Bases, and the environment of the contenders, stay in `bench/.cache`.
"""

import argparse
import os
import platform
import sqlite3
import statistics
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import freshness, growth
from bench.cache import postgresql, postgresql_base, sqlite_base
from bench.contenders import RECORDS, Contender, all_running, measure
from bench.servers import CLIENT, CORES
from bench.wrk import CONNECTIONS, name_client

REPORT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
SIZES = (1_000, 100_000, 1_000_000)
SEARCH_MS, MEMORY_MB, GROWTH = 60, 200, 1.5

Row = Sequence[str]


def table(head: Row, rows: Sequence[Row]) -> str:
    """A table in Markdown."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def machine() -> str:
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {len(CORES)} cores of {model}, {memory:.0f} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}, SQLite "
        f"{sqlite3.sqlite_version}; load by {name_client()} over {CONNECTIONS} connections."
    )


def report_contenders(found: Sequence[Contender]) -> str:
    rows = []
    for one in found:
        rates = [load.per_second for load in one.loads]
        rows.append(
            [
                one.name,
                f"{one.rate:,.0f}",
                f"{min(rates):,.0f} – {max(rates):,.0f}",
                f"{statistics.median(load.p50 for load in one.loads):.2f}",
                f"{statistics.median(load.p99 for load in one.loads):.2f}",
                f"{one.server.megabytes:.0f}",
                f"{one.server.started_in:.1f}",
            ]
        )
    head = ["server", "requests/s", "spread", "p50 ms", "p99 ms", "MB", "start s"]
    return table(head, rows)


def report_ratios(found: Sequence[Contender]) -> str:
    raw, hot, unchanged, cold, ordinary, datasette, tuned, roapi = (one.rate for one in found)
    marks = [
        ("hot, against the raw ASGI limit", hot / raw, 0.8),
        ("304, against the raw ASGI limit", unchanged / raw, 0.8),
        ("hot, against ordinary FastAPI + ORM", hot / ordinary, 30),
        ("hot, against Datasette", hot / datasette, 45),
        ("hot, against ROAPI", hot / roapi, 35),
        ("cold, against ordinary FastAPI + ORM", cold / ordinary, 3),
        ("cold, against Datasette", cold / datasette, 2),
        ("cold, against ROAPI", cold / roapi, 1.5),
    ]
    rows = [
        [name, f"{found:.2f}", f"≥ {mark}", verdict(found >= mark)] for name, found, mark in marks
    ]
    rows.append(["cold, against Datasette tuned", f"{cold / tuned:.2f}", "", ""])
    return table(["ratio", "found", "mark", ""], rows)


def verdict(reached: bool) -> str:
    return "" if reached else "**missed**"


def report_growth(make: Callable[[int], str], sizes: Sequence[int]) -> str:
    asked = growth.questions()
    found = growth.measure([make(size) for size in sizes], asked)
    first, last = found[0], found[-1]
    rows = []
    for name in first:
        ratio = last[name] / first[name]
        mark, missed = "", False
        if name in growth.MARKED:
            mark, missed = f"ratio ≤ {GROWTH}", ratio > GROWTH
        elif name.startswith("search"):
            mark, missed = f"≤ {SEARCH_MS} ms", last[name] > SEARCH_MS
        times = [f"{one[name]:.2f}" for one in found]
        rows.append([name, *times, f"{ratio:.2f}", mark, verdict(not missed)])
    return table(["p50 ms", *(f"{size:,}" for size in sizes), "ratio", "mark", ""], rows)


def report_freshness(records: int) -> str:
    asked, stale, revisions = freshness.count_stale()
    before, after = freshness.measure_memory(records)
    rows = [
        [
            f"stale answers of {asked:,}, while {revisions} revisions were committed (SQLite)",
            str(stale),
            "0",
            verdict(stale == 0),
        ],
        [
            f"MB after {freshness.BROWSED:,} different questions of {records:,} records "
            f"(before: {before:.0f})",
            f"{after:.0f}",
            f"≤ {MEMORY_MB}",
            verdict(after <= MEMORY_MB),
        ],
    ]
    return table(["", "found", "mark", ""], rows)


TEXT = """\
# Benchmarks

Written by `make bench`; nothing here is typed by hand. {machine}

A ratio holds on any machine, a rate on this one only. Each server had one processor and the client
another; all servers ran at the same time and were asked in turn, {rounds} rounds of {seconds:.0f} s
each: rates are medians, and the spread is that of the rounds.

## The same question, asked of several servers

Twenty initiatives about one focus area, by title, out of a base of {records:,} records of a
fictional ministry; the same twenty from each. *Hot* is one address, asked over and over; *304* is
that with `If-None-Match`; *cold* is this server without its cache, and {asked} addresses in turn.
*Raw ASGI* sends the hot answer's bytes, header lines included, under the same uvicorn. *Ordinary*
is `bench/ordinary.py`: models, relationships, a response model, citations too. Datasette and ROAPI
answer from one flat table (with an index, for Datasette) and give no citations; ROAPI counts
nothing. *Tuned* is Datasette without facet suggestions, without threads and with 64 MB of page
cache; both have uvloop.

{contenders}
{ratios}
## From a small base to a large one: SQLite

Half of the answers took no longer, one request at a time, without the cache; the servers of all
sizes ran at the same time and were asked in turn. Every page has its
count (bounded), unless it is the deep one. *Overlap* is a week at the end of 140 years. *Selective*
is a focus area of a dozen records, *broad* one of up to all of them.

{sqlite}
{postgresql}## Freshness and memory

{freshness}"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true", help="smaller bases, shorter rounds")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--dry-run", action="store_true", help="print the report, write no file")
    given = parser.parse_args()
    # Whoever asks, and all that it starts but for the servers.
    os.sched_setaffinity(0, {CLIENT})
    sizes = (1_000, 10_000) if given.quick else SIZES
    records, rounds, seconds = (10_000, 1, 2.0) if given.quick else (RECORDS, 3, 4.0)

    with all_running(records) as found:
        measure(found, rounds, seconds)
        contenders, ratios = report_contenders(found), report_ratios(found)
    print(contenders, ratios, sep="\n", flush=True)
    on_postgresql = ""
    if not given.sqlite_only:
        with postgresql() as server:
            grown = report_growth(lambda size: postgresql_base(server, size), (sizes[0], sizes[-1]))
        on_postgresql = f"## The same on PostgreSQL\n\n{grown}\n"
    text = TEXT.format(
        machine=machine(),
        rounds=rounds,
        seconds=seconds,
        records=records,
        asked=len(found[3].paths),
        contenders=contenders,
        ratios=ratios,
        sqlite=report_growth(sqlite_base, sizes),
        postgresql=on_postgresql,
        freshness=report_freshness(sizes[-1]),
    )
    print(text)
    if not given.dry_run:
        REPORT.write_text(text, encoding="utf-8")
        print(f"Written to {REPORT}.", file=sys.stderr)


if __name__ == "__main__":
    main()
