"""Claims counted by modality, and by focus area."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.initiatives import INITIATIVES
from app.catalog.resource import Resource
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.pages import words
from app.queries.crosstab import count_all_pairs
from app.queries.facets import read_names
from app.queries.pages import read_page
from app.schemas.paging import Facet

CLAIM_RESOURCES: tuple[Resource, ...] = (INITIATIVES, EXPECTED_OUTCOMES, TIMELINE_ITEMS)
# Of more claims, a table of areas by modality takes longer than a page may.
MAX_TABULATED_CLAIMS = 20_000
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
    """How many claims there are about a focus area, by modality if they were tabulated. Narrower
    focus areas count, too."""

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
    counter: Counter[str] = Counter()
    for resource in CLAIM_RESOURCES:
        for bucket in _read_facet(
            session,
            resource,
            "modality",
        ).buckets:
            counter[bucket.value] += bucket.count
    return counter


@dataclass
class _AreaTable:
    """Claims by focus area, and by modality where they are tabulated."""

    labels: dict[str, str] = field(default_factory=dict)
    totals: Counter[str] = field(default_factory=Counter)
    by_modality: dict[str, Counter[str]] = field(default_factory=dict)

    def add_facet(self, facet: Facet) -> None:
        for bucket in facet.buckets:
            self.labels[bucket.value] = bucket.label
            self.totals[bucket.value] += bucket.count

    def add_pairs(self, pairs: Mapping[tuple[Any, ...], int]) -> None:
        for (area, modality), count in pairs.items():
            if area is not None:
                self.totals[area] += count
                self.by_modality.setdefault(area, Counter())[modality] += count


def count_areas(
    session: Session,
    claims: int,
    limit: int | None = None,
) -> dict[str, AreaCounts]:
    """The claims about each of the most frequent focus areas, the most first, at most `limit`.
    `claims` is the number of all claims."""
    table = _AreaTable()
    if claims > MAX_TABULATED_CLAIMS:
        for resource in CLAIM_RESOURCES:
            table.add_facet(_read_facet(session, resource, "focus_area"))
    else:
        pairs = count_all_pairs(session, CLAIM_RESOURCES, ("focus_area", "modality"))
        table.add_pairs(pairs)
        dimension = CLAIM_RESOURCES[0].dimensions["focus_area"]
        table.labels.update(read_names(session, dimension, list(table.totals)))
    areas = {}
    order = sorted(table.totals, key=lambda slug: (-table.totals[slug], table.labels[slug]))
    for slug in order[:limit]:
        counter = table.by_modality.get(slug, Counter())
        areas[slug] = make_area(slug, table.labels[slug], table.totals[slug], counter)
    return areas


def make_area(
    slug: str,
    label: str,
    total: int,
    counter: Mapping[str, int],
) -> AreaCounts:
    """The counts of one focus area."""
    counts = tuple(count for count in list_counts(counter) if count.count)
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


def _read_facet(
    session: Session,
    resource: Resource,
    name: str,
) -> Facet:
    parameters = {"limit": 1, "count": "none", "facet": [name]}
    query = resource.query.model_validate(parameters)
    facet: Facet = read_page(
        session,
        resource,
        query,
    ).fields["facets"][name]
    return facet
