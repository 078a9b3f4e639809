"""What changed since a revision: each record once, with the fields that differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field
from sqlalchemy.orm import Session

from app.errors import InvalidRequest
from app.log.changed_records import ChangedRecord, read_changed_records
from app.log.record_names import read_names
from app.pages import words
from app.pages.differences import compare
from app.pages.reference_names import Names, load_names
from app.pages.rendering import View
from app.rules.changes import Key
from app.schemas.history import RevisionsQuery
from app.schemas.read import RecordRead
from app.schemas.record_types import ENTITIES
from app.store.revisions import read_revision

PATH = "/changes"
NOT_SAID = "not said"
# Longer values are left to the page of the difference.
MAX_VALUE_CHARACTERS = 60


class ChangesPageQuery(RevisionsQuery):
    """The revisions of the base; or the records that changed since one of them."""

    since: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None


@dataclass(frozen=True)
class RecordChange:
    """A record that changed, and what became of it; `path` leads to the difference."""

    outcome: str
    type_label: str
    title: str
    modality: str | None
    path: str


@dataclass(frozen=True)
class ChangedRecordsPage(View):
    """The records that changed since a revision, the last changed first."""

    template = "changed_records.html"
    has_past: ClassVar[bool] = False

    since: int
    current: int
    total: str
    changes: tuple[RecordChange, ...]
    next_path: str | None


def make_changed_records_page(
    session: Session,
    since: int,
    query: ChangesPageQuery,
) -> ChangedRecordsPage:
    """The view of the records that changed after the revision `since`. Raises InvalidRequest and
    InvalidCursor."""
    if query.author:
        detail = "'author' chooses revisions, and 'since' records. Leave one out."
        raise InvalidRequest.at(detail, parameter="author")
    records, page = read_changed_records(session, since, query)
    names = load_names(session, _list_versions(records))
    titles = read_names(session, [(record.type_, record.slug) for record in records])
    changes = [_describe(record, since, names, titles[_key(record)]) for record in records]
    fields = page.describe(PATH, query)
    return ChangedRecordsPage(
        title=f"What changed since revision {since}",
        downloads=(),
        since=since,
        current=read_revision(session),
        total=words.describe_total(
            fields["total"],
            fields["total_is_exact"],
            "record",
        ),
        changes=tuple(changes),
        next_path=fields["next"],
    )


def _key(record: ChangedRecord) -> Key:
    return record.type_, record.slug


def _list_versions(records: Iterable[ChangedRecord]) -> Iterable[RecordRead | None]:
    for record in records:
        yield from (record.before, record.after)


def _describe(
    record: ChangedRecord,
    since: int,
    names: Names,
    title: str,
) -> RecordChange:
    entity = ENTITIES[record.type_]
    return RecordChange(
        outcome=_name_outcome(record, names),
        type_label=words.TYPES[record.type_].label,
        title=title,
        modality=getattr(
            record.after,
            "modality",
            None,
        ),
        path=f"/{entity.collection}/{record.slug}/history/{record.revision}?since={since}",
    )


def _name_outcome(
    record: ChangedRecord,
    names: Names,
) -> str:
    if record.before is None and record.after is None:
        return "new, and deleted again"
    if record.before is None:
        return "new"
    if record.after is None:
        return "deleted"
    fields = _describe_fields(record, names)
    if not fields:
        return "changed, and as it was again"
    return f"changed: {'; '.join(fields)}"


def _describe_fields(
    record: ChangedRecord,
    names: Names,
) -> list[str]:
    """The fields that differ: their labels, with the values where these are short."""
    changes, _ = compare(
        record.type_,
        record.before,
        record.after,
        names,
    )
    descriptions = []
    for change in changes:
        description = change.label.lower()
        values = (change.before.value or NOT_SAID, change.after.value or NOT_SAID)
        if change.is_value_same:
            description += " (its quotes or its reason)"
        elif max(map(len, values)) <= MAX_VALUE_CHARACTERS:
            description += f" {' → '.join(values)}"
        descriptions.append(description)
    return descriptions
