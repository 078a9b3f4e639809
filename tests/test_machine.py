"""Several writers, any order of writes: the base, its history, the search documents, the feed and
the past always agree with a model that is a dictionary.

    .venv/bin/pytest tests/test_machine.py -s                                # shows what was done
    TEST_FACTOR=25 .venv/bin/pytest tests/test_machine.py -s      # much more of it
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.bundles.load import load_bundle
from app.schemas.record_types import ENTITIES
from app.store.models import SearchDocument
from app.store.sessions import read_session
from tests.helpers import fictional
from tests.helpers.bases import Bases, engine_of, make_key
from tests.helpers.examples import FACTOR
from tests.helpers.servers import serving
from tests.helpers.tables import require_agreement

Json = dict[str, Any]
Key = tuple[str, str]
AREAS, CLAIMS = ("bridges", "towers", "gates"), ("one", "two", "three")
WORDS = ("amber", "basalt", "cobalt")
TYPES = {"focus_area": AREAS, "initiative": CLAIMS, "expected_outcome": CLAIMS}
COLLECTIONS = {type_: ENTITIES[type_].collection for type_ in TYPES}
MERGE = "application/merge-patch+json"

keys = st.sampled_from([(type_, slug) for type_, slugs in TYPES.items() for slug in slugs])
words = st.sampled_from(WORDS)
areas = st.lists(st.sampled_from(AREAS), unique=True, max_size=2)
initiatives = st.sampled_from([None, *CLAIMS])
writers = st.integers(0, 2)
some_keys = st.lists(keys, min_size=1, max_size=4, unique=True)


def make(key: Key, word: str, area_slugs: list[str], initiative: str | None) -> Json:
    """A record that says the word; as a curator gives it."""
    type_, slug = key
    text = f"{slug} {word}"
    if type_ == "focus_area":
        raw = fictional.focus_area(slug, name=text)
    elif type_ == "initiative":
        raw = fictional.record(type_, slug, title=text, focus_area_slugs=area_slugs)
    else:
        fields = {
            "statement": text,
            "focus_area_slugs": area_slugs,
            "initiative_slug": initiative,
        }
        raw = fictional.record(type_, slug, **fields)
    record: Json = ENTITIES[type_].create.model_validate(raw).model_dump(mode="json")
    return record


def references(record: Json) -> set[Key]:
    keys = {("focus_area", slug) for slug in record.get("focus_area_slugs", ())}
    if record.get("initiative_slug"):
        keys.add(("initiative", record["initiative_slug"]))
    return keys


class Model:
    """What the base must be: records, the last version of each slug, and every earlier state."""

    def __init__(self) -> None:
        self.records: dict[Key, Json] = {}
        self.versions: dict[Key, int] = {}
        self.states: dict[int, dict[Key, tuple[Json, int]]] = {}
        self.authors: dict[int, str] = {}
        self.revision = 0

    def allows(self, changes: dict[Key, Json | None]) -> bool:
        """Whether every reference would lead somewhere."""
        after = {k: v for k, v in (self.records | changes).items() if v is not None}
        return all(references(record) <= after.keys() for record in after.values())

    def write(self, changes: dict[Key, Json | None], author: str) -> None:
        """One revision, unless nothing changes."""
        real = {k: v for k, v in changes.items() if self.records.get(k) != v}
        if not real:
            return
        for key, record in real.items():
            self.versions[key] = self.versions.get(key, 0) + 1
            if record is None:
                del self.records[key]
            else:
                self.records[key] = record
        self.revision += 1
        self.authors[self.revision] = author
        self.states[self.revision] = self.state()

    def state(self) -> dict[Key, tuple[Json, int]]:
        return {key: (record, self.versions[key]) for key, record in self.records.items()}


class Writers(RuleBasedStateMachine):
    """The rules; a subclass knows how a base is made."""

    new_base: Callable[[], str]
    done: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.model = Model()
        self.numbers = count(1)
        self.copy: dict[Key, Json] = {}

    @initialize()
    def begin(self) -> None:
        url = type(self).new_base()
        self.engine = self.open.enter_context(engine_of(url))
        self.client = self.open.enter_context(serving(url, as_of_bases=2))
        self.folder = Path(self.open.enter_context(TemporaryDirectory()))
        self.names = ["Rudolf", "Flavia", "Michael"]
        self.keys = [make_key(url, "write", name) for name in self.names]
        first = fictional.base(focus_areas=[])
        first["focus_areas"] = []
        self.load_bundle(first, "first", prune=False)
        self.model.revision = 1
        self.model.authors[1] = "first"
        self.model.states[1] = {}
        self.since = "/v1/changes?since=1"

    def teardown(self) -> None:
        self.open.close()

    def count(self, step: str) -> None:
        self.done[step] += 1

    # --- what the writers do -----------------------------------------------------------------

    def send(self, writer: int, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self.keys[writer]}",
            **options.pop("headers", {}),
        }
        if "validate_only" not in path:
            headers["Idempotency-Key"] = f"request-{next(self.numbers)}"
        if "json" in options:
            options["content"] = json.dumps(options.pop("json"))
            headers.setdefault("Content-Type", "application/json")
        answer = self.client.request(method, path, headers=headers, **options)
        again = self.client.request(method, path, headers=headers, **options)
        assert (again.status_code, again.content) == (answer.status_code, answer.content)
        assert answer.status_code < 500
        return answer

    def expect(
        self, answer: httpx.Response, writer: int, changes: dict[Key, Json | None]
    ) -> None:
        """The write was carried out just when the model allows it."""
        allowed = self.model.allows(changes)
        assert answer.is_success == allowed, (answer.text, changes)
        self.count(f"{answer.request.method.lower()} {answer.status_code}")
        if allowed:
            self.model.write(changes, self.names[writer])

    def path(self, key: Key) -> str:
        return f"/v1/{COLLECTIONS[key[0]]}/{key[1]}"

    def tag(self, key: Key) -> dict[str, str]:
        return {"If-Match": f'"{self.model.versions[key]}"'}

    @rule(
        writer=writers,
        key=keys,
        word=words,
        area_slugs=areas,
        initiative=st.sampled_from([None, *CLAIMS]),
    )
    def put(
        self, writer: int, key: Key, word: str, area_slugs: list[str], initiative: str | None
    ) -> None:
        record = make(key, word, area_slugs, initiative)
        there = key in self.model.records
        headers = self.tag(key) if there else {"If-None-Match": "*"}
        answer = self.send(writer, "PUT", self.path(key), json=record, headers=headers)
        self.expect(answer, writer, {key: record})

    @rule(writer=writers, key=keys, word=words, area_slugs=areas)
    def post(self, writer: int, key: Key, word: str, area_slugs: list[str]) -> None:
        record = make(key, word, area_slugs, None)
        answer = self.send(writer, "POST", f"/v1/{COLLECTIONS[key[0]]}", json=record)
        if key in self.model.records and self.model.allows({key: record}):
            assert (answer.status_code, answer.json()["code"]) == (409, "already-exists")
            self.count("post 409")
        else:
            self.expect(answer, writer, {key: record})

    def some_record(self, data: Any) -> Key:
        key: Key = data.draw(st.sampled_from(sorted(self.model.records)))
        return key

    @precondition(lambda self: self.model.records)
    @rule(writer=writers, word=words, area_slugs=areas, data=st.data())
    def patch(self, writer: int, word: str, area_slugs: list[str], data: Any) -> None:
        key = self.some_record(data)
        old = self.model.records[key]
        new = make(key, word, area_slugs, old.get("initiative_slug"))
        reasons = {name: None for name in old["derived"] if name not in new["derived"]}
        part = {name: value for name, value in new.items() if value != old[name]}
        if "derived" in part:
            part["derived"] = new["derived"] | reasons
        headers = {"Content-Type": MERGE, **self.tag(key)}
        answer = self.send(writer, "PATCH", self.path(key), json=part, headers=headers)
        self.expect(answer, writer, {key: new})

    @precondition(lambda self: self.model.records)
    @rule(writer=writers, data=st.data())
    def delete(self, writer: int, data: Any) -> None:
        key = self.some_record(data)
        answer = self.send(writer, "DELETE", self.path(key), headers=self.tag(key))
        self.expect(answer, writer, {key: None})

    @precondition(lambda self: self.model.records)
    @rule(writer=writers, away=st.sampled_from([-2, -1, 1]), data=st.data())
    def stale(self, writer: int, away: int, data: Any) -> None:
        """Somebody who has not seen the last version overwrites nothing."""
        key = self.some_record(data)
        headers = {"If-Match": f'"{max(0, self.model.versions[key] + away)}"'}
        headers["Content-Type"] = MERGE
        for method, body in (("DELETE", None), ("PATCH", "{}")):
            answer = self.send(writer, method, self.path(key), content=body, headers=headers)
            records = answer.json()["errors"][0]["version"]
            assert (answer.status_code, records) == (412, self.model.versions[key])
        self.count("stale 412")

    @precondition(lambda self: self.model.versions)
    @rule(writer=writers, data=st.data())
    def restore(self, writer: int, data: Any) -> None:
        key = data.draw(st.sampled_from(sorted(self.model.versions)))
        history = self.client.get(f"{self.path(key)}/revisions?limit=200").json()["items"]
        revision = data.draw(st.sampled_from(history))
        headers = self.tag(key) if key in self.model.records else {}
        answer = self.send(writer, "POST", f"{revision['url']}/restore", headers=headers)
        if revision["operation"] == "delete":
            assert answer.status_code == 422
        else:
            past, _ = self.model.states[revision["revision"]][key]
            self.expect(answer, writer, {key: past})
        self.count("restore")

    @rule(writer=writers, record_keys=some_keys, data=st.data())
    def changeset(self, writer: int, record_keys: list[Key], data: Any) -> None:
        changes: dict[Key, Json | None] = {}
        requests = []
        for key in record_keys:
            request: Json = {"type": key[0], "slug": key[1]}
            there = key in self.model.records
            if there and data.draw(st.booleans()):
                changes[key] = None
                request |= {"operation": "delete", "version": self.model.versions[key]}
            else:
                changes[key] = make(key, data.draw(words), data.draw(areas), None)
                request |= {
                    "operation": "update" if there else "create",
                    "record": changes[key],
                }
                request |= {"version": self.model.versions[key]} if there else {}
            requests.append(request)
        body = {"message": "Some changes", "changes": requests}
        preview = self.send(writer, "POST", "/v1/changesets?validate_only=true", json=body)
        assert preview.json()["valid"] == self.model.allows(changes)
        self.expect(self.send(writer, "POST", "/v1/changesets", json=body), writer, changes)
        self.count("changeset")

    @rule(
        record_keys=st.lists(keys, max_size=5, unique=True), word=words, prune=st.booleans()
    )
    def load(self, record_keys: list[Key], word: str, prune: bool) -> None:
        """A bundle comes over the command line, past the server."""
        bundle = fictional.base(focus_areas=[])
        bundle["focus_areas"] = []
        changes: dict[Key, Json | None] = {}
        for key in record_keys:
            changes[key] = make(key, word, [], None)
            bundle.setdefault(ENTITIES[key[0]].bundle_key, []).append(changes[key])
        if prune:
            changes |= {key: None for key in self.model.records if key not in changes}
        if self.model.allows(changes):
            self.load_bundle(bundle, "load", prune=prune)
            self.model.write(changes, "load")
            self.count("load")

    def load_bundle(self, bundle: Json, author: str, *, prune: bool) -> None:
        path = fictional.write(self.folder / "bundle.json", bundle)
        load_bundle(self.engine, path, author=author, prune=prune)

    @rule(data=st.data())
    def look_back(self, data: Any) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.states)))
        assert self.read(f"&as_of={number}") == self.model.states[number]
        for word in WORDS:
            assert self.find(word, f"&as_of={number}") == self.saying(
                word, self.model.states[number]
            )
        self.count("look back")

    # --- what always holds -------------------------------------------------------------------

    def read(self, options: str = "") -> dict[Key, tuple[Json, int]]:
        """The base, as its lists have it."""
        records = {}
        for type_ in TYPES:
            page = self.client.get(
                f"/v1/{COLLECTIONS[type_]}?limit=200&count=exact{options}"
            ).json()
            assert page["total"] == len(page["items"])
            for item in page["items"]:
                curated = {name: item[name] for name in ENTITIES[type_].create.model_fields}
                records[type_, item["slug"]] = (curated, item["version"])
        return records

    def find(self, word: str, options: str = "") -> set[Key]:
        rows = self.client.get(
            f"/v1/search?q={word}&sort=type,slug&limit=200{options}"
        ).json()["items"]
        return {(row["type"], row["slug"]) for row in rows}

    @staticmethod
    def saying(word: str, state: dict[Key, tuple[Json, int]]) -> set[Key]:
        """Who says the word, or is about a focus area that is called so."""
        called = {
            key for key, (record, _) in state.items() if word in str(record.get("name"))
        }
        return called | {
            key
            for key, (record, _) in state.items()
            if word in str(record.get("title", record.get("statement")))
            or called & {("focus_area", slug) for slug in record.get("focus_area_slugs", ())}
        }

    @invariant()
    def base_is_the_model(self) -> None:
        if self.model.revision:
            assert self.client.get("/v1").json()["revision"] == self.model.revision
            assert self.read() == self.model.state()
            with read_session(self.engine) as session:
                require_agreement(session)

    @invariant()
    def history_has_every_version(self) -> None:
        for key, version in self.model.versions.items():
            items = self.client.get(f"{self.path(key)}/revisions?limit=200").json()["items"]
            assert [item["version"] for item in items] == list(range(version, 0, -1))
            assert all(
                self.model.authors[item["revision"]] == item["author"] for item in items
            )

    @invariant()
    def words_are_found(self) -> None:
        if not self.model.revision:
            return
        for word in WORDS:
            assert self.find(word) == self.saying(word, self.model.state())
        with read_session(self.engine) as session:
            indexed = set(session.execute(select(SearchDocument.type, SearchDocument.slug)))
        fixed = {("document", "memorandum"), ("office", "strelsau")}
        assert {tuple(row) for row in indexed} == set(self.model.records) | fixed

    @invariant()
    def feed_makes_the_same_copy(self) -> None:
        for change in self.changes():
            key = (change["type"], change["slug"])
            if change["operation"] == "delete":
                del self.copy[key]
            else:
                self.copy[key] = change["record"]
        curated = {
            key: {name: record[name] for name in ENTITIES[key[0]].create.model_fields}
            for key, record in self.copy.items()
        }
        assert curated == self.model.records

    def changes(self) -> Iterator[Json]:
        if not self.model.revision:
            return
        path = self.since
        while path:
            page = self.client.get(path).json()
            yield from page["items"]
            path, self.since = page["next"], page["delta"] or self.since


@pytest.mark.either_engine
@pytest.mark.accept
def test_writers_agree_with_the_model(bases: Bases) -> None:
    done: Counter[str] = Counter()

    class Here(Writers):
        new_base = staticmethod(lambda: bases.make("empty"))

    Here.done = done
    options = settings(
        max_examples=3 * FACTOR,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Here, settings=options)
    kinds = ", ".join(f"{what}: {number}" for what, number in sorted(done.items()))
    sys.stdout.write(f"\n{type(bases).__name__}: {sum(done.values())} steps. {kinds}\n")
    assert sum(done.values()) > 50
