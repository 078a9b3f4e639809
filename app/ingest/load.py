"""How does a bundle become the content of a base: all of it as one revision, or nothing?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from app.db import reading, writing
from app.errors import InvalidRecords, KnowledgeBaseError, Problem, StillReferenced
from app.ingest.bundle import read_bundle
from app.ingest.differences import find_changes
from app.queries.revisions import read_revision
from app.writes import apply, judge


@dataclass(frozen=True)
class Loaded:
    """What loading did or, on a dry run, would do. `lines` say it for a person."""

    revision: int
    counts: Counter[str]  # by operation
    lines: list[str]


def load_bundle(
    engine: Engine,
    path: Path,
    *,
    author: str,
    prune: bool = False,
    dry_run: bool = False,
    only_if_empty: bool = False,
) -> Loaded:
    """Make the base say what the bundle says; records that it does not name stay, unless `prune`.

    Loading the same bundle again changes nothing and makes no revision. With `only_if_empty`
    nothing happens to a base that has any revision. Raises UnreadableBundle, InvalidRecords with
    every problem of the bundle, or StillReferenced.
    """
    records, unreadable = read_bundle(path)
    with reading(engine) if dry_run else writing(engine) as session:
        before = read_revision(session)
        if only_if_empty and before:
            return Loaded(before, Counter(), [])
        changes, lines = find_changes(session, records, prune=prune)
        try:
            if unreadable or dry_run:
                judge(session, changes)
            elif changes:
                before = apply(session, changes, author, f"Load {path.name}").number
        except (InvalidRecords, StillReferenced) as error:
            raise _refuse(path, error, [*unreadable, *error.problems]) from None
        if unreadable:
            raise _refuse(path, InvalidRecords(""), unreadable)
    return Loaded(before, Counter(change.operation for change in changes), lines)


def _refuse(
    path: Path, error: KnowledgeBaseError, problems: Sequence[Problem]
) -> KnowledgeBaseError:
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    return type(error)(f"{path} has {count}. Nothing was written.", problems)
