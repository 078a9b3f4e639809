"""The command `communique`: serve a base, bring bundles into it and out of it, and look back."""

import gc
import io
import json
import os
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import uvicorn
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from uvicorn.supervisors import Multiprocess

from app.bundles.files import write_file
from app.bundles.load import Loaded, load_bundle, load_if_empty
from app.bundles.write import write_bundle
from app.changes.index import rebuild_index
from app.cli.checking import PathArgument, check, when
from app.cli.history import log, restore, show
from app.cli.keys import keys
from app.cli.progress import bars
from app.errors import CannotStart, KnowledgeBaseError
from app.log.as_of import session_as_of
from app.log.historical_bases import HistoricalBases
from app.main import create_app
from app.schemas.entities import Bundle
from app.schemas.filters import PastQuery
from app.schemas.validation_messages import describe_error
from app.settings import Settings, read_settings, shipped
from app.store.engine import describe_failure, make_engine, show_url
from app.store.schema import migrate, require_schema
from app.store.sessions import read_session, write_session

# How long a client may take nothing of its answer before its connection is cut.
STALLED_SECONDS = 300


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="communique", prog_name="communique")
def cli() -> None:
    """Communiqué: policy documents as a typed, cited, time-aware knowledge base over REST.

    The base is COMMUNIQUE_DATABASE_URL, by default sqlite:///communique.db in this folder."""


cli.add_command(check)
cli.add_command(keys)
cli.add_command(log)
cli.add_command(restore)
cli.add_command(show)
cli.add_command(when)


def main() -> None:
    """Run the command line. A user's mistake is one clear line and exit code 1, no traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader (`| head`) has seen enough.
        _drop_output()
        sys.exit(1)
    except (KnowledgeBaseError, DBAPIError, OSError) as error:
        _fail(_name_failure(error))


def _name_failure(error: KnowledgeBaseError | DBAPIError | OSError) -> KnowledgeBaseError:
    if isinstance(error, KnowledgeBaseError):
        return error
    if isinstance(error, DBAPIError):
        return CannotStart(describe_failure(make_engine(read_settings()).url, error))
    _drop_output()
    return CannotStart(f"The output cannot be written: {error.strerror}.")


def _drop_output() -> None:
    """What is still to be printed cannot be; Python would complain once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(error: KnowledgeBaseError) -> None:
    click.echo(f"communique: {error}", err=True)
    said = len(error.problems) == 1 and error.problems[0].detail in str(error)
    for problem in () if said else error.problems:
        place = f"{problem.pointer}: " if problem.pointer else ""
        click.echo(f"  {place}{problem.detail}", err=True)
    sys.exit(1)


@cli.command()
@click.option("--host", help="Address to listen on; COMMUNIQUE_HOST, 127.0.0.1.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on; COMMUNIQUE_PORT, 8000."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Processes to answer with; COMMUNIQUE_WORKERS, 1.",
)
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Migrate, load the seed into an empty base, and serve."""
    settings = read_settings(host=host, port=port, workers=workers)
    listener = _listen(settings)
    engine = make_engine(settings)
    revision = load_if_empty(engine, shipped("data/seed.json"), author="seed")
    engine.dispose()
    address = f"http://{_shown_host(settings.host)}:{listener.getsockname()[1]}"
    click.echo(
        f"Communiqué serves revision {revision} of {show_url(engine.url)}\n"
        f"  {address}/v1             what the base holds\n"
        f"  {address}/v1/focus-areas cited records\n"
        f"  {address}/docs           every endpoint\n"
        "Ctrl-C stops it."
    )
    config = uvicorn.Config(
        "app.main:create_server",
        factory=True,
        workers=settings.workers,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    if settings.workers > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run(sockets=[listener])


def _shown_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _listen(settings: Settings) -> socket.socket:
    """Take the port first: nothing is migrated or loaded for a server that cannot start.

    Connections wait in the backlog until the application is ready."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise CannotStart(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
            "Choose another with --port."
        ) from None
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Linux. Connections inherit it; what waits to be sent to them goes with them.
        stalled = STALLED_SECONDS * 1_000
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, stalled)
    return listener


