"""Validation of a change list against the rules and the base."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from sqlalchemy.orm import Session

from app.changes.existing import find_owners, read_existing, read_versions
from app.errors import (
    AlreadyExists,
    InvalidRecords,
    KnowledgeBaseError,
    ProblemItem,
    StaleVersion,
    StillReferenced,
    summarize,
)
from app.queries.record_tags import names_record, read_record_tags
from app.rules.changes import Change, Key, keys_of, slugs_by_type
from app.rules.records import find_record_problems
from app.rules.relations import find_base_problems
from app.store.models import MODELS

# Records that still refer to a deleted one, listed in its problem.
MAX_LISTED_OWNERS = 5


def validate(
    session: Session,
    changes: Sequence[Change],
    unreadable: Sequence[ProblemItem] = (),
    *,
    are_judged: bool = False,
) -> None:
    """Check the base as it would be after the changes; write nothing.

    `unreadable` are the problems of parsing. Where the records are judged already, each by itself,
    only what is between them and the base is checked. Raises StaleVersion, InvalidRecords,
    AlreadyExists or StillReferenced with every problem of every change."""
    # The first class with a problem is raised. A stale change is not judged by its content first,
    # and what the client can correct alone comes before what other records prevent.
    problems: dict[type[KnowledgeBaseError], list[ProblemItem]] = {
        StaleVersion: [],
        InvalidRecords: [*unreadable],
        AlreadyExists: [],
        StillReferenced: [],
    }
    if not are_judged:
        for change in changes:
            problems[InvalidRecords] += find_record_problems(change)
    existing = read_existing(session, changes)
    problems[InvalidRecords] += find_base_problems(changes, existing)
    for error, problem in _find_version_problems(session, changes):
        problems[error].append(problem)
    problems[StillReferenced] += _find_references_to_deleted(session, changes)
    for error in problems:
        if problems[error]:
            # Each problem once: a record that is listed twice has most of its problems twice.
            every = chain(*problems.values())
            unique = list(dict.fromkeys(every))
            raise error(summarize(unique), unique)


def _find_version_problems(
    session: Session,
    changes: Sequence[Change],
) -> Iterator[tuple[type[KnowledgeBaseError], ProblemItem]]:
    """Changes to a record that is absent, exists already, or is at another version."""
    versions: dict[Key, int] = {}
    for type_, slugs in slugs_by_type(keys_of(changes)).items():
        stored = read_versions(session, MODELS[type_], slugs)
        for slug, version in stored.items():
            versions[type_, slug] = version
    for change in changes:
        current = versions.get(change.key)
        if current is None and change.operation != "create":
            detail = f"does not exist, so there is nothing to {change.operation}."
            yield InvalidRecords, change.request_problem("slug", detail)
        if current is not None and change.operation == "create":
            detail = "exists already. Update it, or choose another slug."
            yield AlreadyExists, change.request_problem("slug", detail)
        if current is not None and change.version not in (None, current):
            detail = f"is at version {current}, not {change.version}. Read it again, and try again."
            problem = change.request_problem("version", detail)
            yield StaleVersion, replace(problem, version=current)
    for problem in _find_etag_problems(session, changes):
        yield StaleVersion, problem


def _find_etag_problems(
    session: Session,
    changes: Sequence[Change],
) -> Iterator[ProblemItem]:
    """Changes to a record that is not in the state that their ETag names."""
    with_etag = [change for change in changes if change.etag is not None]
    tags = read_record_tags(session, keys_of(with_etag))
    for change in with_etag:
        tag = tags.get(change.key)
        if tag is None or change.etag is None or names_record(change.etag, tag):
            continue
        detail = f'has the ETag "{tag}", not {change.etag}. Read it again, and try again.'
        version, _, _ = tag.partition("-")
        problem = change.request_problem("etag", detail)
        yield replace(problem, version=int(version))


def _find_references_to_deleted(
    session: Session,
    changes: Sequence[Change],
) -> Iterator[ProblemItem]:
    """Deletions of records to which unchanged records refer."""
    changed = set(keys_of(changes))
    deletions: dict[Key, Change] = {}
    for change in changes:
        if change.operation == "delete":
            deletions[change.key] = change
    owners: dict[Key, set[Key]] = defaultdict(set)
    for key, owner in find_owners(session, deletions):
        # The new state of a changed record is checked by the rules, like any reference.
        if owner not in changed:
            owners[key].add(owner)
    for key, keys in owners.items():
        # Sorted, because rows come in another order from each engine.
        listed = sorted(keys)[:MAX_LISTED_OWNERS]
        text = ", ".join(f"{type_} {slug!r}" for type_, slug in listed)
        if len(keys) > len(listed):
            text += f" and {len(keys) - len(listed)} more"
        detail = f"is still named by {text}. Keep it, or change what names it."
        yield deletions[key].problem("", detail)
