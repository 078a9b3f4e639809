"""The commands `migrate` and `reindex`: they change how a base is stored, not what it holds."""

import click

from app.changes.index import rebuild_index
from app.cli.base import opened_base
from app.cli.progress import bars
from app.store.engine import show_url
from app.store.schema import migrate
from app.store.sessions import write_session


@click.command("migrate")
def migrate_base() -> None:
    """Create the base, or bring it to the schema of this version."""
    with opened_base(migrate) as engine:
        click.echo(f"{show_url(engine.url)} has the current schema.")


@click.command()
def reindex() -> None:
    """Rebuild the full-text index from the records. Makes no revision."""
    with opened_base(migrate) as engine:
        with bars(), write_session(engine) as session:
            number = rebuild_index(session)
            session.commit()
        click.echo(f"{number} records of {show_url(engine.url)} are indexed.")
