"""The difference between records and the base, as changes and as lines for a person."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.loading import curated_part, load_curated
from app.rules.changes import Change
from app.schemas.entities import ENTITIES
from app.schemas.read import RecordRead
from app.schemas.validation_messages import short_repr
from app.schemas.write import RecordCreate
from app.store.models import RECORDS, Record
from app.vocabulary import Operation

MARKS = {"create": "+", "update": "~", "delete": "-"}


def find_changes(
    session: Session, records: Sequence[Change], *, prune: bool
) -> tuple[list[Change], list[str]]:
    """The changes that give the base these records, and a description of each.

    Records that are equal already are left out. With `prune`, records of the base that are not
    among these are deleted."""
    changes: list[Change] = []
    lines: list[str] = []
    for model in RECORDS:
        type_ = model.__tablename__
        of_type = [record for record in records if record.type == type_ and record.record]
        slugs = [record.slug for record in of_type]
        stored = load_curated(session, model, slugs)
        for record in of_type:
            existing = stored.get(record.slug)
            if existing == record.record:
                continue
            operation: Operation = "create" if existing is None else "update"
            changes.append(replace(record, operation=operation))
            lines.append(describe_edit(operation, type_, record.slug, existing, record.record))
        if prune:
            for slug in _find_absent(session, model, set(slugs)):
                changes.append(Change("delete", type_, slug))
                lines.append(describe_edit("delete", type_, slug, None, None))
    return changes, lines


def _find_absent(session: Session, model: type[Record], slugs: Collection[str]) -> Sequence[str]:
    """The slugs of the base that are not among these."""
    existing = session.scalars(select(model.slug).order_by(model.slug))
    return [slug for slug in existing if slug not in slugs]


def describe_change(
    operation: str, type_: str, slug: str, before: RecordRead | None, after: RecordRead | None
) -> str:
    """A line with the main text of a created record; for an update, a line for each field more."""
    old = curated_part(type_, before) if before is not None else None
    new = curated_part(type_, after) if after is not None else None
    return describe_edit(operation, type_, slug, old, new)


def describe_edit(
    operation: str, type_: str, slug: str, old: RecordCreate | None, new: RecordCreate | None
) -> str:
    """As `describe_change`, for the curated part of records."""
    line = f"{MARKS[operation]} {type_} {slug}"
    if new is None:
        return line
    if old is None:
        return f"{line}: {short_repr(getattr(new, ENTITIES[type_].main))}"
    fields = [f"\n    {field}: {difference}" for field, difference in _compare(old, new)]
    return line + "".join(fields)


def _compare(old: RecordCreate, new: RecordCreate) -> Iterator[tuple[str, str]]:
    """Each changed field, with its difference."""
    for name in type(new).model_fields:
        before = getattr(old, name)
        after = getattr(new, name)
        if before == after:
            continue
        if name == "citations":
            yield name, _compare_citations(before, after)
        elif name == "derived":
            for field in dict.fromkeys([*before, *after]):
                if before.get(field) != after.get(field):
                    yield f"derived/{field}", _arrow(before.get(field), after.get(field))
        else:
            yield name, _arrow(before, after)


def _compare_citations(before: Sequence[object], after: Sequence[object]) -> str:
    removed = [citation for citation in before if citation not in after]
    added = [citation for citation in after if citation not in before]
    if removed or added:
        return f"{len(added)} new, {len(removed)} gone"
    return "in another order"


def _arrow(before: object, after: object) -> str:
    return f"{short_repr(before)} → {short_repr(after)}"
