"""Somebody else saved first: the record as it was opened, theirs and yours, side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.parsing import read_record
from app.curate.records.build import BuiltRecord
from app.curate.records.fields import label_of
from app.curate.records.preview import as_read
from app.curate.records.state import EditState
from app.curate.rendering import CuratePage
from app.log.past_records import read_logged
from app.pages import words
from app.pages.differences import FieldVersion, read_field
from app.pages.entries import group_sides
from app.pages.reference_names import load_names
from app.queries.loading import curated_part
from app.schemas.read import RecordRead
from app.schemas.write import Citation, RecordCreate
from app.store.models import MODELS, LogEntry

MINE = "mine"
THEIRS = "theirs"
# The choice of an entry in the form that puts both together.
TAKE_PREFIX = "take-"


@dataclass(frozen=True)
class ConflictRow:
    """An entry that differs. `is_conflict` tells that both changed it, `taken` what is chosen at
    first: the side that changed it, and of two changes yours."""

    name: str
    label: str
    opened: FieldVersion
    theirs: FieldVersion
    mine: FieldVersion
    is_conflict: bool
    taken: str


@dataclass(frozen=True)
class ConflictPage(CuratePage):
    """Three columns, and a choice for each entry that differs."""

    template = "records/conflict.html"

    lead: str = ""
    rows: tuple[ConflictRow, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    merge_path: str = ""
    opened_version: int = 0
    theirs_version: int = 0


@dataclass(frozen=True)
class Sides:
    """Three versions of a record. `mine` is not written yet."""

    opened: RecordRead | None
    theirs: RecordRead
    mine: RecordRead


def read_version(session: Session, type_: str, slug: str, version: int) -> RecordRead | None:
    """A record at one of its versions; None if it had none such."""
    entry = session.scalars(
        select(LogEntry).where(
            LogEntry.type == type_,
            LogEntry.slug == slug,
            LogEntry.version == version,
        )
    ).one_or_none()
    return read_logged(entry) if entry is not None else None


def read_sides(
    session: Session,
    state: EditState,
    built: BuiltRecord,
    theirs: RecordRead,
) -> Sides | None:
    """The three versions; None while the form has values that cannot be read."""
    assert state.version is not None
    type_ = state.entity.type_
    parsed, problems = read_record(type_, dict(built.record), "")
    if problems or parsed.record is None or built.problems:
        return None
    try:
        mine = as_read(MODELS[type_], parsed.record, state.version)
    except (ValidationError, ValueError):
        return None
    opened = read_version(session, type_, state.slug, state.version)
    return Sides(opened, theirs, mine)


def list_rows(
    session: Session,
    type_fields: Mapping[str, Any],
    sides: Sides,
) -> Iterator[ConflictRow]:
    """The entries in which the three versions are not the same."""
    names = load_names(session, (sides.opened, sides.theirs, sides.mine))
    for name, fields in group_sides(list(type_fields)):
        opened = read_field(sides.opened, name, fields, names)
        theirs = read_field(sides.theirs, name, fields, names)
        mine = read_field(sides.mine, name, fields, names)
        if opened == theirs == mine:
            continue
        yield ConflictRow(
            name=name,
            label=words.LABELS.get(name) or label_of(name),
            opened=opened,
            theirs=theirs,
            mine=mine,
            is_conflict=mine not in (opened, theirs) and theirs != opened,
            taken=THEIRS if mine == opened else MINE,
        )


def put_together(
    session: Session,
    type_: str,
    sides: Sides,
    taken: Mapping[str, str],
) -> RecordCreate:
    """The record with each entry, and the words that bear it out, from the side that was chosen;
    an entry without a choice is yours."""
    mine = curated_part(session, type_, sides.mine)
    theirs = curated_part(session, type_, sides.theirs)
    chosen: dict[str, RecordCreate] = {}
    for name, fields in group_sides(list(type(mine).model_fields)):
        side = theirs if taken.get(name) == THEIRS else mine
        for field in fields:
            chosen[field] = side
    merged: dict[str, Any] = {"slug": mine.slug, "derived": {}}
    for field, side in chosen.items():
        merged[field] = getattr(side, field)
        if field in side.derived:
            merged["derived"][field] = side.derived[field]
    merged["citations"] = _merge_citations(theirs, mine, chosen)
    return type(mine).model_validate(merged)


def _merge_citations(
    theirs: RecordCreate,
    mine: RecordCreate,
    chosen: Mapping[str, RecordCreate],
) -> list[Citation]:
    """The quotes of both, each with the fields that it bears out in the side that was chosen."""
    supports: dict[tuple[str, int, int], list[str]] = {}
    citations: dict[tuple[str, int, int], Citation] = {}
    for side in (theirs, mine):
        for citation in side.citations:
            key = (citation.document_slug, citation.start, citation.end)
            citations.setdefault(key, citation)
            names = supports.setdefault(key, [])
            names += [name for name in citation.supports if chosen.get(name) is side]
    merged = []
    for key, citation in citations.items():
        if supports[key]:
            update = {"supports": list(dict.fromkeys(supports[key]))}
            merged.append(citation.model_copy(update=update))
    return merged
