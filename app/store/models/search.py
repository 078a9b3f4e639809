"""The records in the full-text index."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.columns import text_key
from app.store.models.base import Base


class SearchDocument(Base):
    """A record in the full-text index. Its words are the row of `search_index` with the same `id`.
    The columns of that table depend on the engine, so a migration creates it and only
    `app.store.fulltext` uses it."""

    __tablename__ = "search_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    slug: Mapped[str] = mapped_column(text_key(80))

    __table_args__ = (Index(None, "type", "slug", unique=True),)
