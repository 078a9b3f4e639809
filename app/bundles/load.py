"""How does a bundle become the content of a base: all of it as one revision, or nothing?"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.bundles.read import read_bundle
from app.changes.apply import write
from app.changes.differences import find_changes
from app.changes.validate import validate
from app.errors import InvalidRecords, StillReferenced, count_problems
from app.rules.relations import find_repeated_slugs
from app.settings import Settings
from app.store.engine import make_engine
from app.store.revisions import read_revision
from app.store.schema import has_schema, migrate, require_schema
from app.store.sessions import read_session, write_session


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
    unreadable += find_repeated_slugs(records)
    with _base_to_compare(engine, dry_run=dry_run) as session:
        before = read_revision(session)
        if only_if_empty and before:
            return Loaded(before, Counter(), [])
        # What a record is that cannot be read is unknown, so nothing is missing from the bundle.
        prune = prune and not any("slug" in record.doubtful for record in records)
        changes, lines = find_changes(session, records, prune=prune)
        try:
            if dry_run:
                validate(session, changes, unreadable)
            elif changes or unreadable:
                message = _as_text(f"Load {path.name}")
                before = write(session, changes, _as_text(author), message, unreadable).number
                session.commit()
        except (InvalidRecords, StillReferenced) as error:
            wrong = count_problems(error.problems)
            raise type(error)(f"{path} has {wrong}. Nothing was written.", error.problems) from None
    return Loaded(before, Counter(change.operation for change in changes), lines)


def load_if_empty(engine: Engine, path: Path, *, author: str) -> int:
    """Load the bundle into a base that has no revision; the revision that the base then has.

    Looks before it asks for the write lock, so that a busy writer keeps no server from starting."""
    migrate(engine)
    with read_session(engine) as session:
        revision = read_revision(session)
    return revision or load_bundle(engine, path, author=author, only_if_empty=True).revision


@contextmanager
def _base_to_compare(engine: Engine, *, dry_run: bool) -> Iterator[Session]:
    """The base, brought to this version's schema if it is to be written; for a dry run over no
    base at all, an empty one that is gone afterwards."""
    if not dry_run:
        migrate(engine)
        with write_session(engine) as session:
            yield session
    elif has_schema(engine):
        require_schema(engine)
        with read_session(engine) as session:
            yield session
    else:
        with TemporaryDirectory() as folder:
            empty = make_engine(Settings(database_url=f"sqlite:///{folder}/empty.db"))
            migrate(empty)
            with read_session(empty) as session:
                yield session
            empty.dispose()


def _as_text(given: str) -> str:
    """What the shell gives, a file's name too, may be any bytes; the log is text."""
    return given.encode(errors="replace").decode()
