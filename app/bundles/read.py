"""The records of a bundle file, with a problem for each value that cannot be read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.bundles.files import name_file, read_file
from app.changes.parsing import parse_json, read_record, without_byte_order_mark
from app.errors import ProblemItem, UnreadableBundle, suggest
from app.progress import follow
from app.rules.changes import Change
from app.schemas.record_types import BUNDLE_SCHEMA, ENTITIES
from app.schemas.validation_messages import pointer, short_repr

# The member of a bundle that says of which schema it is.
SCHEMA_KEY = "schema"


def read_bundle(path: Path) -> tuple[list[Change], list[ProblemItem]]:
    """The records of a bundle file as creations, in the order of the file, parents first.

    Raises UnreadableBundle if the file does not contain a bundle."""
    return parse_bundle(read_file(path), name_file(path))


def parse_bundle(
    text: str,
    name: str,
) -> tuple[list[Change], list[ProblemItem]]:
    """As `read_bundle`, from the text of the file called `name`."""
    bundle = _read_object(text, name)
    problems: list[ProblemItem] = []
    changes: list[Change] = []
    types = {entity.bundle_key: entity.type_ for entity in ENTITIES.values()}
    problems += _find_other_schema(bundle)
    for key in sorted(bundle.keys() - types.keys() - {SCHEMA_KEY}):
        detail = f"{key!r} is not a part of a bundle.{suggest(key, types)}"
        problems.append(ProblemItem(detail, pointer([key])))
    for key, type_ in types.items():
        records = bundle.get(key, [])
        if not isinstance(records, list):
            detail = f"{short_repr(records)} is not a list of records."
            problems.append(ProblemItem(detail, f"/{key}"))
            continue
        for i, raw in enumerate(follow(records, f"Reading {key}", len(records))):
            record = without_byte_order_mark(type_, raw)
            change, unreadable = read_record(type_, record, f"/{key}/{i}")
            changes.append(change)
            problems += unreadable
    return changes, problems


def _find_other_schema(bundle: dict[str, Any]) -> Iterator[ProblemItem]:
    """A problem if the bundle says that it is of a schema that is not read here."""
    schema = bundle.get(SCHEMA_KEY)
    # True equals 1, but is no number of a schema.
    if SCHEMA_KEY in bundle and (isinstance(schema, bool) or schema != BUNDLE_SCHEMA):
        detail = (
            f"{short_repr(schema)} is not a schema of bundles that is read here. Write "
            f"{BUNDLE_SCHEMA}, leave it out, or load the bundle with newer software."
        )
        yield ProblemItem(detail, pointer([SCHEMA_KEY]))


def _read_object(text: str, name: str) -> dict[str, Any]:
    if not text.strip():
        raise UnreadableBundle(f"{name} is empty. A bundle is a JSON object, at least {{}}.")
    bundle = parse_json(text, name, UnreadableBundle)
    if not isinstance(bundle, dict):
        raise UnreadableBundle(
            f"{name} holds {short_repr(bundle)}, not a JSON object of record lists."
        )
    return bundle
