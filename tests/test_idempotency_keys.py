"""Requests that are sent again, and requests that are sent at once."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.helpers import fictional
from tests.helpers.bases import make_key
from tests.helpers.writing import patch, revision

pytestmark = pytest.mark.either_engine

AREAS = "/v1/focus-areas"
KEY = {"Idempotency-Key": "dig-1"}
REPLAYED = "Idempotency-Replayed"


def dig(client: httpx.Client, **fields: object) -> httpx.Response:
    """Create the focus area `canals`, under the same key each time."""
    return client.post(AREAS, json=fictional.focus_area("canals", **fields), headers=KEY)


def test_repeated_request_gets_the_first_response(curator: httpx.Client) -> None:
    first, again = dig(curator), dig(curator)
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    for name in ("ETag", "Location", "Content-Type", "Communique-Revision"):
        assert again.headers[name] == first.headers[name]
    assert revision(curator) == 2


def test_repeated_response_says_so(curator: httpx.Client) -> None:
    assert REPLAYED not in dig(curator).headers
    assert dig(curator).headers[REPLAYED] == "true"


def test_key_belongs_to_one_request(curator: httpx.Client) -> None:
    dig(curator)
    other_body = dig(curator, aliases=[])
    assert (other_body.status_code, other_body.json()["code"]) == (
        422,
        "idempotency-key-reused",
    )
    other_path = curator.post("/v1/offices", json=fictional.focus_area("canals"), headers=KEY)
    assert other_path.status_code == 422


def test_refusal_is_repeated_although_the_request_would_pass_now(
    curator: httpx.Client,
) -> None:
    curator.post(AREAS, json=fictional.focus_area("canals"))
    refused = dig(curator)
    curator.delete(f"{AREAS}/canals", headers={"If-Match": "*"})
    again = dig(curator)
    assert (refused.status_code, again.status_code) == (409, 409)
    assert again.content == refused.content


def test_same_key_of_another_sender_is_another_key(
    curator: httpx.Client, varied_url: str
) -> None:
    dig(curator)
    sender = {"Authorization": f"Bearer {make_key(varied_url, 'write', 'Sapt')}"}
    area = fictional.focus_area("canals")
    response = curator.post(AREAS, json=area, headers=KEY | sender)
    assert (response.status_code, response.json()["code"]) == (409, "already-exists")


def test_request_is_carried_out_once_however_often_it_is_sent_at_once(
    curator: httpx.Client,
) -> None:
    raw = fictional.focus_area("canals")
    start = threading.Barrier(12)

    def send(_: int) -> httpx.Response:
        start.wait()
        return curator.post("/v1/focus-areas", json=raw, headers={"Idempotency-Key": "once"})

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(12)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    running = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert done
    assert len({answer.content for answer in done}) == 1
    assert set(running) <= {"still-running"}
    assert revision(curator) == 2
    assert curator.get("/v1/focus-areas/canals").json()["version"] == 1


PATCHERS = 16


@pytest.mark.accept
def test_no_update_is_lost_among_many_patchers(curator: httpx.Client) -> None:
    path = "/v1/offices/empty-office"
    start = threading.Barrier(PATCHERS)

    def append(number: int) -> int:
        """Adds a line to the summary, trying again until nobody came between."""
        start.wait()
        for tries in range(1, 200):
            got = curator.get(path)
            lines = [*(got.json()["summary"] or "").split("\n"), str(number)]
            part = {"summary": "\n".join(filter(None, lines)), "derived": {"summary": "x"}}
            answer = patch(curator, path, part, **{"If-Match": got.headers["etag"]})
            if answer.status_code == 200:
                return tries
            assert answer.status_code == 412, answer.text
            time.sleep(random.uniform(0, 0.05) * min(tries, 10))
        raise AssertionError(number)

    with ThreadPoolExecutor(PATCHERS) as pool:
        tries = list(pool.map(append, range(PATCHERS)))
    assert sorted(map(int, curator.get(path).json()["summary"].split("\n"))) == list(
        range(PATCHERS)
    )
    assert max(tries) > 1
    history = curator.get(f"{path}/revisions?limit=200").json()["items"]
    assert [one["version"] for one in history] == list(range(PATCHERS + 1, 0, -1))
