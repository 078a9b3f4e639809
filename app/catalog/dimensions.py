"""Dimensions that records are counted by: pairs of a record and one of its values, as SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, BindParameter, ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from app.store.models import MODELS, FocusArea, FocusAreaBroader, Record


@dataclass(frozen=True)
class Dimension:
    """`owner` is the slug of a record and `value` what it has: columns of one row, or of two rows
    that are joined `on` a condition. The values of a `tree` are focus areas, and a record with a
    narrower focus area also has all broader ones. `words` is the vocabulary of the values in its
    order, if they have one."""

    owner: InstrumentedAttribute[Any]
    value: InstrumentedAttribute[Any]
    on: ColumnElement[bool] | None = None
    tree: bool = False
    words: Sequence[str] = ()

    @property
    def is_of_record(self) -> bool:
        """Whether the value depends on the record's own row, so that there is one at most, broader
        focus areas aside."""
        return bool(self.owner.key == "slug")

    @property
    def is_single_valued(self) -> bool:
        """Whether a record has one value at most."""
        return self.is_of_record and not self.tree

    @property
    def referenced_model(self) -> type[Record] | None:
        """The model whose slugs are the values; None for other values."""
        column = self.value.property.columns[0]
        for foreign_key in column.foreign_keys:
            column = foreign_key.column
        if column.name != "slug":
            return None
        return MODELS[column.table.name]

    def pairs(self, *, rolled_up: bool) -> Select[Any]:
        """Rows `(owner, value)`, perhaps with repetitions. With `rolled_up`, the values of a tree
        include broader focus areas."""
        value: Any = self.value
        rows = select(self.owner.label("owner"))
        if self.tree and rolled_up:
            tree = coverage()
            value = tree.c.slug
            rows = rows.join(tree, tree.c.covers == self.value)
        if self.on is not None:
            rows = rows.join(self.value.class_, self.on)
        rows = rows.add_columns(value.label("value"))
        return rows.where(self.owner.is_not(None), value.is_not(None))


@dataclass(frozen=True)
class CalendarPeriods:
    """Periods of some months. A record counts in every period that has one of its dates: there may
    be many, so there are no pairs of a record and a period. `filter` selects one period."""

    months: int
    filter: str = "overlaps"


def coverage(slugs: Sequence[str] | BindParameter[Any] | None = None) -> CTE:
    """Rows `(slug, covers)`: each focus area, of all or of those with these slugs, covers itself
    and everything below it, at any depth."""
    link = FocusAreaBroader
    start = select(FocusArea.slug.label("slug"), FocusArea.slug.label("covers"))
    if slugs is not None:
        start = start.where(FocusArea.slug.in_(slugs))
    # Anonymous, because one statement may hold several.
    tree = start.cte(recursive=True)
    below = select(tree.c.slug, link.focus_area_slug).join(
        tree,
        link.broader_slug == tree.c.covers,
    )
    # UNION, not UNION ALL: an area that is below by two ways is reached once.
    return tree.union(below)
