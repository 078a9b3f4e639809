"""Records of a plainly fictional base, as small as the rules allow: the ministry of Ruritania."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.rules.changes import Change
from app.schemas.record_types import ENTITIES
from app.schemas.timeline import find_time_mistakes
from app.schemas.write import RecordCreate, TimelineItemCreate

Json = dict[str, Any]
DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2031, 5, 1, tzinfo=UTC)

DEFAULTS: dict[str, Json] = {
    "document": {
        "title": "A memorandum",
        "language": "en",
        "voice": "issuer",
        "sha256": "0" * 64,
    },
    "office": {
        "name": "Office",
        "organization": "Ministry of Ruritania",
        "city": "Strelsau",
        "country": "BV",
    },
    "focus_area": {"name": "Area"},
    "initiative": {
        "title": "Initiative",
        "kind": "objective",
        "modality": "stated",
        "office_slug": "strelsau",
    },
    "expected_outcome": {
        "statement": "Outcome",
        "modality": "prospective",
        "office_slug": "strelsau",
    },
    "timeline_item": {
        "title": "Item",
        "modality": "recommended",
        "office_slug": "strelsau",
        "wording": "2026",
        "start_edtf": "2026",
        "start_kind": "dated",
        "end_kind": "open",
    },
}


def record(type_: str, slug: str, **fields: Any) -> Json:
    """A record that the rules accept: what no citation supports is derived."""
    raw = {"slug": slug, **DEFAULTS[type_], **fields}
    citations = raw.get("citations", [])
    supported = {name for citation in citations for name in citation["supports"]}
    exempt = {"slug", "citations", "derived", *supported}
    reasons = {
        k: "fictional" for k, v in raw.items() if k not in exempt and v not in (None, [], {})
    }
    return {**raw, "citations": citations, "derived": raw.get("derived", reasons)}


def focus_area(slug: str, **fields: Any) -> Json:
    return record("focus_area", slug, **{"name": slug.replace("-", " "), **fields})


def base(**records_by_key: list[Json]) -> Json:
    """A bundle with a document, an office, three focus areas, and more records by bundle key."""
    bundle: Json = {
        "documents": [record("document", "memorandum")],
        "offices": [record("office", "strelsau")],
        "focus_areas": [
            focus_area("castles"),
            focus_area("moats", broader_slugs=["castles"]),
            focus_area("trade"),
        ],
    }
    for key, records in records_by_key.items():
        bundle[key] = [*bundle.get(key, []), *records]
    return bundle


def many(number: int) -> Json:
    """A bundle with `number` records of each type, many of them alike in every sort column."""
    return base(
        documents=[
            record("document", f"document-{i:03}", title=f"Title {i % 7}")
            for i in range(number)
        ],
        offices=[
            record("office", f"office-{i:03}", name=f"Name {i % 7}") for i in range(number)
        ],
        focus_areas=[
            focus_area(
                f"area-{i:03}",
                broader_slugs=["trade"],
                related_slugs=[f"area-{(i ^ 1):03}"] if i ^ 1 < number else [],
            )
            for i in range(number)
        ],
        initiatives=[
            record(
                "initiative",
                f"initiative-{i:03}",
                title=f"Title {i % 5}",
                focus_area_slugs=["moats"] if i % 2 else ["trade", "castles"],
            )
            for i in range(number)
        ],
        expected_outcomes=[
            record("expected_outcome", f"outcome-{i:03}", statement=f"Statement {i % 3}")
            for i in range(number)
        ],
        timeline_items=[
            record(
                "timeline_item",
                f"item-{i:03}",
                start_edtf=None if i % 4 == 0 else f"{2000 + i % 11}",
                start_kind="unknown" if i % 4 == 0 else "dated",
            )
            for i in range(number)
        ],
    )


STARTS: tuple[Json, ...] = (
    {"start_edtf": None, "start_kind": "open"},
    {"start_edtf": None, "start_kind": "unknown"},
    *(
        {"start_edtf": edtf, "start_kind": "dated"}
        for edtf in (
            "2024",
            "2026",
            "2026-04",
            "2026-05-03",
            "2026-34",
            "2026-21",
            "2026~",
            "2025?",
            "202X",
        )
    ),
    {"start_edtf": "2026-02-01", "start_kind": "dated", "said": False},
    {"start_edtf": None, "start_kind": "open", "said": False},
)
ENDS: tuple[Json, ...] = (
    {"end_edtf": None, "end_kind": "open"},
    {"end_edtf": None, "end_kind": "unknown"},
    {"end_edtf": None, "end_kind": "same"},
    *(
        {"end_edtf": edtf, "end_kind": "dated"}
        for edtf in ("2026", "2026-06-30", "2026-36", "2027%", "2028-05", "2099")
    ),
    {"end_edtf": "2027-12-31", "end_kind": "dated", "said": False},
    *({"end_edtf": edtf, "end_kind": "by"} for edtf in ("2025-06-30", "2026", "2027-38~")),
    {"end_edtf": "2027-06-30", "end_kind": "by", "said": False},
    {"end_edtf": None, "end_kind": "open", "said": False},
    {"end_edtf": None, "end_kind": "same", "said": False},
)


def dated() -> Json:
    """A bundle of timeline items with every kind of start and every kind of end that may follow
    it. Whatever is `said` has a citation; the rest is derived."""
    items = []
    for i, start in enumerate(STARTS):
        for j, end in enumerate(ENDS):
            stated = [
                f"{side}_{name}"
                for side, half in (("start", start), ("end", end))
                for name in ("edtf", "kind")
                if half.get("said", True) and half[f"{side}_{name}"] is not None
            ]
            dates = {k: v for k, v in {**start, **end}.items() if k != "said"}
            cited = [citation("memorandum", "then", *stated)] if stated else []
            items.append(record("timeline_item", f"item-{i}-{j}", **dates, citations=cited))
    return base(timeline_items=[item for item in items if not _mistaken(item)])


def _mistaken(item: Json) -> bool:
    return any(find_time_mistakes(TimelineItemCreate.model_validate(item)))


def write(path: Path, bundle: Json) -> Path:
    path.write_text(json.dumps(bundle), encoding="utf-8")
    return path


def create(type_: str, slug: str, **fields: Any) -> Change:
    """The creation of a record."""
    return Change("create", type_, slug, parse(type_, record(type_, slug, **fields)))


def update(type_: str, slug: str, **fields: Any) -> Change:
    """The replacement of a record by another."""
    return Change("update", type_, slug, parse(type_, record(type_, slug, **fields)))


def replacement(type_: str, raw: Json) -> Change:
    """The replacement of a record by one as it stands in a bundle."""
    return Change("update", type_, raw["slug"], parse(type_, raw))


def delete(type_: str, slug: str) -> Change:
    return Change("delete", type_, slug)


def parse(kind: str, raw: Json) -> RecordCreate:
    return ENTITIES[kind].create.model_validate(raw)


def changes(bundle: Json) -> list[Change]:
    """The creation of every record of a bundle."""
    return [
        Change("create", kind, raw["slug"], parse(kind, raw))
        for kind, entity in ENTITIES.items()
        for raw in bundle.get(entity.bundle_key, [])
    ]


def citation(document: str, exact: str, *supports: str, **fields: Any) -> Json:
    return {
        "document_slug": document,
        "section": ["Part one"],
        "exact": exact,
        "prefix": "",
        "suffix": "",
        "start": 0,
        "end": len(exact),
        "supports": list(supports),
        **fields,
    }


def varied() -> Json:
    """A bundle with two documents, offices and countries, and claims of every kind with and without
    relations. It has what the examples of the API's documentation name."""
    bundle: Json = json.loads((DATA / "varied.json").read_text(encoding="utf-8"))
    return bundle
