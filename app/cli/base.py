"""Open and close the base of a command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from app.settings import Settings, read_settings
from app.store.engine import make_engine


@contextmanager
def opened_base(
    prepare: Callable[[Engine], None] | None = None, settings: Settings | None = None
) -> Iterator[Engine]:
    """The engine of the base that the settings name, with all connections closed at the end.

    `prepare` is `migrate` for commands that may create the base, `require_schema` for commands
    that need an existing one."""
    engine = make_engine(settings or read_settings())
    try:
        if prepare is not None:
            prepare(engine)
        yield engine
    finally:
        engine.dispose()
