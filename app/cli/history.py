"""The commands that read history and restore it: `log`, `show` and `restore`."""

import click
from sqlalchemy.orm import Session

from app.changes.apply import apply
from app.changes.differences import MARKS, describe_change, describe_edit
from app.changes.restore import find_restoration
from app.changes.validate import validate
from app.cli.arguments import author_option, decode_argument, dry_run_option
from app.cli.base import opened_base
from app.errors import InvalidRequest, suggest
from app.log.history import (
    read_history,
    read_one,
    read_revisions,
    require_known,
    stream_changes,
)
from app.rules.changes import Change
from app.schemas.history import Counts, HistoryQuery, RevisionsQuery, Written
from app.store.models import COLLECTIONS, Record
from app.store.schema import require_schema
from app.store.sessions import read_session, write_session

record_argument = click.argument("record", required=False, metavar="[COLLECTION/SLUG]")
# The number is an INTEGER of PostgreSQL, which has 31 bits.
revision_argument = click.argument(
    "number", type=click.IntRange(1, 2**31 - 1), metavar="REVISION"
)


@click.command()
@record_argument
@click.option(
    "--limit",
    default=20,
    show_default=True,
    # As many as a page of the API has.
    type=click.IntRange(1, 200),
    help="Largest number of revisions.",
)
def log(record: str | None, limit: int) -> None:
    """List revisions, newest first.

    Lists those of the base, or of one record such as offices/SLUG."""
    with opened_base(require_schema) as engine, read_session(engine) as session:
        if record is None:
            _log_base(session, limit)
        else:
            _log_record(session, record, limit)


def _log_base(session: Session, limit: int) -> None:
    for revision in read_revisions(session, RevisionsQuery(limit=limit)).items:
        click.echo(f"{_describe(revision)} ({_describe_counts(revision.counts)})")


def _log_record(session: Session, record: str, limit: int) -> None:
    model, slug = _parse_record(record)
    for revision in read_history(session, model, slug, HistoryQuery(limit=limit)).items:
        operation = f"{revision.operation}, version {revision.version}"
        click.echo(f"{_describe(revision)} ({operation})")


@click.command()
@revision_argument
@record_argument
def show(number: int, record: str | None) -> None:
    """Show the changes of a REVISION.

    Shows each changed field, of all records or of one such as offices/SLUG."""
    with opened_base(require_schema) as engine, read_session(engine) as session:
        revision = read_one(session, number)
        model, slug = _parse_optional_record(record)
        heading = f"{_describe(revision)} ({_describe_counts(revision.counts)})"
        # Printed with the first change: a command that fails prints nothing to standard output.
        is_changed = False
        for change, before, after in stream_changes(session, number, model, slug):
            if not is_changed:
                click.echo(heading)
                is_changed = True
            click.echo(describe_change(session, change.type, change.slug, before, after))
        if not is_changed:
            raise InvalidRequest(f"Revision {number} did not change {record}.")


@click.command()
@revision_argument
@record_argument
@dry_run_option
@author_option
def restore(number: int, record: str | None, dry_run: bool, author: str) -> None:
    """Restore the base, or one record, to a REVISION.

    This makes a new revision, so that it can be undone like any other."""
    source = f"revision {number}"
    if record is not None:
        source = f"{record} as of {source}"
    model, slug = _parse_optional_record(record)
    # A dry run does not wait for the write lock.
    open_session = read_session if dry_run else write_session
    with opened_base(require_schema) as engine, open_session(engine) as session:
        if model is not None and slug is not None:
            require_known(session, model, slug)
        changes = _print_restoration(session, number, model, slug)
        if not changes:
            click.echo(f"Nothing to change: the base says what {source} says.")
        elif dry_run:
            validate(session, changes)
            click.echo("Nothing was written.")
        else:
            revision = apply(session, changes, decode_argument(author), f"Restore {source}")
            click.echo(f"Written as revision {revision.number}.")


def _print_restoration(
    session: Session, number: int, model: type[Record] | None, slug: str | None
) -> list[Change]:
    """The changes that restore a revision, each printed as a difference from the current record."""
    changes = []
    for change, current in find_restoration(session, number, model, slug):
        changes.append(change)
        click.echo(describe_edit(change, current))
    return changes


def _parse_optional_record(argument: str | None) -> tuple[type[Record] | None, str | None]:
    if argument is None:
        return None, None
    return _parse_record(argument)


def _parse_record(argument: str) -> tuple[type[Record], str]:
    record = decode_argument(argument)
    collection, slash, slug = record.partition("/")
    if collection not in COLLECTIONS or not slash:
        hint = (
            suggest(collection, COLLECTIONS) or f" Collections are {', '.join(COLLECTIONS)}."
        )
        raise InvalidRequest(f"{record!r} is not a record such as offices/SLUG.{hint}")
    return COLLECTIONS[collection], slug


def _describe(written: Written) -> str:
    instant = f"{written.changed_at:%Y-%m-%d %H:%M:%SZ}"
    author = _escape(written.author)
    message = _escape(written.message)
    return f"{written.revision:>6}  {instant}  {author}: {message}"


def _escape(text: str) -> str:
    """The text on one line: a line break in a message must not look like another revision."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _describe_counts(counts: Counts) -> str:
    changes = [
        f"{MARKS[operation]}{number}"
        for operation, number in counts.model_dump().items()
        if number
    ]
    return ", ".join(changes)
