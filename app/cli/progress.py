"""Progress bars on a terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from app.progress import watched


@contextmanager
def bars(after_seconds: float = 0) -> Iterator[None]:
    """Show a bar on standard error for each task of the block, if that is a terminal; only once
    the block has taken that long."""
    if not sys.stderr.isatty():
        yield
        return
    task_bars = _TaskBars(time.monotonic() + after_seconds)
    try:
        with watched(task_bars.show):
            yield
    finally:
        task_bars.end()


class _TaskBars:
    """One bar at a time: a new task ends the bar of the one before."""

    def __init__(self, begin: float) -> None:
        self.begin = begin
        self.task = ""
        self.bar: Any = None

    def show(self, task: str, done: int, total: int) -> None:
        if time.monotonic() < self.begin:
            return
        if task != self.task:
            self.end()
            self.task = task
            self.bar = click.progressbar(length=total, label=task, file=sys.stderr, width=30)
            self.bar.__enter__()
        self.bar.update(done - self.bar.pos)

    def end(self) -> None:
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
            self.bar = None
