"""The command `review`: accept, edit or reject the proposals of a draft, one key each."""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click

from app.bundles.files import read_file, write_file
from app.cli.arguments import PathArgument
from app.cli.draft_files import SAVED, dump_json, name_output
from app.cli.output import wrap_lines
from app.drafts.saved import SavedDraft, with_kind, with_modality, with_words
from app.errors import InvalidRequest
from app.schemas.record_types import ENTITIES
from app.text.counting import count_things
from app.vocabulary import Kind, Modality

_ENDING = SAVED
# How much of the text the key `s` shows on each side of the quote.
_SOURCE_CHARACTERS = 400
_KEYS = "y accept, n reject, e edit, u undo, s source, q quit"
_INTERRUPTS = ("\x03", "\x04", "")
_INDENT = "  "

Proposal = dict[str, Any]


@click.command()
@click.argument("file", metavar="NAME.draft.json", type=PathArgument)
def review(file: Path) -> None:
    """Decide on the proposals of a draft: one question, one key.

    NAME.json is written anew after every decision, so the review can stop at any time, and goes on
    where it stopped. Accepted and edited proposals are in the bundle; undecided ones as `draft`
    had them."""
    if not file.name.endswith(_ENDING):
        raise InvalidRequest(f"{file} is not called NAME{_ENDING}. Name the file of a draft.")
    name = file.with_name(file.name.removesuffix(_ENDING))
    text = read_file(name_output(name, ".txt"))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    try:
        content = json.loads(read_file(file))
    except ValueError:
        raise InvalidRequest(f"{file} is not JSON. Draft the document again.") from None
    saved = SavedDraft(content, text, sha256)
    _Review(saved, file, name_output(name, ".json")).run()


def read_key() -> str:
    """One key, without Enter on a terminal; of a pipe, one character. "" at its end."""
    if sys.stdin.isatty():
        return click.getchar()
    key = sys.stdin.read(1)
    while key.isspace():
        key = sys.stdin.read(1)
    return key


