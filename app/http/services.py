"""What the requests of one server share."""

from collections.abc import Callable
from dataclasses import dataclass

from anyio import CapacityLimiter, Lock, Semaphore
from fastapi import Request, Response
from sqlalchemy import Engine

from app.errors import KnowledgeBaseError
from app.http.event_hub import EventHub
from app.http.exports import ExportSlots
from app.log.as_of.historical_bases import HistoricalBases
from app.settings import Settings
from app.store.revision_watch import RevisionWatch


@dataclass(frozen=True)
class Services:
    """`write_lock` orders the writes of this process, `pending_writes` bounds the bodies that it
    holds in memory, and `as_of_lock` lets one request at a time build a historical base.
    `drafting_threads` bounds the files that are drafted at a time."""

    settings: Settings
    engine: Engine
    revision_watch: RevisionWatch
    historical_bases: HistoricalBases
    as_of_lock: Lock
    write_lock: Lock
    pending_writes: Semaphore
    hub: EventHub
    export_slots: ExportSlots
    drafting_threads: CapacityLimiter
    # The page of an error, which the edge for people renders; None for a client of data.
    error_page: Callable[[Request, KnowledgeBaseError], Response | None]


def services_of(request: Request) -> Services:
    """The services of the application that received the request."""
    services: Services = request.app.state.services
    return services


def base_url_of(request: Request) -> str:
    """The address of this server, without a final slash: the setting, or else the host that the
    request names."""
    settings = services_of(request).settings
    return settings.base_url or str(request.base_url).rstrip("/")
