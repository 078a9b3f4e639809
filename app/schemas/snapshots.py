"""Record snapshots that were logged under an earlier schema."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from pydantic_core import to_jsonable_python

from app.schemas.computed import show_date, show_text
from app.schemas.timeline import Sides, show_bounds

Snapshot = dict[str, Any]

# The schema of the snapshots that are written now. A change to a field of `...Read` raises it, and
# adds a step.
SCHEMA_VERSION = 5


def _recompute_bounds(type_: str, snapshot: Snapshot) -> Snapshot:
    """Version 1 gave seasons without a hemisphere too few months, and accepted some expressions
    that are no longer read."""
    if type_ != "timeline_item":
        return snapshot
    sides = Sides(**{field.name: snapshot[field.name] for field in fields(Sides)})
    bounds: Snapshot = to_jsonable_python(show_bounds(sides))
    return snapshot | bounds


def _add_fields(type_: str, snapshot: Snapshot) -> Snapshot:
    """Version 2 had no identifiers and no languages of labels, knew dates of documents and offices
    by the day, and logged the text of a document with each of its versions. The migration that
    stores texts by their digest left `text_length` in the place of a text."""
    record = snapshot | {"identifiers": []}
    computed: Snapshot = {}
    if type_ == "document":
        record.pop("text", None)
        computed |= show_date("published", record["published_on"])
        computed |= show_text(record["url"], record.get("text_length"))
    if type_ == "focus_area":
        record["label_languages"] = {}
    if type_ == "office":
        computed |= show_date("opened", record["opened_on"])
    in_json: Snapshot = to_jsonable_python(computed)
    return record | in_json


def _add_recurrence(type_: str, snapshot: Snapshot) -> Snapshot:
    """Version 3 had no recurrence."""
    if type_ != "timeline_item":
        return snapshot
    return snapshot | {"recurrence": None}


def _add_links(_type: str, snapshot: Snapshot) -> Snapshot:
    """Version 4 had no links. The migration that makes them adds them to the citations of documents
    with an address, in snapshots of any version."""
    citations = [{"link": None} | citation for citation in snapshot["citations"]]
    return snapshot | {"citations": citations}


# Steps from each earlier version to the next: pure functions of a record type and a snapshot.
STEPS: dict[int, Callable[[str, Snapshot], Snapshot]] = {
    1: _recompute_bounds,
    2: _add_fields,
    3: _add_recurrence,
    4: _add_links,
}


def read_snapshot(
    type_: str,
    version: int,
    snapshot: Snapshot,
) -> Snapshot:
    """The snapshot as it would be written now."""
    for step in range(version, SCHEMA_VERSION):
        snapshot = STEPS[step](type_, snapshot)
    return snapshot
