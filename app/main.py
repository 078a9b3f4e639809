"""The application and the server: the only module that imports every edge."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio import CapacityLimiter, Lock, Semaphore
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from app import curate, pages
from app.agents.router import router as agents_router
from app.api import ROUTERS
from app.api.openapi import complete_openapi
from app.curate.assets import make_asset_routes as make_curate_asset_routes
from app.http.cache import ResponseCache
from app.http.error_handlers import install_handlers
from app.http.event_hub import EventHub, end_on_shutdown
from app.http.exports import ExportSlots
from app.http.fixed_responses import fix_responses
from app.http.public_paths import PublicPaths
from app.http.read_dispatch import ReadDispatch
from app.http.read_middleware import ReadHeaders
from app.http.services import Services
from app.http.write_requests import MAX_PENDING_WRITES
from app.log.as_of.historical_bases import HistoricalBases
from app.pages.assets import make_asset_routes
from app.pages.docs import make_docs_route
from app.pages.errors import render_error
from app.settings import Settings, read_settings
from app.store.engine import make_engine
from app.store.revision_watch import make_watch

# SQLite runs in this process, and Python runs one thread at a time: more threads only wait for each
# other (64 clients at once: 278 responses a second from forty threads, 424 from four).
SQLITE_THREADS = 4
# How long a thread may run while another one waits. With Python's 5 ms, one request that counts for
# a second in Python doubles the time of all others.
SWITCH_SECONDS = 0.001

# Files that are drafted at a time; further ones wait. Each has a process and a thread of its own.
MAX_CONCURRENT_DRAFTS = 2

DESCRIPTION = """\
Policy documents as typed, cited, time-aware records: every field comes with the words that \
support it or says that it was derived, every claim with its modality, every date with its honest \
precision, every change with its revision.

`HEAD` is answered wherever `GET` is. A field that is not required is absent from some \
responses. Errors are problem details (RFC 9457). A request that is not valid HTTP, or has a URL \
longer than 64 kB, gets a 400, mostly in plain text.
"""


def create_server(settings: Settings | None = None) -> ASGIApp:
    """The application behind its response cache, as a server runs it."""
    sys.setswitchinterval(SWITCH_SECONDS)
    app = create_app(settings)
    services: Services = app.state.services
    max_bytes = services.settings.cache_bytes
    if max_bytes == 0:
        return app
    return ResponseCache(app, services.revision_watch, max_bytes)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application. Its base must have been migrated."""
    settings = settings or read_settings()
    app = FastAPI(
        title="Communiqué",
        version=version("communique"),
        description=DESCRIPTION,
        contact={"name": "The maintainers of Communiqué"},
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        redirect_slashes=False,
        # `app.pages.docs` shows the endpoints without another server.
        docs_url=None,
        redoc_url=None,
        # `complete_openapi` writes them.
        root_path_in_servers=False,
        lifespan=_lifespan,
    )
    app.state.services = _create_services(settings)
    routes: list[BaseRoute] = []
    for router in (*ROUTERS, agents_router, *curate.ROUTERS, *pages.ROUTERS):
        routes += router.routes
    app.router.routes += routes
    app.router.routes += [make_docs_route(settings.path_prefix), *make_asset_routes()]
    app.router.routes += make_curate_asset_routes()
    app.router.routes.insert(0, ReadDispatch(routes))
    install_handlers(app)
    if settings.path_prefix:
        # Inside of ReadHeaders, which offers complete responses to the cache.
        app.add_middleware(PublicPaths, prefix=settings.path_prefix)
    app.add_middleware(ReadHeaders, cache_control=_cache_control(settings))
    complete_openapi(app, settings.base_url or "/")
    fix_responses(app)
    return app


def _create_services(settings: Settings) -> Services:
    engine = make_engine(settings, may_create=False)
    return Services(
        settings=settings,
        engine=engine,
        revision_watch=make_watch(engine, settings),
        historical_bases=HistoricalBases(engine, settings),
        as_of_lock=Lock(),
        write_lock=Lock(),
        pending_writes=Semaphore(MAX_PENDING_WRITES),
        hub=EventHub(engine, settings.poll_seconds),
        # Each export holds a connection: the other half of the pool stays for other requests.
        export_slots=ExportSlots(max(1, settings.pool_size // 2)),
        drafting_threads=CapacityLimiter(MAX_CONCURRENT_DRAFTS),
        error_page=render_error,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    if services.engine.dialect.name == "sqlite":
        current_default_thread_limiter().total_tokens = SQLITE_THREADS
    with end_on_shutdown(services.hub):
        yield
    services.revision_watch.close()
    services.historical_bases.close()
    services.engine.dispose()


def _cache_control(settings: Settings) -> str:
    """`Cache-Control` of a response to a read (RFC 9111 §5.2). A client may store it, and must
    revalidate it before each use; shared caches need not for some seconds, if that is set."""
    if not settings.public_reads:
        return "private, no-cache"
    seconds = settings.shared_max_age_seconds
    if seconds == 0:
        return "public, no-cache"
    return f"public, max-age=0, s-maxage={seconds}, must-revalidate"
