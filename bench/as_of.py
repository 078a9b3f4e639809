"""What does `as_of` cost?

    .venv/bin/python -m bench.as_of [RECORDS ...]

For bases of RECORDS (10,000 and 100,000) fictional records on SQLite, each with a second revision:
how long the first request for revision 1 takes, which builds its historical base, how long later
ones take beside the same request for the current base, and how large the file is.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from app.catalog.initiatives import INITIATIVES, InitiativeQuery
from app.changes.apply import apply
from app.log.as_of.historical_bases import HistoricalBases
from app.log.as_of.resolve import resolve_as_of
from app.queries.pages import read_page
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import read_session, write_session
from bench.bases import make_bundle
from tests.helpers import fictional

QUERY = InitiativeQuery(focus_area=["area-7"], limit=20)
ROUNDS = 30


def measure_seconds(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def measure_page_ms(base: Engine) -> float:
    """The median milliseconds of a page."""
    times = []
    for _ in range(ROUNDS):
        seconds = measure_seconds(lambda: read(base))
        times.append(seconds)
    return 1_000 * statistics.median(times)


def read(base: Engine) -> None:
    with read_session(base) as session:
        page = read_page(session, INITIATIVES, QUERY)
        assert page.items


def measure(records: int, folder: Path) -> None:
    engine = make_engine(Settings(database_url=f"sqlite:///{folder}/base{records}.db"))
    migrate(engine)
    with write_session(engine) as session:
        changes = fictional.changes(make_bundle(records))
        apply(session, changes, "bench", "All")
    with write_session(engine) as session:
        change = fictional.create("focus_area", "one-more")
        apply(session, [change], "bench", "One more")
    with read_session(engine) as session:
        stamp = resolve_as_of(session, "1").stamp
    bases = HistoricalBases(engine, Settings())
    build_seconds = measure_seconds(lambda: bases.open(stamp))
    historical = bases.open(stamp)
    current_ms = measure_page_ms(engine)
    historical_ms = measure_page_ms(historical.engine)
    megabytes = historical.file.stat().st_size / 1e6
    print(
        f"{records:>9,} records: {build_seconds:6.2f} s to build, {megabytes:5.0f} MB of file; "
        f"a page {historical_ms:.1f} ms, of the current base {current_ms:.1f} ms"
    )
    bases.close()
    engine.dispose()


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]]
    for records in sizes or (10_000, 100_000):
        with tempfile.TemporaryDirectory() as folder:
            measure(records, Path(folder))


if __name__ == "__main__":
    main()
