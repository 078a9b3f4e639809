"""The nearer of two bounds, in SQL: what one is may be known only when a statement runs."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Later(FunctionElement[Any]):
    """The later of two days."""

    inherit_cache = True
    type = Date()

    def __init__(self, day: Any, other_day: Any) -> None:
        super().__init__(_to_sql(day), _to_sql(other_day))


def _to_sql(day: Any) -> ColumnElement[date]:
    return literal(day, Date) if isinstance(day, date) else day


class Earlier(Later):
    """The earlier of two days."""

    inherit_cache = True


# The functions differ in name: SQLite's `max` of two values is PostgreSQL's `greatest`.
_NAMES = {
    (Later, "sqlite"): "max",
    (Earlier, "sqlite"): "min",
    (Later, "postgresql"): "greatest",
    (Earlier, "postgresql"): "least",
}


@compiles(Later)
@compiles(Earlier)
def _compile(element: Later, compiler: SQLCompiler, **options: Any) -> str:
    name = _NAMES[type(element), compiler.dialect.name]
    days = compiler.process(element.clauses, **options)
    return f"{name}({days})"
