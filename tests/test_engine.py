"""The base behind a process: which library opens it, whose file it is, and is it still there?"""

import httpx
import pytest

from app.store.sqlite_library import LIBRARY, VERSION, has_wal_reset_defect

RELEASES = [
    ((3, 40, 1), True),
    ((3, 44, 5), True),
    ((3, 44, 6), False),
    ((3, 45, 0), True),
    ((3, 50, 6), True),
    ((3, 50, 7), False),
    ((3, 50, 8), False),
    ((3, 51, 2), True),
    ((3, 51, 3), False),
    ((3, 53, 0), False),
    ((4, 0, 0), False),
]


@pytest.mark.parametrize(("version", "is_defective"), RELEASES)
def test_releases_of_sqlite_with_the_wal_reset_defect(
    version: tuple[int, int, int], is_defective: bool
) -> None:
    assert has_wal_reset_defect(version) == is_defective


@pytest.mark.parametrize("path", ["/v1", "/v1?as_of=1"])
def test_overview_names_the_database_library(client: httpx.Client, path: str) -> None:
    database = client.get(path).raise_for_status().json()["database"]
    expected = {"engine": "sqlite", "library": LIBRARY, "version": VERSION}
    if database["engine"] == "postgresql":
        # The tests bring PostgreSQL 18.
        expected = {"engine": "postgresql", "library": "psycopg", "version": "18"}
    assert database == expected
