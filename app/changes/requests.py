"""Change requests, and the changes that they mean.

A request holds a complete record, or the fields to change (JSON Merge Patch, RFC 7396). It becomes
a change under the write lock, so that no other write comes between reading and replacing a record.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.catalog import RESOURCES_BY_TYPE
from app.changes.parsing import read_record, without_byte_order_mark
from app.errors import InvalidRecords, ProblemItem, summarize
from app.queries.loading import curated_part, load_records
from app.queries.record_tags import names_record, read_record_tags
from app.rules.changes import Change, Key, slugs_by_type
from app.schemas.changesets import ChangeAsked, Changeset
from app.schemas.read import RecordRead
from app.schemas.record_types import ENTITIES
from app.schemas.validation_messages import describe_error, pointer
from app.schemas.write import DocumentCreate, RecordCreate
from app.store.models import MODELS
from app.vocabulary import Operation

# Problems that a response lists when a body is not a change list at all.
MAX_FORM_PROBLEMS = 100


@dataclass(frozen=True)
class ChangeRequest:
    """One change as requested.

    `record` is JSON: the complete record or, with `is_patch`, a merge patch. `pointer` is the
    position of the request in the body (RFC 6901), `record_pointer` the position of its record.
    `version` is the version that the record must have, `etag` its ETag; None for any."""

    operation: Operation
    type: str
    slug: str
    record: Any = None
    is_patch: bool = False
    pointer: str = ""
    record_pointer: str = ""
    version: int | None = None
    etag: str | None = None

    @property
    def key(self) -> Key:
        """The type and slug of the record."""
        return self.type, self.slug


def parse_requests(
    session: Session,
    requests: Sequence[ChangeRequest],
) -> tuple[list[Change], list[ProblemItem]]:
    """The changes, without those that would change nothing, and a problem for each value that
    cannot be read."""
    stored = _load_updated(session, requests)
    tags = read_record_tags(
        session, [request.key for request in requests if request.etag is not None]
    )
    counts = Counter(request.key for request in requests)
    changes: list[Change] = []
    problems: list[ProblemItem] = []
    for request in requests:
        record = stored.get(request.key)
        existing = None
        if record is not None:
            existing = curated_part(session, request.type, record)
        change, unreadable = _parse_request(request, existing)
        problems += unreadable
        is_unchanged = (
            record is not None
            and change.record == existing
            and change.version in (None, record.version)
            and (change.etag is None or names_record(change.etag, tags.get(request.key, "")))
        )
        # A record that the list names twice is refused for that, so no change of it is left out.
        if counts[request.key] > 1 or not is_unchanged:
            changes.append(change)
    return changes, problems


def _load_updated(
    session: Session,
    requests: Sequence[ChangeRequest],
) -> Mapping[Key, RecordRead]:
    updates = [request.key for request in requests if request.operation == "update"]
    stored: dict[Key, RecordRead] = {}
    for type_, slugs in slugs_by_type(updates).items():
        for slug, record in load_records(session, MODELS[type_], slugs).items():
            stored[type_, slug] = record
    return stored


def _parse_request(
    request: ChangeRequest,
    existing: RecordCreate | None,
) -> tuple[Change, list[ProblemItem]]:
    change = Change(
        request.operation,
        request.type,
        request.slug,
        pointer=request.pointer,
        version=request.version,
        etag=request.etag,
        request_pointer=request.pointer or None,
    )
    if request.operation == "delete":
        return change, []
    raw = without_byte_order_mark(request.type, request.record)
    if isinstance(raw, dict):
        raw = _without_links(raw)
        if not request.is_patch:
            raw = _without_read_only(request.type, raw)
            raw = _with_stored_text(raw, existing)
        elif existing is not None:
            raw = _patch_record(existing, raw)
        else:
            # The error is that the record does not exist, not that the patch lacks fields.
            return change, []
        if request.slug:
            raw = {"slug": request.slug, **raw}
    parsed, problems = read_record(request.type, raw, request.record_pointer)
    change = replace(
        change,
        slug=request.slug or parsed.slug,
        record=parsed.record,
        pointer=parsed.pointer,
        unreadable_fields=parsed.unreadable_fields,
    )
    return change, problems


def _without_read_only(
    type_: str,
    raw: dict[str, Any],
) -> dict[str, Any]:
    """A client may send a record back as it was read: fields that the base adds are ignored."""
    resource = RESOURCES_BY_TYPE[type_]
    curated = ENTITIES[type_].create.model_fields
    read_only = resource.detail.model_fields.keys() - curated.keys()
    editable = dict(raw)
    for name in read_only:
        editable.pop(name, None)
    return editable


def _without_links(raw: dict[str, Any]) -> dict[str, Any]:
    """The record, or patch of one, whose citations may be sent back as they were read."""
    citations = raw.get("citations")
    if not isinstance(citations, list):
        return raw
    curated = []
    for citation in citations:
        if isinstance(citation, dict):
            citation = {name: citation[name] for name in citation if name != "link"}
        curated.append(citation)
    return {**raw, "citations": curated}


def _with_stored_text(
    raw: dict[str, Any],
    existing: RecordCreate | None,
) -> dict[str, Any]:
    """Lists leave texts out, so a client that sends a document back as it was listed means no
    change of the text; null removes it."""
    if not isinstance(existing, DocumentCreate) or "text" in raw:
        return raw
    return {**raw, "text": existing.text}


def _patch_record(
    existing: RecordCreate,
    patch: dict[str, Any],
) -> dict[str, Any]:
    merged: dict[str, Any] = merge(existing.model_dump(mode="json"), patch)
    for name, value in patch.items():
        # Null removes a value. For an unknown field or the slug it stays, and is refused later.
        if name == "slug" or name not in type(existing).model_fields:
            merged[name] = value
    return merged


def merge(target: Any, patch: Any) -> Any:
    """The target after a JSON Merge Patch (RFC 7396 §2): null removes a member, objects are merged,
    any other value replaces the old one."""
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
    """A change list from JSON. Raises InvalidRecords if it is not one."""
    try:
        changeset = Changeset.model_validate(raw)
    except ValidationError as error:
        names = {*Changeset.model_fields, *ChangeAsked.model_fields}
        problems = []
        for item in error.errors()[:MAX_FORM_PROBLEMS]:
            path = pointer(item["loc"])
            subject = repr(path[1:]) if path else "The change list"
            detail = f"{subject} {describe_error(item, names)}"
            problems.append(ProblemItem(detail, path))
        raise InvalidRecords(summarize(problems), problems) from None
    requests = []
    for i, change in enumerate(changeset.changes):
        requests.append(_make_request(f"/changes/{i}", change))
    return changeset, requests


def _make_request(position: str, change: ChangeAsked) -> ChangeRequest:
    is_patch = change.patch is not None
    return ChangeRequest(
        change.operation,
        change.type,
        change.slug,
        change.patch if is_patch else change.record,
        is_patch=is_patch,
        pointer=position,
        record_pointer=f"{position}/{'patch' if is_patch else 'record'}",
        version=change.version,
        etag=change.etag,
    )
