"""One change to one record, before anything is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from app.errors import ProblemItem
from app.schemas.record_types import ENTITIES
from app.schemas.write import Citation, RecordCreate
from app.vocabulary import Operation

Key = tuple[str, str]  # type and slug
Problems = Iterator[ProblemItem]

# The type that a field refers to, by the name of the field: its slug, or a list of slugs.
REFERENCES = {"broader_slugs": "focus_area", "related_slugs": "focus_area"}
for _type in ENTITIES:
    REFERENCES[f"{_type}_slug"] = _type
    REFERENCES[f"{_type}_slugs"] = _type


# The fields of a record that no citation can support.
NEVER_SUPPORTED = ("slug", "citations", "derived")


@dataclass(frozen=True, eq=False)
class Change:
    """`record` is the complete new state, None for a deletion.

    `version` is the version that the record must have, `etag` its ETag; None for any. `pointer` is
    the position of the record in the body or bundle (RFC 6901), `request_pointer` that of the
    request around it, if there is one. `unreadable_fields` were already reported; rules skip
    them."""

    operation: Operation
    type: str
    slug: str
    record: RecordCreate | None = None
    pointer: str = ""
    unreadable_fields: frozenset[str] = frozenset()
    version: int | None = None
    request_pointer: str | None = None
    etag: str | None = None

    @property
    def key(self) -> Key:
        """The type and slug of the record."""
        return self.type, self.slug

    def problem(self, path: str, detail: str) -> ProblemItem:
        """A problem of the record, at `path` below it."""
        return ProblemItem(
            f"{self.type} {self.slug!r}: {detail}", pointer=self.pointer + path
        )

    def request_problem(self, name: str, detail: str) -> ProblemItem:
        """A problem of the member `name` of the request, such as `version`."""
        if self.request_pointer is not None:
            problem = self.problem("", detail)
            return replace(problem, pointer=f"{self.request_pointer}/{name}")
        # Without a request around the record, only the slug has a position: it is in the record.
        path = "/slug" if name == "slug" else ""
        return self.problem(path, detail)


def slugs_by_type(keys: Iterable[Key]) -> dict[str, list[str]]:
    """The slugs of the keys, in their order, for each type."""
    slugs: dict[str, list[str]] = defaultdict(list)
    for type_, slug in keys:
        slugs[type_].append(slug)
    return slugs


def keys_of(changes: Iterable[Change]) -> list[Key]:
    """The keys of the changed records, in the order of the changes."""
    return [change.key for change in changes]


def slugs_of(changes: Iterable[Change]) -> list[str]:
    """The slugs of the changed records, in the order of the changes."""
    return [change.slug for change in changes]


def citations_of(change: Change) -> list[Citation]:
    """The citations of the new state, none for a deletion."""
    if change.record is None:
        return []
    return change.record.citations


def curated_fields(record: RecordCreate) -> dict[str, Any]:
    """The fields that need support or a reason: all with a value, but for the record's own
    evidence and its slug."""
    fields = {}
    for name in _supportable_fields(type(record)):
        value = getattr(record, name)
        if value is not None and value != [] and value != {}:
            fields[name] = value
    return fields


@cache
def _supportable_fields(model: type[RecordCreate]) -> tuple[str, ...]:
    return tuple(name for name in model.model_fields if name not in NEVER_SUPPORTED)


@cache
def reference_fields(model: type[RecordCreate]) -> tuple[str, ...]:
    """The fields with slugs of other records; citations are not among them."""
    return tuple(name for name in REFERENCES if name in model.model_fields)


def find_references(change: Change) -> Iterator[tuple[str, str, str]]:
    """Each reference of the new state, citations included, as (path in the record, type, slug)."""
    record = change.record
    if record is None:
        return
    for name in reference_fields(type(record)):
        value = getattr(record, name)
        if isinstance(value, list):
            for i, slug in enumerate(value):
                yield f"/{name}/{i}", REFERENCES[name], slug
        elif value is not None:
            yield f"/{name}", REFERENCES[name], value
    for i, citation in enumerate(record.citations):
        yield f"/citations/{i}/document_slug", "document", citation.document_slug