class _Review:
    """The dialogue: what is asked, and what each key does."""

    def __init__(self, saved: SavedDraft, file: Path, bundle_file: Path) -> None:
        self._saved = saved
        self._file = file
        self._bundle_file = bundle_file
        # The proposal that `u` returns to, before others that are open.
        self._returned: Proposal | None = None

    def run(self) -> None:
        """Ask until nothing is open, or the person quits."""
        proposals = count_things(len(self._saved.open), "proposal")
        click.echo(f"{proposals} to decide. Keys: {_KEYS}.")
        while True:
            proposal = self._next()
            if proposal is None:
                break
            self._show(proposal)
            if not self._ask(proposal):
                break
        self._summarize()

    def _next(self) -> Proposal | None:
        if self._returned is not None:
            proposal, self._returned = self._returned, None
            return proposal
        undecided = self._saved.open
        return undecided[0] if undecided else None

    def _show(self, proposal: Proposal) -> None:
        record = proposal["record"]
        main = ENTITIES[proposal["type"]].main
        kind = f", {record['kind']}" if "kind" in record else ""
        model = f" and the model {proposal['model']}" if proposal.get("model") else ""
        click.echo(
            f"\n[{proposal['number']}/{len(self._saved.proposals)}] "
            f"{proposal['type'].replace('_', ' ')}, {record['modality']}{kind} "
            f"(rule {proposal['rule']!r}{model}, score {proposal['score']:.2f})"
        )
        section = record["citations"][0]["section"]
        if section:
            _print_indented(" › ".join(section))
        _print_indented(record[main], bold=True)
        if "wording" in record:
            _print_indented(f"{record['wording']}: {_describe_time(record)}")
        if record["focus_area_slugs"]:
            _print_indented(f"focus areas: {', '.join(record['focus_area_slugs'])}")
        if proposal["flags"]:
            _print_indented(", ".join(proposal["flags"]), fg="yellow")

    def _ask(self, proposal: Proposal) -> bool:
        """Ask until a key decides. False if the person quits."""
        actions: dict[str, Callable[[Proposal], bool]] = {
            "y": self._accept,
            "n": self._reject,
            "e": self._edit,
            "u": self._undo,
        }
        while True:
            click.echo(f"{_default(proposal)} y n e u s q? ", nl=False)
            key = read_key().lower()
            click.echo(key if key.isprintable() else "")
            if key == "q" or key in _INTERRUPTS:
                return False
            if key == "s":
                self._show_source(proposal)
            elif key in actions:
                if actions[key](proposal):
                    return True
            else:
                click.echo(f"Keys: {_KEYS}.")

    def _accept(self, proposal: Proposal) -> bool:
        self._saved.decide(proposal, "accepted")
        self._write()
        return True

    def _reject(self, proposal: Proposal) -> bool:
        self._saved.decide(proposal, "rejected")
        self._write()
        return True

    def _undo(self, _: Proposal) -> bool:
        self._returned = self._saved.undo()
        if self._returned is None:
            click.echo("Nothing is decided yet.")
            return False
        self._write()
        return True

    def _edit(self, proposal: Proposal) -> bool:
        """Change one field, and show what that makes. True if the edited record is accepted."""
        click.echo("Edit: m modality, k kind, t words? ", nl=False)
        key = read_key().lower()
        click.echo(key if key.isprintable() else "")
        try:
            record = self._change(proposal, key)
            if record is None:
                return False
            self._saved.require_valid(proposal, record)
        except InvalidRequest as error:
            click.echo(f"  {error}")
            return False
        self._show({**proposal, "record": record})
        click.echo("Accept it so? y n? ", nl=False)
        answer = read_key().lower()
        click.echo(answer if answer.isprintable() else "")
        if answer != "y":
            click.echo("Nothing was changed.")
            return False
        self._saved.edit(proposal, record)
        self._write()
        return True

    def _change(self, proposal: Proposal, key: str) -> dict[str, Any] | None:
        record: dict[str, Any] = proposal["record"]
        if key == "m":
            modality = _choose(get_args(Modality))
            return with_modality(record, modality) if modality is not None else None
        if key == "k" and "kind" in record:
            kind = _choose(get_args(Kind))
            return with_kind(record, kind) if kind is not None else None
        if key == "t":
            click.echo("The words as they stand in the text: ", nl=False)
            words = sys.stdin.readline().strip()
            return with_words(record, proposal["type"], words, self._saved.text)
        return None

    def _show_source(self, proposal: Proposal) -> None:
        text = self._saved.text
        start, end = proposal["start"], proposal["end"]
        first, last = _find_passage(text, start, end)
        shown = wrap_lines(text[first:last], _read_width())
        before = shown[: start - first]
        quote = click.style(shown[start - first : end - first], reverse=True)
        after = shown[end - first :]
        click.echo(f"{before}{quote}{after}")

    def _write(self) -> None:
        # The decisions first: the bundle can be made again from them.
        write_file(self._file, [dump_json(self._saved.content)])
        write_file(self._bundle_file, [dump_json(self._saved.make_bundle())])

    def _summarize(self) -> None:
        decisions = [proposal["decision"] for proposal in self._saved.proposals]
        accepted = decisions.count("accepted")
        edited = decisions.count("edited")
        rejected = decisions.count("rejected")
        undecided = len(self._saved.open)
        click.echo(
            f"\n{accepted} accepted, {edited} edited, {rejected} rejected, {undecided} open."
        )
        if undecided:
            click.echo(f"Go on with: communique review {self._file}")
        else:
            click.echo(f"Publish with: communique load {self._bundle_file}")


def _find_passage(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the words around a quote begin and end: whole ones, where there are spaces."""
    first = max(0, start - _SOURCE_CHARACTERS)
    last = min(len(text), end + _SOURCE_CHARACTERS)
    if first > 0:
        first = min(start, text.find(" ", first, start) + 1 or first)
    if last < len(text):
        last = max(end, text.rfind(" ", end, last))
    return first, last


def _read_width() -> int:
    """The columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size().columns


def _print_indented(text: str, **style: Any) -> None:
    """Print lines below the first line of a proposal, broken at spaces."""
    wrapped = wrap_lines(text, _read_width() - len(_INDENT))
    for line in wrapped.split("\n"):
        click.echo(_INDENT + click.style(line, **style))


def _default(proposal: Proposal) -> str:
    return "In the draft." if proposal["in_draft"] else "Not in the draft."


def _describe_time(record: dict[str, Any]) -> str:
    sides = []
    for side in ("start", "end"):
        edtf = record[f"{side}_edtf"]
        kind = record[f"{side}_kind"]
        sides.append(f"{side} {kind} {edtf}" if edtf is not None else f"{side} {kind}")
    if record["recurrence"] is not None:
        sides.append(record["recurrence"])
    return ", ".join(sides)


def _choose(values: tuple[Any, ...]) -> Any:
    """One of the values, by its number; None for another key."""
    listed = ", ".join(f"{number} {value}" for number, value in enumerate(values, 1))
    click.echo(f"{listed}? ", nl=False)
    key = read_key()
    click.echo(key if key.isprintable() else "")
    if key.isdigit() and 0 < int(key) <= len(values):
        return values[int(key) - 1]
    return None
