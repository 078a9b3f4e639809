"""Runs the migrations, with Alembic. Imported only where there are some to run: to import Alembic
takes longer than to serve a hundred requests."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from app.errors import CannotStart
from app.settings import shipped
from app.store.engine import show_url


def upgrade(connection: Connection, stored: str | None) -> None:
    """Run the migrations that follow the `stored` one, all or none.

    Raises CannotStart if that is of a newer version of this software."""
    config = alembic_config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if "Can't locate revision" not in str(error):
            raise
        raise CannotStart(
            f"{show_url(connection.engine.url)} was written by a newer Communiqué (its schema is "
            f"{stored}). Update the software."
        ) from None


def alembic_config() -> Config:
    """Alembic's configuration for the migrations that are shipped with the software."""
    config = Config()
    # The option is interpolated, so that a percent sign must be doubled.
    location = str(shipped("migrations")).replace("%", "%%")
    config.set_main_option("script_location", location)
    config.set_main_option("path_separator", "os")
    return config
