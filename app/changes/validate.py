"""Would the base still be whole after these changes?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import RowMapping, Table, select
from sqlalchemy.orm import Session

from app.changes.existing import read_existing, read_versions
from app.errors import (
    AlreadyExists,
    InvalidRecords,
    KnowledgeBaseError,
    ProblemItem,
    StaleVersion,
    StillReferenced,
    summarize,
)
from app.rules.changes import Change, slugs_by_type
from app.rules.records import find_record_problems
from app.rules.relations import find_base_problems
from app.store.columns import chunks
from app.store.models import MODELS, Base


def validate(
    session: Session, changes: Sequence[Change], unreadable: Sequence[ProblemItem] = ()
) -> None:
    """Judge the base as it would be after the changes; write nothing.

    `unreadable` is what could not be read of the changes. Raises as `apply` does."""
    versions = {
        type_: read_versions(session, MODELS[type_], slugs)
        for type_, slugs in slugs_by_type((change.type, change.slug) for change in changes).items()
    }
    records = [problem for change in changes for problem in find_record_problems(change)]
    between = find_base_problems(list(changes), read_existing(session, changes))
    # What is wrong in several ways is refused for the first of these: a change that is meant for
    # another version is not judged by its content first, and what can be mended by the caller
    # alone comes before what is in the way.
    found: dict[type[KnowledgeBaseError], list[ProblemItem]] = {
        StaleVersion: list(_find_stale(changes, versions)),
        InvalidRecords: [*unreadable, *records, *between, *_find_absent(changes, versions)],
        AlreadyExists: list(_find_present(changes, versions)),
        StillReferenced: list(_find_references_to_deleted(session, changes)),
    }
    problems = list(dict.fromkeys(problem for some in found.values() for problem in some))
    if problems:
        refusal = next(error for error, some in found.items() if some)
        raise refusal(summarize(problems), problems)


Versions = Mapping[str, Mapping[str, int]]  # by type, of the slugs that are there


def _find_stale(changes: Sequence[Change], versions: Versions) -> Iterator[ProblemItem]:
    for change in changes:
        now = versions[change.type].get(change.slug)
        if change.version is not None and now is not None and now != change.version:
            said = f"is at version {now}, not {change.version}. Read it again, and try again."
            yield replace(change.problem_asked("version", said), version=now)


def _find_absent(changes: Sequence[Change], versions: Versions) -> Iterator[ProblemItem]:
    for change in changes:
        if change.operation != "create" and change.slug not in versions[change.type]:
            said = f"does not exist, so there is nothing to {change.operation}."
            yield change.problem_asked("slug", said)


def _find_present(changes: Sequence[Change], versions: Versions) -> Iterator[ProblemItem]:
    for change in changes:
        if change.operation == "create" and change.slug in versions[change.type]:
            said = "exists already. Update it, or choose another slug."
            yield change.problem_asked("slug", said)


def _find_references_to_deleted(
    session: Session, changes: Sequence[Change]
) -> Iterator[ProblemItem]:
    """Records that are not changed themselves and name a record that would be deleted."""
    touched = {(change.type, change.slug) for change in changes}
    deleted = {(c.type, c.slug): c for c in changes if c.operation == "delete"}
    for type_, slugs in slugs_by_type(deleted).items():
        owners: dict[str, set[tuple[str, str]]] = {}
        for slug, owner in find_owners(session, type_, slugs):
            owners.setdefault(slug, set()).add(owner)
        for slug, found in owners.items():
            left = sorted(found - touched)
            if left:
                shown = ", ".join(f"{owner} {name!r}" for owner, name in left[:5])
                more = f" and {len(left) - 5} more" if left[5:] else ""
                yield deleted[type_, slug].problem(
                    "", f"is still named by {shown}{more}. Keep it, or change what names it."
                )


def find_owners(
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
