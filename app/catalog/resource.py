"""A resource: the model, schemas, filters, orders, facets and relations of a record type, as data.

A declaration that contradicts itself is refused at import, with the names that differ.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_args

from sqlalchemy import ColumnElement, Label, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.catalog.bounds import Earlier, Later
from app.catalog.dimensions import CalendarPeriods, Dimension
from app.schemas.filters import MODIFIERS, SEARCH_FILTERS, PastQuery, Query
from app.schemas.paging import LIST_OPTIONS, RELEVANCE, ListQuery, Page
from app.schemas.read import RecordRead
from app.store.models import Record

# The argument of a condition: a list of values, a SELECT of one column, or a `TimeCondition`.
Values = Any
Attribute = InstrumentedAttribute[Any]
# A column by which records are sorted, or an expression that is labelled.
SortColumn = Attribute | Label[Any]


@dataclass(frozen=True)
class IndexRange:
    """A condition that is read from an index: `condition`, and a column from `low` to `high`. A
    sort key with the name of the column orders the records of the range as the column does."""

    condition: ColumnElement[bool]
    column: Attribute
    low: Any
    high: Any

    def holds(self) -> ColumnElement[bool]:
        """The condition and both bounds as SQL."""
        return and_(self.condition, self.column >= self.low, self.column <= self.high)

    def is_ordered_by(self, column: Any) -> bool:
        """Whether the records are in the order of this sort key if they are in that of `column`."""
        return bool(column.key == self.column.key)

    def beyond(
        self,
        column: Any,
        value: Any,
        *,
        descending: bool,
    ) -> "IndexRange":
        """The part that remains after an order by the column has reached the value.

        There is one bound on each side, the nearer, as a database may read from either of two."""
        # Nothing is beyond the only value of a range.
        if not self.is_ordered_by(column) or self.low is self.high:
            return self
        if descending:
            return replace(self, high=Earlier(self.high, value))
        return replace(self, low=Later(self.low, value))


@dataclass(frozen=True)
class RangeUnion:
    """Index ranges of which at most one holds for a record. Reading them one by one is faster than
    one statement for all."""

    parts: Sequence[IndexRange]

    def any(self) -> ColumnElement[bool]:
        """The union as SQL."""
        return or_(*(part.holds() for part in self.parts))


@dataclass(frozen=True)
class IndexedCondition:
    """A condition with an index: `slugs` selects the matching records, perhaps with repetitions.
    `check()` is the same condition, written so that SQLite does not start from that index."""

    condition: ColumnElement[bool]
    slugs: Select[Any]
    # A function, because building a condition takes time and most are not checked.
    check: Callable[[], ColumnElement[bool]]


# A filter in SQL.
Condition = ColumnElement[bool] | RangeUnion | IndexedCondition


@dataclass(frozen=True)
class Parameterizable:
    """A condition with the same SQL for any values, so these may be bound parameters."""

    build: Callable[[Values], ColumnElement[bool] | IndexedCondition]

    def __call__(self, values: Values) -> ColumnElement[bool] | IndexedCondition:
        return self.build(values)


ConditionFactory = Callable[[Values], Condition]


@dataclass(frozen=True)
class Include:
    """Related records that this one names by slug: one, or `many` in the curator's order."""

    model: type[Record]
    many: bool = False


@dataclass(frozen=True)
class ReverseRelation:
    """Related records that name this one, without bound: `filter` selects them in their list."""

    resource: "Resource | None"  # None: the resource that declares it
    filter: str


@dataclass(frozen=True)
class Resource:
    """A record type as a collection. `where` has a condition for each filter of `query`; `order` a
    column, never null, for each sort key, and another for its `-` where that differs; `facets` a
    dimension for each facet; `includes` and `listings` the related records that a record can be
    shown with."""

    name: str
    model: type[Record]
    query: type[ListQuery]
    detail_query: type[PastQuery]
    page: type[Page[Any]]
    where: Mapping[str, ConditionFactory]
    order: Mapping[str, SortColumn]
    facets: Mapping[str, Dimension | CalendarPeriods]
    includes: Mapping[str, Include] = field(default_factory=dict)
    listings: Mapping[str, ReverseRelation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises TypeError for a declaration that contradicts itself."""
        filters = set(self.query.model_fields) - LIST_OPTIONS - SEARCH_FILTERS - MODIFIERS
        self._require_same("filters and conditions", filters, self.where)
        self._check_orders()
        self._check_facets()
        self._check_relations()

    def _check_orders(self) -> None:
        names = set(_literal_values(self.query, "sort"))
        # Relevance is the rank of a search, not a column.
        keys = {name.removeprefix("-") for name in names} - {RELEVANCE}
        orders = {name.removeprefix("-") for name in self.order}
        self._require_same("sort keys and orders", keys, orders)
        for key, column in self.order.items():
            expression = column.element if isinstance(column, Label) else column
            if getattr(expression, "nullable", False):
                raise TypeError(
                    f"{self.name}: sort key {key!r} may be null; paging would skip it."
                )

    def _check_facets(self) -> None:
        names = _literal_values(self.query, "facet")
        self._require_same("facets and dimensions", names, self.facets)
        for name, dimension in self.facets.items():
            filter_name = dimension.filter if isinstance(dimension, CalendarPeriods) else name
            if filter_name not in self.where:
                raise TypeError(f"{self.name}: facet {name!r} has no filter {filter_name!r}.")

    def _check_relations(self) -> None:
        names = _literal_values(self.query, "include")
        self._require_same("includes of the list and `includes`", names, self.includes)
        names = _literal_values(self.detail_query, "include")
        relations = {*self.includes, *self.listings}
        self._require_same("includes of a record and its relations", names, relations)
        missing = relations - set(self.detail.model_fields)
        if missing:
            raise TypeError(
                f"{self.name}: {self.detail.__name__} has no field {sorted(missing)}."
            )

    def _require_same(
        self, subject: str, names: Iterable[str], declared: Iterable[str]
    ) -> None:
        difference = set(names) ^ set(declared)
        if difference:
            raise TypeError(f"{self.name}: {subject} differ: {sorted(difference)}.")

    @property
    def type_(self) -> str:
        """The `type` of its records: the name of their table."""
        return str(self.model.__tablename__)

    @property
    def dimensions(self) -> dict[str, Dimension]:
        """The facets that pair records with values, so two of them can be crossed."""
        return {
            name: dimension
            for name, dimension in self.facets.items()
            if isinstance(dimension, Dimension)
        }

    @property
    def detail(self) -> type[RecordRead]:
        """The schema of one record with its relations: the items of its page."""
        (item,) = get_args(self.page.model_fields["items"].annotation)
        return cast(type[RecordRead], item)


def _literal_values(query: type[Query], name: str) -> tuple[str, ...]:
    """The values of a field that is a list of literals; none if the query has no such field."""
    if name not in query.model_fields:
        return ()
    (literal,) = get_args(query.model_fields[name].annotation)
    return get_args(literal)
