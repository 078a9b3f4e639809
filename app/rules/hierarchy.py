"""Rules for focus areas: one owner of each label, no cycles, related links on both sides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from app.rules.changes import Change, Problems
from app.schemas.write import FocusAreaCreate
from app.text.folding import fold_label, has_letter_or_digit

_CHANGE_BOTH = "a change list (POST /v1/changesets) or a bundle changes both at once"

ChangedAreas = Sequence[tuple[Change, FocusAreaCreate]]
Links = Mapping[str, list[str]]  # of every focus area, the slugs that it links to


@dataclass
class ExistingFocusAreas:
    """Labels and links of all focus areas of the base: a change may conflict with any of them."""

    labels: dict[str, str] = field(default_factory=dict)  # strict form → focus area
    broader: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    related: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def find_hierarchy_problems(
    changes: Sequence[Change],
    existing: ExistingFocusAreas,
) -> Problems:
    """Every problem between the focus areas as they would be after the changes."""
    areas = []
    for change in changes:
        if isinstance(change.record, FocusAreaCreate):
            areas.append((change, change.record))
    # Deletions alone break nothing here: what still refers to the deleted is another rule's.
    if not areas:
        return
    touched = {change.slug for change in changes if change.type == "focus_area"}
    labels = existing.labels.items()
    owners = {label: slug for label, slug in labels if slug not in touched}
    broader = dict(existing.broader)
    related = dict(existing.related)
    for change in changes:
        if change.type == "focus_area" and change.operation == "delete":
            broader.pop(change.slug, None)
            related.pop(change.slug, None)
    for _, area in areas:
        broader[area.slug] = area.broader_slugs
        related[area.slug] = area.related_slugs
    yield from _find_shared_labels(areas, owners)
    yield from _find_repeated_aliases(areas)
    yield from _find_cycles(areas, broader)
    yield from _find_one_sided_relations(areas, existing.related, related)
    yield from _find_related_ancestors(areas, broader, related)


def _find_shared_labels(
    areas: ChangedAreas,
    owners: dict[str, str],
) -> Problems:
    """`owners` are the focus areas that stay as they are, by the strict form of a label."""
    labels: list[tuple[Change, str, str]] = []
    for change, area in areas:
        labels.append((change, "/slug", area.slug))
        labels.append((change, "/name", area.name))
    # Aliases last: where two focus areas claim a label, the alias is the one to remove.
    for change, area in areas:
        for i, alias in enumerate(area.aliases):
            labels.append((change, f"/aliases/{i}", alias))
    for change, path, label in labels:
        # None if it cannot be read; that was reported.
        if not label:
            continue
        forms = fold_label(label)
        if not has_letter_or_digit(forms.loose):
            yield change.problem(path, f"{label!r} has no letter or digit to be found by.")
            continue
        owner = owners.setdefault(forms.strict, change.slug)
        if owner != change.slug:
            yield change.problem(
                path,
                f"{label!r} already names the focus area {owner!r}. One label, whatever its case, "
                "spaces and punctuation, belongs to one focus area: merge the two or tell them "
                "apart.",
            )


def _find_repeated_aliases(areas: ChangedAreas) -> Problems:
    for change, area in areas:
        labels = {area.name}
        for i, alias in enumerate(area.aliases):
            if alias in labels:
                yield change.problem(
                    f"/aliases/{i}", f"{alias!r} is there twice. Leave one out."
                )
            labels.add(alias)


def _find_cycles(areas: ChangedAreas, broader: Links) -> Problems:
    try:
        TopologicalSorter(broader).prepare()
    except CycleError:
        # It names one cycle of the base, in no fixed order; every one is reported at a change.
        yield from _report_cycles(areas, broader)


def _report_cycles(areas: ChangedAreas, broader: Links) -> Problems:
    reported: set[str] = set()
    for change, area in areas:
        if area.slug in reported:
            continue
        cycle = _find_cycle(area.slug, broader)
        if cycle is not None:
            reported.update(cycle)
            path = " → ".join([*cycle, cycle[0]])
            detail = f"is broader than itself: {path}. Take one of these links away."
            yield change.problem("/broader_slugs", detail)


def _find_cycle(
    slug: str,
    broader: Links,
) -> list[str] | None:
    """A shortest path of broader links from the slug back to it, without its end."""
    narrower_of: dict[str, str] = {}
    queue = [slug]
    for current in queue:
        for parent in broader.get(current, ()):
            if parent == slug:
                path = [current]
                while path[-1] != slug:
                    path.append(narrower_of[path[-1]])
                return path[::-1]
            if parent not in narrower_of:
                narrower_of[parent] = current
                queue.append(parent)
    return None


def _find_one_sided_relations(
    areas: ChangedAreas,
    before: Links,
    related: Links,
) -> Problems:
    """`before` are the related links of the base, `related` those after the changes."""
    unreadable = set()
    for change, _ in areas:
        if "related_slugs" in change.unreadable_fields:
            unreadable.add(change.slug)
    for change, area in areas:
        for i, slug in enumerate(area.related_slugs):
            is_mutual = area.slug in related.get(slug, ())
            if not is_mutual and slug not in unreadable:
                yield change.problem(
                    f"/related_slugs/{i}",
                    f"{slug!r} does not name {area.slug!r} as related. Each must name the other:"
                    f" {_CHANGE_BOTH}.",
                )
        for slug in before.get(area.slug, ()):
            still_names_area = area.slug in related.get(slug, ())
            if still_names_area and slug not in area.related_slugs:
                yield change.problem(
                    "/related_slugs",
                    f"{slug!r} names {area.slug!r} as related. Change both, or neither:"
                    f" {_CHANGE_BOTH}.",
                )


def _find_related_ancestors(
    areas: ChangedAreas,
    broader: Links,
    related: Links,
) -> Problems:
    """Checked for every focus area: a new broader link may make an ancestor of any related one."""
    changes = {area.slug: change for change, area in areas}
    first_change = areas[0][0]
    for slug, related_slugs in related.items():
        if not related_slugs:
            continue
        ancestors = _find_ancestors(slug, broader)
        for ancestor in related_slugs:
            if ancestor not in ancestors:
                continue
            change = changes.get(slug) or changes.get(ancestor) or first_change
            yield change.problem(
                "/related_slugs",
                f"{slug!r} is related to {ancestor!r}, which is an ancestor of it. "
                "Keep one of the two links.",
            )


def _find_ancestors(slug: str, broader: Links) -> set[str]:
    ancestors: set[str] = set()
    queue = [slug]
    for current in queue:
        for parent in broader.get(current, ()):
            if parent not in ancestors:
                ancestors.add(parent)
                queue.append(parent)
    return ancestors
