"""The files that a draft is written to: NAME.json, NAME.txt and NAME.draft.json."""

import hashlib
import json
from pathlib import Path
from typing import Any

from app.bundles.files import read_file, write_file
from app.drafts.draft import Draft
from app.drafts.saved import FORM, count_decisions, save_draft
from app.errors import InvalidRequest, UnreadableBundle

BUNDLE = ".json"
TEXT = ".txt"
SAVED = ".draft.json"


def name_output(output: Path, ending: str) -> Path:
    """The file of a draft: its name, with an ending."""
    return output.with_name(output.name + ending)


def dump_json(content: dict[str, Any]) -> str:
    """The content as a JSON file has it, for people to read and compare."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def refuse_decided(output: Path) -> None:
    """Keep what a person decided in an earlier review of these files.

    Raises InvalidRequest if the file of the draft has decisions."""
    file = name_output(output, SAVED)
    decided = count_decisions(_read_json(file))
    if decided:
        raise InvalidRequest(
            f"{file} has decisions of a review ({decided}), which would be lost. Give -o another "
            "name, or remove the file."
        )


def write_draft(
    drafted: Draft,
    bundle: dict[str, Any],
    file_name: str,
    output: Path,
) -> None:
    """Write the three files. Raises InvalidRequest, and writes nothing, if one is there already
    that no draft has written."""
    # The draft last: its presence says that the other two are whole.
    contents = {
        TEXT: drafted.source.text,
        BUNDLE: dump_json(bundle),
        SAVED: dump_json(save_draft(drafted, file_name)),
    }
    earlier = _find_earlier_digest(output)
    for ending, content in contents.items():
        file = name_output(output, ending)
        if file.is_file() and not _may_be_replaced(file, ending, content, earlier):
            raise InvalidRequest(
                f"{file} is there already, and is not of an earlier draft of these names. Give "
                "-o another name, or remove the file."
            )
    for ending, content in contents.items():
        write_file(name_output(output, ending), [content])


def _find_earlier_digest(output: Path) -> str | None:
    """The SHA-256 of the text of the draft that has these names; None if there is none."""
    content = _read_json(name_output(output, SAVED))
    if not isinstance(content, dict) or content.get("form") != FORM:
        return None
    sha256: str = content["document"]["sha256"]
    return sha256


def _may_be_replaced(
    file: Path,
    ending: str,
    content: str,
    earlier: str | None,
) -> bool:
    """Whether the file has the content already, or belongs to the earlier draft."""
    try:
        present = read_file(file)
    except UnreadableBundle:
        return False
    if present == content:
        return True
    if earlier is None:
        return False
    if ending == TEXT:
        return hashlib.sha256(present.encode()).hexdigest() == earlier
    return ending == SAVED or earlier in present


def _read_json(file: Path) -> Any:
    """The content of a file; None if there is no such file, or it is not JSON."""
    if not file.is_file():
        return None
    try:
        return json.loads(read_file(file))
    except (ValueError, UnreadableBundle):
        return None
