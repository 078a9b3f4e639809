"""How many records have each value of a dimension, or each pair of values of two dimensions.

The database groups records by all their values of a dimension together; the counts of the single
values, and of broader focus areas, are summed here. So each record is read once, however many
values it has and however deep the tree is.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, func, select, true
from sqlalchemy.orm import Session

from app.catalog.dimensions import Dimension
from app.store.columns import chunks
from app.store.models import FocusAreaBroader, Record
from app.store.statements import Statement

Value = str | None
ValueSet = frozenset[str]
# Whatever has a set of values: a record, or a text of them.
Key = TypeVar("Key")
# The most frequent values of a facet have a bucket.
MAX_BUCKETS = 100
# No value of a dimension contains it: slugs, countries, words of a vocabulary.
_SEPARATOR = ","


@dataclass(frozen=True)
class FacetCounts:
    """What a facet shows: the most frequent values with their counts in `buckets`, how many values
    there are, and how many records have none, or none of those in the buckets."""

    buckets: Mapping[str, int]
    total_values: int
    missing: int
    other: int


def rank_counts(
    counts: Mapping[Value, int],
    count_other: Callable[[Sequence[str]], int],
    words: Sequence[str] = (),
) -> FacetCounts:
    """The facet of these counts, whose key None is for records without a value. `count_other`
    counts the records that have a value, but none of those in its argument. `words` are those of
    `most_frequent`."""
    values = most_frequent(counts, words)
    listed = values[:MAX_BUCKETS]
    # With a bucket for every value, no record is left over.
    other = count_other(listed) if len(values) > MAX_BUCKETS else 0
    buckets = {value: counts[value] for value in listed}
    return FacetCounts(buckets, len(values), counts.get(None, 0), other)


@dataclass(frozen=True)
class ValueCounts:
    """How many records have exactly these values of each dimension."""

    counts: Mapping[tuple[ValueSet, ...], int]

    def by(self, *positions: int) -> Counter[tuple[Value, ...]]:
        """How many records have each combination of values of the dimensions at these positions,
        None for no value. A record with several values is counted with each."""
        totals: Counter[tuple[Value, ...]] = Counter()
        for value_sets, count in self.counts.items():
            # A record without a value is counted with None.
            choices = [value_sets[position] or {None} for position in positions]
            for combination in product(*choices):
                totals[combination] += count
        return totals

    def by_value(self, position: int = 0) -> dict[Value, int]:
        """How many records have each value of the dimension at this position."""
        counts = {}
        for (value,), count in self.by(position).items():
            counts[value] = count
        return counts

    def count_other(self, values: Sequence[str]) -> int:
        """How many records have a value of the only dimension, but none of these."""
        total = 0
        for (value_set,), count in self.counts.items():
            if value_set and value_set.isdisjoint(values):
                total += count
        return total


def count_values(
    session: Session,
    model: type[Record],
    rows: Select[Any],
    dimensions: Sequence[Dimension],
    *,
    rolled_up: bool,
) -> ValueCounts:
    """Count the rows, one for each record of the model. With `rolled_up`, a record with a narrower
    focus area also has the broader ones."""
    statement = group_by_values(model, rows, dimensions)
    grouped = session.connection().execute(statement).all()
    return sum_values(session, grouped, dimensions, rolled_up=rolled_up)


def group_by_values(
    model: type[Record],
    rows: Select[Any],
    dimensions: Sequence[Dimension],
) -> Select[Any]:
    """The statement that `count_values` runs: rows of the texts of values, and their number."""
    columns = []
    for position, dimension in enumerate(dimensions):
        column = _joined_values(model, dimension)
        columns.append(column.label(f"v{position}"))
    inner = rows.with_only_columns(*columns, maintain_column_froms=True)
    groups = list(inner.subquery().c)
    return select(*groups, func.count()).group_by(*groups)


def sum_values(
    session: Session,
    grouped: Sequence[Sequence[Any]],
    dimensions: Sequence[Dimension],
    *,
    rolled_up: bool,
) -> ValueCounts:
    """The counts of the rows of such a statement."""
    value_sets = []
    for position, dimension in enumerate(dimensions):
        texts = {row[position] for row in grouped}
        is_tree = dimension.tree and rolled_up
        value_sets.append(_split_values(session, texts, is_tree=is_tree))
    counts: Counter[tuple[ValueSet, ...]] = Counter()
    for *row_texts, count in grouped:
        pairs = zip(value_sets, row_texts, strict=True)
        row_sets = tuple(sets[text] for sets, text in pairs)
        counts[row_sets] += count
    return ValueCounts(counts)


def _joined_values(model: type[Record], dimension: Dimension) -> Any:
    """All values of a record as one text, with separators between them; null without a value."""
    if dimension.on is None and dimension.is_of_record:
        return dimension.value
    joins = dimension.on if dimension.on is not None else true()
    if dimension.is_of_record:
        values = select(dimension.value).where(joins)
    else:
        joined = func.aggregate_strings(dimension.value, _SEPARATOR)
        is_owner = dimension.owner == model.slug
        values = select(joined).where(is_owner, joins)
    return values.correlate(model).scalar_subquery()


def _split_values(
    session: Session,
    texts: set[str | None],
    *,
    is_tree: bool,
) -> dict[str | None, ValueSet]:
    """The values in each text; of a tree, with everything above them."""
    value_sets: dict[str | None, ValueSet] = {}
    for text in texts:
        values = text.split(_SEPARATOR) if text else []
        value_sets[text] = frozenset(values)
    if not is_tree:
        return value_sets
    return roll_up(session, value_sets)


def roll_up(
    session: Session,
    value_sets: Mapping[Key, ValueSet],
) -> dict[Key, ValueSet]:
    """Each set of focus areas with everything above them."""
    slugs: ValueSet = frozenset().union(*value_sets.values())
    above = read_above(session, sorted(slugs))
    rolled_up = {}
    for key, value_set in value_sets.items():
        lines = [above[value] for value in value_set]
        rolled_up[key] = value_set.union(*lines)
    return rolled_up


def read_above(session: Session, slugs: Sequence[str]) -> dict[str, set[str]]:
    """Each focus area with those above it, at any depth, and itself."""
    # The links of each focus area on the ways up.
    broader: dict[str, set[str]] = {}
    for chunk in chunks(slugs):
        for slug, broader_slug in _LINKS_ABOVE.rows(session, {"slugs": chunk}):
            broader.setdefault(slug, set()).add(broader_slug)
    above = {}
    for slug in slugs:
        reached = {slug}
        following = broader.get(slug, set())
        while following:
            reached |= following
            next_links = [
                broader[reached_slug] for reached_slug in following & broader.keys()
            ]
            following = set().union(*next_links) - reached
        above[slug] = reached
    return above


def _select_links_above() -> Select[Any]:
    link = FocusAreaBroader
    slugs: BindParameter[Any] = bindparam("slugs", expanding=True)
    start = select(link.focus_area_slug.label("slug"), link.broader_slug.label("broader"))
    links = start.where(link.focus_area_slug.in_(slugs)).cte(recursive=True)
    # UNION, not UNION ALL: a link that is on two ways up is reached once.
    above = start.join(links, link.focus_area_slug == links.c.broader)
    return select(links.union(above))


# Built once, because building a statement takes longer than running it.
_LINKS_ABOVE = Statement(_select_links_above())


def most_frequent(counts: Mapping[Value, int], words: Sequence[str] = ()) -> list[str]:
    """The values without None, the most frequent first, then in the order of `words`, their
    vocabulary, or by value if they have none."""
    positions = {word: position for position, word in enumerate(words)}
    values = [value for value in counts if value is not None]
    values.sort(key=lambda value: (-counts[value], positions.get(value, 0), value))
    return values
