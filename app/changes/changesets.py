"""Descriptions of change lists: what one would do, and what one did, record by record."""

from collections.abc import Iterator, Sequence
from typing import Any

import jsonpatch
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.existing import read_versions
from app.changes.links import find_relinking
from app.changes.requests import ChangeRequest, parse_requests
from app.changes.validate import validate
from app.changes.write_rows import read_last_versions
from app.errors import (
    AlreadyExists,
    InvalidRecords,
    ProblemItem,
    StaleVersion,
    StillReferenced,
)
from app.queries.loading import load_curated
from app.rules.changes import Change, Key, slugs_by_type, slugs_of
from app.schemas.changesets import ChangeMade, ChangesetChecked, ProblemFound
from app.schemas.history import PatchOperation
from app.schemas.write import RecordCreate
from app.store.models import MODELS, LogEntry

# Problems that a response lists.
MAX_LISTED_PROBLEMS = 1_000


def check_changes(
    session: Session,
    requests: Sequence[ChangeRequest],
    max_changes: int,
) -> ChangesetChecked:
    """What the requests would change, and every problem with them; nothing is written.

    Raises InvalidRequest if new links would change more than `max_changes` records."""
    changes, unreadable = parse_requests(session, requests)
    return check_parsed(session, changes, max_changes, unreadable)


def check_parsed(
    session: Session,
    changes: Sequence[Change],
    max_changes: int,
    unreadable: Sequence[ProblemItem] = (),
    *,
    are_judged: bool = False,
) -> ChangesetChecked:
    """As `check_changes`. `are_judged` is as `app.changes.apply.write` takes it."""
    relinked = find_relinking(session, changes, max_changes).keys
    checked = ChangesetChecked(
        valid=True,
        code=None,
        problems=[],
        changes=[*_preview(session, changes), *_preview_links(session, relinked)],
    )
    try:
        validate(session, changes, unreadable, are_judged=are_judged)
    except (AlreadyExists, InvalidRecords, StaleVersion, StillReferenced) as error:
        checked.valid = False
        checked.code = error.code
        for problem in error.problems[:MAX_LISTED_PROBLEMS]:
            checked.problems.append(
                ProblemFound(
                    detail=problem.detail,
                    pointer=problem.pointer,
                    version=problem.version,
                )
            )
    return checked


def _preview(
    session: Session,
    changes: Sequence[Change],
) -> Iterator[ChangeMade]:
    """The result of each change, by type; without changes that cannot be read or carried out."""
    for type_, model in MODELS.items():
        of_type = [change for change in changes if change.type == type_]
        slugs = slugs_of(of_type)
        versions = read_last_versions(session, type_, slugs)
        stored = load_curated(session, model, slugs)
        for change in of_type:
            is_unreadable = change.record is None or bool(change.unreadable_fields)
            if is_unreadable and change.operation != "delete":
                continue
            existing = stored.get(change.slug)
            # A creation of an existing record, or a change of an absent one, is a problem.
            if (existing is None) != (change.operation == "create"):
                continue
            before = _to_json(existing)
            after = _to_json(change.record)
            steps = jsonpatch.make_patch(before, after)
            yield ChangeMade(
                operation=change.operation,
                type=change.type,
                slug=change.slug,
                version=versions.get(change.slug, 0) + 1,
                url=model.url_of(change.slug),
                difference=[PatchOperation.model_validate(step) for step in steps],
            )


def _preview_links(
    session: Session,
    keys: Sequence[Key],
) -> Iterator[ChangeMade]:
    """The new versions of records in which links change only, which no curator sets."""
    for type_, slugs in slugs_by_type(keys).items():
        model = MODELS[type_]
        versions = read_versions(session, model, slugs)
        for slug in slugs:
            yield ChangeMade(
                operation="update",
                type=type_,
                slug=slug,
                version=versions[slug] + 1,
                url=model.url_of(slug),
                difference=[],
            )


def _to_json(record: RecordCreate | None) -> dict[str, Any] | None:
    return record.model_dump(mode="json") if record is not None else None


def describe_written(session: Session, number: int) -> list[ChangeMade]:
    """What the revision did, in the order of the log."""
    entries = (
        select(LogEntry.operation, LogEntry.type, LogEntry.slug, LogEntry.version)
        .where(LogEntry.revision == number)
        .order_by(LogEntry.position)
    )
    changes = []
    for entry in session.execute(entries):
        url = MODELS[entry.type].url_of(entry.slug)
        changes.append(ChangeMade(**entry._mapping, url=url))
    return changes
