"""What must hold between the records of a base? References, labels, the tree of focus areas.

Everything is judged in the state *after* the changes, so that one change list may create a record
and name it, or delete a record together with what names it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.errors import Problem, suggest
from app.folding import fold
from app.quotes import find_mistakes
from app.rules.changes import Change, find_references
from app.schemas.write import DocumentCreate, FocusAreaCreate


@dataclass
class Known:
    """What stands in the base already, as far as the changes touch it."""

    slugs: dict[str, set[str]] = field(default_factory=dict)  # by type
    labels: dict[str, str] = field(default_factory=dict)  # folded label → focus area
    broader: dict[str, list[str]] = field(default_factory=dict)  # every focus area
    related: dict[str, list[str]] = field(default_factory=dict)  # every focus area
    texts: dict[str, str] = field(default_factory=dict)  # document → its text, where loaded


def find_base_problems(changes: list[Change], known: Known) -> Iterator[Problem]:
    """Everything that would be wrong with the base after the changes."""
    yield from _slugs_are_unique(changes)
    yield from _references_exist(changes, known)
    yield from _labels_are_unique(changes, known)
    yield from _tree_has_no_cycle(changes, known)
    yield from _related_is_symmetric(changes, known)
    yield from find_quote_problems(changes, known.texts)


def _slugs_are_unique(changes: Iterable[Change]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for change in changes:
        if "slug" in change.doubtful or change.record is None:
            continue
        key = (change.type, change.slug)
        if key in seen:
            yield change.problem("/slug", f"is there twice, first at {seen[key]}. Leave one out.")
        seen.setdefault(key, change.pointer)


def _references_exist(changes: list[Change], known: Known) -> Iterator[Problem]:
    present = {kind: set(slugs) for kind, slugs in known.slugs.items()}
    for change in changes:
        slugs = present.setdefault(change.type, set())
        slugs.discard(change.slug) if change.operation == "delete" else slugs.add(change.slug)
    for change in changes:
        for path, kind, slug in find_references(change.record) if change.record else ():
            if slug not in present.get(kind, ()):
                noun = kind.replace("_", " ")
                hint = suggest(slug, present.get(kind, ()))
                yield change.problem(path, f"there is no {noun} {slug!r}.{hint}")


def _areas(changes: Iterable[Change]) -> Iterator[tuple[Change, FocusAreaCreate]]:
    for change in changes:
        if isinstance(change.record, FocusAreaCreate):
            yield change, change.record


def _labels_are_unique(changes: list[Change], known: Known) -> Iterator[Problem]:
    touched = {change.slug for change in changes if change.type == "focus_area"}
    owners = {label: slug for label, slug in known.labels.items() if slug not in touched}
    for change, area in _areas(changes):
        labels = [("/slug", area.slug), ("/name", area.name)]
        labels += [(f"/aliases/{i}", alias) for i, alias in enumerate(area.aliases)]
        for number, (path, label) in enumerate(labels):
            folded = fold(label or "x")
            if not folded or len(folded) > 600:
                yield change.problem(path, f"{label!r} has no letter or digit, or too many.")
            owner = owners.setdefault(folded, change.slug)
            if owner != change.slug:
                yield change.problem(
                    path,
                    f"{label!r} already names the focus area {owner!r}. One label, however it is "
                    "spelt, belongs to one focus area: merge the two or tell them apart.",
                )
            if number > 1 and label in [other for _, other in labels[1:number]]:
                yield change.problem(path, f"{label!r} is there twice. Leave one out.")


def _after(
    changes: list[Change], before: Mapping[str, list[str]], name: str
) -> dict[str, list[str]]:
    """The links of every focus area after the changes."""
    links = dict(before)
    for change in changes:
        if change.type == "focus_area" and change.operation == "delete":
            links.pop(change.slug, None)
    links |= {area.slug: getattr(area, name) or [] for _, area in _areas(changes)}
    return links


def _tree_has_no_cycle(changes: list[Change], known: Known) -> Iterator[Problem]:
    broader = _after(changes, known.broader, "broader_slugs")
    reported: set[str] = set()
    for change, area in _areas(changes):
        cycle = None if area.slug in reported else _find_cycle(area.slug, broader)
        if cycle is not None:
            reported |= set(cycle)
            path = " → ".join([*cycle, cycle[0]])
            yield change.problem(
                "/broader_slugs", f"is broader than itself: {path}. Take one of these links away."
            )


def _find_cycle(slug: str, broader: Mapping[str, list[str]]) -> list[str] | None:
    """A shortest way from the slug up and back to it."""
    came_from: dict[str, str] = {}
    queue = [slug]
    for current in queue:
        for above in broader.get(current, ()):
            if above == slug:
                way = [current]
                while way[-1] != slug:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if above not in came_from:
                came_from[above] = current
                queue.append(above)
    return None


def _ancestors(slug: str, broader: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    queue = [slug]
    for current in queue:
        new = [above for above in broader.get(current, ()) if above not in found]
        found.update(new)
        queue.extend(new)
    return found


def _related_is_symmetric(changes: list[Change], known: Known) -> Iterator[Problem]:
    related = _after(changes, known.related, "related_slugs")
    broader = _after(changes, known.broader, "broader_slugs")
    for change, area in _areas(changes):
        above = _ancestors(area.slug, broader)
        for i, other in enumerate(area.related_slugs or ()):
            if area.slug not in related.get(other, ()):
                yield change.problem(
                    f"/related_slugs/{i}",
                    f"{other!r} does not name {area.slug!r} as related. Each must name the other.",
                )
            if other in above or area.slug in _ancestors(other, broader):
                yield change.problem(
                    f"/related_slugs/{i}",
                    f"{other!r} is an ancestor or a descendant, so it is not related besides. "
                    "Keep one of the two links.",
                )
        for other in known.related.get(area.slug, ()):
            if area.slug in related.get(other, ()) and other not in (area.related_slugs or ()):
                yield change.problem(
                    "/related_slugs",
                    f"{other!r} names {area.slug!r} as related. Change both, or neither.",
                )


def find_quote_problems(changes: list[Change], texts: Mapping[str, str]) -> Iterator[Problem]:
    """What the citations get wrong about the texts that are known, the changes' own included."""
    own = {c.slug: c.record.text for c in changes if isinstance(c.record, DocumentCreate)}
    all_texts = {**texts, **{slug: text for slug, text in own.items() if text is not None}}
    headings: dict[str, set[str]] = {}
    for change in changes:
        for citation in change.record.citations if change.record else ():
            headings.setdefault(citation.document_slug, set()).update(citation.section)
    for change in changes:
        for i, quote in enumerate(change.record.citations if change.record else ()):
            text = all_texts.get(quote.document_slug)
            if text is None:
                continue
            for name, detail in find_mistakes(quote, text, headings[quote.document_slug]):
                yield change.problem(f"/citations/{i}/{name}", detail)
