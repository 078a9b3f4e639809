"""Drafts: documents that were read, and the records proposed from them.

A draft is no part of what the base says: it makes no revision, no search finds it, no `as_of` has
it, and no bundle holds it. What is accepted of it is published as a change list like any other.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.columns import JsonText, text_key
from app.store.models.base import Base, in_vocabulary
from app.vocabulary import DraftFormat, ProposalOrigin, ProposalState

MAX_ID_CHARACTERS = 16
MAX_EXTRACTOR_CHARACTERS = 100


def _draft_key() -> Any:
    """The key of the draft that a row belongs to; the row is deleted with it."""
    return mapped_column(
        text_key(MAX_ID_CHARACTERS),
        ForeignKey("draft.id", ondelete="CASCADE"),
        primary_key=True,
    )


class Draft(Base):
    """A file that was read. Its text is stored here and nowhere else, until a document with the
    text is written like any other record.

    `outline` are the blocks of the text, `left_out` the passages that gave no proposal and why,
    `cued` those that no proposal came of though they have a cue. `version` counts the changes of
    its proposals. `published_revision` is the latest revision that published any of them."""

    __tablename__ = "draft"

    id: Mapped[str] = mapped_column(text_key(MAX_ID_CHARACTERS), primary_key=True)
    version: Mapped[int]
    file_sha256: Mapped[str] = mapped_column(text_key(64))
    format: Mapped[str] = mapped_column(text_key(10))
    extractor: Mapped[str] = mapped_column(text_key(MAX_EXTRACTOR_CHARACTERS))
    sha256: Mapped[str] = mapped_column(text_key(64))
    utf8: Mapped[bytes]
    characters: Mapped[int]
    title: Mapped[str]
    language: Mapped[str] = mapped_column(text_key(35))
    options: Mapped[dict[str, Any]]
    warnings: Mapped[list[str]]
    outline: Mapped[list[Any]] = mapped_column(JsonText)
    left_out: Mapped[list[Any]] = mapped_column(JsonText)
    cued: Mapped[list[Any]] = mapped_column(JsonText)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_revision: Mapped[int | None]

    __table_args__ = (
        # The same file and extractor make the same draft.
        UniqueConstraint("file_sha256", "format", "extractor"),
        in_vocabulary("format", DraftFormat),
        CheckConstraint("length(file_sha256) = 64", name="file_sha256"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "created_at", "id"),
    )


class Proposal(Base):
    """A record that is proposed from a draft, with the words of the text that it comes from.

    `record` is what would be published, `original` what was proposed where that was edited.
    `section` are the headings above the words. `published_slug` is the slug that the record has in
    the base, `published_revision` the revision that published it."""

    __tablename__ = "proposal"

    draft_id: Mapped[str] = _draft_key()
    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    type: Mapped[str] = mapped_column(text_key(20))
    state: Mapped[str] = mapped_column(text_key(10))
    origin: Mapped[str] = mapped_column(text_key(10))
    rule: Mapped[str] = mapped_column(text_key(60))
    score: Mapped[float]
    flags: Mapped[list[str]] = mapped_column(JsonText)
    section: Mapped[list[str]] = mapped_column(JsonText)
    start: Mapped[int]
    end: Mapped[int]
    slug: Mapped[str] = mapped_column(text_key(80))
    record: Mapped[dict[str, Any]]
    original: Mapped[dict[str, Any] | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    published_slug: Mapped[str | None] = mapped_column(text_key(80))
    published_revision: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint("draft_id", "type", "slug"),
        in_vocabulary("state", ProposalState),
        in_vocabulary("origin", ProposalOrigin),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint('start >= 0 AND "end" >= start', name="position"),
        CheckConstraint("state <> 'edited' OR original IS NOT NULL", name="original"),
        CheckConstraint(
            "(published_slug IS NULL) = (published_revision IS NULL)", name="published"
        ),
    )


class Run(Base):
    """One extraction that proposed records of a draft: by rules, or by a language model.

    `details` has what it counted and dropped."""

    __tablename__ = "run"

    draft_id: Mapped[str] = _draft_key()
    number: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(text_key(10))
    extractor: Mapped[str] = mapped_column(text_key(MAX_EXTRACTOR_CHARACTERS))
    started_at: Mapped[datetime]
    seconds: Mapped[float]
    details: Mapped[dict[str, Any]]

    __table_args__ = (in_vocabulary("origin", ProposalOrigin),)
