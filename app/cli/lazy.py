"""A click group that imports the module of a command when the command is used."""

import gc
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are named as `module:attribute`.

    FastAPI, uvicorn and Alembic take most of the start time, and no command needs all of them."""

    def __init__(self, *, targets: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self.targets = targets

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return sorted(self.targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.targets:
            self._load(cmd_name)
        else:
            # click suggests a similar name from the commands that are loaded.
            for name in self.targets:
                self._load(name)
        return super().get_command(ctx, cmd_name)

    def _load(self, name: str) -> None:
        # As entry points are written in pyproject.toml.
        module, _, attribute = self.targets[name].partition(":")
        if name in self.commands:
            return
        # A tenth of the start: the collector would look through all that is imported, again and
        # again, and what is imported stays.
        gc.disable()
        command = getattr(import_module(module), attribute)
        gc.freeze()
        gc.enable()
        self.add_command(command, name)
