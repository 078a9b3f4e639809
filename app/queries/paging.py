"""Keyset pages: the order of a list, and the rows of it that follow a cursor.

A page begins after the sort key of the last row of the page before it. So a deep page costs as much
as the first one, and records that come or go meanwhile shift nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import KeyedColumnElement

from app.cursors import cursor_scope, decode_cursor, encode_cursor
from app.errors import InvalidRequest
from app.queries.paths import list_path
from app.queries.planning.conditions import UNRESTRICTED, Branch
from app.queries.planning.plan import Total
from app.schemas.filters import Query
from app.schemas.paging import RELEVANCE, ListQuery

# An attribute of a model, or a column of a subquery.
Column = InstrumentedAttribute[Any] | KeyedColumnElement[Any]


@dataclass(frozen=True)
class SortKey:
    """One column of an order."""

    column: Column
    descending: bool

    def __str__(self) -> str:
        if self.descending:
            return f"-{self.column.key}"
        return str(self.column.key)

    @property
    def direction(self) -> ColumnElement[Any]:
        """The key as a term of ORDER BY."""
        if self.descending:
            return self.column.desc()
        return self.column.asc()

    def after(self, value: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition that a row comes after the rows with this value."""
        if self.descending:
            return self.column < value
        return self.column > value


class PageQuery(Protocol):
    """The parameters of a query that choose a page."""

    @property
    def limit(self) -> int: ...
    @property
    def cursor(self) -> str | None: ...


@dataclass(frozen=True)
class PageRequest:
    """The page of at most `limit` rows that follow `start`, a sort key; the first page if that is
    None. `scope` ties the cursors to the query and its order."""

    order: Sequence[SortKey]
    limit: int
    scope: str
    start: Sequence[Any] | None

    @property
    def start_parameters(self) -> dict[str, Any]:
        """The values of the parameters that a statement of `build_page_statement` has for the sort
        key after which it begins."""
        return {_start_name(i): value for i, value in enumerate(self.start or ())}


@dataclass(frozen=True)
class PageRows:
    """The rows of one page, a cursor for the next page if there is one, and the size of the list.
    `rank_is_bounded` is None if the list is not ranked."""

    rows: Sequence[Any]
    cursor: str | None
    total: Total
    rank_is_bounded: bool | None = None

    def describe(self, path: str, query: Query) -> dict[str, Any]:
        """The fields of a page in JSON that hold its total and the path of the next page."""
        fields: dict[str, Any] = {
            "total": self.total.number,
            "total_is_exact": self.total.is_exact,
        }
        if self.rank_is_bounded is not None:
            fields["rank_is_bounded"] = self.rank_is_bounded
        fields["next"] = None
        if self.cursor is not None:
            fields["next"] = list_path(path, query, cursor=self.cursor)
        return fields


def read_sort(query: ListQuery) -> list[str]:
    """The sort keys of a query: those in the request, or the default ones.

    Raises InvalidRequest for `relevance` without a search, or beside other keys."""
    names: list[str] = getattr(query, "sort", [])
    if query.q is not None and "sort" not in query.model_fields_set:
        names = [RELEVANCE]
    # `sort=` without any key is a request for the default order.
    names = names or list(type(query).model_fields["sort"].default)
    if RELEVANCE not in names:
        return names
    if query.q is None:
        raise _invalid_sort(
            "The sort key 'relevance' needs `q`: there is nothing to be relevant to."
        )
    if len(names) > 1:
        raise _invalid_sort("The sort key 'relevance' stands alone. Leave the others out.")
    return names


def make_order(
    columns: Mapping[str, Column],
    names: Sequence[str],
    identity: Sequence[str],
) -> list[SortKey]:
    """The order with these sort keys, `-` before a key that descends. `columns` may have a column
    of its own for a descending key. The order always ends in the columns of `identity`, which
    together are unique.

    Raises InvalidRequest for a repeated key."""
    order: dict[str, SortKey] = {}
    for name in names:
        column_name = name.removeprefix("-")
        if column_name in order:
            raise _invalid_sort(
                f"The sort key {column_name!r} is there twice. Leave one out."
            )
        column = columns.get(name, columns[column_name])
        order[column_name] = SortKey(column, name.startswith("-"))
    if len(identity) == 1 and identity[0] in order:
        # No two rows have the same value in this column: keys after it would order nothing.
        length = list(order).index(identity[0]) + 1
        return list(order.values())[:length]
    # In the direction of the last key, so that one index serves the whole order.
    descending = names[-1].startswith("-")
    for name in identity:
        order.setdefault(name, SortKey(columns[name], descending))
    return list(order.values())


