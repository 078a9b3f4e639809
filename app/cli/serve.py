"""The command `serve`: a server over the base, in one process or several."""

import multiprocessing
import os
import signal
import socket
import threading
import time
from multiprocessing.process import BaseProcess

import click
import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from app.bundles.load import load_if_empty
from app.cli.base import opened_base
from app.errors import CannotStart
from app.main import create_server
from app.settings import Settings, read_settings, shipped
from app.store.engine import show_url
from app.store.sqlite_library import describe_defect

# A connection is cut when its client accepts no data for this time.
MAX_STALL_SECONDS = 300
# Connections that wait for the application to accept them; uvicorn's own default.
BACKLOG = 2048


@click.command()
@click.option("--host", help="Address to listen on. Default: COMMUNIQUE_HOST or 127.0.0.1.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen on. Default: COMMUNIQUE_PORT or 8000.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help="Number of server processes. Default: COMMUNIQUE_WORKERS or 1.",
)
@click.option(
    "--no-seed", is_flag=True, help="Leave an empty base empty, for documents of your own."
)
def serve(host: str | None, port: int | None, workers: int | None, no_seed: bool) -> None:
    """Serve the base over HTTP.

    First migrates the base, and loads the seed into one that was never written to."""
    settings = read_settings(host=host, port=port, workers=workers)
    # The port comes first: nothing is migrated or loaded for a server that cannot start.
    with _listen(settings) as listener:
        _prepare_base(settings, listener, seeds=not no_seed)
        _run(settings, listener)


def _prepare_base(settings: Settings, listener: socket.socket, seeds: bool) -> None:
    """Migrate the base, fill it if `seeds`, and print what will be served where."""
    # Worker processes must not inherit open connections, so the base is closed before they start.
    with opened_base(settings=settings) as engine:
        seed = shipped("data/seed.json") if seeds else None
        revision = load_if_empty(engine, seed, author="seed")
    if engine.dialect.name == "sqlite":
        _warn_of_defect()
    address = f"http://{_display_host(settings.host)}:{listener.getsockname()[1]}"
    click.echo(
        f"Communiqué serves revision {revision} of {show_url(engine.url)}\n"
        f"  {address}/               pages for people\n"
        f"  {address}/v1             what the base holds\n"
        f"  {address}/v1/focus-areas cited records\n"
        f"  {address}/docs           every endpoint\n"
        "Ctrl-C stops it."
    )


def _warn_of_defect() -> None:
    defect = describe_defect()
    if defect is not None:
        click.echo(f"communique: warning: {defect}", err=True)


def _run(settings: Settings, listener: socket.socket) -> None:
    # Workers are new processes, so they import the application by its name.
    config = uvicorn.Config(
        "app.cli.serve:create_worker",
        factory=True,
        workers=settings.workers,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    if settings.workers > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run(sockets=[listener])


def create_worker() -> ASGIApp:
    """The application of one process. A worker process ends when its parent ends, even by SIGKILL:
    otherwise it would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=[parent], daemon=True).start()
    return create_server()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    # A client that takes no data must not hold the port either.
    time.sleep(read_settings().shutdown_seconds + 5)
    os._exit(1)


def _display_host(host: str) -> str:
    """The host of a URL that opens this server on the same machine."""
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _listen(settings: Settings) -> socket.socket:
    """A listening socket. Connections wait in its backlog until the application is ready.

    Raises CannotStart if the address or port is not available."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    try:
        listener = socket.create_server(address, family=family, backlog=BACKLOG)
    except OSError as error:
        raise CannotStart(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
            "Choose another with --port."
        ) from None
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Linux only. Accepted connections inherit it, and unsent data is dropped with them.
        milliseconds = MAX_STALL_SECONDS * 1_000
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    return listener
