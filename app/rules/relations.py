"""Rules between the records of a base: slugs, references, focus areas, quotes.

They judge the state *after* the changes, so that one change list may create a record and refer to
it, or delete a record together with the records that refer to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.errors import suggest
from app.rules.changes import Change, Key, Problems, citations_of, find_references
from app.rules.hierarchy import ExistingFocusAreas, find_hierarchy_problems
from app.schemas.record_types import ENTITIES
from app.schemas.write import DocumentCreate
from app.text.cited_text import CitedText, Quote
from app.text.quotes import find_mistakes
from app.text.sections import Sections

# Missing references whose problem suggests the nearest slug: each search takes time.
MAX_SUGGESTIONS = 20


class StoredQuote(NamedTuple):
    """A citation of a record that does not change."""

    type: str
    slug: str
    quote: Quote


@dataclass
class ExistingRecords:
    """The part of the base that the changes refer to or affect.

    `texts` and `titles` are of documents that do not change and have a text. By document, `quotes`
    are the citations of these and of changed documents that stay, `replaced` those that the changes
    replace or take away."""

    slugs: dict[str, set[str]] = field(default_factory=dict)  # by type
    focus_areas: ExistingFocusAreas = field(default_factory=ExistingFocusAreas)
    texts: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    quotes: dict[str, list[StoredQuote]] = field(default_factory=lambda: defaultdict(list))
    replaced: dict[str, list[Quote]] = field(default_factory=lambda: defaultdict(list))


def find_base_problems(
    changes: Sequence[Change],
    existing: ExistingRecords,
) -> Problems:
    """Every problem between records that the base would have after the changes."""
    yield from find_repeated_slugs(changes)
    yield from _find_missing_references(changes, existing)
    yield from find_hierarchy_problems(changes, existing.focus_areas)
    yield from find_wrong_quotes(changes, existing)


def _has_slug(change: Change) -> bool:
    return bool(change.slug) and "slug" not in change.unreadable_fields


def find_repeated_slugs(changes: Iterable[Change]) -> Problems:
    """A problem for each change to a record that an earlier change names."""
    pointers: dict[Key, str] = {}
    for change in changes:
        if not _has_slug(change):
            continue
        pointer = pointers.get(change.key)
        if pointer is not None:
            detail = f"is there twice, first at {pointer}. Leave one out."
            yield change.request_problem("slug", detail)
        position = change.request_pointer or change.pointer
        pointers.setdefault(change.key, position)


def _find_missing_references(
    changes: Sequence[Change],
    existing: ExistingRecords,
) -> Problems:
    present = _find_present(changes, existing)
    suggestions = 0
    for change in changes:
        for path, type_, slug in find_references(change):
            slugs = present[type_]
            if slug in slugs:
                continue
            hint = ""
            if suggestions < MAX_SUGGESTIONS:
                hint = suggest(slug, slugs)
                suggestions += 1
            noun = ENTITIES[type_].noun
            yield change.problem(path, f"there is no {noun} {slug!r}.{hint}")


def _find_present(
    changes: Sequence[Change],
    existing: ExistingRecords,
) -> Mapping[str, set[str]]:
    """The slugs of each type after the changes."""
    present: dict[str, set[str]] = defaultdict(set)
    for type_, slugs in existing.slugs.items():
        present[type_].update(slugs)
    for change in changes:
        if not _has_slug(change):
            continue
        if change.operation == "delete":
            present[change.type].discard(change.slug)
        else:
            present[change.type].add(change.slug)
    return present


def find_wrong_quotes(
    changes: Sequence[Change],
    existing: ExistingRecords,
) -> Problems:
    """Citations that do not match the text of their document, where the base or a change has it."""
    texts = _read_texts(changes, existing)
    for change in changes:
        for i, citation in enumerate(citations_of(change)):
            text = texts.get(citation.document_slug)
            if text is None:
                continue
            for name, detail in find_mistakes(citation, text.sections):
                yield change.problem(f"/citations/{i}/{name}", detail)
    yield from _find_wrong_stored_quotes(changes, existing, texts)


@dataclass(frozen=True)
class _JudgedText:
    """The text of a document with its headings after the changes. With `same_headings` it is the
    same text as before, with the same headings, so that quotes that stay are as right as before."""

    sections: Sections
    same_headings: bool


def _read_texts(
    changes: Sequence[Change],
    existing: ExistingRecords,
) -> dict[str, _JudgedText]:
    """The text of each document that has one after the changes."""
    texts = dict(existing.texts)
    titles = dict(existing.titles)
    changed = set()
    citations: dict[str, list[Quote]] = defaultdict(list)
    for change in changes:
        for citation in citations_of(change):
            citations[citation.document_slug].append(citation)
        if isinstance(change.record, DocumentCreate):
            changed.add(change.slug)
            # Empty where it cannot be read.
            titles[change.slug] = change.record.title or ""
            if change.record.text is not None:
                texts[change.slug] = change.record.text
    judged = {}
    for slug, text in texts.items():
        stored = [stored.quote for stored in existing.quotes.get(slug, ())]
        sections = Sections(CitedText(text), titles.get(slug, ""), stored)
        same_headings = slug not in changed
        for replaced in existing.replaced.get(slug, ()):
            same_headings = same_headings and sections.says(replaced)
        for quote in citations[slug]:
            is_new = sections.add(quote)
            same_headings = same_headings and not is_new
        judged[slug] = _JudgedText(sections, same_headings)
    return judged


def _find_wrong_stored_quotes(
    changes: Sequence[Change],
    existing: ExistingRecords,
    texts: Mapping[str, _JudgedText],
) -> Problems:
    """Citations of unchanged records: a change may replace the text that they cite, or name another
    of its lines as a heading."""
    documents = {change.slug: change for change in changes if change.type == "document"}
    for slug, text in texts.items():
        if text.same_headings:
            continue
        # Without a change of the document, any change may have named the new heading.
        change = documents.get(slug, changes[0])
        for stored in existing.quotes.get(slug, ()):
            for _, detail in find_mistakes(stored.quote, text.sections):
                record = f"{stored.type} {stored.slug!r}"
                yield change.problem(
                    "",
                    f"{record} would cite {slug!r} wrongly: {detail} Change that record too.",
                )
