"""Measures every figure that the project publishes, and writes `docs/benchmarks.md`.

    make bench            about half an hour, once its bases exist (SQLite: 6 GB of disk)
    .venv/bin/python -m bench --quick --dry-run      a few minutes, smaller; writes nothing

The bases, and the environment of the contenders, are cached in `bench/.cache`.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from bench import freshness, growth
from bench.cache import postgresql, postgresql_base, sqlite_base
from bench.contenders import RECORDS, measure, start_contenders
from bench.drafting import describe_drafting
from bench.isolation import Isolation, measure_isolation
from bench.pages import measure_pages
from bench.report import (
    REPORT,
    TEXT,
    describe_machine,
    report_contenders,
    report_freshness,
    report_growth,
    report_isolation,
    report_pages,
    report_ratios,
)
from bench.servers import CLIENT

SIZES = (1_000, 100_000, 1_000_000)


def measure_growth(
    make_base: Callable[[int], str],
    sizes: Sequence[int],
    max_ratios: Mapping[str, float],
) -> str:
    queries = growth.list_queries()
    urls = [make_base(size) for size in sizes]
    return report_growth(sizes, growth.measure(urls, queries), max_ratios)


def measure_postgresql(
    sizes: Sequence[int],
    records: int,
    isolations: dict[str, Isolation],
) -> str:
    with postgresql() as server:
        growth_table = measure_growth(
            lambda size: postgresql_base(server, size),
            sizes,
            growth.MAX_RATIOS_POSTGRESQL,
        )
        isolations["PostgreSQL"] = measure_isolation(postgresql_base(server, records))
    return f"## The same on PostgreSQL\n\n{growth_table}\n"


def measure_freshness(records: int) -> str:
    staleness = freshness.count_stale()
    memory = freshness.measure_memory(records)
    return report_freshness(records, staleness, memory)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true", help="smaller bases, shorter rounds")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument(
        "--dry-run", action="store_true", help="print the report, write no file"
    )
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    # For this process and all that it starts; servers move to a core of their own.
    os.sched_setaffinity(0, {CLIENT})
    sizes: Sequence[int] = SIZES
    records = RECORDS
    rounds = 3
    seconds = 4.0
    if arguments.quick:
        sizes = (1_000, 10_000)
        records = 10_000
        rounds = 1
        seconds = 2.0

    with start_contenders(records) as contenders:
        measure(contenders, rounds, seconds)
        contender_table = report_contenders(contenders)
        ratio_table = report_ratios(contenders)
        cold_paths = len(contenders[3].paths)
    print(contender_table, ratio_table, sep="\n", flush=True)
    isolations = {"SQLite": measure_isolation(sqlite_base(records))}
    on_postgresql = ""
    if not arguments.sqlite_only:
        on_postgresql = measure_postgresql((sizes[0], sizes[-1]), records, isolations)
    text = TEXT.format(
        machine=describe_machine(),
        rounds=rounds,
        seconds=seconds,
        records=records,
        cold_paths=cold_paths,
        contenders=contender_table,
        ratios=ratio_table,
        sqlite=measure_growth(sqlite_base, sizes, growth.MAX_RATIOS_SQLITE),
        postgresql=on_postgresql,
        freshness=measure_freshness(sizes[-1]),
        isolation=report_isolation(isolations),
        pages=report_pages(measure_pages(sqlite_base(records), seconds)),
        drafting=describe_drafting(None),
    )
    print(text)
    if not arguments.dry_run:
        REPORT.write_text(text, encoding="utf-8")
        print(f"Written to {REPORT}.", file=sys.stderr)


if __name__ == "__main__":
    main()
