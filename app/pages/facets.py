"""The facets and the active filters of a list, as links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.pages import words
from app.pages.addresses import ListAddress
from app.schemas.paging import Bucket, Facet

MAX_BUCKETS = 10
# Parameters that are no filters: they have no chip.
_DISPLAY = frozenset({"limit", "sort", "include", "facet", "count", "narrower", "match"})


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet. The link of a value that is not active leads to `count` records."""

    label: str
    value: str
    count: int
    path: str
    is_active: bool


@dataclass(frozen=True)
class FacetView:
    """A facet: its most frequent values, and how many are not listed."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    more: int


@dataclass(frozen=True)
class Chip:
    """An active filter, and the path of the list without it."""

    label: str
    path: str


def make_facets(
    facets: Mapping[str, Facet],
    names: Sequence[str],
    address: ListAddress,
) -> tuple[FacetView, ...]:
    """The facets that have a value, in the order of the names."""
    views = []
    for name in names:
        facet = facets[name]
        buckets = _order_buckets(name, facet.buckets)
        if not buckets:
            continue
        active = address.values(name)
        values = tuple(
            _make_value(
                address,
                name,
                bucket,
                active,
            )
            for bucket in buckets
        )
        views.append(
            FacetView(
                name,
                words.LABELS[name],
                values,
                facet.total_values - len(values),
            )
        )
    return tuple(views)


def _order_buckets(
    name: str,
    buckets: Sequence[Bucket],
) -> list[Bucket]:
    """The buckets that are listed; modalities in the order of the vocabulary."""
    if name == "modality":
        order = list(words.MODALITIES)
        return sorted(buckets, key=lambda bucket: order.index(bucket.value))
    return list(buckets[:MAX_BUCKETS])


def _make_value(
    address: ListAddress,
    name: str,
    bucket: Bucket,
    active: Sequence[str],
) -> FacetValue:
    is_active = bucket.value in active
    path = address.only(name, bucket.value)
    if is_active:
        path = address.without(name, bucket.value)
    label = bucket.label
    if bucket.label == bucket.value:
        label = words.name_value(bucket.value)
    return FacetValue(
        label,
        bucket.value,
        bucket.count,
        path,
        is_active,
    )


def make_chips(
    address: ListAddress,
    facets: Sequence[FacetView],
) -> tuple[Chip, ...]:
    """The active filters."""
    labels: dict[tuple[str, str], str] = {}
    for facet in facets:
        for facet_value in facet.values:
            labels[facet.name, facet_value.value] = facet_value.label
    chips = []
    for name, value in address.pairs:
        if name in _DISPLAY:
            continue
        label = labels.get((name, value), words.name_value(value))
        chips.append(Chip(_describe_filter(name, label), address.without(name, value)))
    return tuple(chips)


def _describe_filter(
    name: str,
    label: str,
) -> str:
    if name == "q":
        return f"contains “{label}”"
    name = words.LABELS.get(name, name.replace("_", " "))
    return f"{name}: {label}"
