"""The parts of the OpenAPI document that FastAPI cannot derive from the endpoints."""

from collections.abc import Iterable, Iterator
from functools import cache
from threading import Lock
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from app.api import TAGS
from app.api.openapi_components import (
    REFERENCE,
    name_types,
    remove_redundancy,
    share_components,
    shorten_patches,
)
from app.catalog import CATALOG
from app.errors import ProblemItem
from app.http.admission import PRIVATE_TAG
from app.http.problems import Problem
from app.schemas.changesets import Changeset
from app.schemas.drafts import Decisions, ProposalCreate, ProposalPatch
from app.schemas.read import CitationRead, RecordRead
from app.schemas.record_types import ENTITIES
from app.schemas.search import SearchRow
from app.schemas.write import Citation

Schema = dict[str, Any]

NULL: Schema = {"type": "null"}

# Bounds of every integer and text that has none of its own, so that a client can choose types and
# columns. Integers (counts, versions, revisions, positions) are exact in JavaScript; texts that the
# base computes (paths, details, snippets) are no longer than the longest text of a request.
MAX_INTEGER = 2**53 - 1
MAX_TEXT_CHARACTERS = 100_000
MAX_FORMAT_CHARACTERS: dict[str | None, int] = {"date": 10, "date-time": 40}


def complete_openapi(app: FastAPI, server: str) -> None:
    """Replace `app.openapi` by a method that returns the complete document. `server` is the public
    address, or `/` where only a proxy knows it."""
    make_openapi = app.openapi
    lock = Lock()

    @cache
    def make_document() -> Schema:
        document = make_openapi()
        schemas = document["components"]["schemas"]
        _add_schemas(schemas)
        _state_presence(schemas)
        for operations in document["paths"].values():
            for operation in operations.values():
                _correct_parameters(operation)
                if PRIVATE_TAG in operation["tags"]:
                    operation["security"] = [{"key": []}]
        remove_redundancy(document)
        name_types(document)
        for schema in _iterate_schemas(document):
            _add_bounds(schema)
        shorten_patches(document)
        share_components(document)
        document["servers"] = [{"url": server, "x-internal": False}]
        # A key is optional for reads, unless the server is set up otherwise.
        document["security"] = [{}, {"key": []}]
        document["tags"] = []
        for name, description in TAGS.items():
            document["tags"].append({"name": name, "description": description})
        return document

    def openapi() -> Schema:
        # Two threads at once would both complete the document that FastAPI stores.
        with lock:
            return make_document()

    # FastAPI documents this assignment; mypy refuses any assignment to a method.
    app.openapi = openapi  # type: ignore[method-assign]


def _add_schemas(schemas: Schema) -> None:
    """Add the schemas of bodies that the application reads itself, and of errors."""
    _add_schema(schemas, Problem)
    _add_schema(schemas, Changeset)
    for body in (ProposalPatch, ProposalCreate, Decisions):
        _add_schema(schemas, body)
    creates = [_add_schema(schemas, entity.create) for entity in ENTITIES.values()]
    patches = [_add_schema(schemas, entity.patch) for entity in ENTITIES.values()]
    for resource in CATALOG:
        create = ENTITIES[resource.type_].create
        _add_read_only(schemas[create.__name__], resource.detail)
    _add_read_only(schemas[Citation.__name__], CitationRead)
    # A change list is read with any objects here: the type of each change decides what they are.
    change = schemas["ChangeAsked"]["properties"]
    change["record"]["anyOf"] = [*creates, NULL]
    change["patch"]["anyOf"] = [*patches, NULL]
    for name in (ProposalPatch.__name__, ProposalCreate.__name__):
        schemas[name]["properties"]["record"]["anyOf"] = [*patches, NULL]


def _add_schema(schemas: Schema, model: type[BaseModel]) -> dict[str, str]:
    """The reference to the schema that was added."""
    name = model.__name__
    schema = model.model_json_schema(ref_template=REFERENCE)
    schemas.update(schema.pop("$defs", {}))
    schemas[name] = schema
    return {"$ref": REFERENCE.format(model=name)}


def _add_read_only(schema: Schema, detail: type[BaseModel]) -> None:
    """Allow the fields that the base adds to a record: a client may send back what it read."""
    properties = schema["properties"]
    for name in sorted(detail.model_fields.keys() - properties.keys()):
        properties[name] = {"readOnly": True}


def _state_presence(schemas: Schema) -> None:
    """State which fields responses always have. A schema of pydantic says which fields a request
    needs, and some schemas of responses inherit from those of requests."""
    for entity in ENTITIES.values():
        _require(schemas[entity.read.__name__], entity.read)
    for resource in CATALOG:
        detail = schemas[resource.detail.__name__]
        read = ENTITIES[resource.type_].read
        _require(detail, read)
        _absent_not_null(detail, resource.detail.model_fields.keys() - read.model_fields)
    _absent_not_null(schemas[SearchRow.__name__], ["snippet"])
    problem_item = schemas[ProblemItem.__name__]
    _absent_not_null(problem_item, problem_item["properties"])


def _require(schema: Schema, read: type[RecordRead]) -> None:
    schema["required"] = list(read.model_fields)


def _absent_not_null(schema: Schema, names: Iterable[str]) -> None:
    """Exclude null from fields that are absent where they have no value. A single related record
    is null where there is none."""
    properties = schema["properties"]
    for name in names:
        is_record = properties[name].get("anyOf", [{}])[0].get("$ref", "").endswith("Read")
        if not is_record:
            properties[name] = _without_null(properties[name])


def _correct_parameters(operation: Schema) -> None:
    for parameter in operation.get("parameters", ()):
        # A URL and a header cannot express null.
        parameter["schema"] = _without_null(parameter["schema"])
        for schema in _iterate_schemas(parameter["schema"]):
            _exclude_null_character(schema)
        # Both are stated already: beside the schema, and by default.
        parameter["schema"].pop("description", None)
        if not parameter["required"]:
            del parameter["required"]


def _without_null(schema: Schema) -> Schema:
    """The schema without the alternative null, if that is one of two."""
    alternatives = schema.get("anyOf", ())
    if len(alternatives) != 2 or alternatives[1] != NULL:
        return schema
    merged: Schema = alternatives[0] | schema
    del merged["anyOf"]
    return merged


def _exclude_null_character(schema: Schema) -> None:
    """PostgreSQL cannot store U+0000, so a parameter that contains it is refused."""
    if schema["type"] != "string":
        return
    if {"enum", "format", "pattern"}.isdisjoint(schema):
        schema["pattern"] = "^[^\\u0000]*$"


def _iterate_schemas(node: Any) -> Iterator[Schema]:
    """Every object of the document that has a `type`, as schemas do."""
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node
        for child in node.values():
            yield from _iterate_schemas(child)
    elif isinstance(node, list):
        for child in node:
            yield from _iterate_schemas(child)


def _add_bounds(schema: Schema) -> None:
    if schema["type"] == "integer":
        schema.setdefault("format", "int64")
        schema.setdefault("minimum", 0)
        schema.setdefault("maximum", MAX_INTEGER)
    elif schema["type"] == "string" and {"enum", "const"}.isdisjoint(schema):
        format_ = schema.get("format")
        max_length = MAX_FORMAT_CHARACTERS.get(format_, MAX_TEXT_CHARACTERS)
        schema.setdefault("maxLength", max_length)
