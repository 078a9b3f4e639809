"""How does a person at a terminal see how far it is?"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from app.progress import watched


@contextmanager
def bars() -> Iterator[None]:
    """Show a bar for each piece of the work herein on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    bars = _Bars()
    try:
        with watched(bars.show):
            yield
    finally:
        bars.end()


class _Bars:
    """One bar after the other."""

    def __init__(self) -> None:
        self.what = ""
        self.bar: Any = None

    def show(self, what: str, done: int, total: int) -> None:
        if what != self.what:
            self.end()
            self.what = what
            self.bar = click.progressbar(length=total, label=what, file=sys.stderr, width=30)
            self.bar.__enter__()
        self.bar.update(done - self.bar.pos)

    def end(self) -> None:
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
            self.bar = None
