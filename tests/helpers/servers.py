"""A server over a base, in a thread, on a port of its own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import httpx
import uvicorn

from app.main import create_server
from app.settings import Settings
from app.vocabulary import Scope
from tests.helpers.bases import make_key

Parser = Literal["auto", "h11", "httptools"]


@contextmanager
def serving(
    url: str, *, scope: Scope | None = None, http: Parser = "auto", **settings: Any
) -> Iterator[httpx.Client]:
    """A client of a new server over this base; it sends a key of the scope, if one is given. `http`
    is the parser of the server."""
    if not url.startswith("sqlite") and "cache_staleness_ms" not in settings:
        # On PostgreSQL a cached response may be a moment old. Most tests write to the base directly
        # and read at once.
        settings = {"cache_bytes": 0} | settings
    server: Any = create_server(Settings(database_url=url, **settings))
    headers = {}
    if scope is not None:
        headers["Authorization"] = f"Bearer {make_key(url, scope)}"
    app = getattr(server, "app", server)
    with (
        _running(server, app, http) as address,
        # Without certificates: loading them takes longer than most tests, and there is no TLS.
        httpx.Client(base_url=address, timeout=30, headers=headers, verify=False) as client,
    ):
        client.app, client.front = app, server  # type: ignore[attr-defined]
        yield client


@contextmanager
def _running(server: Any, app: Any, http: Parser) -> Iterator[str]:
    """The address of the server, which ends with the block."""
    process = uvicorn.Server(uvicorn.Config(server, port=0, http=http, log_level="critical"))
    thread = threading.Thread(target=process.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not process.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = process.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        app.state.services.hub.end()
        process.should_exit = True
        thread.join(timeout=30)
