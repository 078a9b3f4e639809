"""The commands that look back, and go back: `log`, `show` and `restore`."""

import click

from app.changes.apply import apply
from app.changes.differences import MARKS, describe_change, describe_edit
from app.changes.restore import find_restoration
from app.changes.validate import validate
from app.errors import InvalidRequest, suggest
from app.log.history import read_history, read_one, read_revisions, require_known, stream_changes
from app.schemas.history import Counts, HistoryQuery, RevisionsQuery, Written
from app.settings import read_settings
from app.store.engine import make_engine
from app.store.models import COLLECTIONS, Record
from app.store.schema import require_schema
from app.store.sessions import read_session, write_session

RecordArgument = click.argument("record", required=False, metavar="[COLLECTION/SLUG]")


@click.command()
@RecordArgument
@click.option("--limit", default=20, type=click.IntRange(1, 200), help="Revisions, at most.")
def log(record: str | None, limit: int) -> None:
    """List the revisions of the base, or of one record such as offices/SLUG, the newest first."""
    engine = make_engine(read_settings())
    require_schema(engine)
    with read_session(engine) as session:
        if record is None:
            for revision in read_revisions(session, RevisionsQuery(limit=limit)).items:
                click.echo(f"{_describe(revision)} ({_count(revision.counts)})")
            return
        model, slug = _find(record)
        for made in read_history(session, model, slug, HistoryQuery(limit=limit)).items:
            click.echo(f"{_describe(made)} ({made.operation}, version {made.version})")


@click.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1), metavar="REVISION")
@RecordArgument
def show(number: int, record: str | None) -> None:
    """Show what a REVISION changed, field by field; of one record, or of all."""
    engine = make_engine(read_settings())
    require_schema(engine)
    with read_session(engine) as session:
        revision = read_one(session, number)
        model, slug = _find(record) if record is not None else (None, None)
        heading = f"{_describe(revision)} ({_count(revision.counts)})\n"
        for change, before, after in stream_changes(session, number, model, slug):
            what = describe_change(change.operation, change.type, change.slug, before, after)
            click.echo(f"{heading}{what}")
            heading = ""
        if heading:
            raise InvalidRequest(f"Revision {number} did not change {record}.")


@click.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1), metavar="REVISION")
@RecordArgument
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option("--author", default="command line", help="Who answers for it, in the log.")
def restore(number: int, record: str | None, dry_run: bool, author: str) -> None:
    """Make the base, or one record, what it was at a REVISION: as a new revision, which can be
    undone like any other."""
    engine = make_engine(read_settings())
    require_schema(engine)
    what = f"{record} as of revision {number}" if record is not None else f"revision {number}"
    model, slug = _find(record) if record is not None else (None, None)
    with read_session(engine) if dry_run else write_session(engine) as session:
        if model is not None and slug is not None:
            require_known(session, model, slug)
        found = list(find_restoration(session, number, model, slug))
        changes = [change for change, _ in found]
        for change, old in found:
            line = describe_edit(change.operation, change.type, change.slug, old, change.record)
            click.echo(line)
        if not found:
            click.echo(f"Nothing to change: the base says what {what} says.")
        elif dry_run:
            validate(session, changes)
            click.echo("Nothing was written.")
        else:
            author = author.encode(errors="replace").decode()
            made = apply(session, changes, author, f"Restore {what}")
            click.echo(f"Written as revision {made.number}.")


def _find(record: str) -> tuple[type[Record], str]:
    # What the shell gives may be any bytes; a slug is text.
    record = record.encode(errors="replace").decode()
    collection, slash, slug = record.partition("/")
    if collection not in COLLECTIONS or not slash:
        hint = suggest(collection, COLLECTIONS) or f" Collections are {', '.join(COLLECTIONS)}."
        raise InvalidRequest(f"{record!r} is no record such as offices/SLUG.{hint}")
    return COLLECTIONS[collection], slug


def _describe(written: Written) -> str:
    instant = f"{written.changed_at:%Y-%m-%d %H:%M:%SZ}"
    return f"{written.revision:>6}  {instant}  {_line(written.author)}: {_line(written.message)}"


def _line(text: str) -> str:
    """The text on one line: nobody writes another revision into the list by a line break."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _count(counts: Counts) -> str:
    given = counts.model_dump().items()
    return ", ".join(f"{MARKS[operation]}{number}" for operation, number in given if number)
