"""What does a caller ask to have changed, and which changes is that?

An edit may give a record whole, or only what is to be different (JSON Merge Patch, RFC 7396); it is
made into a change under the write lock, so that nobody can come between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.errors import InvalidRecords, Problem, count_problems
from app.ingest.records import read_record
from app.models import MODELS
from app.queries.loading import load_records, to_create
from app.rules.changes import Change
from app.schemas.changesets import ChangeAsked, Changeset
from app.schemas.mistakes import describe_mistake, pointer
from app.schemas.write import RecordCreate
from app.vocabulary import Operation

# Mistakes of form that are named in one answer.
NAMED_AT_MOST = 100


@dataclass(frozen=True)
class Edit:
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
class Prepared:
    """The changes, and what could not be read of them."""

    changes: list[Change]
    unreadable: list[Problem]
    same: list[Edit]  # what the base says already


def prepare(session: Session, edits: Sequence[Edit]) -> Prepared:
    """The changes that were asked for; without those that would change nothing."""
    stored = _load(session, edits)
    prepared = Prepared([], [], [])
    for edit in edits:
        old = stored.get((edit.type, edit.slug))
        change, problems = _prepare(edit, old.given if old is not None else None)
        prepared.unreadable.extend(problems)
        if old is not None and edit.version in (None, old.version) and old.given == change.record:
            prepared.same.append(edit)
        else:
            prepared.changes.append(change)
    return prepared


@dataclass(frozen=True)
class _Stored:
    given: RecordCreate
    version: int


def _prepare(edit: Edit, old: RecordCreate | None) -> tuple[Change, list[Problem]]:
    if edit.operation == "delete":
        change = Change("delete", edit.type, edit.slug, pointer=edit.at, version=edit.version)
        return change, []
    raw = edit.record
    if edit.is_patch and isinstance(raw, dict):
        # Of a record that is not there, what comes out is refused for that.
        raw = merge(old.model_dump(mode="json") if old is not None else {}, raw)
    if isinstance(raw, dict) and edit.slug:
        raw = {"slug": edit.slug, **raw}
    change, problems = read_record(edit.type, raw, edit.record_at)
    change = replace(
        change, operation=edit.operation, slug=edit.slug or change.slug, version=edit.version
    )
    return change, problems


def _load(session: Session, edits: Sequence[Edit]) -> Mapping[tuple[str, str], _Stored]:
    """The records, as they stand, that are to be updated."""
    slugs: dict[str, list[str]] = {}
    for edit in edits:
        if edit.operation == "update":
            slugs.setdefault(edit.type, []).append(edit.slug)
    return {
        (type_, slug): _Stored(to_create(record), record.version)
        for type_, some in slugs.items()
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


def read_changeset(raw: Any) -> tuple[Changeset, list[Edit]]:
    """A change list as it came. Raises InvalidRecords for what is no change list."""
    try:
        changeset = Changeset.model_validate(raw)
    except ValidationError as error:
        known = {*Changeset.model_fields, *ChangeAsked.model_fields}
        problems = [
            Problem(describe_mistake(found, known), pointer(found["loc"]))
            for found in error.errors()[:NAMED_AT_MOST]
        ]
        raise InvalidRecords(
            f"{count_problems(problems)}. Nothing was written.", problems
        ) from None
    return changeset, [_read_edit(i, one) for i, one in enumerate(changeset.changes)]


def _read_edit(i: int, asked: ChangeAsked) -> Edit:
    at = f"/changes/{i}"
    is_patch = asked.patch is not None
    return Edit(
        asked.operation,
        asked.type,
        asked.slug,
        asked.patch if is_patch else asked.record,
        is_patch=is_patch,
        at=at,
        record_at=f"{at}/{'patch' if is_patch else 'record'}",
        version=asked.version,
    )
