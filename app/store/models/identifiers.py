"""The identifiers that the sources of records give them: a table for each record type."""

from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.store.columns import text_key
from app.store.models.base import Base, part_of


class IdentifierRow:
    """An identifier of one record; `position` is the curator's order. Records of one type may have
    the same identifier, since sources repeat theirs."""

    position: Mapped[int] = mapped_column(primary_key=True, sort_order=1)
    scheme: Mapped[str] = mapped_column(text_key(60), sort_order=1)
    value: Mapped[str] = mapped_column(text_key(300), sort_order=1)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        table = str(cls.__tablename__)  # type: ignore[attr-defined]
        owner = table.removesuffix("_identifier") + "_slug"
        return (
            UniqueConstraint(owner, "scheme", "value", name=f"uq_{table}_scheme_value"),
            # A covering index: the filter reads no table.
            Index(f"ix_{table}_value", "value", "scheme", owner),
        )


class DocumentIdentifier(IdentifierRow, Base):
    __tablename__ = "document_identifier"
    document_slug: Mapped[str] = part_of("document")


class OfficeIdentifier(IdentifierRow, Base):
    __tablename__ = "office_identifier"
    office_slug: Mapped[str] = part_of("office")


class FocusAreaIdentifier(IdentifierRow, Base):
    __tablename__ = "focus_area_identifier"
    focus_area_slug: Mapped[str] = part_of("focus_area")


class InitiativeIdentifier(IdentifierRow, Base):
    __tablename__ = "initiative_identifier"
    initiative_slug: Mapped[str] = part_of("initiative")


class ExpectedOutcomeIdentifier(IdentifierRow, Base):
    __tablename__ = "expected_outcome_identifier"
    expected_outcome_slug: Mapped[str] = part_of("expected_outcome")


class TimelineItemIdentifier(IdentifierRow, Base):
    __tablename__ = "timeline_item_identifier"
    timeline_item_slug: Mapped[str] = part_of("timeline_item")
