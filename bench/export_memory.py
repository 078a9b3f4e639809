"""How much does a server grow while it exports a list of many records, or of long texts?

    .venv/bin/python -m bench.export_memory [ROWS]

Fills a SQLite base in a temporary folder with fictional initiatives, each with a focus area and a
citation, and with documents whose texts have a million characters, one for 5,000 initiatives;
serves it, takes one small export of each format (so that libraries are loaded), then each whole
list in each, and prints by how much the peak of the server's memory grew (Linux only).
"""

import os
import socket
import sqlite3
import subprocess
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
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = os.environ | {
            "COMMUNIQUE_DATABASE_URL": f"sqlite:///{file}",
            "COMMUNIQUE_PORT": str(port),
        }
        command = [str(Path(sys.executable).parent / "communique"), "serve"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                measure(f"http://127.0.0.1:{port}/v1", server.pid)
            finally:
                server.terminate()


def fill(file: Path, rows: int) -> None:
    engine = make_engine(Settings(database_url=f"sqlite:///{file}"))
    migrate(engine)
    with write_session(engine) as session:
        apply(session, fictional.changes(fictional.base()), "benchmark", "Base")
    engine.dispose()
    with sqlite3.connect(file) as base:
        for table, values in COLUMNS.items():
            base.execute(FILL.format(rows=rows, table=table, values=values))
        documents = max(rows // INITIATIVES_FOR_A_DOCUMENT, 1)
        base.execute(FILL.format(rows=documents, table=DOCUMENT, values=LONG_TEXT))
    base.close()


def measure(url: str, pid: int) -> None:
    wait_for(url)
    for format_ in FORMATS:
        take(f"{url}/initiatives?limit=200&format={format_}")
    for name, format_ in product(LISTS, FORMATS):
        # Forget the peak so far (proc(5)).
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        before = memory(pid, "VmRSS")
        start = time.monotonic()
        size = take(f"{url}/{name}?format={format_}")
        seconds = time.monotonic() - start
        grown = (memory(pid, "VmHWM") - before) / 1024
        print(
            f"{name} {format_}: {size / 1e6:.0f} MB in {seconds:.0f} s, grew by {grown:.1f} MiB",
            flush=True,
        )


def take(url: str) -> int:
    with httpx.stream("GET", url, timeout=600) as response:
        response.raise_for_status()
        return sum(len(piece) for piece in response.iter_raw())


def memory(pid: int, name: str) -> int:
    """In KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            httpx.get(url).raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("The server does not answer.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
