"""What would a change list do, and what did one do, record by record?"""

from collections.abc import Sequence

import jsonpatch
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.requests import ChangeRequest, parse_requests
from app.changes.validate import validate
from app.changes.write_rows import read_last_versions
from app.errors import AlreadyExists, InvalidRecords, StaleVersion, StillReferenced
from app.queries.loading import load_curated
from app.rules.changes import Change
from app.schemas.changesets import ChangeMade, ChangesetChecked, ProblemFound
from app.schemas.history import PatchOperation
from app.store.models import MODELS, LogEntry

# Of all that is wrong, what is named in one answer.
NAMED_AT_MOST = 1_000


def check_changes(session: Session, edits: Sequence[ChangeRequest]) -> ChangesetChecked:
    """What the edits would do, and all that is wrong with them; nothing is written."""
    prepared = parse_requests(session, edits)
    refusal = None
    try:
        validate(session, prepared.changes, prepared.unreadable)
    except (AlreadyExists, InvalidRecords, StaleVersion, StillReferenced) as error:
        refusal = error
    return ChangesetChecked(
        valid=refusal is None,
        code=refusal.code if refusal is not None else None,
        problems=[
            ProblemFound(detail=found.detail, pointer=found.pointer, version=found.version)
            for found in (refusal.problems[:NAMED_AT_MOST] if refusal is not None else ())
        ],
        changes=_foresee(session, prepared.changes),
    )


def _foresee(session: Session, changes: Sequence[Change]) -> list[ChangeMade]:
    """What each change would do, as far as it could be read."""
    made = []
    for type_, model in MODELS.items():
        mine = [change for change in changes if change.type == type_]
        slugs = [change.slug for change in mine]
        versions = read_last_versions(session, type_, slugs)
        stored = load_curated(session, model, slugs)
        for change in mine:
            readable = change.record is not None and not change.doubtful
            if not readable and change.operation != "delete":
                continue
            before, after = stored.get(change.slug), change.record
            if (before is None) != (change.operation == "create"):
                continue
            steps = jsonpatch.make_patch(
                before.model_dump(mode="json") if before is not None else None,
                after.model_dump(mode="json") if after is not None else None,
            )
            made.append(
                ChangeMade(
                    operation=change.operation,
                    type=change.type,
                    slug=change.slug,
                    version=versions.get(change.slug, 0) + 1,
                    url=model.url_of(change.slug),
                    difference=[PatchOperation.model_validate(step) for step in steps],
                )
            )
    return made


def describe_written(session: Session, number: int) -> list[ChangeMade]:
    """What the revision did, in the order of the log."""
    rows = session.execute(
        select(LogEntry.operation, LogEntry.type, LogEntry.slug, LogEntry.version)
        .where(LogEntry.revision == number)
        .order_by(LogEntry.position)
    )
    return [ChangeMade(**row._mapping, url=MODELS[row.type].url_of(row.slug)) for row in rows]
