"""How far is a long piece of work? Whoever wants to know watches it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

# Is told what goes on, how much of it is done, and of how much.
Watcher = Callable[[str, int, int], None]

_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Tell the watcher of the work that is done herein."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def follow(
    items: Iterable[T], what: str, total: int, size: Callable[[T], int] = lambda _: 1
) -> Iterator[T]:
    """The items, while whoever watches is told how far they are: `size` of each, of `total`."""
    watcher = _watcher.get()
    done = 0
    for item in items:
        yield item
        if watcher is not None:
            done += size(item)
            watcher(what, done, total)
