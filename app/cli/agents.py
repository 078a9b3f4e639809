"""The command `mcp`: the tools for agents, over standard input and output."""

from contextlib import closing
from importlib import import_module
from typing import Any

import click
from anyio import Lock

from app.agents.reading import Addresses, AgentBase
from app.cli.base import opened_base
from app.errors import CannotStart
from app.log.as_of.historical_bases import HistoricalBases
from app.settings import Settings, read_settings
from app.store.schema import require_schema


@click.command()
def mcp() -> None:
    """Serve the read-only tools for agents over standard input and output.

    An agent's program starts it, and talks the Model Context Protocol with it. Addresses in its
    answers begin with COMMUNIQUE_BASE_URL, or are those that `serve` has."""
    transports = _load_transports()
    settings = read_settings()
    with (
        opened_base(require_schema, settings) as engine,
        closing(HistoricalBases(engine, settings)) as bases,
    ):
        base = AgentBase(engine, bases, Lock(), Addresses(_base_url(settings)))
        transports.serve_standard_streams(base)


def _load_transports() -> Any:
    try:
        return import_module("app.agents.transports")
    except ModuleNotFoundError as error:
        raise CannotStart(
            f"Tools for agents need {error.name}: pip install 'communique[mcp]'."
        ) from None


def _base_url(settings: Settings) -> str:
    return settings.base_url or f"http://{settings.host}:{settings.port}"
