"""Is a page for people as fast as its data?

Each page is requested beside the JSON that it links to: hot from the cache of one server, and cold
from another one without a cache.
"""

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from bench.servers import Server, communique, free_port, running
from bench.wrk import measure_load

# As a browser asks.
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROGRAM = {"Accept": "application/json"}
COLD_TIMES = 15
MIN_HOT_RATIO = 0.8
MAX_COLD_RATIO = 3
MAX_BYTES = 60_000
# By the name of the page; the focus area and the office are neither rare nor frequent.
PAGES = {
    "home": "/",
    "search": "/claims?q=bade",
    "claims": "/claims?focus_area=area-150",
    "list": "/initiatives?focus_area=area-150",
    "dossier": "/focus-areas/area-150",
    "record": "/initiatives/initiative-100",
    "office": "/offices/office-50",
    "timeline": "/timeline?focus_area=area-150",
    "crosstab": (
        "/crosstab?collection=initiatives&rows=focus_area&columns=modality&office=office-50"
    ),
    "document": "/documents/document-1",
    "history": "/initiatives/initiative-100/history",
}
# The records that a page shows beside its own, which its data have only where asked.
INCLUDED = {
    "dossier": "broader,related,narrower,initiatives,expected_outcomes,timeline_items",
    "record": "office,focus_areas,expected_outcomes,timeline_items",
    "office": "initiatives,expected_outcomes,timeline_items",
}


@dataclass(frozen=True)
class PageTimes:
    """A page and its data: requests per second from the cache, milliseconds without it;
    `cold_included` with all records that the page shows."""

    name: str
    page_bytes: int
    hot: float
    hot_data: float
    cold: float
    cold_data: float
    cold_included: float

    @property
    def reaches_marks(self) -> bool:
        """Whether the page is small, and fast enough beside its data."""
        is_hot = self.hot >= MIN_HOT_RATIO * self.hot_data
        is_cold = self.cold <= MAX_COLD_RATIO * self.cold_data
        return is_hot and is_cold and self.page_bytes <= MAX_BYTES


def measure_pages(
    url: str,
    seconds: float,
) -> list[PageTimes]:
    """Measure every page over the base at this URL, hot for so many seconds each."""
    environment = {"COMMUNIQUE_DATABASE_URL": url}
    uncached = {**environment, "COMMUNIQUE_CACHE_BYTES": "0"}
    times = []
    with _serving(environment) as hot, _serving(uncached) as cold:
        for name, path in PAGES.items():
            page = httpx.get(f"{hot.address}{path}", headers=BROWSER).raise_for_status()
            data_path = page.links["alternate"]["url"]
            included_path = data_path
            if name in INCLUDED:
                included_path = f"{data_path}?include={INCLUDED[name]}"
            page_times = PageTimes(
                name,
                len(page.content),
                _measure_hot(hot, path, seconds, BROWSER),
                _measure_hot(hot, data_path, seconds, PROGRAM),
                _measure_cold(cold, path, BROWSER),
                _measure_cold(cold, data_path, PROGRAM),
                _measure_cold(cold, included_path, PROGRAM),
            )
            times.append(page_times)
    return times


@contextmanager
def _serving(environment: Mapping[str, str]) -> Iterator[Server]:
    port = free_port()
    with running(communique(port), port, "/readyz", environment) as server:
        yield server


def _measure_hot(
    server: Server,
    path: str,
    seconds: float,
    headers: Mapping[str, str],
) -> float:
    load = measure_load(server.port, [path], seconds, headers)
    return load.per_second


def _measure_cold(
    server: Server,
    path: str,
    headers: Mapping[str, str],
) -> float:
    """The median time of a response in milliseconds."""
    times = []
    with httpx.Client(base_url=server.address, headers=headers, timeout=60) as client:
        # Opens the connection, and compiles the statements.
        client.get(path).raise_for_status()
        for _ in range(COLD_TIMES):
            start = time.perf_counter()
            client.get(path).raise_for_status()
            times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def list_rows(times: Sequence[PageTimes]) -> list[list[str]]:
    """A row of a table for each page."""
    rows = []
    for page in times:
        row = [
            page.name,
            f"{page.page_bytes / 1e3:.0f}",
            f"{page.hot:,.0f}",
            f"{page.hot / page.hot_data:.2f}",
            f"{page.cold:.1f}",
            f"{page.cold / page.cold_data:.1f}",
            f"{page.cold / page.cold_included:.1f}",
            "" if page.reaches_marks else "**missed**",
        ]
        rows.append(row)
    return rows