@cli.command("migrate")
def migrate_base() -> None:
    """Bring the base to this version's schema."""
    engine = make_engine(read_settings())
    migrate(engine)
    click.echo(f"{show_url(engine.url)} has the current schema.")


@cli.command()
@click.argument("file", type=PathArgument)
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option("--prune", is_flag=True, help="Delete records that the bundle does not name.")
@click.option("--author", default="command line", help="Who answers for it, in the log.")
def load(file: Path, dry_run: bool, prune: bool, author: str) -> None:
    """Make the base say what the bundle FILE says: all of it as one revision, or nothing."""
    engine = make_engine(read_settings())
    # A quarter of the time of a large bundle: the collector would look through all records again
    # and again, and none of them is garbage.
    gc.disable()
    with bars():
        loaded = load_bundle(engine, file, author=author, prune=prune, dry_run=dry_run)
    _report_load(loaded, dry_run=dry_run)


def _report_load(loaded: Loaded, *, dry_run: bool) -> None:
    if dry_run:
        for line in loaded.lines:
            click.echo(line)
    if not loaded.lines:
        click.echo(f"Nothing to change: the base says it already (revision {loaded.revision}).")
        return
    done = ", ".join(f"{loaded.counts[name]} to {name}" for name in ("create", "update", "delete"))
    outcome = "Nothing was written" if dry_run else f"Written as revision {loaded.revision}"
    click.echo(f"{done}. {outcome}.")


@cli.command()
@click.argument("file", type=PathArgument, required=False)
@click.option(
    "--as-of",
    metavar="WHEN",
    help="As the base was at a revision (its number) or an instant (RFC 3339, or a date: UTC).",
)
def export(file: Path | None, as_of: str | None) -> None:
    """Write the base as a bundle to FILE, or to standard output."""
    settings = read_settings()
    engine = make_engine(settings)
    require_schema(engine)
    with _session_as_of(engine, settings, as_of) as session:
        if file is None:
            _print(write_bundle(session))
        else:
            with bars():
                write_file(file, write_bundle(session))


@cli.command()
def reindex() -> None:
    """Make the full-text index anew from the records; no revision, and nothing else changes."""
    engine = make_engine(read_settings())
    migrate(engine)
    with bars(), write_session(engine) as session:
        number = rebuild_index(session)
        session.commit()
    click.echo(f"{number} records of {show_url(engine.url)} are indexed.")


@contextmanager
def _session_as_of(engine: Engine, settings: Settings, as_of: str | None) -> Iterator[Session]:
    """A session on the base that `as_of` means; on the current base without it."""
    if as_of is None:
        with read_session(engine) as session:
            yield session
        return
    bases = HistoricalBases(engine, settings)
    try:
        with session_as_of(bases, _check_as_of(as_of)) as session:
            yield session
    finally:
        bases.close()


def _check_as_of(as_of: str) -> str:
    try:
        return PastQuery(as_of=as_of).as_of or ""
    except ValidationError as error:
        raise click.BadParameter(describe_error(error.errors()[0]), param_hint="--as-of") from None


def _print(pieces: Iterable[str]) -> None:
    """To standard output as UTF-8, whatever the terminal's encoding: it is a file's content."""
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode())
    sys.stdout.buffer.flush()


def _print_or_compare(document: Any, file: Path | None) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if file is None:
        _print([text])
    elif not file.is_file():
        raise CannotStart(f"{file} is not there, or no file. Run `make openapi` to write it.")
    elif file.read_text(encoding="utf-8") != text:
        raise CannotStart(f"{file} is not current. Run `make openapi` and commit it.")


_check_option = click.option(
    "--check", type=PathArgument, help="Compare with this file; exit 1 if it is not current."
)


@cli.command()
@_check_option
def openapi(check: Path | None) -> None:
    """Print the OpenAPI document."""
    _print_or_compare(create_app().openapi(), check)


@cli.command()
@_check_option
def schema(check: Path | None) -> None:
    """Print the JSON Schema of a bundle."""
    _print_or_compare(Bundle.model_json_schema(), check)
