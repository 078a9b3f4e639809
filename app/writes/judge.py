"""Would the base still be whole after these changes?"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import RowMapping, Table, select
from sqlalchemy.orm import Session

from app.db import chunks
from app.errors import InvalidRecords, Problem, StillReferenced, count_problems
from app.models import MODELS, Base
from app.rules.bases import find_base_problems
from app.rules.changes import Change
from app.rules.records import find_record_problems
from app.writes.known import find_existing, read_known


def judge(session: Session, changes: Sequence[Change]) -> None:
    """Judge the base as it would be after the changes; write nothing.

    Raises as `apply` does."""
    problems = [problem for change in changes for problem in find_record_problems(change)]
    problems += find_base_problems(list(changes), read_known(session, changes))
    problems += _find_misfits(session, changes)
    still = list(_find_references_to_deleted(session, changes))
    found = list(dict.fromkeys([*problems, *still]))
    if found:
        # With both, what is wrong with the records comes first: it must be mended in any case.
        raise (InvalidRecords if problems else StillReferenced)(
            f"{count_problems(found)}. Nothing was written.", found
        )


def _slugs_by_type(changes: Iterable[Change]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for change in changes:
        found.setdefault(change.type, []).append(change.slug)
    return found


def _find_misfits(session: Session, changes: Sequence[Change]) -> Iterator[Problem]:
    present = {
        type_: find_existing(session, MODELS[type_], slugs)
        for type_, slugs in _slugs_by_type(changes).items()
    }
    for change in changes:
        exists = change.slug in present[change.type]
        if exists and change.operation == "create":
            yield change.problem("/slug", "exists already. Update it, or choose another slug.")
        if not exists and change.operation != "create":
            yield change.problem(
                "/slug", f"does not exist, so there is nothing to {change.operation}."
            )


def _find_references_to_deleted(session: Session, changes: Sequence[Change]) -> Iterator[Problem]:
    """Records that are not changed themselves and name a record that would be deleted."""
    touched = {(change.type, change.slug) for change in changes}
    deleted = {(c.type, c.slug): c for c in changes if c.operation == "delete"}
    for type_, slugs in _slugs_by_type(deleted.values()).items():
        owners: dict[str, set[tuple[str, str]]] = {}
        for slug, owner in _owners_of_references(session, type_, slugs):
            owners.setdefault(slug, set()).add(owner)
        for slug, found in owners.items():
            left = sorted(found - touched)
            if left:
                shown = ", ".join(f"{owner} {name!r}" for owner, name in left[:5])
                more = f" and {len(left) - 5} more" if left[5:] else ""
                yield deleted[type_, slug].problem(
                    "", f"is still named by {shown}{more}. Keep it, or change what names it."
                )


def _owners_of_references(
    session: Session, type_: str, slugs: Sequence[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each slug of this type that is named, with the (type, slug) of the record that names it.

    Asked of the database's own foreign keys, so that no new reference can be forgotten here."""
    target = MODELS[type_].__table__
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table is not target or key.ondelete == "CASCADE":
                continue
            for some in chunks(slugs):
                rows = session.execute(select(table).where(key.parent.in_(some)))
                yield from ((row[key.parent.name], _owner(table, row)) for row in rows.mappings())


def _owner(table: Table, row: RowMapping) -> tuple[str, str]:
    """The record that a row is, or is a part of."""
    if "slug" in row:
        return table.name, row["slug"]
    return next(
        (key.column.table.name, row[key.parent.name])
        for key in table.foreign_keys
        if key.ondelete == "CASCADE" and row[key.parent.name] is not None
    )
