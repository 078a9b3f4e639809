"""Fictional bases of any size, the same each time.

Words, focus areas and offices are distributed as in the world, few of them frequent and most of
them rare (Zipf); focus areas are a tree nine levels deep; the timeline reaches from 1900 to 2040,
with some items that never end. In addition there are focus areas with the same few records
(`RARE`) in a base of any size, so that a selective query is possible for all of them.
"""

import gc
import random
from collections.abc import Iterator
from itertools import accumulate, islice
from typing import Any

from sqlalchemy import Engine

from app.changes.apply import apply
from app.rules.changes import Change
from app.schemas.record_types import ENTITIES
from app.settings import Settings
from app.store.engine import make_engine
from app.store.schema import migrate
from app.store.sessions import write_session

Json = dict[str, Any]
# A type and a record.
Typed = tuple[str, Json]

WORDS = 50_000
RARE = [f"rare-{i}" for i in range(10)]
RARE_RECORDS = 12
AREAS = 400
OFFICES = 100
DOCUMENTS = 20
CHANGES_PER_REVISION = 20_000
MODALITIES = ["stated", "prospective", "recommended"]
SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "lu",
    "ma",
    "ne",
    "po",
    "ra",
    "si",
    "to",
    "vu",
    "ka",
    "le",
]


def cumulate_zipf(count: int) -> list[float]:
    """Cumulative weights: the second of `count` items is half as frequent as the first."""
    weights = [1 / rank for rank in range(1, count + 1)]
    return list(accumulate(weights))


