"""The fields of a proposed record, each with the words that support it, or as a question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.records.preview import as_read as show_as_read
from app.pages import sentences, words
from app.pages.entries import group_sides
from app.rules.changes import REFERENCES
from app.schemas.read import RecordRead, TimelineItemRead
from app.schemas.record_types import ENTITIES
from app.schemas.timeline import find_time_mistakes
from app.schemas.write import TimelineItemCreate
from app.store.models import MODELS, Draft, Proposal
from app.stored_drafts.base_records import BaseRecords

Json = dict[str, Any]
# The title of the card says them already, or they mean nothing to a person who decides.
_NOT_SHOWN = frozenset({"sha256", "text", "start", "end"})


@dataclass(frozen=True)
class Name:
    """A record that another names. `note` says that the base has it, and under which slug."""

    label: str
    is_new: bool
    note: str = ""


@dataclass(frozen=True)
class Fact:
    """A field. `quotes` are words of the text that support it and are not those of the claim;
    `question` is the reason why the value was derived."""

    label: str
    value: str = ""
    modality: str | None = None
    names: tuple[Name, ...] = ()
    quotes: tuple[str, ...] = ()
    question: str | None = None


@dataclass(frozen=True)
class NamedRecords:
    """The records of a draft that others name, by type and slug."""

    session: Session
    records: Mapping[tuple[str, str], Json]
    base: BaseRecords

    def find(
        self,
        type_: str,
        slug: str,
    ) -> Name:
        """How a record is called, and whether publishing makes it."""
        record = self.records.get((type_, slug))
        if record is None:
            return Name(slug, is_new=False)
        label = record[ENTITIES[type_].main]
        if ENTITIES[type_].is_claim:
            return Name(label, is_new=False)
        existing = self.base.find(type_, record)
        if existing is None:
            return Name(label, is_new=True)
        return Name(label, is_new=False, note=f"in the base as {existing.slug}")


def load_named(
    session: Session,
    draft: Draft,
    records: Iterable[Json],
) -> NamedRecords:
    """The records of the draft that these name."""
    slugs: dict[str, set[str]] = {}
    for record in records:
        for type_, slug in _list_references(record):
            slugs.setdefault(type_, set()).add(slug)
    named: dict[tuple[str, str], Json] = {}
    for type_, wanted_slugs in slugs.items():
        statement = select(Proposal.slug, Proposal.record).where(
            Proposal.draft_id == draft.id,
            Proposal.type == type_,
            Proposal.slug.in_(wanted_slugs),
        )
        for row in session.execute(statement):
            named[type_, row.slug] = row.record
    return NamedRecords(session, named, BaseRecords(session, [draft.sha256]))


def _list_references(record: Json) -> Iterator[tuple[str, str]]:
    for name, type_ in REFERENCES.items():
        value = record.get(name)
        if not value:
            continue
        slugs = [value] if isinstance(value, str) else value
        for slug in slugs:
            yield type_, slug


def as_read(type_: str, record: Json) -> RecordRead | None:
    """The record as a page of the base would have it; None if it cannot be read yet."""
    try:
        created = ENTITIES[type_].create.model_validate(record)
    except ValidationError:
        return None
    if isinstance(created, TimelineItemCreate) and any(find_time_mistakes(created)):
        return None
    return show_as_read(MODELS[type_], created, version=1)


def list_facts(
    type_: str,
    record: Json,
    named: NamedRecords,
) -> list[Fact]:
    """The fields of a record that have a value, but for the one that names it."""
    entity = ENTITIES[type_]
    facts = []
    quoted: set[str] = set()
    # How sure a claim is comes first: the decision hangs on it.
    names = sorted(entity.create.model_fields, key=lambda name: name != "modality")
    for name, fields in group_sides(names):
        if name == entity.main or name in _NOT_SHOWN or not record.get(name):
            continue
        fact = _make_fact(
            type_,
            record,
            name,
            fields,
            named,
        )
        # Words that support several fields are shown once.
        new_quotes = tuple(quote for quote in fact.quotes if quote not in quoted)
        quoted.update(new_quotes)
        facts.append(replace(fact, quotes=new_quotes))
    return facts


def _make_fact(
    type_: str,
    record: Json,
    name: str,
    fields: Sequence[str],
    named: NamedRecords,
) -> Fact:
    value = record[name]
    if name == "wording":
        # The dates are what the wording means: one question for all of them.
        fields = ("wording", "start_kind", "start_edtf", "end_kind", "end_edtf")
    fact = Fact(
        label=words.LABELS[name],
        quotes=tuple(_list_quotes(type_, record, fields)),
        question=_find_reason(record, fields),
    )
    referenced = REFERENCES.get(name)
    if referenced is not None:
        slugs = [value] if isinstance(value, str) else value
        return replace(fact, names=tuple(named.find(referenced, slug) for slug in slugs))
    match name:
        case "modality":
            return replace(fact, modality=value)
        case "wording":
            return replace(fact, value=describe_time(record))
        case "aliases":
            return replace(fact, value=", ".join(value))
        case "recurrence":
            return replace(fact, value=sentences.describe_recurrence(value))
        case _:
            return replace(fact, value=words.name_value(str(value)))


def describe_time(record: Json) -> str:
    """What the dates of a timeline item mean, in words; its wording if they cannot be read."""
    item = as_read("timeline_item", record)
    if isinstance(item, TimelineItemRead):
        return sentences.write_sentence(item)
    return str(record["wording"])


def _list_quotes(
    type_: str,
    record: Json,
    fields: Sequence[str],
) -> Iterator[str]:
    """The words that support one of the fields, other than those of the claim."""
    main = record[ENTITIES[type_].main]
    quoted = set()
    for citation in record["citations"]:
        exact = " ".join(citation["exact"].split())
        if set(fields).isdisjoint(citation["supports"]) or exact in quoted or exact == main:
            continue
        quoted.add(exact)
        yield exact


def _find_reason(record: Json, fields: Sequence[str]) -> str | None:
    reasons = [record["derived"][name] for name in fields if name in record["derived"]]
    return " ".join(dict.fromkeys(reasons)) or None
