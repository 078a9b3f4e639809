"""Documents, citations of them, and the offices that they are about."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.schemas.record_types import ENTITIES
from app.store.columns import text_key
from app.store.models.base import (
    Base,
    Record,
    cites_for,
    in_vocabulary,
    part,
    table_constraints,
)
from app.vocabulary import Precision, Voice


def date_constraints(event: str) -> list[Any]:
    """The checks and the index of a date in EDTF with its bounds. `{event}_order` is its first
    day, or the last day there is where it has none."""
    return [
        in_vocabulary(f"{event}_precision", Precision),
        CheckConstraint(f"{event}_earliest <= {event}_latest", name=f"{event}_bounds"),
        Index(None, f"{event}_order", "slug"),
    ]


class DocumentText(Base):
    """A text that documents have or had, in UTF-8. It is stored once, however many revisions name
    it; `app.store.document_texts` reads and writes it."""

    __tablename__ = "document_text"

    sha256: Mapped[str] = mapped_column(text_key(64), primary_key=True)
    utf8: Mapped[bytes]

    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)


class Document(Record):
    """A text that makes claims. `source_url` is its address on the web; `url` is the record's.

    `text_sha256` is `sha256` where the base holds the text, null where it only cites it."""

    __tablename__ = "document"

    title: Mapped[str]
    author: Mapped[str | None]
    publisher: Mapped[str | None]
    published_on: Mapped[str | None]
    published_earliest: Mapped[date | None]
    published_latest: Mapped[date | None]
    published_precision: Mapped[str | None]
    published_order: Mapped[date]
    language: Mapped[str]
    source_url: Mapped[str | None]
    voice: Mapped[str]
    sha256: Mapped[str]
    text_sha256: Mapped[str | None] = mapped_column(ForeignKey("document_text.sha256"))

    __table_args__ = table_constraints(
        in_vocabulary("voice", Voice),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("text_sha256 = sha256", name="text"),
        *date_constraints("published"),
        Index(None, "title", "slug"),
    )


# Every record type but the document has a column in `citation`, of which one is set.
_OWNERS_SET = " + ".join(
    f"CASE WHEN {type_}_slug IS NULL THEN 0 ELSE 1 END"
    for type_ in ENTITIES
    if type_ != "document"
)


class Citation(Base):
    """A quote from a document that supports fields of one record (W3C Web Annotation selectors)."""

    __tablename__ = "citation"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    document_slug: Mapped[str] = mapped_column(ForeignKey("document.slug"))
    section: Mapped[list[str]]
    exact: Mapped[str]
    prefix: Mapped[str]
    suffix: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    supports: Mapped[list[str]]
    office_slug: Mapped[str | None] = cites_for("office")
    focus_area_slug: Mapped[str | None] = cites_for("focus_area")
    initiative_slug: Mapped[str | None] = cites_for("initiative")
    expected_outcome_slug: Mapped[str | None] = cites_for("expected_outcome")
    timeline_item_slug: Mapped[str | None] = cites_for("timeline_item")

    __table_args__ = (
        CheckConstraint(f"{_OWNERS_SET} = 1", name="one_record"),
        CheckConstraint('start >= 0 AND "end" > start', name="position"),
        # The quotes of a part of a document, among very many of it.
        Index(None, "document_slug", "start", "end"),
    )


class Cited:
    """A record whose fields are supported by citations: every type but the document."""

    @declared_attr
    def citations(cls) -> Mapped[list["Citation"]]:
        citations: Mapped[list[Citation]] = part("Citation.position")
        return citations


class Office(Cited, Record):
    __tablename__ = "office"

    name: Mapped[str]
    organization: Mapped[str]
    city: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(text_key(2))
    opened_on: Mapped[str | None]
    opened_earliest: Mapped[date | None]
    opened_latest: Mapped[date | None]
    opened_precision: Mapped[str | None]
    opened_order: Mapped[date]
    summary: Mapped[str | None]

    __table_args__ = table_constraints(
        CheckConstraint("length(country) = 2", name="country"),
        *date_constraints("opened"),
        Index(None, "name", "slug"),
    )
