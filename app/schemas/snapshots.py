"""How is a record read that was logged under an earlier schema?"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from app.schemas.timeline import Sides, show_bounds

# Of the snapshots that are written now.
SCHEMA_VERSION = 2


def _read_dates_anew(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Seasons without a hemisphere were too short, and some expressions were none that is read."""
    if "start_edtf" not in snapshot:
        return snapshot
    sides = Sides(**{side.name: snapshot[side.name] for side in fields(Sides)})
    shown = show_bounds(sides).items()
    return snapshot | {
        name: value.isoformat() if isinstance(value, date) else value for name, value in shown
    }


# From each earlier version to the one after it: pure functions of a snapshot.
STEPS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _read_dates_anew}


def read_snapshot(version: int, snapshot: dict[str, Any] | None) -> dict[str, Any] | None:
    """The snapshot as it would be written now; None of a deletion."""
    if snapshot is not None:
        for step in range(version, SCHEMA_VERSION):
            snapshot = STEPS[step](snapshot)
    return snapshot
