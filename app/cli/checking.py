"""The command `check`: the problems of a bundle, or of the citations of the base."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from app.bundles.check import Checked, check_bundle
from app.bundles.files import name_file
from app.bundles.verify import describe_verification, verify_base
from app.cli.arguments import (
    PathArgument,
    require_one_standard_input,
    split_named_files,
)
from app.cli.base import opened_base
from app.errors import InvalidRecords, InvalidRequest, count_problems
from app.schemas.record_types import ENTITIES
from app.store.schema import require_schema
from app.store.sessions import read_session


@click.command()
@click.argument("file", type=PathArgument, required=False)
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="[SLUG=]TEXT",
    help=(
        "File with the text of a document, to compare its citations with. May be repeated. Without "
        "SLUG, the document is the one with the SHA-256 of the text, or the only one."
    ),
)
def check(file: Path | None, documents: Sequence[str]) -> None:
    """Check a bundle, or the citations of the base.

    With FILE, check the bundle: its shape, references, support and citations.

    Without FILE, check the citations of the base against the texts given with --document, or
    against the texts that the base holds.

    A file called - is standard input."""
    texts, named_texts = split_named_files(documents)
    require_one_standard_input([file, *texts, *named_texts.values()])
    if file is None:
        _check_base(texts, named_texts)
    else:
        checked = check_bundle(file, texts, named_texts)
        _report_check(file, checked)
    click.echo("No problems.")


def _report_check(file: Path, checked: Checked) -> None:
    for entity in ENTITIES.values():
        number = checked.records[entity.bundle_key]
        click.echo(f"{number:7} {entity.type_ if number == 1 else entity.bundle_key}")
    name = "citation" if checked.citations == 1 else "citations"
    click.echo(f"{checked.citations:7} {name}, {checked.verified} compared with a text")
    for note in checked.notes:
        click.echo(note)
    if checked.problems:
        raise InvalidRecords(
            f"{name_file(file)} has {count_problems(checked.problems)}.", checked.problems
        )


def _check_base(texts: Sequence[Path], named_texts: Mapping[str, Path]) -> None:
    with opened_base(require_schema) as engine, read_session(engine) as session:
        verified_texts = verify_base(session, texts, named_texts)
    if not verified_texts:
        raise InvalidRequest(
            "The base holds the text of no document. Give one: --document TEXT, or check a FILE."
        )
    # All documents are reported before the command fails.
    wrong_citations = wrong_texts = 0
    for verified in verified_texts:
        verification = verified.verification
        for line in describe_verification(verification):
            click.echo(line)
        if verified.note is not None:
            click.echo(f"  {verified.note}")
        wrong_citations += verification.counts.moved + verification.counts.missing
        wrong_texts += not verification.is_cited_text
    if wrong_citations or wrong_texts:
        raise InvalidRecords(
            f"{wrong_citations} citations differ from the text; "
            f"{wrong_texts} texts are not the cited ones."
        )
