"""The option `--model` of the command `draft`: asks a language model, and reports its run."""

import json
import sys
from pathlib import Path

import click

from app.bundles.files import write_file
from app.cli.base import opened_base
from app.drafts.model.cache import AnswerFolder
from app.drafts.model.run import ModelOptions, ModelReader, Run
from app.errors import CannotStart, Unavailable
from app.queries.labels import list_labels
from app.settings import read_settings
from app.store.schema import require_schema
from app.store.sessions import read_session


def make_model_reader(folder: Path | None) -> ModelReader:
    """Asks the model that the settings name; `folder` keeps its answers. Raises ModelFailed if
    they name none."""
    options = ModelOptions.from_settings(read_settings())
    return ModelReader(options, _read_labels(), AnswerFolder(folder), _announce)


def _read_labels() -> list[str]:
    """The labels of the base; none if there is no base that can be read."""
    try:
        with opened_base(require_schema) as engine, read_session(engine) as session:
            return list_labels(session)
    except (CannotStart, Unavailable):
        _say("No base has labels of focus areas for the model.")
        return []


def _announce(estimate: str) -> None:
    if sys.stderr.isatty():
        # The line of a progress bar is still open.
        _say("")
    _say(estimate)


def report_run(run: Run, folder: Path | None) -> None:
    """Say what the model gave, on standard error, and write it beside the answers. Raises
    CannotStart if it cannot be written."""
    counts = run.counts
    _say(
        f"Model {run.model}: {counts['agreed']} claims as the rules have them, "
        f"{counts['differs']} otherwise, {counts['new']} that no rule gave (for the review), "
        f"{counts['repeated']} repeated."
    )
    for (member, reason), count in sorted(run.count_drops().items()):
        _say(f"{count:7} dropped: {member}, {reason}")
    # Of a document without a block, nothing was asked, and there is no folder.
    if folder is not None and folder.is_dir():
        _write_run(run, folder)


def _write_run(run: Run, folder: Path) -> None:
    content = json.dumps(run.save(), indent=1, ensure_ascii=False) + "\n"
    write_file(folder / "run.json", [content])


def _say(line: str) -> None:
    click.echo(line, err=True)
