"""What does it cost to ask the past?

    .venv/bin/python -m bench.lookback [RECORDS ...]

For bases of RECORDS (10,000 and 100,000) fictional records on SQLite, each with a second revision:
how long the first question of the first revision takes (its base is made), what later ones take
beside the same question of today, and how large the file is.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.catalog.initiatives import INITIATIVES, InitiativeQuery
from app.changes.apply import apply
from app.log.historical_bases import HistoricalBases
from app.queries.pages import read_page
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import read_session, write_session
from bench.bases import make_bundle
from tests import fictional

QUESTION = InitiativeQuery(focus_area=["area-7"], limit=20)


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def measure(records: int, folder: Path) -> None:
    engine = make_engine(Settings(database_url=f"sqlite:///{folder}/base{records}.db"))
    migrate(engine)
    with write_session(engine) as session:
        apply(session, fictional.changes(make_bundle(records)), "bench", "All")
    with write_session(engine) as session:
        apply(session, [fictional.create("focus_area", "one-more")], "bench", "One more")
    lookback = HistoricalBases(engine, Settings())
    moment = lookback.find_moment("1")
    assert moment is not None
    first = seconds(lambda: lookback.open(moment))
    past = lookback.open(moment)

    def ask(base: object) -> None:
        with read_session(base) as session:  # type: ignore[arg-type]
            assert read_page(session, INITIATIVES, QUESTION)["items"]

    now = statistics.median(seconds(lambda: ask(engine)) for _ in range(30)) * 1_000
    then = statistics.median(seconds(lambda: ask(past.engine)) for _ in range(30)) * 1_000
    size = past.file.stat().st_size / 1e6
    print(
        f"{records:>9,} records: {first:6.2f} s to make, {size:5.0f} MB of file; "
        f"a page {then:.1f} ms, of today {now:.1f} ms"
    )
    lookback.close()
    engine.dispose()


def main() -> None:
    for records in [int(given) for given in sys.argv[1:]] or [10_000, 100_000]:
        with tempfile.TemporaryDirectory() as folder:
            measure(records, Path(folder))


if __name__ == "__main__":
    main()
