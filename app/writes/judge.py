"""Would the base still be whole after these changes?"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import RowMapping, Table, select
from sqlalchemy.orm import Session

from app.errors import InvalidRecords, Problem, StillReferenced
from app.models import (
    MODELS,
    Base,
    Document,
    FocusAreaBroader,
    FocusAreaLabel,
    FocusAreaRelated,
    Record,
)
from app.queries.loading import chunks
from app.rules.bases import Known, find_base_problems
from app.rules.changes import Change, find_references
from app.rules.records import find_record_problems


def judge(session: Session, changes: Sequence[Change]) -> None:
    """Judge the base as it would be after the changes; write nothing.

    Raises as `apply` does."""
    problems = [problem for change in changes for problem in find_record_problems(change)]
    problems += find_base_problems(list(changes), _read_known(session, changes))
    problems += _operations_fit(session, changes)
    if problems:
        raise InvalidRecords(f"{_count(problems)}. Nothing was written.", problems)
    still = list(_find_references_to_deleted(session, changes))
    if still:
        raise StillReferenced(f"{_count(still)}. Nothing was written.", still)


def _count(problems: Sequence[Problem]) -> str:
    return "1 problem" if len(problems) == 1 else f"{len(problems)} problems"


def _slugs_by_type(changes: Iterable[Change]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for change in changes:
        found.setdefault(change.type, []).append(change.slug)
    return found


def _existing(session: Session, model: type[Record], slugs: Iterable[str]) -> set[str]:
    wanted = sorted(set(slugs))
    return {
        slug
        for some in chunks(wanted)
        for slug in session.scalars(select(model.slug).where(model.slug.in_(some)))
    }


def _operations_fit(session: Session, changes: Sequence[Change]) -> Iterator[Problem]:
    present = {
        kind: _existing(session, MODELS[kind], slugs)
        for kind, slugs in _slugs_by_type(changes).items()
    }
    for change in changes:
        exists = change.slug in present[change.type]
        if exists and change.operation == "create":
            yield change.problem("/slug", "exists already. Update it, or choose another slug.")
        if not exists and change.operation != "create":
            yield change.problem(
                "/slug", f"does not exist, so there is nothing to {change.operation}."
            )


def _read_known(session: Session, changes: Sequence[Change]) -> Known:
    """What the rules must know of the base to judge these changes."""
    named: dict[str, set[str]] = {}
    for change in changes:
        for _, kind, slug in find_references(change.record) if change.record else ():
            named.setdefault(kind, set()).add(slug)
    known = Known(
        slugs={kind: _existing(session, MODELS[kind], slugs) for kind, slugs in named.items()}
    )
    known.texts = {
        row.slug: row.text
        for some in chunks(sorted(named.get("document", ())))
        for row in session.execute(
            select(Document.slug, Document.text).where(
                Document.slug.in_(some), Document.text.is_not(None)
            )
        )
    }
    if any(change.type == "focus_area" for change in changes):
        _read_focus_areas(session, known)
    return known


def _read_focus_areas(session: Session, known: Known) -> None:
    """All labels and links: a cycle or a label's owner may be anywhere among them."""
    labels = select(FocusAreaLabel.folded, FocusAreaLabel.focus_area_slug)
    known.labels = {row.folded: row.focus_area_slug for row in session.execute(labels)}
    broader = select(FocusAreaBroader.focus_area_slug, FocusAreaBroader.broader_slug)
    for slug, above in session.execute(broader.order_by(FocusAreaBroader.position)):
        known.broader.setdefault(slug, []).append(above)
    related = select(FocusAreaRelated.focus_area_slug, FocusAreaRelated.related_slug)
    for slug, other in session.execute(related.order_by(FocusAreaRelated.position)):
        known.related.setdefault(slug, []).append(other)


def _find_references_to_deleted(session: Session, changes: Sequence[Change]) -> Iterator[Problem]:
    """Records that are not changed themselves and name a record that would be deleted."""
    touched = {(change.type, change.slug) for change in changes}
    deleted = {(c.type, c.slug): c for c in changes if c.operation == "delete"}
    for kind, slugs in _slugs_by_type(deleted.values()).items():
        owners: dict[str, set[tuple[str, str]]] = {}
        for slug, owner in _owners_of_references(session, kind, slugs):
            owners.setdefault(slug, set()).add(owner)
        for slug, found in owners.items():
            left = sorted(found - touched)
            if left:
                shown = ", ".join(f"{owner} {name!r}" for owner, name in left[:5])
                more = f" and {len(left) - 5} more" if left[5:] else ""
                yield deleted[kind, slug].problem("", f"is still named by {shown}{more}.")


def _owners_of_references(
    session: Session, kind: str, slugs: Sequence[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each slug of this type that is named, with the (type, slug) of the record that names it.

    Asked of the database's own foreign keys, so that no new reference can be forgotten here."""
    target = MODELS[kind].__table__
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
