"""`as_of`: whatever is asked of the past is answered as it was answered then."""

import random
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.changes.apply import apply
from app.store.sessions import write_session
from tests.helpers.bases import Bases, engine_of
from tests.helpers.examples import examples
from tests.helpers.fictional import create, delete, update
from tests.helpers.live import Live, some_changes
from tests.helpers.servers import serving

pytestmark = pytest.mark.either_engine

QUESTIONS = (
    "/v1",
    "/v1/focus-areas?facet=broader&include=broader,related",
    "/v1/initiatives?facet=focus_area,modality&include=office,focus_areas&count=exact",
    "/v1/initiatives?focus_area=towers&sort=-updated_at&limit=2",
    "/v1/expected-outcomes?limit=1&sort=-slug",
    "/v1/expected-outcomes?updated_since=2020-01-01",
    "/v1/timeline-items?overlaps=2026-04/2026-06&facet=year,quarter",
    "/v1/documents?facet=voice",
    "/v1/offices/strelsau?include=initiatives,expected_outcomes,timeline_items",
    "/v1/focus-areas/bridges?include=narrower,initiatives",
    "/v1/focus-areas/moats?include=narrower,broader",
    "/v1/initiatives/one",
    "/v1/expected-outcomes/two",
    "/v1/search?sort=type,slug&facet=type",
    "/v1/search?q=castles&sort=slug",
    "/v1/initiatives?q=towers&sort=slug",
    "/v1/crosstab?collection=initiatives&rows=focus_area&columns=modality",
    "/v1/initiatives?format=csv",
    "/v1/timeline-items?format=ndjson&include=initiative",
    "/v1/search?format=csv",
    "/v1/timeline.ics",
)


def strip(text: str) -> str:
    """A text without `as_of` in the addresses that it has, and in the name of a calendar."""
    text = re.sub(r": as_of=\d+", "", text.replace("\r\n ", ""))
    text = re.sub(r"as_of=[^&\s\"<]*&", "", text)
    return re.sub(r"[?&]as_of=[^&\s\"<]*", "", text)


def plain(answer: httpx.Response) -> tuple[int, str, str | None]:
    """An answer, short of what says that it is of the past."""
    return answer.status_code, strip(answer.text), answer.headers.get("communique-revision")


def ask(client: httpx.Client, question: str, as_of: int | str) -> httpx.Response:
    return client.get(f"{question}{'&' if '?' in question else '?'}as_of={as_of}")


@pytest.fixture(scope="module")
def past_base(bases: Bases) -> Iterator[Live]:
    """A base that many examples write to, and ask of its past."""
    url = bases.make("small")
    with engine_of(url) as engine, serving(url, as_of_bases=3) as client:
        yield Live(engine, client)


@pytest.mark.either_engine  # A historical base is SQLite's on both.
@examples(3)
@given(seed=st.integers(0, 2**32))
@pytest.mark.accept
def test_past_is_answered_as_it_was_answered_then(past_base: Live, seed: int) -> None:
    chance = random.Random(seed)
    answered = []
    for _ in range(chance.randint(2, 5)):
        past_base.write(some_changes(chance, past_base))
        now = past_base.client.get("/v1").json()["revision"]
        answered.append(
            (now, [plain(past_base.client.get(question)) for question in QUESTIONS])
        )
    past_base.write(some_changes(chance, past_base))
    for number, expected in chance.sample(answered, len(answered)):
        again = [plain(ask(past_base.client, question, number)) for question in QUESTIONS]
        for question, past, original in zip(QUESTIONS, again, expected, strict=True):
            if past[0] == original[0] == 404:
                continue  # Suggests what there is now.
            assert past == original, question


@pytest.fixture
def client(varied_url: str) -> Iterator[httpx.Client]:
    with four_revisions(varied_url) as client:
        yield client


@pytest.fixture(scope="module")
def reading(bases: Bases) -> Iterator[httpx.Client]:
    """A client that changes nothing, not even which historical bases there are."""
    with four_revisions(bases.make("varied")) as client:
        yield client


@contextmanager
def four_revisions(url: str) -> Iterator[httpx.Client]:
    """The varied base, a change, a deletion, a creation."""
    with engine_of(url) as engine:
        area = update("focus_area", "unused", name="Idle")
        for change in (area, delete("focus_area", "unused"), create("focus_area", "canals")):
            with write_session(engine) as session:
                apply(session, [change], "test", "A change")
    with serving(url) as client:
        yield client


def test_number_and_instant_mean_the_same_past(client: httpx.Client) -> None:
    revisions = client.get("/v1/revisions").json()["items"]
    for revision in revisions:
        number, changed_at = revision["revision"], revision["changed_at"]
        by_number = ask(client, "/v1/focus-areas", number)
        by_instant = ask(client, "/v1/focus-areas", changed_at)
        assert by_number.json()["revision"] == by_instant.json()["revision"] == number
        assert strip(by_number.text) == strip(by_instant.text)
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    assert ask(client, "/v1", now).json()["revision"] == 4


@pytest.mark.accept
def test_record_that_is_gone_is_there_in_its_time(client: httpx.Client) -> None:
    statuses = [ask(client, "/v1/focus-areas/unused", n).status_code for n in range(1, 5)]
    assert statuses == [200, 200, 410, 410]
    names = [ask(client, "/v1/focus-areas/unused", n).json()["name"] for n in (1, 2)]
    assert names == ["Unused", "Idle"]
    assert ask(client, "/v1/focus-areas/canals", 3).status_code == 404
    assert "after version 2" in ask(client, "/v1/focus-areas/unused", 3).json()["detail"]


