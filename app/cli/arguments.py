"""Arguments and options that several commands share."""

from pathlib import Path

import click

# The command opens the file itself, so that all errors about files read alike.
PathArgument = click.Path(path_type=Path, readable=False)

dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Print the changes; write nothing."
)
author_option = click.option(
    "--author",
    default="command line",
    show_default=True,
    help="Author of the revision in the log.",
)


def decode_argument(argument: str) -> str:
    """The argument as text: a shell may pass bytes that are not UTF-8."""
    return argument.encode(errors="replace").decode()
