"""What the records are called that others refer to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.log.record_names import read_names
from app.rules.changes import REFERENCES, Key
from app.schemas.read import RecordRead

Names = Mapping[Key, str]
_NO_NAMES: Names = MappingProxyType({})


def load_names(
    session: Session,
    records: Iterable[RecordRead | None],
    new_names: Names = _NO_NAMES,
) -> Names:
    """The names of the records that these refer to; `new_names` are those of records that are not
    in the base yet."""
    keys: set[Key] = set()
    for record in records:
        if record is not None:
            keys.update(_list_references(record))
    return _tell_apart({**read_names(session, keys), **new_names})


def _list_references(record: RecordRead) -> Iterator[Key]:
    for field, type_ in REFERENCES.items():
        content = getattr(
            record,
            field,
            None,
        )
        for slug in _list_slugs(content):
            yield type_, slug


def _list_slugs(content: str | list[str] | None) -> list[str]:
    if content is None:
        return []
    if isinstance(content, str):
        return [content]
    return content


def _tell_apart(names: Names) -> Names:
    """The names, with the slug where several records have the same."""
    counts = Counter(names.values())
    distinct = {}
    for key, name in names.items():
        _, slug = key
        distinct[key] = name if counts[name] == 1 else f"{name} ({slug})"
    return distinct


def name_references(
    names: Names,
    field: str,
    content: str | list[str] | None,
) -> str:
    """The records that a field refers to, by name; by slug if they have none."""
    type_ = REFERENCES[field]
    labels = [names.get((type_, slug), slug) for slug in _list_slugs(content)]
    return ", ".join(labels)
