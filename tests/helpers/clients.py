"""Both Python clients, called in the same way."""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from communique_client import AsyncClient, Client
from tests.helpers.faults import FaultyProxy, failing
from tests.helpers.servers import serving

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

    def _iterate(self, items: AsyncGenerator[Any, None]) -> Iterator[Any]:
        try:
            while True:
                try:
                    yield self._runner.run(_wait(anext(items)))
                except StopAsyncIteration:
                    return
        finally:
            self._runner.run(_wait(items.aclose()))


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
        async_client = AsyncClient(url, **options)
        try:
            yield BlockingClient(async_client, runner)
        finally:
            runner.run(async_client.aclose())


@dataclass(frozen=True)
class Site:
    """A server over a base of its own, behind a proxy that can fail, and a key that may write."""

    server: httpx.Client
    proxy: FaultyProxy
    key: str

    def connect(self, kind: Kind, **options: Any) -> AbstractContextManager[Any]:
        return connecting(kind, **{"url": self.proxy.url, "key": self.key, **options})


@contextmanager
def serving_site(url: str) -> Iterator[Site]:
    """A site over this base."""
    with serving(url, scope="write") as server, failing(str(server.base_url)) as proxy:
        key = server.headers["Authorization"].removeprefix("Bearer ")
        yield Site(server, proxy, key)
