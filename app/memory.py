"""What this process keeps in memory: when its garbage is collected, and pieces of texts that it
must not keep longer than the texts."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class _Pauses:
    """How many threads of the process want the collector to pause."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0

    def begin(self) -> None:
        with self._lock:
            self._count += 1
            gc.disable()

    def end(self) -> None:
        with self._lock:
            self._count -= 1
            if self._count == 0:
                gc.enable()


_pauses = _Pauses()


@contextmanager
def without_collector() -> Iterator[None]:
    """Within this, no cyclic garbage is looked for. With thousands of records the collector takes a
    fifth of the time: it visits all of them again and again, and none of them is garbage."""
    _pauses.begin()
    try:
        yield
    finally:
        _pauses.end()


_text_caches: list[Any] = []


def text_cache(maxsize: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """As `lru_cache`, for a function that takes pieces of texts: `forget_texts` empties it."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        cached = lru_cache(maxsize=maxsize)(function)
        _text_caches.append(cached)
        return cached  # type: ignore[return-value]

    return decorate


def forget_texts() -> None:
    """Drop all pieces of texts that functions have stored."""
    for cached in _text_caches:
        cached.cache_clear()
