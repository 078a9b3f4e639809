"""The facets and the active filters of a list, as links.

The values of a facet have their counts where these are quickly known: of lists of at most ten
thousand records, and of all records. Otherwise they are the most frequent values of all records."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.catalog.search import SearchQuery
from app.pages import words
from app.pages.addresses import ListAddress
from app.queries.facets import list_frequent_values, rank_quick_facets, read_names
from app.queries.search_facets import rank_quick_search_facets
from app.queries.search_rows import list_resources
from app.queries.value_counts import FacetCounts
from app.schemas.paging import ListQuery

MAX_CHOICES = 10
# Parameters that are no filters: they have no chip.
_DISPLAY = frozenset({"limit", "sort", "include", "facet", "count", "narrower", "match"})


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet. The link of a value that is not active leads to `count` records, if they
    were counted."""

    label: str
    value: str
    count: int | None
    path: str
    is_active: bool


@dataclass(frozen=True)
class Choice:
    """A value that a facet may have, and how many records have it, if they were counted."""

    value: str
    label: str
    count: int | None


@dataclass(frozen=True)
class Choices:
    """The most frequent values of a facet, and how many there are in all."""

    choices: Sequence[Choice]
    total_values: int


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


def read_list_choices(
    session: Session,
    resource: Resource,
    query: ListQuery,
    names: Sequence[str],
) -> dict[str, Choices]:
    """The choices of the facets of a collection."""
    counted = rank_quick_facets(
        session,
        resource,
        query,
        names,
    )
    return _complete(
        session,
        [resource],
        counted,
        names,
    )


def read_search_choices(
    session: Session,
    query: SearchQuery,
    names: Sequence[str],
) -> dict[str, Choices]:
    """The choices of the facets of the search."""
    counted = rank_quick_search_facets(session, query, names)
    return _complete(
        session,
        list_resources(query, query.type),
        counted,
        names,
    )


def _complete(
    session: Session,
    resources: Sequence[Resource],
    counted: Mapping[str, FacetCounts],
    names: Sequence[str],
) -> dict[str, Choices]:
    facets = {}
    for name in names:
        if name in counted:
            facets[name] = _label_choices(session, resources, name, counted[name])
            continue
        labels = list_frequent_values(session, resources, name)
        if name == "type":
            labels = {resource.type_: resource.type_ for resource in resources}
        choices = [Choice(value, label, None) for value, label in labels.items()]
        facets[name] = Choices(choices, len(choices))
    return facets


def _label_choices(
    session: Session,
    resources: Sequence[Resource],
    name: str,
    counts: FacetCounts,
) -> Choices:
    """The choices that are listed, with their labels."""
    dimensions = [resource.dimensions.get(name) for resource in resources]
    dimension = next((found for found in dimensions if found is not None), None)
    values = list(counts.buckets)
    if name != "modality":
        values = values[:MAX_CHOICES]
    labels = read_names(session, dimension, values)
    choices = [Choice(value, labels[value], counts.buckets[value]) for value in values]
    return Choices(choices, counts.total_values)


def make_facets(
    facets: Mapping[str, Choices],
    names: Sequence[str],
    address: ListAddress,
) -> tuple[FacetView, ...]:
    """The facets that have a value, in the order of the names."""
    views = []
    for name in names:
        facet = facets[name]
        choices = _order_choices(name, facet.choices)
        if not choices:
            continue
        active = address.values(name)
        values = tuple(
            _make_value(
                address,
                name,
                choice,
                active,
            )
            for choice in choices
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


def _order_choices(
    name: str,
    choices: Sequence[Choice],
) -> list[Choice]:
    """The choices that are listed; modalities in the order of the vocabulary."""
    if name == "modality":
        order = list(words.MODALITIES)
        return sorted(choices, key=lambda choice: order.index(choice.value))
    return list(choices[:MAX_CHOICES])


def _make_value(
    address: ListAddress,
    name: str,
    choice: Choice,
    active: Sequence[str],
) -> FacetValue:
    is_active = choice.value in active
    path = address.only(name, choice.value)
    if is_active:
        path = address.without(name, choice.value)
    label = choice.label
    if choice.label == choice.value:
        label = words.name_value(choice.value)
    return FacetValue(
        label,
        choice.value,
        choice.count,
        path,
        is_active,
    )


def make_chips(
    address: ListAddress,
    facets: Sequence[FacetView],
    others: Container[str] = (),
) -> tuple[Chip, ...]:
    """The active filters. `others` are parameters of the page that are no filters."""
    labels: dict[tuple[str, str], str] = {}
    for facet in facets:
        for facet_value in facet.values:
            labels[facet.name, facet_value.value] = facet_value.label
    chips = []
    for name, value in address.pairs:
        if name in _DISPLAY or name in others:
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
