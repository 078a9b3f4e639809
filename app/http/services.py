"""What the requests of one server share."""

from dataclasses import dataclass

from anyio import CapacityLimiter, Lock, Semaphore
from fastapi import Request
from sqlalchemy import Engine

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


def services_of(request: Request) -> Services:
    """The services of the application that received the request."""
    services: Services = request.app.state.services
    return services
