"""What has to go, or to change, so that a record can be deleted?"""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from app.models import MODELS
from app.queries.loading import load_records, to_create
from app.rules.changes import REFERENCES, Change
from app.schemas.write import RecordCreate
from app.writes.judge import find_owners

Key = tuple[str, str]  # type and slug


def find_cascade(session: Session, type_: str, slug: str) -> list[Change]:
    """The deletion of a record, and what it entails: a record that names it in a field of its own,
    or cites it, is deleted too, with what names that; one that names it in a list loses it from the
    list, and where the list is empty then, what supported it."""
    gone: dict[Key, None] = {(type_, slug): None}
    touched: dict[Key, None] = {}
    for key in _each_as_it_grows(gone):
        for _, owner in find_owners(session, key[0], [key[1]]):
            if owner not in gone:
                record = _load(session, owner)
                (gone if _needs(record, key) else touched).setdefault(owner)
    changes = [Change("delete", *key) for key in gone]
    for key in touched:
        if key not in gone:
            record = _without(_load(session, key), gone)
            changes.append(Change("update", *key, record=record))
    return changes


def _each_as_it_grows(gone: dict[Key, None]) -> Iterable[Key]:
    """The keys, also those that are added meanwhile."""
    seen = 0
    while seen < len(gone):
        yield list(gone)[seen]
        seen += 1


def _load(session: Session, key: Key) -> RecordCreate:
    type_, slug = key
    return to_create(load_records(session, MODELS[type_], [slug])[slug])


def _needs(record: RecordCreate, key: Key) -> bool:
    """Whether the record names the other in a field of its own, or cites it."""
    type_, slug = key
    if type_ == "document":
        return True
    fields = [name for name, target in REFERENCES.items() if target == type_]
    return any(getattr(record, name, None) == slug for name in fields)


def _without(record: RecordCreate, gone: Iterable[Key]) -> RecordCreate:
    slugs = set(gone)
    changed: dict[str, Sequence[object]] = {}
    for name, target in REFERENCES.items():
        value = getattr(record, name, None)
        if isinstance(value, list):
            changed[name] = [slug for slug in value if (target, slug) not in slugs]
    emptied = {name for name, left in changed.items() if getattr(record, name) and not left}
    cited = [
        citation.model_copy(update={"supports": left})
        for citation in record.citations
        if (left := [name for name in citation.supports if name not in emptied])
    ]
    derived = {name: why for name, why in record.derived.items() if name not in emptied}
    return record.model_copy(update={**changed, "citations": cited, "derived": derived})
