"""Keep a copy of a Communiqué base in a SQLite file: python mirror.py http://localhost:8000 FILE"""

import json
import sqlite3
import sys
from contextlib import closing
from urllib.parse import urljoin
from urllib.request import urlopen

TABLES = """
CREATE TABLE IF NOT EXISTS record (type, slug, version, body, PRIMARY KEY (type, slug));
CREATE TABLE IF NOT EXISTS place (path);
"""


def mirror(url, file, fetch=lambda address: json.load(urlopen(address, timeout=60))):
    with closing(sqlite3.connect(file, isolation_level=None)) as copy:
        copy.executescript(TABLES)
        (path,) = copy.execute("SELECT path FROM place").fetchone() or (
            "/v1/changes?limit=200",
        )
        copy.execute("BEGIN")
        while path:
            page = fetch(urljoin(url, path))
            for change in page["items"]:
                key, record = (change["type"], change["slug"]), change["record"]
                copy.execute("DELETE FROM record WHERE type = ? AND slug = ?", key)
                if record is not None:
                    row = (*key, change["version"], json.dumps(record))
                    copy.execute("INSERT INTO record VALUES (?, ?, ?, ?)", row)
            path = page["next"]
            if not page["items"] or page["items"][-1]["last_of_revision"]:
                copy.execute("DELETE FROM place")
                copy.execute("INSERT INTO place VALUES (?)", (path or page["delta"],))
                copy.execute("COMMIT")  # here the copy is what the base was at one revision
                copy.execute("BEGIN")


if __name__ == "__main__":
    mirror(*sys.argv[1:])
