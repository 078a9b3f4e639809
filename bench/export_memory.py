"""How much memory does a server need to export a list of many records, or of long texts?

    .venv/bin/python -m bench.export_memory [ROWS]

Fills a SQLite base in a temporary folder with fictional initiatives, each with a focus area and a
citation, and with documents whose texts have a million characters, one for 5,000 initiatives;
serves it, takes one small export of each format (so that libraries are loaded), then each complete
list in each format, and prints how much the peak of the server's memory grew (Linux only).
"""

import sqlite3
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

import httpx

from app.changes.apply import apply
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import write_session
from bench.servers import communique, free_port, running
from tests.helpers import fictional

FORMATS = ("csv", "ndjson", "parquet")
LISTS = ("initiatives", "search", "documents")
INITIATIVES_FOR_A_DOCUMENT = 5_000

FILL = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})
INSERT INTO {table} SELECT {values} FROM numbers
"""
NOW = "'2031-05-01 00:00:00.000000'"
COLUMNS = {
    "initiative (slug, title, kind, modality, office_slug, version, created_at, updated_at, "
    "derived)": "printf('i-%07d', n), printf('Title %d of the fictional programme', n % 9973), "
    f"'objective', 'stated', 'strelsau', 1, {NOW}, {NOW}, '{{\"kind\":\"fictional\"}}'",
    "initiative_focus_area (initiative_slug, focus_area_slug, position)": (
        "printf('i-%07d', n), 'trade', 0"
    ),
    'citation (position, document_slug, section, exact, prefix, suffix, start, "end", supports, '
    "initiative_slug)": "0, 'memorandum', '[\"Part one\"]', printf('Title %d of the fictional "
    "programme, said at some length so that the quote is as long as quotes are', n % 9973), "
    "'before', 'after', 0, 90, '[\"title\"]', printf('i-%07d', n)",
}
DOCUMENT = (
    "document (slug, title, language, voice, sha256, text, version, created_at, updated_at, "
    "derived)"
)
LONG_TEXT = (
    "printf('d-%04d', n), 'A fictional report', 'en', 'about', printf('%064d', n), "
    f"hex(randomblob(500000)), 1, {NOW}, {NOW}, '{{}}'"
)


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "base.db"
        fill(file, rows)
        port = free_port()
        environment = {"COMMUNIQUE_DATABASE_URL": f"sqlite:///{file}"}
        with running(communique(port), port, "/readyz", environment, pinned=False) as server:
            # The process is `taskset`, which replaces itself with the server.
            measure(f"{server.address}/v1", server.process.pid)


def fill(file: Path, rows: int) -> None:
    engine = make_engine(Settings(database_url=f"sqlite:///{file}"))
    migrate(engine)
    with write_session(engine) as session:
        changes = fictional.changes(fictional.base())
        apply(session, changes, "benchmark", "Base")
    engine.dispose()
    with sqlite3.connect(file) as base:
        for table, values in COLUMNS.items():
            statement = FILL.format(rows=rows, table=table, values=values)
            base.execute(statement)
        documents = max(rows // INITIATIVES_FOR_A_DOCUMENT, 1)
        statement = FILL.format(rows=documents, table=DOCUMENT, values=LONG_TEXT)
        base.execute(statement)
    base.close()


def measure(url: str, pid: int) -> None:
    for format_ in FORMATS:
        download(f"{url}/initiatives?limit=200&format={format_}")
    for name, format_ in product(LISTS, FORMATS):
        reset_peak(pid)
        before = read_memory(pid, "VmRSS")
        start = time.monotonic()
        size = download(f"{url}/{name}?format={format_}")
        seconds = time.monotonic() - start
        growth = read_memory(pid, "VmHWM") - before
        print(
            f"{name} {format_}: {size / 1e6:.0f} MB in {seconds:.0f} s, "
            f"grew by {growth / 1024:.1f} MiB",
            flush=True,
        )


def download(url: str) -> int:
    """The size of the response in bytes."""
    size = 0
    with httpx.stream("GET", url, timeout=600) as response:
        response.raise_for_status()
        for chunk in response.iter_raw():
            size += len(chunk)
    return size


def reset_peak(pid: int) -> None:
    # proc(5): 5 resets the peak resident set size to the current one.
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def read_memory(pid: int, name: str) -> int:
    """A value of the process's status, in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise RuntimeError(f"There is no {name} in /proc/{pid}/status.")


if __name__ == "__main__":
    _, *arguments = sys.argv
    rows = arguments or ["1_000_000"]
    main(int(rows[0]))
