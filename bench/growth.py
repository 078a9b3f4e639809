"""Is a request to a large base as fast as the same request to a small one?

Each request goes to a server without a cache, one at a time; the figure is the median. A window of
dates is measured in its worst case: a few days, late in a long history.
"""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from bench.bases import RARE, WORDS, Fiction
from bench.servers import communique, free_port, running

TIMES = 60
# For a request that takes seconds in a large base.
TIMES_IF_SLOW = 3
# Records before a deep page: ten thousand pages of fifty.
DEEP = 500_000
# Terms by the percentile of their document frequency: words are sorted by their frequency.
TERMS = {
    "99.9": WORDS // 1_000 - 1,
    "90": WORDS // 10 - 1,
    "50": WORDS // 2 - 1,
}

CLAIMS = (0, 1, 2, 3, 10, 11, 12, 13)
BROAD_AREAS = (1, 2, 3, 10, 50)

# The marks: the largest ratio of the largest base to the smallest, by query.
MAX_RATIOS = {
    "page one": 1.5,
    "deep page": 1.5,
    "detail": 1.5,
    "overlap": 1.5,
    "selective facet": 1.5,
}
MAX_RATIOS_SQLITE = {**MAX_RATIOS, "focus area with all includes": 1.3, "broad page": 1.3}
MAX_RATIOS_POSTGRESQL = {**MAX_RATIOS, "focus area with all includes": 2, "broad page": 2}
# The most milliseconds in the largest base, by query.
MAX_MS = {
    "facet of everything": 150,
    "search, 99.9th percentile": 60,
    "search, 90th percentile": 60,
    "search, 50th percentile": 60,
}


@dataclass(frozen=True)
class Query:
    """Paths of the same kind; `deep` ones are followed far into the list first."""

    name: str
    paths: Sequence[str]
    deep: bool = False
    slow: bool = False


def list_queries() -> list[Query]:
    rare = [f"/v1/initiatives?focus_area={area}" for area in RARE]
    broad = _fill("/v1/initiatives?focus_area=area-{}", BROAD_AREAS)
    claims = _fill("/v1/initiatives/initiative-{}", CLAIMS)
    areas = _fill("/v1/focus-areas/area-{}", (1, 2, 3))
    include = "?include=office,focus_areas,expected_outcomes,timeline_items"
    related = "?include=broader,related,narrower,initiatives,expected_outcomes,timeline_items"
    facet = "&facet=kind,office,document"
    return [
        Query("page one", ["/v1/initiatives", "/v1/expected-outcomes"]),
        Query("deep page", ["/v1/initiatives?count=none&limit=50"], deep=True),
        Query("detail", claims),
        Query("overlap", _list_weeks("/v1/timeline-items")),
        Query("selective facet", _append(facet, rare)),
        Query("selective page", rare),
        Query("detail with all includes", _append(include, claims)),
        Query("focus area with all includes", _append(related, areas)),
        Query("broad page", broad),
        Query("facet of everything", ["/v1/initiatives?limit=1&facet=focus_area"], slow=True),
        *_list_searches(),
    ]


def _fill(path: str, numbers: Sequence[int]) -> list[str]:
    return [path.format(number) for number in numbers]


def _append(suffix: str, paths: Sequence[str]) -> list[str]:
    return [path + suffix for path in paths]


def _list_weeks(path: str) -> list[str]:
    weeks = []
    for day in range(3, 22):
        week = f"2040-12-{day:02}/2040-12-{day + 6:02}"
        weeks.append(f"{path}?overlaps={week}")
    return weeks


def _list_searches() -> Iterator[Query]:
    words = Fiction().words
    for percentile, index in TERMS.items():
        terms = words[index : index + 5]
        paths = [f"/v1/search?limit=20&q={quote(term)}" for term in terms]
        yield Query(f"search, {percentile}th percentile", paths)


def measure(urls: Sequence[str], queries: Sequence[Query]) -> dict[str, list[float]]:
    """The median milliseconds of each query, by its name, for each base.

    The bases take turns, so that a noisy machine affects all of them."""
    medians = {}
    with ExitStack() as stack:
        clients = []
        for url in urls:
            client = stack.enter_context(_serving(url))
            clients.append(client)
        for query in queries:
            medians[query.name] = _measure_query(clients, query)
    return medians


@contextmanager
def _serving(url: str) -> Iterator[httpx.Client]:
    port = free_port()
    environment = {
        "COMMUNIQUE_DATABASE_URL": url,
        "COMMUNIQUE_CACHE_BYTES": "0",
    }
    with (
        running(communique(port), port, "/readyz", environment),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300) as client,
    ):
        yield client


def _measure_query(clients: Sequence[httpx.Client], query: Query) -> list[float]:
    runs = [_Run(client, query) for client in clients]
    times = TIMES_IF_SLOW if query.slow else TIMES
    for i in range(times + len(query.paths)):
        for run in runs:
            run.request(i)
    return [run.median() for run in runs]


class _Run:
    """The requests of one query to one base."""

    def __init__(self, client: httpx.Client, query: Query) -> None:
        self.client = client
        self.paths = query.paths
        if query.deep:
            self.paths = [_go_deep(client, path) for path in query.paths]
        self.milliseconds: list[float] = []

    def request(self, i: int) -> None:
        path = self.paths[i % len(self.paths)]
        start = time.perf_counter()
        self.client.get(path).raise_for_status()
        seconds = time.perf_counter() - start
        self.milliseconds.append(1_000 * seconds)

    def median(self) -> float:
        # The first request for each path warms up.
        warm = self.milliseconds[len(self.paths) :]
        return statistics.median(warm)


def _go_deep(client: httpx.Client, path: str) -> str:
    """The path of the page after ten thousand others, or in the middle of a shorter list.

    Cursors are opaque, so the list is walked, in large steps; only the last page has the limit of
    the path."""
    collection, _, _ = path.partition("?")
    total = client.get(f"{collection}?limit=1&count=exact").json()["total"]
    step = 200 if total > 1_000 else 10
    skipped = min(DEEP, total // 2)
    path = path.replace("limit=50", f"limit={step}")
    for _ in range(skipped // step):
        path = client.get(path).json()["next"]
    return path.replace(f"limit={step}", "limit=50")
