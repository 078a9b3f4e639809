"""Runs all migrations in one transaction, under the write lock of the base."""

from alembic import context
from sqlalchemy import Connection, select

from app.changes.computed_columns import fill_bounds, fill_labels
from app.changes.count_updates import fill_counts
from app.changes.index import fill_index
from app.settings import read_settings
from app.store.engine import make_engine
from app.store.models import Base, Revision
from app.store.sessions import take_write_lock


def run(connection: Connection) -> None:
    """Migrate on a connection without a transaction, and commit; an error leaves the base as it
    was."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Batch mode replaces a table by a copy; with keys on, dropping the old one would delete
        # what refers to it (ON DELETE CASCADE). The pragma does nothing inside a transaction.
        _set_foreign_keys(connection, on=False)
    try:
        with take_write_lock(connection):
            applied: list[str] = []
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                render_as_batch=sqlite,
                include_name=_is_mapped,
                transactional_ddl=True,
                transaction_per_migration=False,
                user_module_prefix="columns.",
                on_version_apply=lambda step, **_: applied.append(step.up_revision_id),
            )
            with context.begin_transaction():
                context.run_migrations()
            if applied and _is_at_head() and _has_records(connection):
                fill_bounds(connection)
                fill_labels(connection)
                fill_index(connection)
                fill_counts(connection)
            if sqlite:
                _check_foreign_keys(connection)
    finally:
        if sqlite:
            _set_foreign_keys(connection, on=True)


def _is_at_head() -> bool:
    return context.get_context().get_current_heads() == tuple(context.script.get_heads())


def _has_records(connection: Connection) -> bool:
    """An empty base has nothing to compute. While a migration is being written, the models are
    ahead of the tables of such a base, so they must not be read."""
    return connection.scalar(select(Revision.number).limit(1)) is not None


def _is_mapped(name: str | None, kind: str, _parents: object) -> bool:
    """Whether autogenerate compares it: the full-text index differs by engine, so no model
    describes it."""
    return not (kind == "table" and (name or "").startswith("search_index"))


def _set_foreign_keys(connection: Connection, *, on: bool) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"The migration leaves rows that point to nothing: {broken[:5]}")


# The application passes its own connection; the `alembic` command has none.
connection = context.config.attributes.get("connection")
if connection is not None:
    run(connection)
else:
    with make_engine(read_settings()).connect() as connection:
        run(connection)
