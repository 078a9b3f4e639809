"""Focus areas: concepts with labels, broader and related concepts (SKOS)."""

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.store.models.base import Base, Record, part, part_of, table_constraints
from app.store.models.sources import Cited


def _other_focus_area() -> ForeignKey:
    """Checked at the end of a transaction: focus areas that name each other are written and deleted
    together."""
    return ForeignKey("focus_area.slug", deferrable=True, initially="DEFERRED")


class FocusArea(Cited, Record):
    """A concept (SKOS): a name, other labels, and the concepts it is a part or a kind of."""

    __tablename__ = "focus_area"

    name: Mapped[str]

    labels: Mapped[list["FocusAreaLabel"]] = part("FocusAreaLabel.position")
    broader_links: Mapped[list["FocusAreaBroader"]] = part(
        "FocusAreaBroader.position", owner="FocusAreaBroader.focus_area_slug"
    )
    related_links: Mapped[list["FocusAreaRelated"]] = part(
        "FocusAreaRelated.position", owner="FocusAreaRelated.focus_area_slug"
    )

    __table_args__ = table_constraints(Index(None, "name", "slug"))


class FocusAreaLabel(Base):
    """A label of a focus area: its slug at position 0 (SKOS notation), its name at 1 (prefLabel),
    its aliases from 2 on (altLabel). Labels are looked up by their loose form; of one strict form
    there is one focus area (`app.text.folding`)."""

    __tablename__ = "focus_area_label"

    focus_area_slug: Mapped[str] = part_of("focus_area")
    position: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    strict_form: Mapped[str]
    loose_form: Mapped[str] = mapped_column(index=True)
    # Null where the label is in the language of the documents that the focus area cites.
    language: Mapped[str | None]


class FocusAreaBroader(Base):
    """`focus_area_slug` is a part or a kind of `broader_slug` (SKOS broader)."""

    __tablename__ = "focus_area_broader"

    focus_area_slug: Mapped[str] = part_of("focus_area")
    broader_slug: Mapped[str] = mapped_column(
        _other_focus_area(), primary_key=True, index=True
    )
    position: Mapped[int]

    __table_args__ = (CheckConstraint("focus_area_slug <> broader_slug", name="not_itself"),)


class FocusAreaRelated(Base):
    """SKOS related. A foreign key to the mirror row, checked at the end of a transaction, makes the
    database itself enforce the symmetry."""

    __tablename__ = "focus_area_related"

    focus_area_slug: Mapped[str] = part_of("focus_area")
    position: Mapped[int] = mapped_column(primary_key=True)
    related_slug: Mapped[str] = mapped_column(_other_focus_area(), index=True)

    __table_args__ = (
        CheckConstraint("focus_area_slug <> related_slug", name="not_itself"),
        UniqueConstraint("focus_area_slug", "related_slug"),
        ForeignKeyConstraint(
            ["related_slug", "focus_area_slug"],
            ["focus_area_related.focus_area_slug", "focus_area_related.related_slug"],
            name="fk_focus_area_related_mirror",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
