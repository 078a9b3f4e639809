"""Progress of a long piece of work, reported to a watcher if there is one."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

# Called with a task, how much of it is done, and the total.
Watcher = Callable[[str, int, int], None]

# A context variable, so that the functions between the command line and the work need no parameter.
_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Report the progress of the work in this context to the watcher."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def follow(
    items: Iterable[T],
    task: str,
    total: int,
    size: Callable[[T], int] = lambda _: 1,
) -> Iterator[T]:
    """The items; after each, the watcher is called with the sum of `size` so far."""
    watcher = _watcher.get()
    done = 0
    for item in items:
        yield item
        if watcher is not None:
            done += size(item)
            watcher(task, done, total)
