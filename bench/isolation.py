"""How much longer do quick requests take while one slow request is always running?

Sixteen clients request lists, and one more counts all records by two dimensions, again and again.
"""

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from bench.contenders import LIST, REQUESTED_AREAS
from bench.servers import communique, free_port, running
from bench.wrk import Load, measure_load

SLOW = "/v1/crosstab?collection=initiatives&rows=document&columns=focus_area"
ROUNDS = 5
SECONDS = 4.0
TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Isolation:
    """The 99th percentiles of quick requests in milliseconds, and the seconds of the slow one."""

    p99_without: float
    p99_with: float
    slow_seconds: float

    @property
    def ratio(self) -> float:
        return self.p99_with / self.p99_without


def measure_isolation(url: str) -> Isolation:
    """Measure quick requests with and without the slow one in turn, without the cache."""
    paths = [LIST.format(i) for i in REQUESTED_AREAS]
    port = free_port()
    environment = {"COMMUNIQUE_DATABASE_URL": url, "COMMUNIQUE_CACHE_BYTES": "0"}
    without: list[Load] = []
    beside: list[Load] = []
    slow_seconds: list[float] = []
    with running(communique(port), port, "/readyz", environment) as server:
        # Warms up.
        measure_load(port, paths, 2)
        for _ in range(ROUNDS):
            without.append(measure_load(port, paths, SECONDS))
            with _requesting(f"{server.address}{SLOW}", slow_seconds):
                beside.append(measure_load(port, paths, SECONDS))
    return Isolation(
        statistics.median(load.p99 for load in without),
        statistics.median(load.p99 for load in beside),
        statistics.median(slow_seconds),
    )


@contextmanager
def _requesting(address: str, slow_seconds: list[float]) -> Iterator[None]:
    """Request the address again and again until the block ends."""
    ended = threading.Event()

    def request() -> None:
        with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
            while not ended.is_set():
                response = client.get(address).raise_for_status()
                slow_seconds.append(response.elapsed.total_seconds())

    thread = threading.Thread(target=request)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
