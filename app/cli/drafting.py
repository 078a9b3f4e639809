"""The command `draft`: a bundle of cited claims from a document."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.bundles.files import STANDARD_STREAM, name_file
from app.cli.arguments import PathArgument
from app.cli.draft_files import dump_json, name_output, refuse_decided, write_draft
from app.cli.draft_summary import report_draft
from app.cli.model import make_model_reader, report_run
from app.cli.output import print_document
from app.cli.progress import bars
from app.drafts.draft import Options, draft_document
from app.drafts.lexicon import choose_language, list_languages
from app.drafts.records import Statement
from app.reading.blocks import ReadFile
from app.reading.formats import FileFormat
from app.reading.reader import ReadingLimits, read_file, read_path
from app.settings import read_settings

# Refused proposals that the summary lists; the file of the draft has all.
_SHOWN_ENTRIES = 5
# A bar for less would only flash.
_BAR_AFTER_SECONDS = 1


@click.command()
@click.argument("file", type=PathArgument)
@click.option(
    "--as",
    "as_format",
    type=click.Choice([str(file_format) for file_format in FileFormat]),
    help="The format of the file; otherwise its name and first bytes tell it.",
)
@click.option(
    "--language",
    metavar="CODE",
    help=f"The language of the document: {', '.join(list_languages())}. Otherwise the file or its "
    "words tell it.",
)
@click.option("--office", metavar="SLUG", help="The office that the claims are about.")
@click.option(
    "--said-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the document speaks: 'immediate' and 'within a year' count from it.",
)
@click.option(
    "--prose",
    is_flag=True,
    help="Put claims of sentences into the bundle, not only beside it.",
)
@click.option(
    "--model",
    "with_model",
    is_flag=True,
    help="Ask the language model of COMMUNIQUE_MODEL_URL, too: it may only quote the document. Its "
    "answers are kept in the folder NAME.model.",
)
@click.option(
    "-o",
    "output",
    metavar="NAME",
    type=PathArgument,
    help="Write NAME.json, NAME.txt and NAME.draft.json; otherwise the bundle to standard output.",
)
def draft(
    file: Path,
    output: Path | None,
    as_format: str | None,
    *,
    with_model: bool,
    **stated: Any,
) -> None:
    """Draft claims with citations from a document; - is standard input.

    NAME.json is a bundle that `check` accepts, NAME.txt the text that it cites, NAME.draft.json
    every proposal and what was left out, for `review`. Nothing is written to the base."""
    options = _make_options(**stated)
    if output is not None:
        refuse_decided(output)
    folder = name_output(output, ".model") if output is not None else None
    reader = make_model_reader(folder) if with_model else None
    with bars(_BAR_AFTER_SECONDS):
        extend = reader.extend if reader is not None else None
        drafted = draft_document(_read(file, as_format), options, extend)
    bundle = drafted.make_bundle()
    if output is not None:
        write_draft(drafted, bundle, name_file(file), output)
    report_draft(drafted, bundle, output)
    if reader is not None and reader.run is not None:
        report_run(reader.run, folder)
    if output is None:
        print_document([dump_json(bundle)])


def _make_options(
    language: str | None,
    office: str | None,
    said_on: datetime | None,
    *,
    prose: bool,
) -> Options:
    """The options as they were stated. Raises InvalidRequest for a language without rules."""
    if language is not None:
        language = choose_language(language)
    if office is not None and not _is_slug(office):
        raise click.BadParameter(
            f"{office!r} is not a slug: small letters, digits and hyphens.",
            param_hint="--office",
        )
    day = said_on.date() if said_on is not None else None
    return Options(language, Statement(office, day), prose)


def _is_slug(text: str) -> bool:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    return 0 < len(text) <= 80 and set(text) <= allowed


def _read(file: Path, as_format: str | None) -> ReadFile:
    limits = ReadingLimits.from_settings(read_settings())
    chosen = FileFormat(as_format) if as_format is not None else None
    if file == STANDARD_STREAM:
        content = sys.stdin.buffer.read(limits.max_bytes + 1)
        return read_file(content, limits, name="Standard input", as_format=chosen)
    return read_path(file, limits, as_format=chosen)
