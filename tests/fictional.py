"""Records of a plainly fictional base, as small as the rules allow: the ministry of Ruritania."""

import json
from pathlib import Path
from typing import Any

from app.rules.changes import Change
from app.schemas.write import BUNDLE_KEYS, CREATES, RecordCreate

Json = dict[str, Any]

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
        "country": "ZZ",
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
    found = {"slug": slug, **DEFAULTS[type_], **fields}
    given = found.get("citations", [])
    supported = {name for citation in given for name in citation["supports"]}
    exempt = {"slug", "citations", "derived", *supported}
    reasons = {k: "fictional" for k, v in found.items() if k not in exempt and v not in (None, [])}
    return {**found, "citations": given, "derived": found.get("derived", reasons)}


def focus_area(slug: str, **fields: Any) -> Json:
    return record("focus_area", slug, **{"name": slug.replace("-", " "), **fields})


def base(**more: list[Json]) -> Json:
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
    for key, records in more.items():
        bundle[key] = [*bundle.get(key, []), *records]
    return bundle


def many(number: int) -> Json:
    """A bundle with `number` records of each type, many of them alike in every sort column."""
    return base(
        documents=[
            record("document", f"document-{i:03}", title=f"Title {i % 7}") for i in range(number)
        ],
        offices=[record("office", f"office-{i:03}", name=f"Name {i % 7}") for i in range(number)],
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
    return CREATES[kind].model_validate(raw)


def changes(bundle: Json) -> list[Change]:
    """The creation of every record of a bundle."""
    return [
        Change("create", kind, raw["slug"], parse(kind, raw))
        for kind, key in BUNDLE_KEYS.items()
        for raw in bundle.get(key, [])
    ]
