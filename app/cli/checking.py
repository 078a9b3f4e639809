"""The command `check`: the problems of a bundle, or of the citations of the base."""

from collections.abc import Sequence
from pathlib import Path

import click

from app.bundles.check import Checked, check_bundle
from app.bundles.verify import describe_verification, verify_base
from app.cli.arguments import PathArgument
from app.cli.base import opened_base
from app.errors import InvalidRecords, InvalidRequest, count_problems
from app.schemas.record_types import Bundle
from app.store.schema import require_schema
from app.store.sessions import read_session


@click.command()
@click.argument("file", type=PathArgument, required=False)
@click.option(
    "--document",
    "documents",
    type=PathArgument,
    multiple=True,
    metavar="TEXT",
    help="File with the text of a document, to compare its citations with. May be repeated.",
)
def check(file: Path | None, documents: Sequence[Path]) -> None:
    """Check a bundle, or the citations of the base.

    With FILE, check the bundle: its shape, references, support and citations.

    Without FILE, check the citations of the base against the texts given with --document, or
    against the texts that the base holds."""
    if file is None:
        _check_base(documents)
    else:
        _check_bundle(file, documents)
    click.echo("No problems.")


def _check_bundle(file: Path, texts: Sequence[Path]) -> None:
    checked = check_bundle(file, list(texts))
    _report_check(checked)
    if checked.problems:
        raise InvalidRecords(
            f"{file} has {count_problems(checked.problems)}.", checked.problems
        )


def _report_check(checked: Checked) -> None:
    for name in Bundle.model_fields:
        click.echo(f"{checked.records[name]:7} {name}")
    click.echo(f"{checked.citations:7} citations, {checked.verified} compared with a text")


def _check_base(texts: Sequence[Path]) -> None:
    with opened_base(require_schema) as engine, read_session(engine) as session:
        verifications = verify_base(session, texts)
    if not verifications:
        raise InvalidRequest(
            "The base holds the text of no document. Give one: --document TEXT, or check a FILE."
        )
    # All documents are reported before the command fails.
    wrong_citations = wrong_texts = 0
    for verification in verifications:
        for line in describe_verification(verification):
            click.echo(line)
        wrong_citations += verification.counts.moved + verification.counts.missing
        wrong_texts += not verification.is_cited_text
    if wrong_citations or wrong_texts:
        raise InvalidRecords(
            f"{wrong_citations} citations differ from the text; "
            f"{wrong_texts} texts are not the cited ones."
        )