class Fiction:
    """Generates the same texts, citations and claims each time."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        self.words = self._make_words()
        self.weights = {
            WORDS: cumulate_zipf(WORDS),
            AREAS: cumulate_zipf(AREAS),
            OFFICES: cumulate_zipf(OFFICES),
        }

    def _make_words(self) -> list[str]:
        # A dictionary keeps the order and drops repetitions.
        words: dict[str, None] = {}
        while len(words) < WORDS:
            length = self.random.randint(2, 5)
            syllables = self.random.choices(SYLLABLES, k=length)
            words["".join(syllables)] = None
        return list(words)

    def choose(self, count: int) -> int:
        """A number below `count`, the lower the more often."""
        weights = self.weights[count]
        (number,) = self.random.choices(range(count), cum_weights=weights)
        return number

    def make_text(self, min_words: int, max_words: int) -> str:
        length = self.random.randint(min_words, max_words)
        weights = self.weights[WORDS]
        words = self.random.choices(self.words, cum_weights=weights, k=length)
        return " ".join(words)

    def cite(self, exact: str, *supports: str) -> Json:
        start = self.random.randint(0, 900_000)
        return {
            "document_slug": f"document-{self.random.randrange(DOCUMENTS)}",
            "section": [self.make_text(2, 4)],
            "exact": exact,
            "prefix": self.make_text(3, 5),
            "suffix": self.make_text(3, 5),
            "start": start,
            "end": start + len(exact),
            "supports": list(supports),
        }

    def claim(self, slug: str, text_field: str, index: int, **fields: Any) -> Json:
        """A claim; `index` counts those of its type, of which the first have a rare focus area."""
        statement = self.make_text(6, 14)
        areas = self._choose_areas(index)
        citations = [
            self.cite(statement, text_field),
            self.cite(self.make_text(3, 8), "focus_area_slugs"),
        ]
        derived = dict.fromkeys(fields, "As read")
        derived["office_slug"] = "The only one there is"
        if self.random.random() < 0.5:
            lead_in = self.make_text(10, 25)
            citations.append(self.cite(lead_in, "modality"))
        else:
            derived["modality"] = "From the heading above it"
        return {
            "slug": slug,
            text_field: statement,
            "modality": self.random.choice(MODALITIES),
            "office_slug": f"office-{self.choose(OFFICES)}",
            "focus_area_slugs": areas,
            **fields,
            "citations": citations,
            "derived": derived,
        }

    def _choose_areas(self, index: int) -> list[str]:
        areas = set()
        count = self.random.randint(1, 3)
        for _ in range(count):
            areas.add(f"area-{self.choose(AREAS)}")
        if index < RARE_RECORDS * len(RARE):
            areas.add(RARE[index % len(RARE)])
        return sorted(areas)

    def make_dates(self) -> Json:
        """The sides of an item, as a curator would write them."""
        year = self.random.randint(1900, 2040)
        month = self.random.randint(1, 12)
        day = f"{year}-{month:02}-{self.random.randint(1, 28):02}"
        quarter = f"{year}-{33 + (month - 1) // 3}"
        later_year = year + self.random.randint(1, 9)
        kinds: list[tuple[str, str, str | None]] = [
            (day, "same", None),
            (quarter, "same", None),
            (str(year), "same", None),
            (str(year), "open", None),
            (str(year), "dated", str(later_year)),
            (day, "dated", str(later_year)),
        ]
        weights = [20, 15, 20, 10, 15, 20]
        (kind,) = self.random.choices(kinds, weights)
        start, end_kind, end = kind
        dates: Json = {
            "wording": start,
            "start_edtf": start,
            "start_kind": "dated",
            "end_kind": end_kind,
        }
        if end is not None:
            dates["wording"] = f"{start} to {end}"
            dates["end_edtf"] = end
        return dates


def make_records(count: int) -> Iterator[Typed]:
    """About `count` records, each after those that it refers to."""
    fiction = Fiction()
    referenced = list(_make_referenced(fiction))
    yield from referenced
    for i in range(count - len(referenced)):
        tens, digit = divmod(i, 10)
        if digit < 4:
            index = tens * 4 + digit
            claim = fiction.claim(f"initiative-{i}", "title", index, kind="initiative")
            yield "initiative", claim
        elif digit < 7:
            index = tens * 3 + digit - 4
            yield "expected_outcome", fiction.claim(f"outcome-{i}", "statement", index)
        else:
            index = tens * 3 + digit - 7
            dates = fiction.make_dates()
            yield "timeline_item", fiction.claim(f"item-{i}", "title", index, **dates)


def _make_referenced(fiction: Fiction) -> Iterator[Typed]:
    for i in range(DOCUMENTS):
        yield "document", _make_document(fiction, i)
    for i in range(OFFICES):
        yield "office", _make_office(i)
    for i in range(AREAS):
        yield "focus_area", _make_area(f"area-{i}", fiction.words[i], i)
    for slug in RARE:
        yield "focus_area", _make_area(slug, slug, 0)


def _make_document(fiction: Fiction, i: int) -> Json:
    return {
        "slug": f"document-{i}",
        "title": fiction.make_text(3, 8),
        "language": "en",
        "voice": "about",
        "sha256": "0" * 64,
    }


def _make_office(i: int) -> Json:
    fields = {
        "name": f"Office {i}",
        "organization": "Ministry of Ruritania",
        "city": "Strelsau",
        "country": "BV",
    }
    derived = dict.fromkeys(fields, "Made up")
    return {"slug": f"office-{i}", **fields, "derived": derived}


def _make_area(slug: str, word: str, number: int) -> Json:
    """A focus area below the one with half its number: nine levels for 400."""
    fields: Json = {"name": f"{slug} {word}"}
    if number > 1:
        fields["broader_slugs"] = [f"area-{number // 2}"]
    derived = dict.fromkeys(fields, "Made up")
    return {"slug": slug, **fields, "derived": derived}


def make_bundle(count: int) -> dict[str, list[Json]]:
    """The same records as a bundle."""
    bundle: dict[str, list[Json]] = {}
    for entity in ENTITIES.values():
        bundle[entity.bundle_key] = []
    for type_, record in make_records(count):
        key = ENTITIES[type_].bundle_key
        bundle[key].append(record)
    return bundle


def fill(url: str, count: int) -> None:
    """Write about `count` records into a new base, through the one write path."""
    engine = make_engine(Settings(database_url=url))
    migrate(engine)
    write_changes(engine, _make_changes(count))
    engine.dispose()


def _make_changes(count: int) -> Iterator[Change]:
    for type_, raw in make_records(count):
        record = ENTITIES[type_].create.model_validate(raw)
        yield Change("create", type_, record.slug, record)


def write_changes(
    engine: Engine,
    changes: Iterator[Change],
    per_revision: int = CHANGES_PER_REVISION,
) -> None:
    """Write the changes in several revisions."""
    # The objects of a large revision outlive every collection, which would only take time.
    gc.disable()
    while batch := list(islice(changes, per_revision)):
        with write_session(engine) as session:
            apply(session, batch, "bench", "Fiction")
    gc.enable()
