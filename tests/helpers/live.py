"""A base that is written to while clients read it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import Engine, select, text

from app.changes.apply import apply
from app.errors import InvalidRecords, StillReferenced
from app.rules.changes import Change
from app.store.models import MODELS
from app.store.sessions import read_session, write_session
from tests.helpers import fictional
from tests.helpers.bases import engine_of
from tests.helpers.servers import serving

AREAS = ("bridges", "towers", "gates", "walls")


CLAIMS = ("one", "two", "three")
CODES = tuple({"scheme": "IATI", "value": f"ZZ-{i}"} for i in range(3))


@dataclass
class Live:
    """A base, a server over it, and a way to write to it."""

    engine: Engine
    client: httpx.Client

    def __post_init__(self) -> None:
        self.states = States(self.client)

    @property
    def url(self) -> str:
        return str(self.client.base_url)

    def __repr__(self) -> str:
        return "a live base"

    def present(self) -> dict[str, set[str]]:
        with read_session(self.engine) as session:
            return {
                type_: set(session.scalars(select(model.slug)))
                for type_, model in MODELS.items()
            }

    def write(self, changes: list[Change]) -> bool:
        """Whether the rules allowed it."""
        with write_session(self.engine) as session:
            try:
                apply(session, changes, "test", "Some changes")
            except (InvalidRecords, StillReferenced):
                return False
        return True


@contextmanager
def live_base(url: str) -> Iterator[Live]:
    """A server over the base, and a way to write to it."""
    with engine_of(url) as engine, serving(url) as client:
        yield Live(engine, client)


class States:
    """What the base was at each revision, read from its feed as far as it goes by now."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.path = "/v1/changes?limit=200"
        self.states: list[dict[tuple[str, str], Any]] = [{}]
        self.there: dict[tuple[str, str], Any] = {}

    def read(self) -> list[dict[tuple[str, str], Any]]:
        while True:
            page = self.client.get(self.path).raise_for_status().json()
            for change in page["items"]:
                key = (change["type"], change["slug"])
                self.there.pop(key, None)
                if change["record"] is not None:
                    self.there[key] = change["record"]
                if change["last_of_revision"]:
                    self.states.append(dict(self.there))
            self.path = page["next"] or page["delta"]
            if page["next"] is None:
                return self.states


def some_changes(chance: random.Random, live: Live) -> list[Change]:
    """A few records that come, change or go together; the rules may refuse them."""
    present = live.present()
    changes: dict[tuple[str, str], Change] = {}
    for _ in range(chance.randint(1, 5)):
        type_ = chance.choice(
            ["focus_area", "initiative", "expected_outcome", "timeline_item"]
        )
        slug = chance.choice(AREAS if type_ == "focus_area" else CLAIMS)
        there = slug in present[type_]
        if there and chance.random() < 0.4:
            changes[type_, slug] = fictional.delete(type_, slug)
            continue
        codes = chance.sample(CODES, chance.randint(0, 2))
        fields: dict[str, Any] = {"identifiers": codes}
        if type_ == "focus_area":
            fields["name"] = f"{slug} {chance.randint(1, 3)}"
            fields["label_languages"] = chance.choice([{}, {fields["name"]: "de"}])
            fields["broader_slugs"] = chance.sample(AREAS, chance.randint(0, 2))
        else:
            fields["focus_area_slugs"] = chance.sample(
                [*AREAS, "moats"], chance.randint(0, 2)
            )
            fields["modality"] = chance.choice(["stated", "recommended"])
        if type_ in ("expected_outcome", "timeline_item"):
            fields["initiative_slug"] = chance.choice([None, *CLAIMS])
        make = fictional.update if there else fictional.create
        changes[type_, slug] = make(type_, slug, **fields)
    return list(changes.values())


def replay(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    """Every change that there is, by following `next`."""
    changes: list[dict[str, Any]] = []
    while True:
        page = client.get(path).raise_for_status().json()
        changes += page["items"]
        if page["next"] is None:
            return changes
        path = page["next"]


def put_back(live: Live, revision: int) -> None:
    """The log as it was at an earlier revision, as a base from a backup has it."""
    with live.engine.begin() as connection:
        for table in ("change", "revision"):
            column = "number" if table == "revision" else "revision"
            connection.execute(
                text(f"DELETE FROM {table} WHERE {column} > :at"), {"at": revision}
            )
