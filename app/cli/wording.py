"""The command `when`: a document's wording for a time as dates."""

import json
from datetime import date, datetime

import click

from app.dates.context import ANCHOR, FISCAL_YEAR, Context
from app.dates.fiscal import parse_fiscal_year
from app.dates.refusals import explain_refusal
from app.dates.wording import read_wording
from app.errors import InvalidRequest
from app.schemas.timeline import describe_reading

OPTIONS = {ANCHOR: "--anchor", FISCAL_YEAR: "--fiscal-year"}


@click.command()
@click.argument("wording")
@click.option(
    "--anchor",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date of the document: the start of 'immediate' and 'within a year'.",
)
@click.option(
    "--fiscal-year",
    metavar="YEAR=DAY",
    help="First day of a fiscal year, such as 2026=2025-10-01, to read 'FY2027' by.",
)
def when(wording: str, anchor: datetime | None, fiscal_year: str | None) -> None:
    """Read WORDING as dates.

    Prints the fields of a timeline item as JSON. A wording that is not understood, or that has two
    meanings, is an error."""
    anchor_day = anchor.date() if anchor is not None else None
    context = Context(anchor_day, _parse_fiscal_year(fiscal_year))
    reading = read_wording(wording, context)
    if reading is None:
        raise InvalidRequest(f"{wording!r} {explain_refusal(wording)}")
    if reading.needs is not None:
        option = OPTIONS[reading.needs]
        raise InvalidRequest(f"{wording!r} needs {reading.needs}. Give it with {option}.")
    described = describe_reading(wording, reading)
    click.echo(json.dumps(described, indent=2, ensure_ascii=False, default=str))


def _parse_fiscal_year(text: str | None) -> tuple[int, date] | None:
    if text is None:
        return None
    fiscal_year = parse_fiscal_year(text)
    if fiscal_year is None:
        raise click.BadParameter(
            f"{text!r} is not the name of a fiscal year and its first day, as in 2026=2025-10-01.",
            param_hint="--fiscal-year",
        )
    return fiscal_year
