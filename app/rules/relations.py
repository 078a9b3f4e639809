"""What must hold between the records of a base? References, labels, the tree of focus areas.

Everything is judged in the state *after* the changes, so that one change list may create a record
and name it, or delete a record together with what names it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from app.errors import ProblemItem, suggest
from app.rules.changes import Change, citations_of, find_references
from app.schemas.write import DocumentCreate, FocusAreaCreate
from app.text.folding import fold
from app.text.quotes import Quote, find_mistakes

# Missing references to which the nearest slug is named: finding it takes time.
HINTS = 20


@dataclass(frozen=True)
class StoredQuote:
    """A citation of a record that is not changed itself."""

    type: str
    slug: str
    quote: Quote


@dataclass
class ExistingRecords:
    """What stands in the base already, as far as the changes touch it."""

    slugs: dict[str, set[str]] = field(default_factory=dict)  # by type
    labels: dict[str, str] = field(default_factory=dict)  # folded label → focus area
    broader: dict[str, list[str]] = field(default_factory=dict)  # every focus area
    related: dict[str, list[str]] = field(default_factory=dict)  # every focus area
    texts: dict[str, str] = field(default_factory=dict)  # document → its text, where loaded
    titles: dict[str, str] = field(default_factory=dict)  # of the same documents
    quotes: dict[str, list[StoredQuote]] = field(default_factory=dict)  # by document


def find_base_problems(changes: list[Change], known: ExistingRecords) -> Iterator[ProblemItem]:
    """Everything that would be wrong with the base after the changes."""
    yield from find_repeated_slugs(changes)
    yield from _find_missing_references(changes, known)
    yield from _find_shared_labels(changes, known)
    yield from _find_cycles(changes, known)
    yield from _find_one_sided_relations(changes, known)
    yield from _find_related_ancestors(changes, known)
    yield from _find_wrong_quotes(changes, known)


def find_repeated_slugs(changes: Iterable[Change]) -> Iterator[ProblemItem]:
    """Records that are there twice."""
    seen: dict[tuple[str, str], str] = {}
    for change in changes:
        if "slug" in change.doubtful or not change.slug:
            continue
        key = (change.type, change.slug)
        if key in seen:
            said = f"is there twice, first at {seen[key]}. Leave one out."
            yield change.problem_asked("slug", said)
        seen.setdefault(key, change.asked_at or change.pointer)


def _find_missing_references(
    changes: list[Change], known: ExistingRecords
) -> Iterator[ProblemItem]:
    present = {type_: set(slugs) for type_, slugs in known.slugs.items()}
    for change in changes:
        slugs = present.setdefault(change.type, set())
        if "slug" in change.doubtful or not change.slug:
            continue
        slugs.discard(change.slug) if change.operation == "delete" else slugs.add(change.slug)
    hints = 0
    for change in changes:
        for path, type_, slug in find_references(change.record) if change.record else ():
            if slug not in present.get(type_, ()):
                noun = type_.replace("_", " ")
                hint = suggest(slug, present.get(type_, ())) if hints < HINTS else ""
                hints += 1
                yield change.problem(path, f"there is no {noun} {slug!r}.{hint}")


def _areas(changes: Iterable[Change]) -> Iterator[tuple[Change, FocusAreaCreate]]:
    for change in changes:
        if isinstance(change.record, FocusAreaCreate):
            yield change, change.record


def _find_shared_labels(changes: list[Change], known: ExistingRecords) -> Iterator[ProblemItem]:
    touched = {change.slug for change in changes if change.type == "focus_area"}
    owners = {label: slug for label, slug in known.labels.items() if slug not in touched}
    claims = [
        (path, label, change) for change, area in _areas(changes) for path, label in _labels(area)
    ]
    # Slugs and names come first, so that of two claims to a label the alias is the one to go.
    for path, label, change in sorted(claims, key=lambda claim: claim[0].startswith("/aliases")):
        folded = fold(label)
        if not folded:
            yield change.problem(path, f"{label!r} has no letter or digit to be found by.")
            continue
        owner = owners.setdefault(folded, change.slug)
        if owner != change.slug:
            yield change.problem(
                path,
                f"{label!r} already names the focus area {owner!r}. One label, however it is "
                "spelt, belongs to one focus area: merge the two or tell them apart.",
            )
    for change, area in _areas(changes):
        labels = [area.name, *(area.aliases or ())]
        for i, alias in enumerate(area.aliases or ()):
            if alias in labels[: i + 1]:
                detail = f"{alias!r} is there twice. Leave one out."
                yield change.problem(f"/aliases/{i}", detail)


def _labels(area: FocusAreaCreate) -> Iterator[tuple[str, str]]:
    """Everything that the focus area is called, with where it stands."""
    found = [("/slug", area.slug), ("/name", area.name)]
    found += [(f"/aliases/{i}", alias) for i, alias in enumerate(area.aliases or ())]
    # What could not be read is None, and was named already.
    yield from ((path, label) for path, label in found if label)


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


def _find_cycles(changes: list[Change], known: ExistingRecords) -> Iterator[ProblemItem]:
    broader = _after(changes, known.broader, "broader_slugs")
    try:
        TopologicalSorter(broader).prepare()
    except CycleError:
        yield from _name_cycles(changes, broader)


def _name_cycles(changes: list[Change], broader: Mapping[str, list[str]]) -> Iterator[ProblemItem]:
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


def _find_one_sided_relations(
    changes: list[Change], known: ExistingRecords
) -> Iterator[ProblemItem]:
    related = _after(changes, known.related, "related_slugs")
    doubtful = {change.slug for change, _ in _areas(changes) if "related_slugs" in change.doubtful}
    for change, area in _areas(changes):
        for i, other in enumerate(area.related_slugs or ()):
            if area.slug not in related.get(other, ()) and other not in doubtful:
                yield change.problem(
                    f"/related_slugs/{i}",
                    f"{other!r} does not name {area.slug!r} as related. Each must name the other.",
                )
        for other in known.related.get(area.slug, ()):
            if area.slug in related.get(other, ()) and other not in (area.related_slugs or ()):
                yield change.problem(
                    "/related_slugs",
                    f"{other!r} names {area.slug!r} as related. Change both, or neither.",
                )


def _find_related_ancestors(changes: list[Change], known: ExistingRecords) -> Iterator[ProblemItem]:
    """Judged for every focus area: a changed link in the tree may make any two of them kin."""
    changed = {area.slug: change for change, area in _areas(changes)}
    if not changed:
        return
    related = _after(changes, known.related, "related_slugs")
    broader = _after(changes, known.broader, "broader_slugs")
    for slug, others in related.items():
        above = _ancestors(slug, broader) if others else set()
        for other in above.intersection(others):
            change = changed.get(slug) or changed.get(other) or next(iter(changed.values()))
            named = f"{slug!r} is related to {other!r}, which is an ancestor of it."
            yield change.problem("/related_slugs", f"{named} Keep one of the two links.")


def _find_wrong_quotes(changes: list[Change], known: ExistingRecords) -> Iterator[ProblemItem]:
    """What citations get wrong about the texts that are known, the changes' own included; those
    of unchanged records too, because a text or a heading may have changed under them."""
    documents = {c.slug: (c, c.record) for c in changes if isinstance(c.record, DocumentCreate)}
    own = {slug: record.text for slug, (_, record) in documents.items() if record.text is not None}
    texts = {**known.texts, **own}
    titles = {**known.titles, **{slug: record.title for slug, (_, record) in documents.items()}}
    headings = _collect_headings(changes, known, titles)
    for change in changes:
        for i, quote in enumerate(citations_of(change)):
            text, lines = texts.get(quote.document_slug), headings[quote.document_slug]
            for name, detail in find_mistakes(quote, text, lines) if text is not None else ():
                yield change.problem(f"/citations/{i}/{name}", detail)
    yield from _find_wrong_stored_quotes(changes, known, texts, headings)


def _find_wrong_stored_quotes(
    changes: list[Change],
    known: ExistingRecords,
    texts: Mapping[str, str],
    headings: Mapping[str, set[str]],
) -> Iterator[ProblemItem]:
    documents = {change.slug: change for change in changes if change.type == "document"}
    for document, text in texts.items():
        change = documents.get(document, changes[0])
        for stored in known.quotes.get(document, ()):
            for _, detail in find_mistakes(stored.quote, text, headings[document]):
                cited = f"{stored.type} {stored.slug!r} would cite {document!r} wrongly"
                yield change.problem("", f"{cited}: {detail} Change that record too.")


def _collect_headings(
    changes: list[Change], known: ExistingRecords, titles: Mapping[str, str]
) -> dict[str, set[str]]:
    """The lines of each document that any citation of it names as a heading, and its title,
    which is the outermost one where it is a line of the text."""
    headings = {document: {title} for document, title in titles.items()}
    quotes = [quote for change in changes for quote in citations_of(change)]
    for document, stored in known.quotes.items():
        for owner in stored:
            headings.setdefault(document, set()).update(owner.quote.section)
    for quote in quotes:
        headings.setdefault(quote.document_slug, set()).update(quote.section)
    return headings
