"""How much memory does a server need to export a list of many records, or of long texts?

    .venv/bin/python -m bench.export_memory [ROWS]

Fills a SQLite base in a temporary folder with fictional initiatives, each with a focus area and a
citation, and with documents whose texts have a million characters, one for 5,000 initiatives;
serves it, takes one small export of each format (so that libraries are loaded), then each complete
list in each format, and prints how much the peak of the server's memory grew (Linux only).
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import httpx

from app.rules.changes import Change
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.text.quotes import digest
from bench.bases import write_changes
from bench.servers import communique, free_port, running
from tests.helpers import fictional

FORMATS = ("csv", "ndjson", "parquet")
LISTS = ("initiatives", "search", "documents")
INITIATIVES_FOR_A_DOCUMENT = 5_000

DOCUMENT_BYTES = 500_000


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
    write_changes(engine, make_initiatives(rows))
    documents = max(rows // INITIATIVES_FOR_A_DOCUMENT, 1)
    # A revision is held in memory before it is written.
    write_changes(engine, make_documents(documents), per_revision=10)
    engine.dispose()


def make_initiatives(count: int) -> Iterator[Change]:
    yield from fictional.changes(fictional.base())
    for i in range(count):
        title = f"Title {i % 9973} of the fictional programme, as long as the titles of programmes"
        yield fictional.create(
            "initiative",
            f"i-{i:07}",
            title=title,
            focus_area_slugs=["trade"],
            citations=[fictional.citation("memorandum", title, "title")],
        )


def make_documents(count: int) -> Iterator[Change]:
    for i in range(count):
        # Random, so that it cannot be compressed; a byte is two characters.
        text = random.Random(i).randbytes(DOCUMENT_BYTES).hex()
        yield fictional.create("document", f"d-{i:04}", text=text, sha256=digest(text))


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
