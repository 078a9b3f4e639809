"""Records from JSON, with a problem for each value that cannot be read.

Parsing continues after a problem, so that a curator sees all of them at once: fields that cannot be
read are left out and listed as unreadable, and the rules judge the rest of the record.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from pydantic import ValidationError, create_model
from pydantic_core import ErrorDetails

from app.errors import InvalidRecords, ProblemItem
from app.rules.changes import Change
from app.schemas.record_types import ENTITIES
from app.schemas.validation_messages import describe_error, pointer, short_repr
from app.schemas.write import Citation, RecordCreate
from app.text.cited_text import without_mark
from app.text.quotes import digests

# Problems of form that are listed for one record.
MAX_FORM_PROBLEMS = 100


def parse_json(
    text: str,
    name: str,
    refusal: type[InvalidRecords],
) -> Any:
    """The value of the text called `name`. Stricter than `json`: a member occurs once in its
    object, and numbers are finite.

    Raises `refusal` if it is not such JSON."""
    try:
        return json.loads(
            text,
            object_pairs_hook=_make_object,
            parse_constant=_refuse_constant,
            parse_float=_read_finite,
        )
    except json.JSONDecodeError as error:
        raise refusal(
            f"{name} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except (ValueError, RecursionError) as error:
        reason = str(error)
        if isinstance(error, RecursionError):
            reason = "it is nested too deeply"
        elif "integer string" in reason:
            reason = "a number has too many digits"
        raise refusal(f"{name} is not JSON that can be used: {reason}.") from None


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # RFC 8259 §4 leaves open what a repeated name means; `json` would take the last.
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"an object names {name!r} twice, so one value would be lost")
        members[name] = value
    return members


def _read_finite(text: str) -> float:
    # RFC 8259 §6 has no infinity, but `float` reads 1e999 as one.
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{short_repr(text)} is too large for a number")
    return number


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def without_byte_order_mark(type_: str, raw: Any) -> Any:
    """The record, or patch of one, as JSON; the text of a document without a byte order mark, so
    that positions in it are those that every reader counts. So is its digest."""
    if type_ != "document" or not isinstance(raw, dict):
        return raw
    text = raw.get("text")
    if not isinstance(text, str):
        return raw
    record = {**raw, "text": without_mark(text)}
    # A text with half of a surrogate pair has no digest, and is refused later.
    with suppress(UnicodeEncodeError):
        plain_digest, marked_digest = digests(text)
        if raw.get("sha256") == marked_digest:
            record["sha256"] = plain_digest
    return record


def read_record(
    type_: str,
    raw: Any,
    position: str,
) -> tuple[Change, list[ProblemItem]]:
    """The readable part of the record as a creation, and a problem for each unreadable value.

    `position` is the JSON pointer of the record."""
    if not isinstance(raw, dict):
        detail = f"{type_}: {short_repr(raw)} is not a record. Use a JSON object."
        change = Change("create", type_, "", pointer=position)
        return change, [ProblemItem(detail, position)]
    slug = raw.get("slug")
    if not isinstance(slug, str):
        slug = "?"
    model = ENTITIES[type_].create
    try:
        record = model.model_validate(raw)
        return Change("create", type_, slug, record, position), []
    except ValidationError as error:
        errors = error.errors()
    problems = []
    for item in errors[:MAX_FORM_PROBLEMS]:
        path = pointer(item["loc"])
        in_citation = path.startswith("/citations/")
        names = Citation.model_fields if in_citation else model.model_fields
        detail = f"{type_} {slug!r}: {path[1:]!r} {describe_error(item, names)}"
        problems.append(ProblemItem(detail, position + path))
    unreadable_fields = _find_unreadable_fields(type_, raw, errors)
    if "slug" in unreadable_fields:
        slug = "?"
    record = _salvage(model, raw, errors)
    return Change("create", type_, slug, record, position, unreadable_fields), problems


def _find_unreadable_fields(
    type_: str,
    raw: dict[str, Any],
    errors: Iterable[ErrorDetails],
) -> frozenset[str]:
    """Fields that no rule can judge: those that cannot be read, and those whose support may be in
    an unreadable citation or reason."""
    supportable = ENTITIES[type_].create.model_fields.keys() - {"slug"}
    fields: set[str] = set()
    for error in errors:
        name, *path = error["loc"] or ("",)
        fields.add(str(name))
        if name == "derived" and path:
            fields.add(str(path[0]))
        elif name == "citations" and path:
            citation = raw["citations"][path[0]]
            fields.update(_read_supports(citation) or supportable)
        elif name in ("citations", "derived"):
            fields.update(supportable)
    return frozenset(fields)


def _read_supports(citation: Any) -> list[str] | None:
    """The fields that an unreadable citation supports, if at least these can be read."""
    supports = citation.get("supports") if isinstance(citation, dict) else None
    if not isinstance(supports, list):
        return None
    are_names = all(isinstance(name, str) for name in supports)
    return supports if are_names else None


def _salvage(
    model: type[RecordCreate],
    raw: dict[str, Any],
    errors: Iterable[ErrorDetails],
) -> RecordCreate:
    """The record without its unreadable values: a list or mapping loses the item, any other field
    its value."""
    values = dict(raw)
    for unknown in raw.keys() - model.model_fields.keys():
        del values[unknown]
    bad_items: dict[str, set[Any]] = defaultdict(set)
    for error in errors:
        name, *path = error["loc"] or ("",)
        if path:
            bad_items[str(name)].add(path[0])
        else:
            values.pop(str(name), None)
    for name, bad in bad_items.items():
        value = values.get(name)
        if isinstance(value, list):
            values[name] = [item for i, item in enumerate(value) if i not in bad]
        elif isinstance(value, dict):
            items = value.items()
            values[name] = {key: item for key, item in items if key not in bad}
    return _make_lenient(model).model_validate(values)


@cache
def _make_lenient(model: type[RecordCreate]) -> type[RecordCreate]:
    """The model with None as the default of its required fields."""
    optional: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if field.is_required():
            optional[name] = (field.rebuild_annotation() | None, None)
    return create_model(model.__name__, __base__=model, **optional)
