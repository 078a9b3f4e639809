"""The changes that make a deletion possible."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy.orm import Session

from app.changes.existing import find_owners
from app.errors import InvalidRequest
from app.queries.loading import load_curated
from app.rules.changes import REFERENCES, Change, Key, reference_fields, slugs_by_type
from app.schemas.write import RecordCreate
from app.store.models import MODELS


def find_cascade(session: Session, type_: str, slug: str, max_changes: int) -> list[Change]:
    """The deletion of a record with all that it requires.

    A record that names the deleted one in a field with a single slug, or cites it, is deleted too,
    and so on. A record that names it in a list loses it from the list, and the support of the list
    if it becomes empty. Raises InvalidRequest for more than `max_changes` changes."""
    deleted: dict[Key, None] = {(type_, slug): None}
    touched: dict[Key, RecordCreate] = {}
    newly_deleted = set(deleted)
    while newly_deleted:
        references: dict[Key, set[Key]] = {}
        for key, owner in find_owners(session, newly_deleted):
            if owner not in deleted:
                references.setdefault(owner, set()).add(key)
        records = _load_curated(session, references)
        newly_deleted = {key for key in records if _requires(records[key], references[key])}
        deleted |= dict.fromkeys(sorted(newly_deleted))
        touched |= records
        if len(deleted | touched) > max_changes:
            raise InvalidRequest(
                f"More than {max_changes} records would have to change with {slug!r} "
                "(COMMUNIQUE_MAX_CHANGES). Delete what names it first."
            )
    changes = [Change("delete", *key) for key in deleted]
    for key, record in touched.items():
        if key not in deleted:
            changes.append(Change("update", *key, record=_remove_references(record, deleted)))
    return changes


def _load_curated(session: Session, keys: Iterable[Key]) -> dict[Key, RecordCreate]:
    records: dict[Key, RecordCreate] = {}
    for type_, slugs in slugs_by_type(sorted(keys)).items():
        for slug, record in load_curated(session, MODELS[type_], slugs).items():
            records[type_, slug] = record
    return records


def _requires(record: RecordCreate, keys: Iterable[Key]) -> bool:
    """Whether the record cites one of these, or names it in a field with a single slug."""
    required: set[Key] = set()
    for name in reference_fields(type(record)):
        value = getattr(record, name)
        if isinstance(value, str):
            required.add((REFERENCES[name], value))
    return any(key[0] == "document" or key in required for key in keys)


def _remove_references(record: RecordCreate, deleted: Collection[Key]) -> RecordCreate:
    changed: dict[str, Any] = {}
    emptied = set()
    for name in reference_fields(type(record)):
        slugs = getattr(record, name)
        if not isinstance(slugs, list):
            continue
        changed[name] = [slug for slug in slugs if (REFERENCES[name], slug) not in deleted]
        if slugs and not changed[name]:
            emptied.add(name)
    # An empty field must not be supported, and a citation must support something.
    citations = []
    for citation in record.citations:
        supports = [name for name in citation.supports if name not in emptied]
        if supports:
            citations.append(citation.model_copy(update={"supports": supports}))
    changed["citations"] = citations
    changed["derived"] = {n: reason for n, reason in record.derived.items() if n not in emptied}
    return record.model_copy(update=changed)
