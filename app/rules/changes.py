"""What is one change to one record, before anything is written?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from app.errors import ProblemItem
from app.schemas.write import Citation, RecordCreate
from app.vocabulary import Operation

# Which type the slugs in a field name. Citations name documents; they are looked at apart.
REFERENCES = {
    "broader_slugs": "focus_area",
    "related_slugs": "focus_area",
    "office_slug": "office",
    "focus_area_slugs": "focus_area",
    "initiative_slug": "initiative",
    "expected_outcome_slug": "expected_outcome",
}


@dataclass(frozen=True, eq=False)
class Change:
    """`record` is the whole new state, None for a delete.

    `pointer` is where it stands in what the caller sent (RFC 6901). `version` is the one that the
    record must have, None: any. `asked_at` is where the change was asked for, if that is not where
    the record stands. `doubtful` are fields that
    could not be read: nothing is said of them a second time."""

    operation: Operation
    type: str
    slug: str
    record: RecordCreate | None = None
    pointer: str = ""
    doubtful: frozenset[str] = field(default=frozenset())
    version: int | None = None
    asked_at: str | None = None

    def problem(self, path: str, detail: str) -> ProblemItem:
        """What is wrong at `path` below this change."""
        return ProblemItem(f"{self.type} {self.slug!r}: {detail}", pointer=self.pointer + path)

    def problem_asked(self, name: str, detail: str) -> ProblemItem:
        """What is wrong with the change as such: with the `name` that it gives."""
        if self.asked_at is None:
            return self.problem("/slug" if name == "slug" else "", detail)
        return replace(self.problem("", detail), pointer=f"{self.asked_at}/{name}")


def slugs_by_type(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The slugs of records, each given as type and slug, by type."""
    found: dict[str, list[str]] = {}
    for type_, slug in keys:
        found.setdefault(type_, []).append(slug)
    return found


def citations_of(change: Change) -> list[Citation]:
    """The citations of the new state, none for a delete."""
    return change.record.citations or [] if change.record is not None else []


def curated_fields(record: RecordCreate) -> dict[str, Any]:
    """The fields that need support or a reason, as far as they say something."""
    exempt = {"slug", "citations", "derived"}
    values = {name: getattr(record, name) for name in type(record).model_fields}
    return {k: v for k, v in values.items() if k not in exempt and v is not None and v != []}


@cache
def reference_fields(model: type[RecordCreate]) -> tuple[str, ...]:
    """The fields by which records of this type name others."""
    return tuple(name for name in REFERENCES if name in model.model_fields)


def find_references(record: RecordCreate) -> Iterator[tuple[str, str, str]]:
    """Each record that this one names, as (path below it, type, slug)."""
    for name in reference_fields(type(record)):
        value, target = getattr(record, name), REFERENCES[name]
        if isinstance(value, list):
            yield from ((f"/{name}/{i}", target, slug) for i, slug in enumerate(value))
        elif value is not None:
            yield f"/{name}", target, value
    for i, citation in enumerate(record.citations):
        yield f"/citations/{i}/document_slug", "document", citation.document_slug
