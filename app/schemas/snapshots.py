"""How is a record read that was logged under an earlier schema?"""

from collections.abc import Callable, Mapping
from typing import Any

# Of the snapshots that are written now.
SCHEMA_VERSION = 1

# From each earlier version to the one after it: pure functions of a snapshot.
STEPS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def read_snapshot(version: int, snapshot: dict[str, Any] | None) -> dict[str, Any] | None:
    """The snapshot as it would be written now; None of a deletion."""
    if snapshot is not None:
        for step in range(version, SCHEMA_VERSION):
            snapshot = STEPS[step](snapshot)
    return snapshot
