"""What is a resource: an entity's model, schemas, filters, orders, facets and relations, as data?

A declaration that does not fit together is refused when it is imported, by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_args

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.catalog.dimensions import CalendarPeriods, Dimension
from app.schemas.filters import MODIFIERS, SEARCHING, PastQuery, Query
from app.schemas.paging import RELEVANCE, SHOWING, ListQuery, Page
from app.schemas.read import RecordRead
from app.store.models import Record

# What a filter was given: a list, or a SELECT of one column.
Values = Any
Attribute = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class IndexRange:
    """A condition, and the values of a column from `low` to `high`: what an index is read from."""

    condition: ColumnElement[bool]
    column: Attribute
    low: Any
    high: Any

    def holds(self) -> ColumnElement[bool]:
        """That the condition does, and the column is within its range."""
        return and_(self.condition, self.column >= self.low, self.column <= self.high)

    def beyond(self, column: Any, value: Any, *, descending: bool) -> "IndexRange":
        """What is left where an order by the column has got to the value. A database may read from
        either of two bounds, so there is one: the nearer."""
        if column is not self.column:
            return self
        if descending:
            return replace(self, high=min(self.high, value))
        return replace(self, low=max(self.low, value))


@dataclass(frozen=True)
class RangeUnion:
    """Parts of which at most one holds of a record: all of them are answered sooner one by one
    than together."""

    parts: Sequence[IndexRange]

    def any(self) -> ColumnElement[bool]:
        """That one of them holds."""
        return or_(*(part.holds() for part in self.parts))


@dataclass(frozen=True)
class IndexedCondition:
    """A condition that an index leads to: `slugs` of the records that meet it, one perhaps twice.
    `check` says the same of a record that was found otherwise, and leads nowhere."""

    condition: ColumnElement[bool]
    slugs: Select[Any]
    # Made when it is needed: making takes time.
    check: Callable[[], ColumnElement[bool]]


# What a filter comes to.
Condition = ColumnElement[bool] | RangeUnion | IndexedCondition


@dataclass(frozen=True)
class Parameterizable:
    """A condition that is the same question for any values, so that these may be left open."""

    ask: Callable[[Values], ColumnElement[bool] | IndexedCondition]

    def __call__(self, values: Values) -> ColumnElement[bool] | IndexedCondition:
        return self.ask(values)


ConditionFactory = Callable[[Values], Condition]


@dataclass(frozen=True)
class Include:
    """Records of the model that this one names by slug: one, or `many` in the curator's order."""

    model: type[Record]
    many: bool = False


@dataclass(frozen=True)
class ReverseRelation:
    """A relation without bound: the records of another resource whose filter names this one."""

    resource: "Resource | None"  # None: the one that declares it
    filter: str


@dataclass(frozen=True)
class Resource:
    """One entity. `where` has a condition for each filter of `query`; `order` a column, never
    null, for each sort key; `facets` a dimension for each filter that a list is counted by;
    `includes` a relationship, and `listings` another resource, for each related record that a
    detail may carry."""

    name: str
    model: type[Record]
    query: type[ListQuery]
    detail_query: type[PastQuery]
    page: type[Page[Any]]
    where: Mapping[str, ConditionFactory]
    order: Mapping[str, Attribute]
    facets: Mapping[str, Dimension | CalendarPeriods]
    includes: Mapping[str, Include] = field(default_factory=dict)
    listings: Mapping[str, ReverseRelation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises TypeError for a declaration that does not fit together."""
        filters = set(self.query.model_fields) - SHOWING - SEARCHING - MODIFIERS
        self._agree("filters of the query", filters, "conditions", set(self.where))
        keys = {key for key in _allowed(self.query, "sort") if not key.startswith("-")}
        # The order of what was searched for: not a column.
        keys -= {RELEVANCE}
        self._agree("sort keys of the query", keys, "orders", set(self.order))
        facets = set(_allowed(self.query, "facet"))
        self._agree("facets of the query", facets, "dimensions", set(self.facets))
        include = set(_allowed(self.query, "include"))
        self._agree("includes of the query", include, "relationships", set(self.includes))
        related = {*self.includes, *self.listings}
        include = set(_allowed(self.detail_query, "include"))
        self._agree("includes of a detail's query", include, "relations", related)
        missing = related - set(self.detail.model_fields)
        if missing:
            raise TypeError(f"{self.name}: {self.detail.__name__} has no field {sorted(missing)}.")
        unfiltered = {found.filter or name for name, found in self.facets.items()} - set(self.where)
        if unfiltered:
            raise TypeError(f"{self.name}: facets {sorted(unfiltered)} lead to no filter.")
        for key, column in self.order.items():
            if getattr(column.property.columns[0], "nullable", False):
                raise TypeError(f"{self.name}: sort key {key!r} may be null; paging would skip it.")

    @property
    def type_(self) -> str:
        """The `type` of its records: the name of their table."""
        return str(self.model.__tablename__)

    @property
    def dimensions(self) -> dict[str, Dimension]:
        """The facets whose values are paired with records, so that two can be crossed."""
        return {name: found for name, found in self.facets.items() if isinstance(found, Dimension)}

    @property
    def detail(self) -> type[RecordRead]:
        """The schema of one record, with what may be included: the items of its page."""
        (item,) = get_args(self.page.model_fields["items"].annotation)
        return cast(type[RecordRead], item)

    def _agree(self, what: str, one: set[str], other_what: str, other: set[str]) -> None:
        if one != other:
            raise TypeError(f"{self.name}: {what} and {other_what} differ: {sorted(one ^ other)}.")


def _allowed(query: type[Query], name: str) -> tuple[str, ...]:
    """The values of a comma list of literals, none if the query does not have it."""
    found = query.model_fields.get(name)
    if found is None:
        return ()
    (literal,) = get_args(found.annotation)
    return get_args(literal)
