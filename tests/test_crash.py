"""A server that is killed while it writes: all of a change list or nothing, and it starts again."""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.helpers import fictional
from tests.helpers.bases import make_key
from tests.helpers.command_line import COMMAND, environment, free_port

Json = dict[str, Any]
RECORDS = 40  # of one change list


@dataclass
class Sent:
    """A change list, and what it was answered; None: the connection broke."""

    body: Json
    key: str
    answer: httpx.Response | None = None


@dataclass
class Writer:
    """Sends one change list after the other until the server is gone."""

    name: str
    address: str
    headers: dict[str, str]
    sent: list[Sent] = field(default_factory=list)

    def run(self) -> None:
        with httpx.Client(base_url=self.address, headers=self.headers, timeout=30) as client:
            while True:
                sent_list = Sent(
                    changeset(f"{self.name}-{len(self.sent)}"), f"{self.name}{len(self.sent)}"
                )
                self.sent.append(sent_list)
                try:
                    sent_list.answer = send(client, sent_list)
                except httpx.TransportError:
                    return


def changeset(name: str) -> Json:
    changes = [
        {
            "operation": "create",
            "type": "initiative",
            "slug": f"{name}-{i}",
            "record": fictional.record(
                "initiative", f"{name}-{i}", focus_area_slugs=["trade"]
            ),
        }
        for i in range(RECORDS)
    ]
    return {"message": name, "changes": changes}


def send(client: httpx.Client, request: Sent) -> httpx.Response:
    return client.post(
        "/v1/changesets", json=request.body, headers={"Idempotency-Key": request.key}
    )


@contextmanager
def started(url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process that answers, and its address."""
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        env=environment(url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                if httpx.get(f"{address}/readyz", verify=False).status_code == 200:
                    break
            time.sleep(0.05)
        yield process, address
    finally:
        process.kill()
        process.wait()


@pytest.mark.accept
def test_kill_during_change_lists_leaves_each_whole_or_absent(small_url: str) -> None:
    headers = {"Authorization": f"Bearer {make_key(small_url, 'write')}"}
    with started(small_url) as (process, address):
        writers = [Writer(f"writer-{i}", address, headers) for i in range(4)]
        threads = [threading.Thread(target=writer.run) for writer in writers]
        for thread in threads:
            thread.start()
        time.sleep(random.uniform(0.3, 1.0))
        os.kill(process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    sent = [request for writer in writers for request in writer.sent]
    assert any(request.answer is None for request in sent)
    with (
        started(small_url) as (_, address),
        httpx.Client(base_url=address, headers=headers, timeout=60) as client,
    ):
        log = client.get("/v1/revisions?limit=200").json()["items"]
        assert [revision["revision"] for revision in log] == list(range(len(log), 0, -1))
        logged = {revision["message"] for revision in log}
        for request in sent:
            there = find(client, request.body["message"])
            assert there in (0, RECORDS)
            assert (there == RECORDS) == (request.body["message"] in logged)
            if request.answer is not None:
                assert (request.answer.status_code, there) == (201, RECORDS)
        # Whoever got no answer asks again, and each change list is there once.
        for request in sent:
            if request.answer is None:
                again = send(client, request)
                while again.status_code == 409 and again.json()["code"] == "still-running":
                    time.sleep(1)  # For as long as it could still be at work.
                    again = send(client, request)
                assert again.status_code == 201
            assert find(client, request.body["message"]) == RECORDS
        total = client.get("/v1").json()
        assert total["counts"]["initiatives"] == RECORDS * len(sent)
        assert total["revision"] == len(sent) + 1


def find(client: httpx.Client, name: str) -> int:
    """How many records of the change list are there."""
    slugs = [("slug", f"{name}-{i}") for i in range(RECORDS)]
    page = client.get("/v1/initiatives", params=[*slugs, ("limit", "200")]).json()
    assert all(item["version"] == 1 for item in page["items"])
    return int(page["total"])
