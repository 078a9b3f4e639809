"""The commands that print generated documents: `openapi` and `schema`."""

import json
from pathlib import Path
from typing import Any

import click

from app.bundles.files import STANDARD_STREAM, name_file, read_file
from app.cli.arguments import PathArgument
from app.cli.output import print_document
from app.errors import CannotStart
from app.main import create_app
from app.schemas.record_types import Bundle

check_option = click.option(
    "--check",
    "file",
    type=PathArgument,
    metavar="FILE",
    help="Compare the document with FILE (- is standard input); exit with 1 if it is not current.",
)


@click.command()
@check_option
def openapi(file: Path | None) -> None:
    """Print the OpenAPI document."""
    _print_or_compare(create_app().openapi(), file)


@click.command()
@check_option
def schema(file: Path | None) -> None:
    """Print the JSON Schema of a bundle."""
    _print_or_compare(Bundle.model_json_schema(), file)


def _print_or_compare(document: dict[str, Any], file: Path | None) -> None:
    # As committed: readable in a diff.
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if file is None:
        print_document([text])
        return
    if file != STANDARD_STREAM and not file.is_file():
        raise CannotStart(f"{file} is not a file. Run `make openapi` to write it.")
    if read_file(file) != text:
        raise CannotStart(
            f"{name_file(file)} is not current. Run `make openapi` and commit it."
        )
