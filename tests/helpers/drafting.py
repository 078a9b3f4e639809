"""Drafts of texts that tests make up."""

import hashlib
from dataclasses import dataclass

from app.drafts.draft import Draft, Entry, Options, draft_document
from app.reading.blocks import ReadFile
from app.reading.reader import ReadingLimits, read_file
from app.reading.transfer import ReadingTask
from app.reading.worker import read_document
from app.settings import Settings

LIMITS = ReadingLimits.from_settings(Settings())


@dataclass(frozen=True)
class Claim:
    """What a test compares of a proposal."""

    type: str
    words: str
    modality: str
    wording: str | None


def read_markdown_text(text: str) -> ReadFile:
    """A text in Markdown as a file that was read."""
    return read_file(text.encode(), LIMITS, name="document.md")


def draft_markdown(text: str, options: Options | None = None) -> Draft:
    """The draft of a text in Markdown."""
    return draft_document(read_markdown_text(text), options)


def draft_parsed(text: str) -> Draft:
    """The draft of a text in Markdown that is read in this process: for many small texts."""
    document = read_document(ReadingTask("md", 3_000_000, 10**9, 60), text.encode())
    sha256 = hashlib.sha256(document.text.encode()).hexdigest()
    file = ReadFile(document.text, document.blocks, sha256, sha256, "md")
    return draft_document(file, Options(with_prose=True))


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
