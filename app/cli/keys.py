"""The commands about who may write: `keys create`, `keys list`, `keys revoke`."""

from datetime import UTC, datetime, timedelta

import click

from app.access.keys import create_key, list_keys, revoke_key
from app.access.principals import SCOPES
from app.settings import read_settings
from app.store.engine import make_engine, show_url
from app.store.models import ApiKey
from app.store.schema import migrate, require_schema
from app.vocabulary import Scope


@click.group()
def keys() -> None:
    """Make, list and revoke the keys with which requests may write."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    required=True,
    help="What it may do; each scope may do what the ones before it may.",
)
@click.option(
    "--days", type=click.IntRange(1, 36_500), help="After how many days it expires; never, if not."
)
def create(name: str, scope: Scope, days: int | None) -> None:
    """Make a key. Changes that come with it are written in the log as made by NAME.

    The key alone goes to standard output, once: nobody can be shown it again."""
    engine = make_engine(read_settings())
    migrate(engine)
    lasts = timedelta(days=days) if days is not None else None
    key, kept = create_key(engine, name.encode(errors="replace").decode(), scope, lasts)
    click.echo(f"Made for {show_url(engine.url)}:\n{_describe(kept)}", err=True)
    click.echo(key)


@keys.command("list")
def list_() -> None:
    """List the keys by prefix: name, scope, and when they were made, used, and end."""
    engine = make_engine(read_settings())
    require_schema(engine)
    for key in list_keys(engine):
        click.echo(_describe(key))


@keys.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Make the key with this PREFIX (`cmq_` and eight characters) useless, at once and for good."""
    engine = make_engine(read_settings())
    require_schema(engine)
    click.echo(_describe(revoke_key(engine, prefix)))


def _describe(key: ApiKey) -> str:
    used = f"used {_day(key.last_used_at)}" if key.last_used_at is not None else "never used"
    return f"{key.prefix}  {key.scope:5}  {_state(key):18}  {used:15}  {key.name}"


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {_day(key.revoked_at)}"
    if key.expires_at is None:
        return "good"
    over = key.expires_at <= datetime.now(UTC)
    return f"{'expired' if over else 'until'} {_day(key.expires_at)}"


def _day(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d}"
