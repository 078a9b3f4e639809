"""Is a question of a large base answered as soon as one of a small base?

Each question is asked of a server that keeps no answers, one request at a time; half of the answers
took no longer than what is printed. A window of dates is asked for at its worst: a few days, late
in a long history.
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
# Records before a deep page: ten thousand pages of fifty.
DEEP = 500_000
# Terms by the percentile of their document frequency: words come by their frequency.
TERMS = {"99.9": WORDS // 1_000 - 1, "90": WORDS // 10 - 1, "50": WORDS // 2 - 1}


@dataclass(frozen=True)
class Question:
    """Paths that ask the same, over and over; `deep`: from where in the list."""

    name: str
    paths: Sequence[str]
    deep: bool = False
    once: bool = False  # too slow, in a large base, to be asked often


def _days(path: str) -> list[str]:
    return [f"{path}overlaps=2040-12-{day:02}/2040-12-{day + 6:02}" for day in range(3, 22)]


def questions() -> list[Question]:
    words = Fiction().words
    rare = [f"/v1/initiatives?focus_area={area}" for area in RARE]
    claims = [f"/v1/initiatives/initiative-{i}" for i in (0, 1, 2, 3, 10, 11, 12, 13)]
    include = "?include=office,focus_areas,expected_outcomes,timeline_items"
    related = "?include=broader,related,narrower,initiatives,expected_outcomes,timeline_items"
    return [
        Question("page one", ["/v1/initiatives", "/v1/expected-outcomes"]),
        Question("deep page", ["/v1/initiatives?count=none&limit=50"], deep=True),
        Question("detail", claims),
        Question("overlap", _days("/v1/timeline-items?")),
        Question("selective facet", [f"{path}&facet=kind,office,document" for path in rare]),
        Question("selective page", rare),
        Question("detail with all includes", [f"{path}{include}" for path in claims]),
        Question(
            "focus area with all includes",
            [f"/v1/focus-areas/area-{i}{related}" for i in (1, 2, 3)],
        ),
        Question("broad page", [f"/v1/initiatives?focus_area=area-{i}" for i in (1, 2, 3, 10, 50)]),
        Question("facet of everything", ["/v1/initiatives?limit=1&facet=focus_area"], once=True),
        *(
            Question(
                f"search, {percentile}th percentile",
                [f"/v1/search?limit=20&q={quote(words[place + i])}" for i in range(5)],
            )
            for percentile, place in TERMS.items()
        ),
    ]


# The questions that have a mark: the ratio of the largest base to the smallest.
MARKED = ("page one", "deep page", "detail", "overlap", "selective facet")


def measure(urls: Sequence[str], asked: Sequence[Question]) -> list[dict[str, float]]:
    """Milliseconds of half of the answers to each question, of each base. All are asked in turn, so
    that a noisy machine is noisy to all of them."""
    with ExitStack() as stack:
        clients = [stack.enter_context(_serving(url)) for url in urls]
        found: list[dict[str, float]] = [{} for _ in clients]
        for one in asked:
            for place, milliseconds in enumerate(_measure(clients, one)):
                found[place][one.name] = milliseconds
    return found


@contextmanager
def _serving(url: str) -> Iterator[httpx.Client]:
    port = free_port()
    here = {"COMMUNIQUE_DATABASE_URL": url, "COMMUNIQUE_CACHE_BYTES": "0"}
    with (
        running(communique(port), port, "/readyz", here),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300) as client,
    ):
        yield client


def _measure(clients: Sequence[httpx.Client], question: Question) -> list[float]:
    times = 3 if question.once else TIMES
    asked = [
        [_go_deep(client, path) for path in question.paths] if question.deep else question.paths
        for client in clients
    ]
    taken: list[list[float]] = [[] for _ in clients]
    for i in range(times + len(question.paths)):
        for client, paths, mine in zip(clients, asked, taken, strict=True):
            begun = time.perf_counter()
            client.get(paths[i % len(paths)]).raise_for_status()
            mine.append((time.perf_counter() - begun) * 1_000)
    # The first of each path are to warm up.
    return [statistics.median(mine[len(question.paths) :]) for mine in taken]


def _go_deep(client: httpx.Client, path: str) -> str:
    """The path of the page after ten thousand others, or in the middle of a shorter list.

    Cursors are opaque, so the list is walked, in large steps; the last one is as asked for."""
    total = client.get(f"{path.partition('?')[0]}?limit=1&count=exact").json()["total"]
    step = 200 if total > 1_000 else 10
    asked = path.replace("limit=50", f"limit={step}")
    for _ in range(min(DEEP, total // 2) // step):
        asked = client.get(asked).json()["next"]
    return asked.replace(f"limit={step}", "limit=50")
