"""Other processes that write to a base.

This module imports little: each process imports it anew.
"""

import multiprocessing

from app.changes.apply import apply
from app.settings import Settings
from app.store.engine import make_engine
from app.store.sessions import write_session
from tests.helpers import fictional

SPAWN = multiprocessing.get_context("spawn")
OFFICE = "nato-liaison-office-amman"


def run_writers(url: str, writers: int, revisions: int) -> None:
    """So many processes at once, each of which writes so many revisions to a base with the seed."""
    processes = [
        SPAWN.Process(target=write_initiatives, args=(url, f"written-by-{number}", revisions))
        for number in range(writers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=120)
        assert process.exitcode == 0


def write_initiatives(url: str, name: str, number: int) -> None:
    engine = make_engine(Settings(database_url=url))
    for i in range(number):
        creation = fictional.create("initiative", f"{name}-{i}", office_slug=OFFICE)
        with write_session(engine) as session:
            apply(session, [creation], "test", "A change")
    engine.dispose()
