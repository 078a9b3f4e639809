"""Sort keys that are more than a column: records without a value come last in either direction, and
words of a vocabulary come in its order.

Each expression is labelled with the key that its cursors have always had.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from sqlalchemy import Date, Integer, Label, case, func, literal
from sqlalchemy.orm import InstrumentedAttribute

from app.store.columns import text_key

# After every text that a record can have: the last code point.
_LAST_TEXT = "\U0010ffff"
Column = InstrumentedAttribute[Any]
Orders = Mapping[str, Any]


def by_text(name: str, column: Column) -> Orders:
    """The sort key of a text that a record may lack, and the same descending."""
    last = literal(_LAST_TEXT, text_key())
    first = literal("", text_key())
    return {
        name: func.coalesce(column, last).label(column.key),
        f"-{name}": func.coalesce(column, first).label(column.key),
    }


def by_date(name: str, order: Column, earliest: Column) -> Orders:
    """The sort key of a date that a record may lack, and the same descending. `order` is the first
    day of the date, `earliest`, with the last day there is for none."""
    first: Any = literal(date.min, Date)
    return {name: order, f"-{name}": func.coalesce(earliest, first).label(order.key)}


def by_column(name: str, ascending: Any, descending: Any) -> Orders:
    """The sort key with a column for each direction."""
    return {name: ascending, f"-{name}": descending.label(ascending.key)}


def by_word(column: Column, vocabulary: Any) -> Label[int]:
    """The position of the column's word in the vocabulary (a Literal)."""
    positions = {word: i for i, word in enumerate(get_args(vocabulary))}
    position: Any = case(positions, value=column, else_=len(positions))
    label: Label[int] = Label(f"{column.key}_order", position, Integer())
    return label
