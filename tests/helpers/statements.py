"""The SQL statements that reach the driver of an engine, whether or not SQLAlchemy runs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event


class Statements:
    """The SQL statements that a driver was given, transaction control aside."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    @property
    def count(self) -> int:
        return len(self.texts)

    def see(self, statement: str) -> None:
        if statement.upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            self.texts.append(statement)

    def watch(self, driver: Any, *_: object) -> None:
        if isinstance(driver, psycopg.Connection):
            driver.cursor_factory = _make_cursor_type(self)
        else:
            driver.set_trace_callback(self.see)


def _make_cursor_type(statements: Statements) -> type[psycopg.Cursor[Any]]:
    class SeenCursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
            statements.see(query)
            return super().execute(query, *arguments, **options)

    return SeenCursor


def _unwatch(driver: Any, *_: object) -> None:
    if isinstance(driver, psycopg.Connection):
        driver.cursor_factory = psycopg.Cursor
    elif driver is not None:
        driver.set_trace_callback(None)


@contextmanager
def count_statements(engine: Engine) -> Iterator[Statements]:
    """The statements of sessions that begin and end in the block."""
    statements = Statements()
    event.listen(engine, "checkout", statements.watch)
    event.listen(engine, "checkin", _unwatch)
    try:
        yield statements
    finally:
        event.remove(engine, "checkout", statements.watch)
        event.remove(engine, "checkin", _unwatch)
