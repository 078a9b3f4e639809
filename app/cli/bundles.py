"""The commands `load` and `export`: a base from a bundle, and a bundle from a base."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.bundles.files import STANDARD_STREAM, write_file
from app.bundles.load import Loaded, load_bundle
from app.bundles.texts import BundleFiles
from app.bundles.write import write_bundle
from app.cli.arguments import (
    PathArgument,
    author_option,
    dry_run_option,
    require_one_standard_input,
    split_named_files,
)
from app.cli.base import opened_base
from app.cli.output import print_document
from app.cli.progress import bars
from app.log.as_of.historical_bases import HistoricalBases
from app.log.as_of.resolve import session_as_of
from app.memory import without_collector
from app.schemas.filters import PastQuery
from app.schemas.validation_messages import describe_error
from app.settings import Settings, read_settings
from app.store.schema import require_schema
from app.store.sessions import read_session


@click.command()
@click.argument("file", type=PathArgument)
@dry_run_option
@click.option(
    "--prune", is_flag=True, help="Delete the records that the bundle does not contain."
)
@click.option(
    "--text",
    "texts",
    multiple=True,
    metavar="[SLUG=]TEXT",
    help=(
        "File with the text of a document of the bundle, to store with it. Its SHA-256 must be "
        "that of the document. May be repeated."
    ),
)
@author_option
def load(
    file: Path,
    dry_run: bool,
    prune: bool,
    texts: Sequence[str],
    author: str,
) -> None:
    """Load the bundle FILE into the base; - is standard input.

    All changes become one revision; if any record has a problem, nothing is written. Creates or
    migrates the base if needed. Loading the same bundle again changes nothing."""
    files, named_files = split_named_files(texts)
    require_one_standard_input([file, *files, *named_files.values()])
    # `load_bundle` migrates the base itself, unless this is a dry run.
    with opened_base() as engine, without_collector(), bars():
        loaded = load_bundle(
            engine,
            BundleFiles(file, files, named_files),
            author=author,
            prune=prune,
            dry_run=dry_run,
        )
    _report_load(loaded, dry_run=dry_run)


def _report_load(loaded: Loaded, *, dry_run: bool) -> None:
    if dry_run:
        for line in loaded.lines:
            click.echo(line)
    if not loaded.lines:
        click.echo(
            f"Nothing to change: the base says it already (revision {loaded.revision})."
        )
        return
    counts = [f"{loaded.counts[name]} to {name}" for name in ("create", "update", "delete")]
    outcome = "Nothing was written" if dry_run else f"Written as revision {loaded.revision}"
    click.echo(f"{', '.join(counts)}. {outcome}.")


@click.command()
@click.argument("file", type=PathArgument, required=False)
@click.option(
    "--as-of",
    metavar="WHEN",
    help="Export the base as of a revision (its number) or an instant (RFC 3339, or a date: UTC).",
)
def export(file: Path | None, as_of: str | None) -> None:
    """Write the base as a bundle, to FILE or to standard output (also -)."""
    settings = read_settings()
    with (
        opened_base(require_schema, settings) as engine,
        _session_as_of(engine, settings, as_of) as session,
    ):
        if file in (None, STANDARD_STREAM):
            print_document(write_bundle(session))
        else:
            with bars():
                write_file(file, write_bundle(session))


@contextmanager
def _session_as_of(
    engine: Engine, settings: Settings, as_of: str | None
) -> Iterator[Session]:
    """A session on the base that `as_of` means; without `as_of`, on the current base."""
    if as_of is None:
        with read_session(engine) as session:
            yield session
        return
    historical_bases = HistoricalBases(engine, settings)
    try:
        with session_as_of(historical_bases, _check_as_of(as_of)) as session:
            yield session
    finally:
        historical_bases.close()


def _check_as_of(as_of: str) -> str:
    try:
        return PastQuery(as_of=as_of).as_of or ""
    except ValidationError as error:
        raise click.BadParameter(
            describe_error(error.errors()[0]), param_hint="--as-of"
        ) from None
