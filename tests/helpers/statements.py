"""The SQL statements that an engine executes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


class Statements:
    """The SQL statements that an engine was given, transaction control aside."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    @property
    def count(self) -> int:
        return len(self.texts)

    def see(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            self.texts.append(statement)


@contextmanager
def count_statements(engine: Engine) -> Iterator[Statements]:
    statements = Statements()
    event.listen(engine, "before_cursor_execute", statements.see)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", statements.see)
