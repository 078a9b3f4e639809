"""The rules of the base, applied to the records of a draft before these are in a bundle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from app.drafts.bundle import Claim
from app.rules.changes import Change
from app.rules.records import find_record_problems
from app.rules.relations import ExistingRecords, find_base_problems
from app.schemas.record_types import ENTITIES
from app.schemas.validation_messages import describe_error

Record = dict[str, Any]


@dataclass(frozen=True)
class Refused:
    """Why the base would refuse claims, by their position; and the slugs of the focus areas that
    it would refuse."""

    claims: dict[int, list[str]] = field(default_factory=dict)
    focus_areas: set[str] = field(default_factory=set)


def find_refused(
    claims: Sequence[Claim],
    others: Sequence[Claim],
    text: str,
) -> Refused:
    """What the base would refuse of the claims and of the `others`: the document, its office and
    focus areas. Quotes are compared with the text of the document."""
    refused = Refused()
    changes = []
    existing = ExistingRecords()
    for number, (type_, record) in enumerate([*claims, *others]):
        if type_ == "document":
            existing.texts[record["slug"]] = text
        try:
            change = _parse(type_, record, f"/{number}")
        except ValidationError as error:
            _note(refused, claims, others, number, describe_error(error.errors()[0]))
            continue
        changes.append(change)
        for item in find_record_problems(change):
            _note(refused, claims, others, number, item.detail)
    for item in find_base_problems(changes, existing):
        number = int((item.pointer or "/0").split("/")[1])
        _note(refused, claims, others, number, item.detail)
    return refused


def _note(
    refused: Refused,
    claims: Sequence[Claim],
    others: Sequence[Claim],
    number: int,
    detail: str,
) -> None:
    """Note a problem of the record with this number: of a claim, or of one of the others."""
    if number < len(claims):
        refused.claims.setdefault(number, []).append(detail)
        return
    type_, record = others[number - len(claims)]
    if type_ == "focus_area":
        refused.focus_areas.add(record["slug"])


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
