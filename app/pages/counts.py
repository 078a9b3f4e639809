"""Claims counted by modality, and by focus area."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.initiatives import INITIATIVES
from app.catalog.resource import Resource
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.pages import words
from app.queries.crosstab import count_all_pairs
from app.queries.facets import rank_quick_facets, read_names
from app.queries.stored_counts import (
    AreaCount,
    read_area_counts,
    read_largest_areas,
    read_modality_counts,
)
from app.queries.value_counts import FacetCounts

CLAIM_RESOURCES: tuple[Resource, ...] = (INITIATIVES, EXPECTED_OUTCOMES, TIMELINE_ITEMS)
# Of more claims, an area has numbers beside the marks instead of one mark each.
MAX_MARKS = 24


@dataclass(frozen=True)
class ModalityCount:
    """How many claims there are of one modality, if they were counted."""

    modality: str
    label: str
    meaning: str
    count: int | None


@dataclass(frozen=True)
class AreaCounts:
    """How many claims there are about a focus area or a narrower one, by modality."""

    label: str
    path: str
    total: int
    counts: tuple[ModalityCount, ...]
    has_marks: bool
    summary: str


def list_counts(counter: Mapping[str, int]) -> tuple[ModalityCount, ...]:
    """The counts of all modalities, in the order of the vocabulary."""
    counts = []
    for modality, term in words.MODALITIES.items():
        number = counter.get(modality, 0)
        counts.append(
            ModalityCount(
                modality,
                term.label,
                term.meaning,
                number,
            )
        )
    return tuple(counts)


def count_modalities(session: Session) -> Counter[str]:
    """All claims by modality."""
    counter = Counter(read_modality_counts(session))
    if not counter:
        for facet in _count_facets(session, {}):
            counter.update(facet.buckets)
    return counter


def count_area(
    session: Session,
    slug: str,
) -> Counter[str] | None:
    """The claims about a focus area by modality; None of a historical base if they are many."""
    stored = read_area_counts(session, [slug])
    if stored is not None:
        return _divide(stored)[slug]
    facets = _count_facets(session, {"focus_area": [slug]})
    if len(facets) < len(CLAIM_RESOURCES):
        return None
    counter: Counter[str] = Counter()
    for facet in facets:
        counter.update(facet.buckets)
    return counter


def count_areas(
    session: Session,
    limit: int,
) -> dict[str, AreaCounts]:
    """The claims about each of the most frequent focus areas, the most first, at most `limit`."""
    largest = read_largest_areas(session, limit)
    stored = read_area_counts(session, list(largest))
    counters = _divide(stored) if stored is not None else _count_pairs(session)
    labels = read_names(session, INITIATIVES.dimensions["focus_area"], list(counters))
    order = sorted(counters, key=lambda slug: (-counters[slug].total(), labels[slug]))
    areas = {}
    for slug in order[:limit]:
        areas[slug] = make_area(slug, labels[slug], counters[slug])
    return areas


def _divide(stored: Sequence[AreaCount]) -> dict[str, Counter[str]]:
    counters: dict[str, Counter[str]] = defaultdict(Counter)
    for count in stored:
        counters[count.slug][count.modality] += count.records
    return counters


def _count_pairs(session: Session) -> dict[str, Counter[str]]:
    """The claims about each focus area by modality, counted in a historical base."""
    counters: dict[str, Counter[str]] = defaultdict(Counter)
    pairs = count_all_pairs(session, CLAIM_RESOURCES, ("focus_area", "modality"))
    for (area, modality), records in pairs.items():
        if area is not None and modality is not None:
            counters[area][modality] += records
    return counters


def _count_facets(
    session: Session,
    parameters: Mapping[str, Any],
) -> list[FacetCounts]:
    """The modalities of the claims of each type, of the types that are counted quickly."""
    facets: list[FacetCounts] = []
    for resource in CLAIM_RESOURCES:
        query = resource.query.model_validate(parameters)
        counted = rank_quick_facets(session, resource, query, ["modality"])
        facets += counted.values()
    return facets


def make_area(
    slug: str,
    label: str,
    counter: Counter[str],
) -> AreaCounts:
    """The counts of one focus area."""
    counts = tuple(count for count in list_counts(counter) if count.count)
    total = counter.total()
    summary = ", ".join(f"{count.count} {count.modality}" for count in counts)
    path = f"/focus-areas/{slug}"
    return AreaCounts(
        label,
        path,
        total,
        counts,
        total <= MAX_MARKS,
        summary,
    )
