"""Proposed records, judged by the rules of the base before anything of them is published."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.changes.existing import read_versions
from app.changes.parsing import read_record
from app.errors import InvalidRecords, ProblemItem, summarize
from app.memory import without_collector
from app.rules.changes import Change, citations_of, find_references
from app.rules.records import find_record_problems
from app.rules.relations import ExistingRecords, find_base_problems, find_wrong_quotes
from app.schemas.record_types import ENTITIES
from app.store.models import MODELS, Draft, Proposal
from app.stored_drafts.context import (
    DraftedRecord,
    add_context,
    read_context,
    read_quote,
)


@dataclass(frozen=True)
class JudgedRecord:
    """A record as JSON; `pointer` is where it stands in the request (RFC 6901)."""

    type: str
    record: dict[str, Any]
    pointer: str


def parse_records(
    records: Iterable[JudgedRecord],
) -> tuple[list[Change], list[ProblemItem]]:
    """The records as creations, and a problem for each value that cannot be read."""
    changes: list[Change] = []
    problems: list[ProblemItem] = []
    for judged in records:
        change, unreadable = read_record(judged.type, judged.record, judged.pointer)
        changes.append(change)
        problems += unreadable
    return changes, problems


def require_valid(
    session: Session,
    draft: Draft,
    proposals: Iterable[DraftedRecord],
    subjects: Mapping[int, JudgedRecord],
    *,
    compares_quotes: bool = True,
) -> None:
    """Judge the subjects, which stand for the proposals with their numbers, as if a base had them,
    the text of the draft, and all other proposals that are not rejected.

    References resolve among all of them, and in the base. Raises InvalidRecords with every
    problem of the subjects; and those of other quotes, whose headings a subject may have changed.
    Where quotes are not compared with the text, the proposals need no records."""
    changes, problems = parse_records(subjects.values())
    for change in changes:
        problems += find_record_problems(change)
    existing = _read_referenced(session, changes)
    documents = add_context(existing, proposals, subjects)
    if compares_quotes:
        existing.texts |= dict.fromkeys(documents, draft.utf8.decode())
    problems += find_base_problems(changes, existing)
    for change in changes:
        problems += _find_other_sources(change, draft.sha256, documents)
    if problems:
        unique = list(dict.fromkeys(problems))
        raise InvalidRecords(summarize(unique), unique)


def require_publishable(
    draft: Draft,
    proposals: Iterable[DraftedRecord],
    changes: Mapping[int, Change],
    unreadable: Sequence[ProblemItem],
    documents: Mapping[str, str | None],
) -> None:
    """Judge the changes, by the numbers of their proposals, each by itself and with the text of the
    draft; all other proposals that are not rejected say what is a heading. What is between the
    changes and the base is judged when they are written.

    `unreadable` are the problems of parsing, `documents` the slugs that documents of the draft have
    in the base. Raises InvalidRecords with every problem."""
    problems = [*unreadable]
    for change in changes.values():
        problems += find_record_problems(change)
    existing = ExistingRecords()
    add_context(existing, proposals, changes)
    sources = set()
    for drafted, slug in documents.items():
        _rename_document(existing, drafted, slug or drafted)
        existing.texts[slug or drafted] = draft.utf8.decode()
        sources.add(slug or drafted)
    problems += find_wrong_quotes([*changes.values()], existing)
    for change in changes.values():
        problems += _find_other_sources(change, draft.sha256, sources)
    if problems:
        unique = list(dict.fromkeys(problems))
        raise InvalidRecords(summarize(unique), unique)


def _rename_document(existing: ExistingRecords, drafted: str, slug: str) -> None:
    """Let quotes of a document of the draft be those of a document of the base."""
    if drafted == slug:
        return
    existing.quotes[slug] += existing.quotes.pop(drafted, [])
    existing.replaced[slug] += existing.replaced.pop(drafted, [])
    if drafted in existing.titles:
        existing.titles[slug] = existing.titles.pop(drafted)


@without_collector()
def require_valid_correction(
    session: Session,
    draft: Draft,
    proposal: Proposal,
    record: dict[str, Any],
) -> None:
    """Judge what a proposal is corrected to, as `require_valid` does.

    Quotes that stay as they are stay right. They are not compared with the text again, because
    all other quotes of the draft are needed for that: these say what is a heading."""
    subject = JudgedRecord(proposal.type, record, "/record")
    # A title, a label or a link of a focus area concerns other records, too.
    is_alone = proposal.type not in ("document", "focus_area")
    compares_quotes = not is_alone or not _has_same_quotes(proposal, subject)
    require_valid(
        session,
        draft,
        read_context(session, draft.id, with_records=compares_quotes),
        {proposal.number: subject},
        compares_quotes=compares_quotes,
    )


def _has_same_quotes(proposal: Proposal, subject: JudgedRecord) -> bool:
    (change,), problems = parse_records([subject])
    if problems:
        return False
    quotes = {read_quote(citation.model_dump()) for citation in citations_of(change)}
    return quotes == {read_quote(citation) for citation in proposal.record["citations"]}


def _read_referenced(session: Session, changes: Sequence[Change]) -> ExistingRecords:
    """The records of the base that these refer to."""
    referenced: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for _, type_, slug in find_references(change):
            referenced[type_].add(slug)
    existing = ExistingRecords()
    for type_, slugs in referenced.items():
        existing.slugs[type_] = set(read_versions(session, MODELS[type_], slugs))
    return existing


def _find_other_sources(
    change: Change,
    sha256: str,
    documents: Container[str],
) -> Iterator[ProblemItem]:
    """A draft has one text, which its document is and its records cite."""
    stated = getattr(change.record, "sha256", None)
    if stated is not None and stated != sha256:
        detail = f"the text of the draft has SHA-256 {sha256}, not {stated}. Leave it."
        yield change.problem("/sha256", detail)
    for i, citation in enumerate(citations_of(change)):
        if citation.document_slug not in documents:
            detail = (
                f"{citation.document_slug!r} is not the document of the draft. Cite that."
            )
            yield change.problem(f"/citations/{i}/document_slug", detail)


def normalize(type_: str, record: dict[str, Any]) -> dict[str, Any]:
    """The record with every curated field, so that two can be compared; one that cannot be read
    stays as it is."""
    try:
        return ENTITIES[type_].create.model_validate(record).model_dump(mode="json")
    except ValidationError:
        return record
