"""Drafts of texts that tests make up."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.drafts.draft import Draft, Entry, Options, draft_document
from app.reading.blocks import ReadFile
from app.reading.formats import FileFormat, find_format
from app.reading.reader import ReadingLimits, make_read_file
from app.settings import Settings
from tests.helpers.reading import read

LIMITS = ReadingLimits.from_settings(Settings())


@dataclass(frozen=True)
class Claim:
    """What a test compares of a proposal."""

    type: str
    words: str
    modality: str
    wording: str | None


def read_markdown_text(text: str) -> ReadFile:
    """A text in Markdown as a file that was read, in this process: starting another takes longer
    than all else that these tests do. `tests/test_reading_files.py` reads files as users do."""
    return make_read_file(read(text, FileFormat.MARKDOWN), text.encode(), FileFormat.MARKDOWN)


@cache
def read_fictional(path: Path) -> ReadFile:
    """A file of the tests, read in this process."""
    content = path.read_bytes()
    file_format = find_format(content, str(path), None, None)
    return make_read_file(read(content, file_format), content, file_format)


def draft_markdown(text: str, options: Options | None = None) -> Draft:
    """The draft of a text in Markdown."""
    return draft_document(read_markdown_text(text), options)


def words_of(entry: Entry) -> str:
    """The title or statement of a proposal."""
    words: str = entry.record.get("title") or entry.record["statement"]
    return words


def claim_of(entry: Entry) -> Claim:
    """The proposal as a test compares it."""
    return Claim(
        entry.proposal.type,
        words_of(entry),
        entry.proposal.modality,
        entry.record.get("wording"),
    )


def claims_in(draft: Draft) -> list[Claim]:
    """The claims of the bundle, in the order of the text."""
    return [claim_of(entry) for entry in draft.select()]


def find_entry(draft: Draft, words: str, type_: str = "initiative") -> Entry:
    """The proposal whose title or statement begins with these words."""
    for entry in draft.entries:
        if entry.proposal.type == type_ and words_of(entry).startswith(words):
            return entry
    raise AssertionError(f"{words!r} is not proposed: {[words_of(e) for e in draft.entries]}")


def reason_of(draft: Draft, words: str) -> str:
    """Why the piece of the text that begins with these words was left out."""
    text = draft.source.text
    for piece in draft.left_out:
        if text[piece.span.start : piece.span.end].startswith(words):
            return piece.reason
    raise AssertionError(f"{words!r} was not left out.")
