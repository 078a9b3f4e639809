"""The bundle of a draft: the document, its claims, and the focus areas that these are linked to."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.schemas.record_types import BUNDLE_SCHEMA, ENTITIES

Record = dict[str, Any]
# The type of a claim, and its record.
Claim = tuple[str, Record]

_LINKS = {"initiative_slug": "initiative", "expected_outcome_slug": "expected_outcome"}


def make_bundle(
    document: Record,
    office: Record | None,
    focus_areas: Mapping[str, Record],
    claims: Iterable[Claim],
) -> dict[str, Any]:
    """The bundle of these claims. A link to a claim that is not among them is null."""
    bundle: dict[str, Any] = {"schema": BUNDLE_SCHEMA}
    for entity in ENTITIES.values():
        bundle[entity.bundle_key] = []
    bundle["documents"] = [document]
    if office is not None:
        bundle["offices"] = [office]
    used: set[str] = set()
    for type_, record in unlink_missing(list(claims)):
        used.update(record["focus_area_slugs"])
        bundle[ENTITIES[type_].bundle_key].append(record)
    for slug, area in focus_areas.items():
        if slug in used:
            bundle["focus_areas"].append(area)
    return bundle


def unlink_missing(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, each without links to claims that are not among them."""
    slugs = {(type_, record["slug"]) for type_, record in claims}
    return [(type_, _unlink(record, slugs)) for type_, record in claims]


def _unlink(
    record: Record,
    slugs: set[tuple[str, str]],
) -> Record:
    """The record without links to claims that are not in the bundle, and without what supports
    these links."""
    lost = []
    for name, type_ in _LINKS.items():
        slug = record.get(name)
        if slug is not None and (type_, slug) not in slugs:
            lost.append(name)
    if not lost:
        return record
    return remove_support({**record, **dict.fromkeys(lost)}, lost)


def remove_support(
    record: Record,
    names: Iterable[str],
) -> Record:
    """The record without quotes and reasons for these fields."""
    removed = set(names)
    derived = {}
    for name, reason in record["derived"].items():
        if name not in removed:
            derived[name] = reason
    citations = []
    for citation in record["citations"]:
        supports = [name for name in citation["supports"] if name not in removed]
        if supports:
            citations.append({**citation, "supports": supports})
    return {**record, "derived": derived, "citations": citations}
