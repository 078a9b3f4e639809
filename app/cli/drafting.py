"""The command `draft`: a bundle of cited claims from a document."""

import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.bundles.files import STANDARD_STREAM, name_file, write_file
from app.bundles.files import read_file as read_text
from app.cli.arguments import PathArgument
from app.cli.model import make_model_reader, report_run
from app.cli.output import print_document
from app.cli.progress import bars
from app.drafts.draft import Draft, Entry, Options, count_reasons, draft_document
from app.drafts.lexicon import choose_language, list_languages
from app.drafts.proposals import DOUBTFUL, Flag
from app.drafts.records import Statement
from app.drafts.saved import count_decisions, save_draft
from app.errors import InvalidRequest
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
        _refuse_decided(name_output(output, ".draft.json"))
    folder = name_output(output, ".model") if output is not None else None
    reader = make_model_reader(folder) if with_model else None
    with bars(_BAR_AFTER_SECONDS):
        extend = reader.extend if reader is not None else None
        drafted = draft_document(_read(file, as_format), options, extend)
    bundle = drafted.make_bundle()
    if output is not None:
        _write(drafted, bundle, name_file(file), output)
    _report(drafted, bundle, output)
    if reader is not None and reader.run is not None:
        report_run(reader.run, folder)
    if output is None:
        print_document([dump_json(bundle)])


def _refuse_decided(file: Path) -> None:
    """Keep what a person decided in an earlier review of these files.

    Raises InvalidRequest if the file is a draft with decisions."""
    if not file.exists():
        return
    try:
        decided = count_decisions(json.loads(read_text(file)))
    except ValueError:
        return
    if decided:
        raise InvalidRequest(
            f"{file} has decisions of a review ({decided}), which would be lost. Give -o another "
            "name, or remove the file."
        )


def _write(drafted: Draft, bundle: dict[str, Any], file_name: str, output: Path) -> None:
    # The draft last: its presence says that the other two are whole.
    write_file(name_output(output, ".txt"), [drafted.source.text])
    write_file(name_output(output, ".json"), [dump_json(bundle)])
    saved = save_draft(drafted, file_name)
    write_file(name_output(output, ".draft.json"), [dump_json(saved)])


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


def name_output(output: Path, ending: str) -> Path:
    """The file of a draft: its name, with an ending."""
    return output.with_name(output.name + ending)


def dump_json(content: dict[str, Any]) -> str:
    """The content as a JSON file has it, for people to read and compare."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _report(drafted: Draft, bundle: dict[str, Any], output: Path | None) -> None:
    """What was found and what was not, on standard error: the bundle may go to standard output."""
    chosen = drafted.select()
    file = drafted.source.file
    for warning in file.warnings:
        _say(f"Warning: {warning}")
    language = drafted.source.lexicon.name
    _say(f"{drafted.document['title']!r}, {len(file.text):,} characters, {language}.")
    _report_flags(drafted)
    areas = len(bundle["focus_areas"])
    _say(f"{len(chosen)} claims in the bundle, {areas} focus areas:")
    _report_counts(chosen)
    _report_refused(drafted)
    waiting = len(drafted.entries) - len(chosen)
    if waiting:
        _say(f"{waiting} proposals beside it, for the review: prose, doubtful, refused.")
    reasons = count_reasons(drafted.left_out)
    _say(f"{sum(reasons.values())} pieces of the text were left out:")
    for reason, count in reasons.items():
        _say(f"{count:7} {reason}")
    if output is None:
        _say("Use -o NAME to keep the text and all proposals for `communique review`.")
    else:
        _say(
            f"Next: communique check {output}.json --document {output}.txt; "
            f"communique review {output}.draft.json"
        )


def _report_flags(drafted: Draft) -> None:
    flagged = Counter(str(flag) for entry in drafted.entries for flag in entry.proposal.flags)
    # Of every dated sentence; nothing is wrong with it.
    del flagged[Flag.DATE_OF_PROSE]
    if not flagged:
        return
    _say("Look at these first:")
    for flag, count in flagged.most_common():
        held_back = " (in no bundle before somebody accepts it)" if flag in DOUBTFUL else ""
        _say(f"{count:7} {flag}{held_back}")


def _report_counts(chosen: list[Entry]) -> None:
    counts: Counter[tuple[str, str, str]] = Counter()
    for entry in chosen:
        proposal = entry.proposal
        counts[proposal.type, proposal.modality, proposal.rule] += 1
    for (type_, modality, rule), count in sorted(counts.items()):
        _say(f"{count:7} {type_.replace('_', ' ')}, {modality}, by the rule {rule!r}")


def _report_refused(drafted: Draft) -> None:
    refused = [entry for entry in drafted.entries if entry.problems]
    if not refused:
        return
    _say(f"{len(refused)} proposals break the rules of the base and are not in the bundle:")
    for entry in refused[:_SHOWN_ENTRIES]:
        _say(f"  {entry.problems[0][:300]}")
    if len(refused) > _SHOWN_ENTRIES:
        _say("  … the others are in NAME.draft.json")


def _say(line: str) -> None:
    click.echo(line, err=True)