@pytest.mark.accept
def test_what_leads_on_from_the_past_stays_in_it(client: httpx.Client) -> None:
    page = ask(client, "/v1/focus-areas?limit=1&facet=broader", 2).json()
    assert "as_of=2" in page["next"]
    slugs = [item["slug"] for item in page["items"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        assert page["revision"] == 2
        slugs += [item["slug"] for item in page["items"]]
    assert slugs == ["unused", "open-data", "research", "sea-trade"]
    facet = ask(client, "/v1/focus-areas?facet=broader", 2).json()["facets"]["broader"]
    assert all("as_of=2" in bucket["url"] for bucket in facet["buckets"])


@pytest.mark.parametrize(
    ("as_of", "code", "detail"),
    [
        ("5", "cannot-look-back", "There is no revision 5 yet: the base is at 4."),
        ("0", "cannot-look-back", "There was nothing in the base at 0"),
        ("2999-12-31", "cannot-look-back", "is in the future"),
        ("1999-12-31", "cannot-look-back", "its first revision is of 20"),
        ("yesterday", "invalid-request", "neither the number of a revision nor an instant"),
        ("-1", "invalid-request", "neither"),
        ("", "invalid-request", "is empty"),
        ("2026-01-01T00:00:00", "invalid-request", "neither"),
        ("99999999999", "invalid-request", "neither"),
        ("0001-01-01T00:00:00%2B14:00", "invalid-request", "outside the years 1 to 9999"),
        ("1&as_of=2", "invalid-request", "is given 2 times"),
    ],
)
def test_past_that_cannot_be_had_is_refused(
    reading: httpx.Client, as_of: str, code: str, detail: str
) -> None:
    answer = ask(reading, "/v1/offices", as_of)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert detail in answer.json()["detail"]
    assert answer.json()["errors"][0]["parameter"] == "as_of"


def test_log_itself_is_not_asked_of_the_past(client: httpx.Client) -> None:
    for path in ("/v1/changes", "/v1/revisions", "/v1/offices/harbour-office/revisions"):
        answer = ask(client, path, 1)
        assert (answer.status_code, "Unknown parameter 'as_of'" in answer.text) == (422, True)


def test_past_that_is_too_large_is_refused(small_url: str) -> None:
    with engine_of(small_url) as engine, write_session(engine) as session:
        apply(session, [delete("focus_area", "trade")], "test", "Fewer")
    with serving(small_url, as_of_max_records=4) as client:
        answer = ask(client, "/v1/offices", 1)
        assert (answer.status_code, answer.json()["code"]) == (422, "cannot-look-back")
        assert "had 5 records at revision 1;" in answer.json()["detail"]
        assert "COMMUNIQUE_AS_OF_MAX_RECORDS" in answer.json()["detail"]
        # The present is no past.
        assert ask(client, "/v1/offices", 2).status_code == 200


@pytest.mark.accept
def test_historical_base_is_built_once_and_the_least_recently_used_goes(
    client: httpx.Client,
) -> None:
    bases = client.app.state.services.historical_bases  # type: ignore[attr-defined]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(client, "/v1/focus-areas", 1).text, range(8)))
    assert len(set(answers)) == 1
    assert len(bases.bases) == 1
    first = next(iter(bases.bases.values())).file
    for number in (2, 3, 1):
        ask(client, "/v1", number)
    assert first.exists()
    assert [stamp.number for stamp in bases.bases] == [2, 3, 1]
    object.__setattr__(bases.settings, "as_of_bases", 2)
    removed = next(iter(bases.bases.values())).file
    bases.trim()
    assert [stamp.number for stamp in bases.bases] == [3, 1]
    assert not removed.exists()


def test_nothing_of_the_past_is_left_when_the_server_has_ended(small_url: str) -> None:
    def folders() -> set[Path]:
        return set(Path(gettempdir()).glob("communique-as-of-*"))

    with engine_of(small_url) as engine, write_session(engine) as session:
        apply(session, [delete("focus_area", "trade")], "test", "Fewer")
    before = folders()
    with serving(small_url) as client:
        ask(client, "/v1", 1)
        folder = client.app.state.services.historical_bases.folder  # type: ignore[attr-defined]
        assert folder in folders() - before
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()


@pytest.mark.accept
def test_stale_answers_of_the_past_are_not_sent_again(client: httpx.Client) -> None:
    first = ask(client, "/v1/offices", 1)
    same = client.get("/v1/offices?as_of=1", headers={"If-None-Match": first.headers["etag"]})
    assert same.status_code == 304


def test_snapshot_of_the_past_is_what_the_history_says(client: httpx.Client) -> None:
    record: dict[str, Any] = client.get("/v1/focus-areas/unused/revisions/2").json()["record"]
    assert ask(client, "/v1/focus-areas/unused", 2).json() == record


@pytest.mark.accept
def test_past_stays_what_it_was_while_somebody_writes(small_url: str) -> None:
    """The revision of a moment ago may be the one of now, and not be it any more."""
    done = threading.Event()

    def write(engine: Engine) -> None:
        for i in range(60):
            with write_session(engine) as session:
                area = update("focus_area", "trade", name=f"Trade {i}")
                apply(session, [area], "test", "One more")
        done.set()

    with serving(small_url) as client, engine_of(small_url) as engine:
        writer = threading.Thread(target=write, args=(engine,))
        writer.start()
        requests = 0
        while not done.is_set():
            number = client.get("/v1").json()["revision"]
            for path in ("/v1/focus-areas/trade", "/v1/focus-areas?format=ndjson"):
                answer = ask(client, path, number)
                if answer.status_code == 503:
                    continue  # An export says so rather than show another revision.
                assert answer.headers["communique-revision"] == str(number)
                name = "Trade" if number == 1 else f"Trade {number - 2}"
                assert f'"name":"{name if number > 1 else "trade"}"' in answer.text
                requests += 1
        writer.join()
    assert requests > 5
