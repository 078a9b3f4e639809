"""The commands `keys create`, `keys list` and `keys revoke`."""

from datetime import UTC, datetime, timedelta

import click

from app.access.keys import create_key, list_keys, revoke_key
from app.access.principals import SCOPES
from app.cli.arguments import decode_argument
from app.cli.base import opened_base
from app.store.engine import show_url
from app.store.models import ApiKey
from app.store.schema import migrate, require_schema
from app.vocabulary import Scope


@click.group()
def keys() -> None:
    """Create, list and revoke API keys. Every write over HTTP needs one."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    required=True,
    help="What the key allows; each scope includes the ones before it.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 36_500),
    help="Days until the key expires; without it, never.",
)
def create(name: str, scope: Scope, days: int | None) -> None:
    """Create a key. NAME is the author of the changes that are sent with it.

    The key goes to standard output once and cannot be read again later."""
    lifetime = timedelta(days=days) if days is not None else None
    # A key may be the first thing that a new base holds.
    with opened_base(migrate) as engine:
        key, row = create_key(engine, decode_argument(name), scope, lifetime)
        # Standard output has the key alone, so that a script can read it from there.
        click.echo(f"Made for {show_url(engine.url)}:\n{_describe(row)}", err=True)
        click.echo(key)


@keys.command("list")
def list_() -> None:
    """List all keys: prefix, scope, state, last use and name."""
    with opened_base(require_schema) as engine:
        for row in list_keys(engine):
            click.echo(_describe(row))


@keys.command()
@click.argument("prefix")
def revoke(prefix: str) -> None:
    """Revoke the key with this PREFIX (`cmq_` and eight characters), at once and for good."""
    with opened_base(require_schema) as engine:
        click.echo(_describe(revoke_key(engine, prefix)))


def _describe(row: ApiKey) -> str:
    last_use = "never used"
    if row.last_used_at is not None:
        last_use = f"used {_format_day(row.last_used_at)}"
    return (
        f"{row.prefix}  {row.scope:5}  {_describe_state(row):18}  {last_use:15}  {row.name}"
    )


def _describe_state(row: ApiKey) -> str:
    if row.revoked_at is not None:
        return f"revoked {_format_day(row.revoked_at)}"
    if row.expires_at is None:
        return "good"
    if row.expires_at <= datetime.now(UTC):
        return f"expired {_format_day(row.expires_at)}"
    return f"until {_format_day(row.expires_at)}"


def _format_day(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d}"
