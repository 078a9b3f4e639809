"""What does a caller ask to have changed, and which changes is that?

An edit may give a record whole, or only what is to be different (JSON Merge Patch, RFC 7396); it is
made into a change under the write lock, so that nobody can come between.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.catalog import CATALOG
from app.changes.parsing import read_record
from app.errors import InvalidRecords, ProblemItem, summarize
from app.queries.loading import curated_part, load_records
from app.rules.changes import Change, slugs_by_type
from app.schemas.changesets import ChangeAsked, Changeset
from app.schemas.entities import ENTITIES
from app.schemas.validation_messages import describe_error, pointer
from app.schemas.write import RecordCreate
from app.store.models import MODELS
from app.vocabulary import Operation

# Mistakes of form that are named in one answer.
NAMED_AT_MOST = 100


@dataclass(frozen=True)
class ChangeRequest:
    """One change as it was asked for. `record` is JSON: of an update the whole record, or with
    `is_patch` what is to be different. `at` is where it stands in what the caller sent, `version`
    the one that the record must have (None: any)."""

    operation: Operation
    type: str
    slug: str
    record: Any = None
    is_patch: bool = False
    at: str = ""
    record_at: str = ""
    version: int | None = None


@dataclass(frozen=True)
class ParsedChanges:
    """The changes, and what could not be read of them."""

    changes: list[Change]
    unreadable: list[ProblemItem]


def parse_requests(session: Session, edits: Sequence[ChangeRequest]) -> ParsedChanges:
    """The changes that were asked for; without those that would change nothing."""
    stored = _load(session, edits)
    prepared = ParsedChanges([], [])
    times = Counter((edit.type, edit.slug) for edit in edits)
    for edit in edits:
        old = stored.get((edit.type, edit.slug))
        change, problems = _prepare(edit, old.given if old is not None else None)
        prepared.unreadable.extend(problems)
        # A record that is named twice is refused for that, whatever is asked of it.
        once = times[edit.type, edit.slug] == 1
        if not (once and old is not None and old.says(change.record, edit.version)):
            prepared.changes.append(change)
    return prepared


@dataclass(frozen=True)
class _ExistingRecord:
    given: RecordCreate
    version: int

    def says(self, record: RecordCreate | None, version: int | None) -> bool:
        """Whether it is the record, and at the version that is meant."""
        return self.given == record and version in (None, self.version)


def _prepare(edit: ChangeRequest, old: RecordCreate | None) -> tuple[Change, list[ProblemItem]]:
    if edit.operation == "delete":
        return _without_record(edit), []
    raw = edit.record
    if edit.is_patch and isinstance(raw, dict):
        if old is None:
            # Refused for that, and not for what would come of it.
            return _without_record(edit), []
        raw = _merge_record(old, raw)
    elif isinstance(raw, dict):
        raw = _without_read_only(edit.type, raw)
    if isinstance(raw, dict) and edit.slug:
        raw = {"slug": edit.slug, **raw}
    change, problems = read_record(edit.type, raw, edit.record_at)
    change = replace(
        change,
        operation=edit.operation,
        slug=edit.slug or change.slug,
        version=edit.version,
        asked_at=edit.at or None,
    )
    return change, problems


def _without_record(edit: ChangeRequest) -> Change:
    return Change(
        edit.operation,
        edit.type,
        edit.slug,
        pointer=edit.at,
        version=edit.version,
        asked_at=edit.at or None,
    )


def _merge_record(old: RecordCreate, patch: dict[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = merge(old.model_dump(mode="json"), patch)
    # Null takes a value away, where there can be one: what is no field, and the slug, are refused.
    fixed = {name for name in patch if name == "slug" or name not in type(old).model_fields}
    return merged | {name: patch[name] for name in fixed}


def _without_read_only(type_: str, raw: dict[str, Any]) -> dict[str, Any]:
    """What is sent back as it was read: what the base adds to a record is not the sender's to
    set."""
    detail = next(found.detail for found in CATALOG if found.type_ == type_)
    added = detail.model_fields.keys() - ENTITIES[type_].create.model_fields.keys()
    return {name: value for name, value in raw.items() if name not in added}


def _load(
    session: Session, edits: Sequence[ChangeRequest]
) -> Mapping[tuple[str, str], _ExistingRecord]:
    """The records, as they stand, that are to be updated."""
    updates = [(edit.type, edit.slug) for edit in edits if edit.operation == "update"]
    return {
        (type_, slug): _ExistingRecord(curated_part(type_, record), record.version)
        for type_, some in slugs_by_type(updates).items()
        for slug, record in load_records(session, MODELS[type_], some).items()
    }


def merge(target: Any, patch: Any) -> Any:
    """The target with what the patch says (RFC 7396 §2): null takes away, objects are merged,
    anything else takes the place of what was there."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def read_changeset(raw: Any) -> tuple[Changeset, list[ChangeRequest]]:
    """A change list as it came. Raises InvalidRecords for what is no change list."""
    try:
        changeset = Changeset.model_validate(raw)
    except ValidationError as error:
        known = {*Changeset.model_fields, *ChangeAsked.model_fields}
        problems = [
            ProblemItem(describe_error(found, known), pointer(found["loc"]))
            for found in error.errors()[:NAMED_AT_MOST]
        ]
        raise InvalidRecords(summarize(problems), problems) from None
    return changeset, [_read_edit(i, one) for i, one in enumerate(changeset.changes)]


def _read_edit(i: int, asked: ChangeAsked) -> ChangeRequest:
    at = f"/changes/{i}"
    is_patch = asked.patch is not None
    return ChangeRequest(
        asked.operation,
        asked.type,
        asked.slug,
        asked.patch if is_patch else asked.record,
        is_patch=is_patch,
        at=at,
        record_at=f"{at}/{'patch' if is_patch else 'record'}",
        version=asked.version,
    )
