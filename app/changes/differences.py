"""The difference between records and the base, as changes and as lines for a person."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.loading import curated_part, load_curated
from app.rules.changes import Change, slugs_of
from app.schemas.read import RecordRead
from app.schemas.record_types import ENTITIES
from app.schemas.validation_messages import short_repr
from app.schemas.write import Identifier, RecordCreate
from app.store.models import RECORDS
from app.vocabulary import Operation

MARKS = {"create": "+", "update": "~", "delete": "-"}


def find_changes(
    session: Session,
    records: Sequence[Change],
    *,
    prune: bool,
) -> tuple[list[Change], list[str]]:
    """The changes that give the base these records, and a description of each.

    Records that are equal already are left out. With `prune`, records of the base that are not
    among these are deleted."""
    changes: list[Change] = []
    lines: list[str] = []
    for model in RECORDS:
        type_ = model.__tablename__
        of_type = [record for record in records if record.type == type_ and record.record]
        slugs = slugs_of(of_type)
        stored = load_curated(session, model, slugs)
        for record in of_type:
            existing = stored.get(record.slug)
            if existing == record.record:
                continue
            operation: Operation = "create" if existing is None else "update"
            change = replace(record, operation=operation)
            changes.append(change)
            lines.append(describe_edit(change, existing))
        if prune:
            unlisted = set(session.scalars(select(model.slug))).difference(slugs)
            for slug in sorted(unlisted):
                change = Change("delete", type_, slug)
                changes.append(change)
                lines.append(describe_edit(change, None))
    return changes, lines


def describe_change(
    session: Session,
    type_: str,
    slug: str,
    before: RecordRead | None,
    after: RecordRead | None,
) -> str:
    """As `describe_edit`, for two versions of a record; None before its creation and after its
    deletion."""
    old = curated_part(session, type_, before) if before is not None else None
    if after is None:
        return describe_edit(Change("delete", type_, slug), old)
    new = curated_part(session, type_, after)
    operation: Operation = "create" if old is None else "update"
    line = describe_edit(Change(operation, type_, slug, new), old)
    if new == old:
        # The only other part of a version is the links.
        line += "\n    citations: linked to the new address of a document"
    return line


def describe_edit(change: Change, old: RecordCreate | None) -> str:
    """A line with the main text of a created record; for an update, one more line per field."""
    line = f"{MARKS[change.operation]} {change.type} {change.slug}"
    new = change.record
    if new is None:
        return line
    if old is None:
        main = getattr(new, ENTITIES[change.type].main)
        return f"{line}: {short_repr(main)}"
    for field, difference in _compare(old, new):
        line += f"\n    {field}: {difference}"
    return line


def _compare(
    old: RecordCreate,
    new: RecordCreate,
) -> Iterator[tuple[str, str]]:
    """Each changed field, with its difference."""
    for name in type(new).model_fields:
        before = getattr(old, name)
        after = getattr(new, name)
        if before == after:
            continue
        if name == "citations":
            yield name, _compare_citations(before, after)
        elif name == "derived":
            # The reasons in their old order, new ones last.
            for field in {**before, **after}:
                if before.get(field) != after.get(field):
                    yield f"derived/{field}", _arrow(before.get(field), after.get(field))
        elif name == "identifiers":
            yield name, _arrow(_texts(before), _texts(after))
        else:
            yield name, _arrow(before, after)


def _texts(identifiers: Sequence[Identifier]) -> list[str]:
    return [identifier.text for identifier in identifiers]


def _compare_citations(
    before: Sequence[object],
    after: Sequence[object],
) -> str:
    removed = [citation for citation in before if citation not in after]
    added = [citation for citation in after if citation not in before]
    if removed or added:
        return f"{len(added)} new, {len(removed)} gone"
    return "in another order"


def _arrow(before: object, after: object) -> str:
    return f"{short_repr(before)} → {short_repr(after)}"
