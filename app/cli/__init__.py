"""The command `communique`: serve a base, load and export bundles, read and restore history."""

import io
import os
import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import DBAPIError

from app.cli.lazy import LazyGroup
from app.errors import CannotStart, KnowledgeBaseError
from app.settings import read_settings
from app.store.engine import describe_failure, make_engine

# The exit code that shells use for Ctrl-C: 128 and the number of SIGINT.
INTERRUPTED = 130

COMMANDS = {
    "backup": "app.cli.maintenance:backup",
    "check": "app.cli.checking:check",
    "draft": "app.cli.drafting:draft",
    "export": "app.cli.bundles:export",
    "keys": "app.cli.keys:keys",
    "load": "app.cli.bundles:load",
    "log": "app.cli.history:log",
    "mcp": "app.cli.agents:mcp",
    "migrate": "app.cli.maintenance:migrate_base",
    "openapi": "app.cli.generated:openapi",
    "reindex": "app.cli.maintenance:reindex",
    "restore": "app.cli.history:restore",
    "review": "app.cli.review:review",
    "schema": "app.cli.generated:schema",
    "serve": "app.cli.serve:serve",
    "show": "app.cli.history:show",
    "when": "app.cli.wording:when",
}


@click.group(
    cls=LazyGroup,
    targets=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="communique", prog_name="communique")
def cli() -> None:
    """Communiqué: policy documents as a typed, cited, time-aware knowledge base over REST.

    COMMUNIQUE_DATABASE_URL names the base. The default is sqlite:///communique.db, a file in the
    current folder."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. A user's mistake is one clear line and exit code 1, no traceback."""
    _escape_unprintable()
    try:
        cli(arguments, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader, such as `| head`, closed the pipe.
        _discard_output()
        sys.exit(1)
    except KnowledgeBaseError as error:
        _fail(error)
    except DBAPIError as error:
        url = make_engine(read_settings()).url
        _fail(CannotStart(describe_failure(url, error)))
    except OSError as error:
        _discard_output()
        _fail(CannotStart(f"The output cannot be written: {error.strerror}."))


def _escape_unprintable() -> None:
    """Print an escape, not a traceback, where a terminal cannot show a character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Send unwritten output to /dev/null, or Python prints a second error at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(error: KnowledgeBaseError) -> None:
    click.echo(f"communique: {error}", err=True)
    problems = error.problems
    if len(problems) == 1 and problems[0].detail in str(error):
        # The line above has the only problem already.
        problems = ()
    for problem in problems:
        place = f"{problem.pointer}: " if problem.pointer else ""
        click.echo(f"  {place}{problem.detail}", err=True)
    sys.exit(1)
