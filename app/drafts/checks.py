"""The rules of the base, applied to the records of a draft before these are in a bundle."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.drafts.bundle import Claim
from app.rules.changes import Change
from app.rules.records import find_record_problems
from app.rules.relations import ExistingRecords, find_base_problems
from app.schemas.record_types import ENTITIES
from app.schemas.validation_messages import describe_error

Record = dict[str, Any]


def find_problems(
    claims: Sequence[Claim],
    others: Sequence[Claim],
    text: str,
) -> dict[int, list[str]]:
    """Why the base would refuse the claims, by their position in the list. `others` are the
    document, its office and focus areas; quotes are compared with the text of the document."""
    problems: dict[int, list[str]] = {}
    changes = []
    existing = ExistingRecords()
    for type_, record in others:
        changes.append(_parse(type_, record, "/others"))
        if type_ == "document":
            existing.texts[record["slug"]] = text
    for number, (type_, record) in enumerate(claims):
        pointer = f"/claims/{number}"
        try:
            change = _parse(type_, record, pointer)
        except ValidationError as error:
            problems[number] = [describe_error(error.errors()[0])]
            continue
        changes.append(change)
        for item in find_record_problems(change):
            problems.setdefault(number, []).append(item.detail)
    for item in find_base_problems(changes, existing):
        position = _find_position(item.pointer)
        if position is not None:
            problems.setdefault(position, []).append(item.detail)
    return problems


def _parse(
    type_: str,
    record: Record,
    pointer: str,
) -> Change:
    parsed = ENTITIES[type_].create.model_validate(record)
    return Change(
        "create",
        type_,
        record["slug"],
        parsed,
        pointer,
    )


def _find_position(pointer: str | None) -> int | None:
    """The position of the claim that a problem is of; None if it is of another record."""
    pieces = (pointer or "").split("/")
    if len(pieces) > 2 and pieces[1] == "claims":
        return int(pieces[2])
    return None


def list_others(
    document: Record,
    office: Record | None,
    focus_areas: Mapping[str, Record],
) -> list[Claim]:
    """The records of a draft that are no claims, with their types."""
    others: list[Claim] = [("document", document)]
    if office is not None:
        others.append(("office", office))
    for record in focus_areas.values():
        others.append(("focus_area", record))
    return others
