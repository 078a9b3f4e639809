"""The SQLite that every base is opened with: `pysqlite3` where it is installed, else Python's own.

Import `sqlite3` from here, nowhere else. Two SQLite libraries in one process must not open the same
file: closing it in one releases the locks of the other (https://sqlite.org/howtocorrupt.html,
section 2.2.1).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

__all__ = ["LIBRARY", "VERSION", "describe_defect", "has_wal_reset_defect", "sqlite3"]

# `pysqlite3` or `sqlite3`, as `/v1` names it.
LIBRARY = sqlite3.__name__.partition(".")[0]
VERSION = sqlite3.sqlite_version

Version = tuple[int, int, int]

# Older releases can corrupt a base in WAL mode when several connections write and reset the log at
# once (https://sqlite.org/releaselog/3_51_3.html). Two older series were mended, too.
_MENDED: Version = (3, 51, 3)
_MENDED_PATCHES = {(3, 50): 7, (3, 44): 6}


def has_wal_reset_defect(version: Version) -> bool:
    """Whether this release of SQLite, `(3, 51, 3)` for example, can corrupt a base in WAL mode."""
    if version >= _MENDED:
        return False
    mended_patch = _MENDED_PATCHES.get(version[:2])
    return mended_patch is None or version[2] < mended_patch


def describe_defect() -> str | None:
    """One line that warns of the defect, if the library in use has it."""
    if not has_wal_reset_defect(sqlite3.sqlite_version_info):
        return None
    return (
        f"SQLite {VERSION} can corrupt a base when several connections write to it (mended in "
        "3.51.3, 3.50.7 and 3.44.6). Install a newer one: pip install 'communique[fast]'."
    )
