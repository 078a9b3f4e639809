"""What would loading a bundle change, record by record and field by field?"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.loading import curated_part, load_curated
from app.rules.changes import Change
from app.schemas.entities import ENTITIES
from app.schemas.read import RecordRead
from app.schemas.validation_messages import short_repr
from app.schemas.write import RecordCreate
from app.store.models import RECORDS
from app.vocabulary import Operation

MARKS = {"create": "+", "update": "~", "delete": "-"}


def find_changes(
    session: Session, records: Sequence[Change], *, prune: bool
) -> tuple[list[Change], list[str]]:
    """The changes that make the base say what the records say, and a line to read for each.

    Records that are the same already are left out. With `prune`, records of the base that are not
    given are deleted; without it they stay."""
    changes: list[Change] = []
    lines: list[str] = []
    for model in RECORDS:
        type_ = model.__tablename__
        given = [record for record in records if record.type == type_ and record.record]
        stored = load_curated(session, model, [record.slug for record in given])
        for record in given:
            assert record.record is not None
            new = record.record
            old = stored.get(record.slug)
            if old != new:
                operation: Operation = "create" if old is None else "update"
                changes.append(replace(record, operation=operation))
                lines.append(describe_edit(operation, type_, record.slug, old, new))
        if prune:
            kept = {record.slug for record in given}
            for slug in session.scalars(select(model.slug).order_by(model.slug)):
                if slug not in kept:
                    changes.append(Change("delete", type_, slug))
                    lines.append(describe_edit("delete", type_, slug, None, None))
    return changes, lines


def describe_change(
    operation: str, type_: str, slug: str, before: RecordRead | None, after: RecordRead | None
) -> str:
    """What was done to a record, in lines to read: of an update, field by field."""
    old, new = (
        curated_part(type_, found) if found is not None else None for found in (before, after)
    )
    return describe_edit(operation, type_, slug, old, new)


def describe_edit(
    operation: str, type_: str, slug: str, old: RecordCreate | None, new: RecordCreate | None
) -> str:
    """As `describe_change`, of records as curators give them."""
    line = f"{MARKS[operation]} {type_} {slug}"
    return line + _describe(type_, old, new) if new is not None else line


def _describe(type_: str, old: RecordCreate | None, new: RecordCreate) -> str:
    if old is None:
        return f": {short_repr(getattr(new, ENTITIES[type_].main))}"
    return "".join(f"\n    {field}: {what}" for field, what in _field_changes(old, new))


def _field_changes(old: RecordCreate, new: RecordCreate) -> Iterator[tuple[str, str]]:
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        if name == "citations":
            gone = [c for c in before if c not in after]
            come = [c for c in after if c not in before]
            yield name, f"{len(come)} new, {len(gone)} gone" if gone or come else "in another order"
        elif name == "derived":
            for key in dict.fromkeys([*before, *after]):
                if before.get(key) != after.get(key):
                    yield (
                        f"derived/{key}",
                        f"{short_repr(before.get(key))} → {short_repr(after.get(key))}",
                    )
        else:
            yield name, f"{short_repr(before)} → {short_repr(after)}"
