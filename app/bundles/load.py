"""Loading a bundle into a base: all of it as one revision, or nothing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.bundles.files import STANDARD_STREAM, name_file
from app.bundles.read import read_bundle
from app.bundles.texts import BundleFiles, add_texts
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
    """The result of loading or, after a dry run, what it would be; `lines` describe the changes."""

    revision: int
    counts: Counter[str]  # by operation
    lines: list[str]


def load_bundle(
    engine: Engine,
    bundle: Path | BundleFiles,
    *,
    author: str,
    prune: bool = False,
    dry_run: bool = False,
    only_if_empty: bool = False,
) -> Loaded:
    """Create and update the records of the bundle. Others stay, or are deleted with `prune`.

    Loading the same bundle again changes nothing and makes no revision. With `only_if_empty`, a
    base that has any revision is left alone. Raises UnreadableBundle, InvalidRecords with every
    problem of the bundle, or StillReferenced."""
    files = bundle if isinstance(bundle, BundleFiles) else BundleFiles(bundle)
    path = files.path
    records, unreadable = read_bundle(path)
    unreadable += find_repeated_slugs(records)
    records, not_cited = add_texts(records, files)
    unreadable += not_cited
    with _open_base(engine, dry_run=dry_run) as session:
        revision = read_revision(session)
        if only_if_empty and revision:
            return Loaded(revision, Counter(), [])
        # A record without a readable slug may be any of those that the bundle seems to lack.
        if any("slug" in record.unreadable_fields for record in records):
            prune = False
        changes, lines = find_changes(session, records, prune=prune)
        try:
            if dry_run:
                validate(session, changes, unreadable)
            elif changes or unreadable:
                message = _describe_load(path)
                written = write(
                    session, changes, _as_utf8(author), _as_utf8(message), unreadable
                )
                revision = written.number
                session.commit()
        except (InvalidRecords, StillReferenced) as error:
            detail = f"{name_file(path)} has {count_problems(error.problems)}. Nothing was written."
            raise type(error)(detail, error.problems) from None
    return Loaded(revision, Counter(change.operation for change in changes), lines)


def load_if_empty(
    engine: Engine,
    path: Path | None,
    *,
    author: str,
) -> int:
    """Load the bundle into a base that has no revision; the revision that the base then has.

    Without a path nothing is loaded. The base is migrated in any case."""
    migrate(engine)
    # Without the write lock first, so that a server starts while another process writes.
    with read_session(engine) as session:
        revision = read_revision(session)
    if revision or path is None:
        return revision
    return load_bundle(engine, path, author=author, only_if_empty=True).revision


@contextmanager
def _open_base(engine: Engine, *, dry_run: bool) -> Iterator[Session]:
    """A write session of the migrated base; for a dry run, a read session of the base as it is.

    A dry run without a base gets an empty temporary one."""
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


def _describe_load(path: Path) -> str:
    return f"Load {'standard input' if path == STANDARD_STREAM else path.name}"


def _as_utf8(text: str) -> str:
    # File names and arguments may contain bytes that are not UTF-8, as surrogates.
    return text.encode(errors="replace").decode()
