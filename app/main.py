"""The application: which parts does it have, and how do they meet? Nothing else knows them all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio import Lock, Semaphore
from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from app.api import ROUTERS
from app.api.openapi import complete_openapi
from app.http.cache import ResponseCache
from app.http.error_handlers import install_handlers
from app.http.event_stream import EventHub, end_on_shutdown
from app.http.exports import ExportSlots
from app.http.parameters import refuse_large_pages, refuse_repetition
from app.http.read_middleware import ReadHeaders
from app.http.services import Services
from app.http.write_requests import MAX_PENDING_WRITES, identify
from app.log.historical_bases import HistoricalBases
from app.settings import Settings, read_settings
from app.store.engine import make_engine
from app.store.revision_watch import make_watch

# SQLite works within this process, and Python's threads take turns: with more of them than can work
# at once, each only waits for the others (64 clients at once: 278 answers a second from forty
# threads, 424 from four).
SQLITE_THREADS = 4

DESCRIPTION = """\
Policy documents as typed, cited, time-aware records: every field comes with the words that \
support it or says that it was derived, every claim with its modality, every date with its honest \
precision, every change with its revision.

`HEAD` is answered wherever `GET` is. Errors are problem details (RFC 9457).
"""


def create_server(settings: Settings | None = None) -> ASGIApp:
    """What a server runs: the application, and in front of it what it answered before."""
    app = create_app(settings)
    services: Services = app.state.services
    if not services.settings.cache_bytes:
        return app
    return ResponseCache(app, services.revision_watch, services.settings.cache_bytes)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The ASGI application. Its base must have been migrated."""
    settings = settings or read_settings()
    engine = make_engine(settings)
    services = Services(
        settings=settings,
        engine=engine,
        revision_watch=make_watch(engine, settings),
        historical_bases=HistoricalBases(engine, settings),
        as_of_lock=Lock(),
        write_lock=Lock(),
        pending_writes=Semaphore(MAX_PENDING_WRITES),
        hub=EventHub(engine, settings.poll_seconds),
        export_slots=ExportSlots(max(1, settings.pool_size // 2)),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if engine.dialect.name == "sqlite":
            current_default_thread_limiter().total_tokens = SQLITE_THREADS
        with end_on_shutdown(services.hub):
            yield
        services.revision_watch.close()
        services.historical_bases.close()
        engine.dispose()

    app = FastAPI(
        title="Communiqué",
        version=version("communique"),
        description=DESCRIPTION,
        contact={"name": "The maintainers of Communiqué"},
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
        lifespan=lifespan,
        dependencies=[Depends(_admit)],
    )
    app.state.services = services
    for router in ROUTERS:
        app.include_router(router)
    install_handlers(app)
    app.add_middleware(ReadHeaders, cache_control=_say_cacheable(settings))
    complete_openapi(app)
    return app


async def _admit(request: Request) -> None:
    """Refuse who may not ask, and what means nothing. One dependency: each costs time."""
    await identify(request)
    await refuse_repetition(request)
    await refuse_large_pages(request)


def _say_cacheable(settings: Settings) -> str:
    """`Cache-Control` of an answer to a read (RFC 9111 §5.2): it may be kept, and must be asked
    about before it is used again; by shared caches after a time, if one is set."""
    if not settings.public_reads:
        return "private, no-cache"
    age = settings.shared_max_age_seconds
    return f"public, max-age=0, s-maxage={age}, must-revalidate" if age else "public, no-cache"


def _operation_id(route: APIRoute) -> str:
    return route.name
