"""The log: revisions, and their changes to records."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.columns import text_key
from app.store.models.base import Base, in_vocabulary
from app.vocabulary import Operation


class Revision(Base):
    """One write: its changes became visible together, at `created_at`."""

    __tablename__ = "revision"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author: Mapped[str]
    message: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (CheckConstraint("number >= 1", name="number"),)


class LogEntry(Base):
    """One change to one record, with the whole record after it as `snapshot` (null: deleted)."""

    __tablename__ = "change"

    revision: Mapped[int] = mapped_column(ForeignKey("revision.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    slug: Mapped[str] = mapped_column(text_key(80))
    operation: Mapped[str]
    version: Mapped[int]
    schema_version: Mapped[int]
    snapshot: Mapped[dict[str, Any] | None]

    __table_args__ = (
        in_vocabulary("operation", Operation),
        CheckConstraint("(operation = 'delete') = (snapshot IS NULL)", name="snapshot"),
        Index(None, "type", "slug", "version", unique=True),
        # For the change feed of some types only.
        Index(None, "type", "revision", "position"),
        # A covering index: counting the changes of a revision does not read the table.
        Index(None, "revision", "operation"),
    )
