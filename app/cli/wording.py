"""The command `when`: a document's wording for a time as dates."""

import json
from datetime import date, datetime

import click

from app.dates.context import ANCHOR, EVENT, FISCAL_YEAR, YEAR, Context
from app.dates.fiscal import parse_fiscal_year
from app.dates.lexicon import DEFAULT_LANGUAGE, list_languages, load_lexicon
from app.dates.refusals import explain_refusal
from app.dates.wording import read_wording
from app.errors import InvalidRequest
from app.schemas.timeline import describe_reading

OPTIONS = {
    ANCHOR: "--anchor",
    FISCAL_YEAR: "--fiscal-year or --fiscal-year-start",
    YEAR: "--year",
}


@click.command()
@click.argument("wording")
@click.option(
    "--language",
    default=DEFAULT_LANGUAGE,
    show_default=True,
    help=f"Language of the wording: {', '.join(list_languages())}.",
)
@click.option(
    "--anchor",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date of the document: what 'immediate' and 'within a year' count from.",
)
@click.option(
    "--year",
    type=click.IntRange(1000, 2999),
    help="Year of days and months that name none, because it stands in a heading.",
)
@click.option(
    "--fiscal-year",
    metavar="YEAR=DAY",
    help="First day of a fiscal year, such as 2026=2025-10-01, to read 'FY2027' by.",
)
@click.option(
    "--fiscal-year-start",
    type=click.IntRange(1, 12),
    metavar="MONTH",
    help="Month in which fiscal years begin; each is named after the year in which it ends.",
)
def when(
    wording: str,
    language: str,
    anchor: datetime | None,
    year: int | None,
    fiscal_year: str | None,
    fiscal_year_start: int | None,
) -> None:
    """Read WORDING as dates.

    Prints the fields of a timeline item as JSON. A wording that is not understood, or that has two
    meanings, is an error."""
    load_lexicon(language)
    context = Context(
        anchor=anchor.date() if anchor is not None else None,
        fiscal_year=_parse_fiscal_year(fiscal_year),
        language=language,
        year=year,
        fiscal_year_start=fiscal_year_start,
    )
    _check_fiscal_year(context)
    reading = read_wording(wording, context)
    if reading is None:
        raise InvalidRequest(f"{wording!r} {explain_refusal(wording, language)}")
    if reading.needs is not None:
        raise InvalidRequest(f"{wording!r} needs {reading.needs}. {_advise(reading.needs)}")
    described = describe_reading(wording, reading)
    click.echo(json.dumps(described, indent=2, ensure_ascii=False, default=str))


def _advise(needs: str) -> str:
    if needs.startswith(EVENT):
        return "Write the date in its place, or leave it as wording."
    return f"Give it with {OPTIONS[needs]}."


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


def _check_fiscal_year(context: Context) -> None:
    """Both options together must name one month."""
    if context.fiscal_year is None or context.fiscal_year_start is None:
        return
    _, first_day = context.fiscal_year
    if first_day.month != context.fiscal_year_start:
        raise click.BadParameter(
            f"{context.fiscal_year_start} is not the month of {first_day}, which --fiscal-year "
            "names. Give one of both.",
            param_hint="--fiscal-year-start",
        )
