"""Both Python clients, called in the same way."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from communique_client import AsyncClient, Client

Kind = Literal["sync", "async"]
KINDS: tuple[Kind, ...] = ("sync", "async")


class BlockingClient:
    """An AsyncClient whose methods wait for their results, in an event loop of its own."""

    def __init__(self, client: AsyncClient, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        def call(*arguments: Any, **options: Any) -> Any:
            result = method(*arguments, **options)
            if inspect.isawaitable(result):
                return self._runner.run(_wait(result))
            return self._iterate(result)

        return call

    def _iterate(self, items: AsyncIterator[Any]) -> Iterator[Any]:
        while True:
            try:
                yield self._runner.run(_wait(anext(items)))
            except StopAsyncIteration:
                return


async def _wait(awaitable: Any) -> Any:
    return await awaitable


@contextmanager
def connecting(kind: Kind, url: str, **options: Any) -> Iterator[Any]:
    """A client of the server, with the methods of Client whatever its kind."""
    if kind == "sync":
        with Client(url, **options) as client:
            yield client
        return
    with asyncio.Runner() as runner:
        client = AsyncClient(url, **options)
        try:
            yield BlockingClient(client, runner)
        finally:
            runner.run(client.aclose())
