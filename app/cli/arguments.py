"""Arguments and options that several commands share."""

import re
from collections.abc import Iterable
from pathlib import Path

import click

from app.bundles.files import STANDARD_STREAM

# The command opens the file itself, so that all errors about files read alike.
PathArgument = click.Path(path_type=Path, readable=False)
_SLUG_AND_FILE = re.compile(r"(?P<slug>[a-z0-9-]{1,80})=(?P<file>.+)", re.DOTALL)

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


def split_named_files(arguments: Iterable[str]) -> tuple[list[Path], dict[str, Path]]:
    """FILE and SLUG=FILE apart: the files, and the files by slug.

    An existing file may have a name that looks like SLUG=FILE. Raises BadParameter for a slug that
    is given twice."""
    files = []
    named_files: dict[str, Path] = {}
    for argument in arguments:
        match = _SLUG_AND_FILE.fullmatch(argument)
        if match is None or Path(argument).exists():
            files.append(Path(argument))
            continue
        slug = match["slug"]
        if slug in named_files:
            raise click.BadParameter(f"{slug!r} is given two files. Give it one.")
        named_files[slug] = Path(match["file"])
    return files, named_files


def require_one_standard_input(files: Iterable[Path | None]) -> None:
    """Raise BadParameter if more than one of the files is `-`: it can be read once."""
    if list(files).count(STANDARD_STREAM) > 1:
        raise click.BadParameter("Standard input (-) can be read once. Give it in one place.")
