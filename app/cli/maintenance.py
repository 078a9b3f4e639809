"""The commands `migrate`, `reindex` and `backup`: about how a base is stored, not what it holds."""

from pathlib import Path

import click

from app.changes.index import rebuild_index
from app.cli.arguments import PathArgument
from app.cli.base import opened_base
from app.cli.progress import bars
from app.errors import CannotStart
from app.store.backup import back_up
from app.store.engine import show_url
from app.store.schema import has_schema, migrate
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


@click.command()
@click.argument("file", type=PathArgument)
@click.option("--replace", is_flag=True, help="Replace FILE if it exists.")
def backup(file: Path, replace: bool) -> None:
    """Write a backup of the base to FILE, also while it is served.

    FILE is a base of its own, with history and keys: to restore it, stop the server, move it to the
    place of the base, and start the server. PostgreSQL has its own commands for backups; this one
    then says which."""
    with opened_base() as engine:
        if not has_schema(engine):
            raise CannotStart(
                f"{show_url(engine.url)} does not exist. There is nothing to save."
            )
        revision = back_up(engine, file, replace=replace)
        click.echo(f"Revision {revision} of {show_url(engine.url)} is in {file}.")
