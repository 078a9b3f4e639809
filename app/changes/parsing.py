"""What does a JSON text say of records, and everything that is wrong with how it says it?

Reading goes on after a mistake, so that a curator sees all of them at once: fields that cannot be
read are left out, remembered as doubtful, and the rest of the record is judged by the rules.
"""

import json
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError, create_model
from pydantic_core import ErrorDetails

from app.errors import InvalidRecords, ProblemItem
from app.rules.changes import Change
from app.schemas.entities import ENTITIES
from app.schemas.validation_messages import describe_error, pointer, short_repr
from app.schemas.write import Citation, RecordCreate

# Of one record, what is named of all that is wrong with its form.
NAMED_AT_MOST = 100


def parse_json(text: str, name: str, refusal: type[InvalidRecords]) -> Any:
    """What the text called `name` says, names in objects being there once and numbers finite.

    Raises `refusal` if it is not such JSON."""
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_finite,
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


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"an object names {key!r} twice, so one value would be lost")
        found[key] = value
    return found


def _finite(number: str) -> float:
    found = float(number)
    if math.isinf(found):
        raise ValueError(f"{short_repr(number)} is too large for a number")
    return found


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def read_record(type_: str, raw: Any, at: str) -> tuple[Change, list[ProblemItem]]:
    """The record as far as it can be read, as a creation, and a problem for each place where it
    cannot. `at` is where it stands."""
    if not isinstance(raw, dict):
        problem = ProblemItem(f"{type_}: {short_repr(raw)} is not a record. Use a JSON object.", at)
        return Change("create", type_, "", pointer=at), [problem]
    slug = raw["slug"] if isinstance(raw.get("slug"), str) else "?"
    try:
        record = ENTITIES[type_].create.model_validate(raw)
        return Change("create", type_, slug, record, at), []
    except ValidationError as error:
        errors = error.errors()
    problems = [
        ProblemItem(f"{type_} {slug!r}: {_say(type_, found)}", at + pointer(found["loc"]))
        for found in errors[:NAMED_AT_MOST]
    ]
    doubtful = frozenset(_doubtful_fields(type_, raw, errors))
    known_as = "?" if "slug" in doubtful else slug
    return Change("create", type_, known_as, _salvage(type_, raw, errors), at, doubtful), problems


def _say(type_: str, error: ErrorDetails) -> str:
    in_citation = error["loc"][:1] == ("citations",)
    model: type[BaseModel] = Citation if in_citation else ENTITIES[type_].create
    place = repr(pointer(error["loc"])[1:])
    return f"{place} {describe_error(error, model.model_fields)}"


def _doubtful_fields(type_: str, raw: dict[str, Any], errors: list[ErrorDetails]) -> Iterator[str]:
    """Fields of which nothing can be said: those that could not be read, and those that an
    unreadable citation or reason was meant to support."""
    supportable = set(ENTITIES[type_].create.model_fields) - {"slug"}
    for error in errors:
        name, *inner = error["loc"] or ("",)
        yield str(name)
        if name == "derived":
            yield from (str(inner[0]),) if inner else supportable
        if name == "citations":
            citation = raw["citations"][inner[0]] if inner else None
            supports = citation.get("supports") if isinstance(citation, dict) else None
            readable = isinstance(supports, list) and all(isinstance(s, str) for s in supports)
            yield from supports if readable and supports else supportable


def _salvage(type_: str, raw: dict[str, Any], errors: list[ErrorDetails]) -> RecordCreate:
    """The record without the places that cannot be read: a bad item of a list or mapping is left
    out of it, any other bad field is None."""
    model = _lenient(ENTITIES[type_].create)
    good = {name: value for name, value in raw.items() if name in model.model_fields}
    bad_items: dict[str, set[Any]] = {}
    for error in errors:
        name, *inner = error["loc"] or ("",)
        if inner:
            bad_items.setdefault(str(name), set()).add(inner[0])
        else:
            good.pop(str(name), None)
    for name, items in bad_items.items():
        value = good.get(name)
        if isinstance(value, list):
            good[name] = [item for i, item in enumerate(value) if i not in items]
        elif isinstance(value, dict):
            good[name] = {k: v for k, v in value.items() if k not in items}
    return model.model_validate(good)


@cache
def _lenient(model: type[RecordCreate]) -> type[RecordCreate]:
    """The model with every field optional: what is missing is None."""
    optional: dict[str, Any] = {
        name: (field.rebuild_annotation() | None, None)
        for name, field in model.model_fields.items()
        if field.is_required()
    }
    return create_model(model.__name__, __base__=model, **optional)
