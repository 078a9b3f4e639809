"""Fictional bases of any size, the same each time: what the benchmarks ask.

Words, focus areas and offices come as they do in the world, few of them often and most of them
seldom (Zipf); focus areas are a tree ten deep; the timeline reaches from 1900 to 2040, and what
has no end is everywhere in it. Beside these there are focus areas that have the same few records
(`RARE`) in a base of any size, so that a selective question can be asked of all of them.
"""

import gc
import random
from collections.abc import Iterator
from itertools import accumulate, islice
from typing import Any

from app.changes.apply import apply
from app.rules.changes import Change
from app.schemas.entities import ENTITIES
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import write_session

Json = dict[str, Any]
Found = tuple[str, Json]  # the type of a record, and the record

WORDS = 50_000
RARE = [f"rare-{i}" for i in range(10)]
RARE_RECORDS = 12
AREAS, OFFICES, DOCUMENTS = 400, 100, 20
PART = 20_000
SYLLABLES = ["ba", "de", "fi", "go", "lu", "ma", "ne", "po", "ra", "si", "to", "vu", "ka", "le"]


def zipf(number: int) -> list[float]:
    """Weights, cumulated, under which the second is half as frequent as the first."""
    return list(accumulate(1 / (rank + 1) for rank in range(number)))


class Fiction:
    """Records that nobody wrote, the same ones for the same size."""

    def __init__(self) -> None:
        self.chance = random.Random(1)
        made: dict[str, None] = {}
        while len(made) < WORDS:
            made["".join(self.chance.choices(SYLLABLES, k=self.chance.randint(2, 5)))] = None
        self.words = list(made)
        self.weights = {number: zipf(number) for number in (WORDS, AREAS, OFFICES)}

    def rank(self, number: int) -> int:
        """One of so many, the first ones more often."""
        return self.chance.choices(range(number), cum_weights=self.weights[number])[0]

    def text(self, least: int, most: int) -> str:
        length = self.chance.randint(least, most)
        return " ".join(self.chance.choices(self.words, cum_weights=self.weights[WORDS], k=length))

    def cite(self, exact: str, *supports: str) -> Json:
        start = self.chance.randint(0, 900_000)
        return {
            "document_slug": f"document-{self.chance.randrange(DOCUMENTS)}",
            "section": [self.text(2, 4)],
            "exact": exact,
            "prefix": self.text(3, 5),
            "suffix": self.text(3, 5),
            "start": start,
            "end": start + len(exact),
            "supports": list(supports),
        }

    def claim(self, slug: str, main: str, place: int, **more: Any) -> Json:
        said = self.text(6, 14)
        areas = {f"area-{self.rank(AREAS)}" for _ in range(self.chance.randint(1, 3))}
        if place < RARE_RECORDS * len(RARE):
            areas.add(RARE[place % len(RARE)])
        citations = [self.cite(said, main), self.cite(self.text(3, 8), "focus_area_slugs")]
        derived = {**dict.fromkeys(more, "As read"), "office_slug": "The only one there is"}
        if self.chance.random() < 0.5:
            citations.append(self.cite(self.text(10, 25), "modality"))
        else:
            derived["modality"] = "From the heading above it"
        return {
            "slug": slug,
            main: said,
            "modality": self.chance.choice(["stated", "prospective", "recommended"]),
            "office_slug": f"office-{self.rank(OFFICES)}",
            "focus_area_slugs": sorted(areas),
            **more,
            "citations": citations,
            "derived": derived,
        }

    def dates(self) -> Json:
        """The sides of an item, as a curator would write them."""
        year, month = self.chance.randint(1900, 2040), self.chance.randint(1, 12)
        day = f"{year}-{month:02}-{self.chance.randint(1, 28):02}"
        later = str(year + self.chance.randint(1, 9))
        kinds: list[tuple[str, str, str | None]] = [
            (day, "same", None),
            (f"{year}-{33 + (month - 1) // 3}", "same", None),
            (str(year), "same", None),
            (str(year), "open", None),
            (str(year), "dated", later),
            (day, "dated", later),
        ]
        start, end_kind, end = self.chance.choices(kinds, weights=[20, 15, 20, 10, 15, 20])[0]
        sides: Json = {"start_edtf": start, "start_kind": "dated", "end_kind": end_kind}
        if end is not None:
            sides["end_edtf"] = end
        return {"wording": start if end is None else f"{start} to {end}", **sides}


def make_records(number: int) -> Iterator[Found]:
    """About so many records, none before those that it names."""
    fiction = Fiction()
    words = fiction.words
    made = [
        *(("document", _document(fiction, i)) for i in range(DOCUMENTS)),
        *(("office", _office(i)) for i in range(OFFICES)),
        *(("focus_area", _area(f"area-{i}", words[i], i)) for i in range(AREAS)),
        *(("focus_area", _area(slug, slug, 0)) for slug in RARE),
    ]
    yield from made
    for i in range(number - len(made)):
        # Of each type, the first ones have the rare focus areas.
        if i % 10 < 4:
            place = i // 10 * 4 + i % 10
            yield "initiative", fiction.claim(f"initiative-{i}", "title", place, kind="initiative")
        elif i % 10 < 7:
            place = i // 10 * 3 + i % 10 - 4
            yield "expected_outcome", fiction.claim(f"outcome-{i}", "statement", place)
        else:
            place = i // 10 * 3 + i % 10 - 7
            yield "timeline_item", fiction.claim(f"item-{i}", "title", place, **fiction.dates())


def _document(fiction: Fiction, i: int) -> Json:
    said = {"title": fiction.text(3, 8), "language": "en", "voice": "about", "sha256": "0" * 64}
    return {"slug": f"document-{i}", **said}


def _office(i: int) -> Json:
    said = {"name": f"Office {i}", "organization": "Ministry of Ruritania", "city": "Strelsau"}
    said["country"] = "ZZ"
    return {"slug": f"office-{i}", **said, "derived": dict.fromkeys(said, "Made up")}


def _area(slug: str, word: str, place: int) -> Json:
    """A focus area below the one with half its number: nine levels for 400."""
    said: Json = {"name": f"{slug} {word}"}
    if place > 1:
        said["broader_slugs"] = [f"area-{place // 2}"]
    return {"slug": slug, **said, "derived": dict.fromkeys(said, "Made up")}


def make_bundle(number: int) -> dict[str, list[Json]]:
    """The same as a bundle."""
    bundle: dict[str, list[Json]] = {entity.bundle_key: [] for entity in ENTITIES.values()}
    for type_, record in make_records(number):
        bundle[ENTITIES[type_].bundle_key].append(record)
    return bundle


def fill(url: str, number: int) -> None:
    """Write so many records into a new base, through the one write path, in several revisions."""
    engine = make_engine(Settings(database_url=url))
    migrate(engine)
    records = make_records(number)
    gc.disable()
    for some in iter(lambda: list(islice(records, PART)), []):
        changes = [
            Change("create", type_, found["slug"], ENTITIES[type_].create.model_validate(found))
            for type_, found in some
        ]
        with write_session(engine) as session:
            apply(session, changes, "bench", "Fiction")
    gc.enable()
    engine.dispose()
