"""The changes that make a deletion possible."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy.orm import Session

from app.changes.existing import find_owners, load_curated_records
from app.errors import InvalidRequest
from app.rules.changes import REFERENCES, Change, Key, reference_fields
from app.schemas.write import RecordCreate


def find_cascade(
    session: Session,
    type_: str,
    slug: str,
    max_changes: int,
) -> list[Change]:
    """The deletion of a record with all that it requires.

    A record that names the deleted one in a field with a single slug, or cites it, is deleted too,
    and so on. A record that names it in a list loses it from the list, and the support of the list
    if it becomes empty. Raises InvalidRequest for more than `max_changes` changes."""
    deleted: set[Key] = set()
    touched: dict[Key, RecordCreate] = {}
    changes: list[Change] = []
    next_keys = {(type_, slug)}
    while next_keys:
        deleted |= next_keys
        # Sorted, so that every run logs the deletions in the same order.
        for key in sorted(next_keys):
            changes.append(Change("delete", *key))
        references = _find_references(session, next_keys, deleted)
        records = load_curated_records(session, sorted(references))
        touched |= records
        if len(deleted | touched.keys()) > max_changes:
            raise InvalidRequest(
                f"More than {max_changes} records would have to change with {slug!r} "
                "(COMMUNIQUE_MAX_CHANGES). Delete what names it first."
            )
        next_keys = set()
        for key, record in records.items():
            if _requires(record, references[key]):
                next_keys.add(key)
    for key, record in touched.items():
        if key not in deleted:
            updated = _remove_references(record, deleted)
            changes.append(Change("update", *key, record=updated))
    return changes


def _find_references(
    session: Session,
    keys: Iterable[Key],
    deleted: Collection[Key],
) -> dict[Key, set[Key]]:
    """For each record that stays so far and refers to some of the keys, these keys."""
    references: dict[Key, set[Key]] = defaultdict(set)
    for key, owner in find_owners(session, keys):
        if owner not in deleted:
            references[owner].add(key)
    return references


def _requires(record: RecordCreate, keys: Iterable[Key]) -> bool:
    """Whether the record cites one of these, or names it in a field with a single slug."""
    required: set[Key] = set()
    for name in reference_fields(type(record)):
        value = getattr(record, name)
        if isinstance(value, str):
            required.add((REFERENCES[name], value))
    # Only citations refer to documents, and a claim needs its source.
    return any(key in required or key[0] == "document" for key in keys)


def _remove_references(record: RecordCreate, deleted: Collection[Key]) -> RecordCreate:
    changed: dict[str, Any] = {}
    emptied = set()
    for name in reference_fields(type(record)):
        slugs = getattr(record, name)
        if not isinstance(slugs, list):
            continue
        target = REFERENCES[name]
        changed[name] = [slug for slug in slugs if (target, slug) not in deleted]
        if slugs and not changed[name]:
            emptied.add(name)
    # An empty field must not be supported, and a citation must support something.
    citations = []
    for citation in record.citations:
        supports = [name for name in citation.supports if name not in emptied]
        if supports:
            update = {"supports": supports}
            citations.append(citation.model_copy(update=update))
    changed["citations"] = citations
    changed["derived"] = dict(record.derived)
    for name in emptied:
        changed["derived"].pop(name, None)
    return record.model_copy(update=changed)
