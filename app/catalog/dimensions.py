"""By what can records be counted? Pairs of a record and a value that it has, as SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, BindParameter, ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from app.store.models import MODELS, FocusArea, FocusAreaBroader, Record


@dataclass(frozen=True)
class Dimension:
    """`owner` names the record and `value` what it has: columns of one row, or of two rows that
    meet where `on` holds. The values of a `tree` are focus areas, each of which also has what
    narrower ones have."""

    owner: InstrumentedAttribute[Any]
    value: InstrumentedAttribute[Any]
    on: ColumnElement[bool] | None = None
    tree: bool = False

    @property
    def own(self) -> bool:
        """Whether a record itself has the value: one at most, not counting what is above it."""
        return bool(self.owner.key == "slug")

    @property
    def single(self) -> bool:
        """Whether a record has one value at most."""
        return self.own and not self.tree

    @property
    def names(self) -> type[Record] | None:
        """The model whose records the values are slugs of, if they are."""
        column = self.value.property.columns[0]
        slug = next((key.column for key in column.foreign_keys), column)
        return MODELS[slug.table.name] if slug.name == "slug" else None

    @property
    def filter(self) -> None:
        """The filter of the same name asks for a value."""

    def pairs(self, *, rolled_up: bool) -> Select[Any]:
        """Rows `(owner, value)`; a pair may come twice. `rolled_up` counts for a tree only."""
        value: Any = self.value
        found = select(self.owner.label("owner"))
        if self.tree and rolled_up:
            covers = covering()
            value = covers.c.slug
            found = found.join(covers, covers.c.covers == self.value)
        if self.on is not None:
            found = found.join(self.value.class_, self.on)
        return found.add_columns(value.label("value")).where(
            self.owner.is_not(None), value.is_not(None)
        )


@dataclass(frozen=True)
class CalendarPeriods:
    """Periods of so many months, as the values of all that may be, or is for certain, dated within
    them. A record may have many, so they are counted and not paired; `filter` is what asks for
    one."""

    months: int
    filter: str = "overlaps"


def covering(slugs: Sequence[str] | BindParameter[Any] | None = None) -> CTE:
    """Rows `(slug, covers)`: each of the focus areas, or of all, covers itself and everything
    below it, at any depth."""
    link = FocusAreaBroader
    start = select(FocusArea.slug.label("slug"), FocusArea.slug.label("covers"))
    if slugs is not None:
        start = start.where(FocusArea.slug.in_(slugs))
    # Without a name of its own: one statement may hold several.
    tree = start.cte(recursive=True)
    # UNION, not UNION ALL: an area that is below by two ways is reached once.
    return tree.union(
        select(tree.c.slug, link.focus_area_slug).join(tree, link.broader_slug == tree.c.covers)
    )