def _invalid_sort(detail: str) -> InvalidRequest:
    return InvalidRequest.at(detail, parameter="sort")


def read_page_request(
    order: Sequence[SortKey],
    query: PageQuery,
    *scope: Any,
) -> PageRequest:
    """The page that a query chooses. `scope`: all else that its cursors depend on.

    Raises InvalidCursor for a cursor of another query."""
    digest = cursor_scope(*scope, [str(key) for key in order])
    start = None
    if query.cursor is not None:
        types = [key.column.type.python_type for key in order]
        start = decode_cursor(digest, query.cursor, types)
    return PageRequest(order, query.limit, digest, start)


def fetch_sorted_page(
    session: Session,
    rows: Select[Any],
    request: PageRequest,
    total: Total,
) -> PageRows:
    """The requested page of all the rows."""
    statement = build_page_statement(rows, [UNRESTRICTED], request)
    parameters = request.start_parameters
    page_rows = session.connection().execute(statement, parameters).all()
    return make_page(page_rows, request, total)


def build_ordered_page(
    rows: Select[Any],
    request: PageRequest,
    constants: Collection[str],
) -> Select[Any]:
    """Select the page's rows, and one row more. The columns that `constants` names add nothing to
    the order, and would keep the database from reading it from an index."""
    if request.start is not None:
        rows = rows.where(_after_row(request.order))
    keys = [key for key in request.order if key.column.key not in constants]
    return rows.order_by(*[key.direction for key in keys]).limit(request.limit + 1)


def fetch_merged_page(
    session: Session,
    statements: Sequence[Select[Any]],
    request: PageRequest,
    total: Total,
) -> PageRows:
    """The requested page of the rows of all the statements, each of which has been built for it."""
    statement = _merge(statements, request)
    parameters = request.start_parameters
    page_rows = session.connection().execute(statement, parameters).all()
    return make_page(page_rows, request, total)


def build_page_statement(
    rows: Select[Any],
    branches: Sequence[Branch],
    request: PageRequest,
) -> Select[Any]:
    """Select the page's rows of all branches, and one row more. No row is in two branches."""
    first, *further = request.order
    statements = []
    for branch in branches:
        indexed = replace(first, column=branch.order_column(first.column))
        directions = [key.direction for key in (indexed, *further)]
        if request.start is None:
            matching = rows.where(*branch.criteria())
        else:
            start = bindparam(_start_name(0), type_=first.column.type)
            remaining = branch.narrow(first.column, start, descending=first.descending)
            # The range of the branch comes first: SQLite reads an index from the first bound.
            after_start = _after_row(request.order)
            matching = rows.where(*remaining.criteria(), after_start)
        statements.append(matching.order_by(*directions).limit(request.limit + 1))
    if len(statements) == 1:
        return statements[0]
    return _merge(statements, request)


def _merge(statements: Sequence[Select[Any]], request: PageRequest) -> Select[Any]:
    """Select the first rows of all the statements together."""
    # A SELECT with a LIMIT can be part of a UNION only as a subquery.
    subqueries = [select(statement.subquery()) for statement in statements]
    merged = union_all(*subqueries).subquery()
    directions = []
    for key in request.order:
        merged_key = replace(key, column=merged.c[key.column.key])
        directions.append(merged_key.direction)
    return select(merged).order_by(*directions).limit(request.limit + 1)


def _start_name(position: int) -> str:
    return f"start_{position}"


def _after_row(order: Sequence[SortKey]) -> ColumnElement[bool]:
    """The condition that a row comes after the row whose sort key the parameters have."""
    columns: list[Column] = []
    bounds: list[ColumnElement[Any]] = []
    for position, key in enumerate(order):
        columns.append(key.column)
        bounds.append(bindparam(_start_name(position), type_=key.column.type))
    descending = order[0].descending
    if all(key.descending == descending for key in order):
        # Both engines find the start of a comparison of rows in an index.
        row = tuple_(*columns)
        start = tuple_(*bounds)
        if descending:
            return row < start
        return row > start
    alternatives: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for key, bound in zip(order, bounds, strict=True):
        # Equal in the keys before this one, and later by this one.
        alternatives.append(and_(*equal, key.after(bound)))
        equal.append(key.column == bound)
    return or_(*alternatives)


def make_page(rows: Sequence[Any], request: PageRequest, total: Total) -> PageRows:
    """The page of the rows that a statement of `build_page_statement` has selected."""
    # The row more than the page has shows that there is a next page, without a second statement.
    if len(rows) <= request.limit:
        return PageRows(rows, None, total)
    rows = rows[: request.limit]
    sort_key = [getattr(rows[-1], key.column.key) for key in request.order]
    return PageRows(rows, encode_cursor(request.scope, sort_key), total)
