"""In which order is a list, and which rows come after a given one?

Keyset paging: a page begins after the sort key of the last record of the page before, so that a
deep page costs what the first one costs, and records that come or go meanwhile move nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, tuple_

from app.errors import InvalidRequest
from app.schemas.paging import RELEVANCE, ListQuery

# What rows are ordered by: an attribute of records, or a column of a table that was selected.
Column = Any


@dataclass(frozen=True)
class Key:
    """One column of an order."""

    column: Column
    descending: bool

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.column.key}"

    @property
    def direction(self) -> ColumnElement[Any]:
        direction: ColumnElement[Any] = self.column.desc() if self.descending else self.column.asc()
        return direction

    def beyond(self, value: ColumnElement[Any]) -> ColumnElement[bool]:
        """The rows that come after the value, in this direction."""
        beyond: ColumnElement[bool] = (
            self.column < value if self.descending else self.column > value
        )
        return beyond


def sort_names(query: ListQuery) -> list[str]:
    """The sort keys asked for, or the default ones of the query."""
    if query.q is not None and "sort" not in query.model_fields_set:
        return [RELEVANCE]
    found: list[str] = getattr(query, "sort", [])
    return found or list(type(query).model_fields["sort"].default)


def is_ranked(query: ListQuery) -> bool:
    """Whether the best match comes first.

    Raises InvalidRequest for the sort key `relevance` without a search, or beside others."""
    names = sort_names(query)
    if RELEVANCE not in names:
        return False
    if query.q is None:
        raise _refuse("The sort key 'relevance' needs `q`: there is nothing to be relevant to.")
    if len(names) > 1:
        raise _refuse("The sort key 'relevance' stands alone. Leave the others out.")
    return True


def make_order(
    columns: Mapping[str, Column], query: ListQuery, identity: Sequence[str]
) -> list[Key]:
    """The columns of the order asked for; it always ends in those that tell each row from all
    others.

    Raises InvalidRequest for a key that is there twice."""
    given = sort_names(query)
    names = [name.removeprefix("-") for name in given]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _refuse(f"The sort key {twice!r} is there twice. Leave one out.")
    keys = [
        Key(columns[name], asked.startswith("-")) for name, asked in zip(names, given, strict=True)
    ]
    rest = [Key(columns[name], keys[-1].descending) for name in identity if name not in names]
    # Nothing is left to order after the column that tells each row from all others.
    unique = names.index(identity[0]) + 1 if len(identity) == 1 and not rest else None
    return [*keys, *rest][:unique]


def key_types(order: Sequence[Key]) -> list[type]:
    """The Python types of the sort key's values."""
    return [key.column.type.python_type for key in order]


def key_values(record: Any, order: Sequence[Key]) -> list[Any]:
    """The sort key of a record."""
    return [getattr(record, key.column.key) for key in order]


def after(order: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that come after the one whose sort key has these values."""
    bound = [literal(value, key.column.type) for key, value in zip(order, values, strict=True)]
    if len({key.descending for key in order}) == 1:
        # One comparison of rows, which both engines answer from an index.
        row, last = tuple_(*(key.column for key in order)), tuple_(*bound)
        return row < last if order[0].descending else row > last
    return or_(
        *(and_(*_equal(order[:i], bound[:i]), order[i].beyond(bound[i])) for i in range(len(order)))
    )


def _equal(order: Sequence[Key], bound: Sequence[ColumnElement[Any]]) -> list[ColumnElement[bool]]:
    return [key.column == value for key, value in zip(order, bound, strict=True)]


def _refuse(detail: str) -> InvalidRequest:
    return InvalidRequest.at(detail, parameter="sort")
