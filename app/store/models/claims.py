"""The claims of documents: initiatives, expected outcomes, timeline items."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.schemas.fields import MAX_SORTED_CHARACTERS
from app.store.columns import text_key
from app.store.models.base import (
    Base,
    Record,
    in_vocabulary,
    part,
    part_of,
    table_constraints,
)
from app.store.models.sources import Cited
from app.vocabulary import EndKind, Kind, Modality, Precision, StartKind


class FocusAreaLink:
    """A claim is about a focus area; `position` is the curator's order."""

    @declared_attr
    def focus_area_slug(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("focus_area.slug"), primary_key=True, sort_order=1)

    position: Mapped[int] = mapped_column(sort_order=1)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Index, ...]:
        # A covering index: counting the claims of a focus area does not read the table.
        owner = str(cls.__tablename__).removesuffix("_focus_area")  # type: ignore[attr-defined]
        name = f"ix_{owner}_focus_area_claims"
        return (Index(name, "focus_area_slug", f"{owner}_slug"),)


def reference_indexes(*types: str) -> list[Index]:
    """Indexes to find the claims that refer to a record of each type."""
    return [Index(None, f"{type_}_slug", "slug") for type_ in types]


def sorted_text() -> Any:
    """The beginning of a claim's text, which may be too long for an index."""
    return mapped_column(text_key(MAX_SORTED_CHARACTERS))


class Claim(Cited):
    """A statement of a document in a modality, about any number of focus areas and perhaps an
    office."""

    modality: Mapped[str]
    office_slug: Mapped[str | None] = mapped_column(ForeignKey("office.slug"))


class InitiativeFocusArea(FocusAreaLink, Base):
    __tablename__ = "initiative_focus_area"
    initiative_slug: Mapped[str] = part_of("initiative")


class ExpectedOutcomeFocusArea(FocusAreaLink, Base):
    __tablename__ = "expected_outcome_focus_area"
    expected_outcome_slug: Mapped[str] = part_of("expected_outcome")


class TimelineItemFocusArea(FocusAreaLink, Base):
    __tablename__ = "timeline_item_focus_area"
    timeline_item_slug: Mapped[str] = part_of("timeline_item")


class Initiative(Claim, Record):
    __tablename__ = "initiative"

    title: Mapped[str]
    title_order: Mapped[str] = sorted_text()
    kind: Mapped[str]

    focus_area_links: Mapped[list[InitiativeFocusArea]] = part("InitiativeFocusArea.position")

    __table_args__ = table_constraints(
        *reference_indexes("office"),
        in_vocabulary("kind", Kind),
        in_vocabulary("modality", Modality),
        Index(None, "title_order", "slug"),
    )


class ExpectedOutcome(Claim, Record):
    __tablename__ = "expected_outcome"

    statement: Mapped[str]
    statement_order: Mapped[str] = sorted_text()
    initiative_slug: Mapped[str | None] = mapped_column(ForeignKey("initiative.slug"))

    focus_area_links: Mapped[list[ExpectedOutcomeFocusArea]] = part(
        "ExpectedOutcomeFocusArea.position"
    )

    __table_args__ = table_constraints(
        *reference_indexes("office", "initiative"),
        in_vocabulary("modality", Modality),
        Index(None, "statement_order", "slug"),
    )


class TimelineItem(Claim, Record):
    """A claim with dates. The curator sets `wording`, the EDTF sides and their kinds; the other
    columns of dates are computed from these.

    `start_order` and `end_order` are the outer bounds made sortable, 0001-01-01 and 9999-12-31
    where there is none. In `start_order_descending` and `end_order_descending` an unknown side is
    0001-01-01, so that a descending order ends with it, too. `span` is a class of length
    (`app.schemas.timeline.SPANS`). A side is `said` if the document states it exactly. In every
    reading the item has begun by `sure_start` and has not ended before `sure_end`; null where there
    is no such day."""

    __tablename__ = "timeline_item"

    title: Mapped[str]
    title_order: Mapped[str] = sorted_text()
    initiative_slug: Mapped[str | None] = mapped_column(ForeignKey("initiative.slug"))
    expected_outcome_slug: Mapped[str | None] = mapped_column(
        ForeignKey("expected_outcome.slug")
    )
    wording: Mapped[str]
    start_edtf: Mapped[str | None]
    start_kind: Mapped[str]
    end_edtf: Mapped[str | None]
    end_kind: Mapped[str]
    recurrence: Mapped[str | None]
    edtf: Mapped[str | None]
    start_earliest: Mapped[date | None]
    start_latest: Mapped[date | None]
    start_precision: Mapped[str | None]
    end_earliest: Mapped[date | None]
    end_latest: Mapped[date | None]
    end_precision: Mapped[str | None]
    approximate: Mapped[bool]
    uncertain: Mapped[bool]
    start_order: Mapped[date]
    end_order: Mapped[date]
    start_order_descending: Mapped[date]
    end_order_descending: Mapped[date]
    span: Mapped[int] = mapped_column(SmallInteger)
    start_said: Mapped[bool]
    end_said: Mapped[bool]
    sure_start: Mapped[date | None]
    sure_end: Mapped[date | None]

    focus_area_links: Mapped[list[TimelineItemFocusArea]] = part(
        "TimelineItemFocusArea.position"
    )

    __table_args__ = table_constraints(
        *reference_indexes("office", "initiative", "expected_outcome"),
        in_vocabulary("modality", Modality),
        in_vocabulary("start_kind", StartKind),
        in_vocabulary("end_kind", EndKind),
        in_vocabulary("start_precision", Precision),
        in_vocabulary("end_precision", Precision),
        CheckConstraint(
            "(start_kind = 'dated') = (start_edtf IS NOT NULL)", name="start_edtf"
        ),
        CheckConstraint(
            "(end_kind IN ('dated', 'by')) = (end_edtf IS NOT NULL)", name="end_edtf"
        ),
        CheckConstraint("end_kind <> 'same' OR start_kind = 'dated'", name="end_same"),
        CheckConstraint("start_earliest <= start_latest", name="start_bounds"),
        CheckConstraint("end_earliest <= end_latest", name="end_bounds"),
        CheckConstraint("start_earliest <= end_latest", name="order"),
        Index(None, "title_order", "slug"),
        Index(None, "start_order", "slug"),
        Index(None, "end_order", "slug"),
        Index(None, "start_order_descending", "slug"),
        Index(None, "end_order_descending", "slug"),
        # A covering index: items are counted by year from it alone.
        Index(None, "start_kind", "start_order", "end_order"),
        # A covering index: overlaps are found in order of time, and counted, from it alone.
        Index(
            "ix_timeline_item_span",
            *("span", "start_order", "slug", "end_order", "sure_start", "sure_end"),
        ),
    )
