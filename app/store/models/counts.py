"""How many records have each value: what a facet of a whole collection shows."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.columns import text_key
from app.store.models.base import Base

# The value of records without any: no slug, and no word of a vocabulary, is empty.
NO_VALUE = ""


def name_facet(facet: str, modality: str) -> str:
    """The name under which the values of a facet are stored for claims of one modality."""
    return f"{facet}/{modality}"


class ValueCount(Base):
    """So many `records` of a type have this value of a facet, in the current revision.

    With `rolled_up`, a record with a narrower focus area is counted for the broader ones, too. The
    value NO_VALUE counts the records that have none. There is no row for a count of 0. The facet
    `focus_area/recommended` counts the focus areas of the recommended claims alone."""

    __tablename__ = "value_count"

    type: Mapped[str] = mapped_column(primary_key=True)
    facet: Mapped[str] = mapped_column(primary_key=True)
    rolled_up: Mapped[bool] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(text_key(80), primary_key=True)
    records: Mapped[int]

    __table_args__ = (
        CheckConstraint("records > 0", name="records"),
        # The most frequent values first.
        Index(None, "type", "facet", "rolled_up", "records"),
    )
