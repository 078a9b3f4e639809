"""The commands that judge before anything is written: `check` and `when`."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import click

from app.bundles.check import Checked, check_bundle
from app.bundles.verify import describe_verification, verify_base
from app.dates.periods import FISCAL_YEAR, Context, parse_fiscal_year
from app.dates.wording import ANCHOR, read_wording
from app.errors import InvalidRecords, InvalidRequest, count_problems
from app.schemas.entities import Bundle
from app.schemas.timeline import describe_reading
from app.settings import read_settings
from app.store.engine import make_engine
from app.store.schema import require_schema
from app.store.sessions import read_session

# Whether it can be read is for the command to find out, and to say in its own words.
PathArgument = click.Path(path_type=Path, readable=False)


@click.command()
@click.argument("file", type=PathArgument, required=False)
@click.option(
    "--document",
    "documents",
    type=PathArgument,
    multiple=True,
    metavar="TEXT",
    help="Text of a document, to compare its citations with. May be repeated.",
)
def check(file: Path | None, documents: Iterable[Path]) -> None:
    """Check the bundle FILE by itself: shape, references, support, and quotes. Without FILE, check
    the quotes of the base: against the texts that are given, or those that it holds."""
    if file is None:
        _check_base(list(documents))
        return
    checked = check_bundle(file, list(documents))
    _report_check(checked)
    if checked.problems:
        raise InvalidRecords(f"{file} has {count_problems(checked.problems)}.", checked.problems)
    click.echo("No problems.")


def _check_base(texts: Sequence[Path]) -> None:
    engine = make_engine(read_settings())
    require_schema(engine)
    with read_session(engine) as session:
        found = verify_base(session, texts)
    if not found:
        raise InvalidRequest(
            "The base holds the text of no document. Give one: --document TEXT, or check a FILE."
        )
    for verification in found:
        for line in describe_verification(verification):
            click.echo(line)
    wrong = sum(one.counts.moved + one.counts.missing for one in found)
    other = sum(not one.is_cited_text for one in found)
    if wrong or other:
        raise InvalidRecords(
            f"{wrong} citations are not as the text has them; {other} texts are not the cited ones."
        )
    click.echo("No problems.")


def _report_check(checked: Checked) -> None:
    for name in Bundle.model_fields:
        click.echo(f"{checked.records[name]:7} {name}")
    click.echo(f"{checked.citations:7} citations, {checked.verified} compared with a text")


@click.command()
@click.argument("wording")
@click.option(
    "--anchor",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the document speaks: what 'immediate' and 'within a year' start from.",
)
@click.option(
    "--fiscal-year",
    metavar="YEAR=DAY",
    help="The first day of a fiscal year, such as 2026=2025-10-01: what 'FY2027' follows from.",
)
def when(wording: str, anchor: datetime | None, fiscal_year: str | None) -> None:
    """Read a document's WORDING for a time as the sides of a timeline item, in JSON.

    What is not understood, or could mean two things, is an error: it stays wording."""
    context = Context(anchor.date() if anchor else None, _parse_fiscal_year(fiscal_year))
    reading = read_wording(wording, context)
    if reading is None:
        raise InvalidRequest(
            f"{wording!r} is not understood, or could mean two things. "
            "Set the sides by hand, or none."
        )
    if reading.needs is not None:
        option = {ANCHOR: "--anchor", FISCAL_YEAR: "--fiscal-year"}[reading.needs]
        raise InvalidRequest(f"{wording!r} needs {reading.needs}. Give it with {option}.")
    described = describe_reading(wording, reading)
    click.echo(json.dumps(described, indent=2, ensure_ascii=False, default=str))


def _parse_fiscal_year(text: str | None) -> tuple[int, date] | None:
    found = parse_fiscal_year(text) if text is not None else None
    if text is not None and found is None:
        raise click.BadParameter(
            f"{text!r} is not the name of a fiscal year and its first day, as in 2026=2025-10-01.",
            param_hint="--fiscal-year",
        )
    return found
