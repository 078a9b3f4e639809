"""How many records have each value of a dimension, or each pair of values of two?

The database counts records by all the values that they have of a dimension, together; what these
add up to, value by value, and what broader focus areas have by narrower ones, is counted here. So
each record is looked at once, however many values it has and however deep the tree is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import Select, bindparam, func, select, true
from sqlalchemy.orm import Session

from app.catalog.dimensions import Dimension
from app.store.columns import chunks
from app.store.models import FocusAreaBroader, Record

Value = str | None
# No value of a dimension has it: slugs, countries, words of a vocabulary.
_COMMA = ","


@dataclass(frozen=True)
class ValueCounts:
    """How many records have exactly these values of each dimension."""

    counts: Mapping[tuple[frozenset[str], ...], int]

    def by(self, *places: int) -> Counter[tuple[Value, ...]]:
        """How many have each value, or each pair of values, of the dimensions at these places;
        None is for those that have none. A record with several values is counted with each."""
        found: Counter[tuple[Value, ...]] = Counter()
        for values, count in self.counts.items():
            for some in product(*(values[place] or {None} for place in places)):
                found[some] += count
        return found

    def by_value(self) -> dict[Value, int]:
        """How many have each value of the only dimension."""
        return {value: count for (value,), count in self.by(0).items()}

    def count_other(self, shown: Sequence[str]) -> int:
        """How many have a value of the only dimension, but none of these."""
        return sum(
            count for (values,), count in self.counts.items() if values and values.isdisjoint(shown)
        )


def count_values(
    session: Session,
    model: type[Record],
    rows: Select[Any],
    dimensions: Sequence[Dimension],
    *,
    rolled_up: bool,
) -> ValueCounts:
    """Count the rows, each of a record of the model. `rolled_up`: a focus area has what narrower
    ones have."""
    columns = [_all_values(model, one).label(f"v{i}") for i, one in enumerate(dimensions)]
    inner = rows.with_only_columns(*columns, maintain_column_froms=True).subquery()
    values = [inner.c[column.key] for column in columns]
    counted = select(*values, func.count()).group_by(*values)
    found = [tuple(row) for row in session.connection().execute(counted)]
    read = [
        _ValueSets(session, {row[place] for row in found}, tree=one.tree and rolled_up)
        for place, one in enumerate(dimensions)
    ]
    counts: Counter[tuple[frozenset[str], ...]] = Counter()
    for *texts, count in found:
        counts[tuple(one.sets[text] for one, text in zip(read, texts, strict=True))] += count
    return ValueCounts(counts)


def _all_values(model: type[Record], dimension: Dimension) -> Any:
    """All that a record has of the dimension as one text; null if that is nothing."""
    if dimension.on is None and dimension.is_of_record:
        return dimension.value
    meets = dimension.on if dimension.on is not None else true()
    if dimension.is_of_record:
        mine = select(dimension.value).where(meets)
    else:
        joined = func.aggregate_strings(dimension.value, _COMMA)
        mine = select(joined).where(dimension.owner == model.slug, meets)
    return mine.correlate(model).scalar_subquery()


class _ValueSets:
    """The values that texts mean, with all that is above them if they are of a tree."""

    def __init__(self, session: Session, texts: set[str | None], *, tree: bool) -> None:
        split = {text: frozenset(text.split(_COMMA)) if text else frozenset() for text in texts}
        self.sets: Mapping[str | None, frozenset[str]] = split
        if tree:
            above = _read_above(session, sorted(frozenset().union(*split.values())))
            self.sets = {
                text: frozenset().union(*(above[value] for value in values))
                for text, values in split.items()
            }


def _read_above(session: Session, slugs: Sequence[str]) -> dict[str, set[str]]:
    """Each focus area with all that it is narrower than, at any depth, and itself."""
    above = {slug: {slug} for slug in slugs}
    for some in chunks(slugs):
        for slug, broader in session.connection().execute(_ABOVE, {"slugs": some}):
            above[slug].add(broader)
    return above


def _make_above() -> Select[Any]:
    link = FocusAreaBroader
    start = select(link.focus_area_slug.label("slug"), link.broader_slug.label("broader"))
    start = start.where(link.focus_area_slug.in_(bindparam("slugs", expanding=True)))
    tree = start.cte(recursive=True)
    # UNION, not UNION ALL: what is above by two ways is reached once.
    more = select(tree.c.slug, link.broader_slug).join(tree, link.focus_area_slug == tree.c.broader)
    return select(tree.union(more))


# Made once: a statement takes longer to make than to run.
_ABOVE = _make_above()


def merge_counts(tallies: Sequence[ValueCounts]) -> ValueCounts:
    """All of them as one."""
    return ValueCounts(sum((Counter(one.counts) for one in tallies), Counter()))


def most_frequent(counts: Mapping[Value, int]) -> list[str]:
    """The values, None aside, the most frequent first, then by value."""
    values = [value for value in counts if value is not None]
    return sorted(values, key=lambda value: (-counts[value], value))
