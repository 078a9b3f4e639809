"""What has to go, or to change, so that a record can be deleted?"""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from app.changes.validate import find_owners
from app.errors import InvalidRequest
from app.queries.loading import load_curated
from app.rules.changes import REFERENCES, Change, reference_fields, slugs_by_type
from app.schemas.write import RecordCreate
from app.store.models import MODELS

Key = tuple[str, str]  # type and slug


def find_cascade(session: Session, type_: str, slug: str, most: int) -> list[Change]:
    """The deletion of a record, and what it entails: a record that names it in a field of its own,
    or cites it, is deleted too, with what names that; one that names it in a list loses it from the
    list, and where the list is empty then, what supported it.

    Raises InvalidRequest if these are more than `most` changes."""
    gone: dict[Key, None] = {(type_, slug): None}
    touched: dict[Key, RecordCreate] = {}
    last = set(gone)
    while last:
        owners = _find_owners(session, last)
        records = _load(session, {key for key in owners if key not in gone})
        last = {key for key, record in records.items() if _needs(record, owners[key])}
        gone |= dict.fromkeys(sorted(last))
        touched |= records
        if len(gone | touched) > most:
            raise InvalidRequest(
                f"More than {most} records would have to change with {slug!r} "
                "(COMMUNIQUE_MAX_CHANGES). Delete what names it first."
            )
    kept = {key: record for key, record in touched.items() if key not in gone}
    return [Change("delete", *key) for key in gone] + [
        Change("update", *key, record=_without(record, gone)) for key, record in kept.items()
    ]


def _find_owners(session: Session, named: Iterable[Key]) -> dict[Key, set[Key]]:
    """Each record that names some of these, with which."""
    owners: dict[Key, set[Key]] = {}
    for type_, some in slugs_by_type(named).items():
        for slug, owner in find_owners(session, type_, some):
            owners.setdefault(owner, set()).add((type_, slug))
    return owners


def _load(session: Session, keys: Iterable[Key]) -> dict[Key, RecordCreate]:
    return {
        (type_, slug): record
        for type_, some in slugs_by_type(sorted(keys)).items()
        for slug, record in load_curated(session, MODELS[type_], some).items()
    }


def _needs(record: RecordCreate, named: Iterable[Key]) -> bool:
    """Whether the record names one of these in a field of its own, or cites it."""
    own = {
        (REFERENCES[name], getattr(record, name))
        for name in reference_fields(type(record))
        if not isinstance(getattr(record, name), list)
    }
    return any(type_ == "document" or (type_, slug) in own for type_, slug in named)


def _without(record: RecordCreate, gone: Iterable[Key]) -> RecordCreate:
    slugs = set(gone)
    changed: dict[str, Sequence[object]] = {}
    for name in reference_fields(type(record)):
        value, target = getattr(record, name), REFERENCES[name]
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
