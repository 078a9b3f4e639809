"""What does the OpenAPI document say that FastAPI does not know?"""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from app.api import TAGS
from app.catalog import CATALOG
from app.http.problems import Problem
from app.schemas.changesets import Changeset
from app.schemas.entities import ENTITIES

# Bounds that hold of everything served, where a schema has none of its own: a client may count on
# them. Numbers are counts, versions, revisions and positions, all exact in JavaScript; text that
# the base computes (paths, details, snippets) is no longer than what a request may hold.
REFERENCE = "#/components/schemas/{model}"
LARGEST = 2**53 - 1
LONGEST = 100_000
LENGTHS = {"date": 10, "date-time": 40}


def complete_openapi(app: FastAPI) -> None:
    """Have the application say the rest in its OpenAPI document."""
    make_openapi = app.openapi

    def openapi() -> dict[str, Any]:
        document = make_openapi()
        _add_bodies(document["components"]["schemas"])
        for operations in document["paths"].values():
            for operation in operations.values():
                for parameter in operation.get("parameters", ()):
                    parameter["schema"] = _without_null(parameter["schema"])
                    for schema in _find_schemas(parameter["schema"]):
                        _refuse_null_character(schema)
        for schema in _find_schemas(document):
            _bound(schema)
        # Reading needs no key unless the server says so; paths are relative to wherever this is
        # served.
        document |= {"servers": [{"url": "/", "x-internal": False}], "security": [{}, {"key": []}]}
        document["tags"] = [{"name": name, "description": what} for name, what in TAGS.items()]
        return document

    # How FastAPI has its document extended, though to mypy a method is no attribute.
    app.openapi = openapi  # type: ignore[method-assign]


def _add_bodies(schemas: dict[str, Any]) -> None:
    """What is read from requests and errors by our own means, and so unknown to FastAPI."""
    creates = [entity.create for entity in ENTITIES.values()]
    patches = [entity.patch for entity in ENTITIES.values()]
    unknown: list[type[BaseModel]] = [Problem, Changeset, *creates, *patches]
    for model in unknown:
        own = model.model_json_schema(ref_template=REFERENCE)
        schemas |= {**own.pop("$defs", {}), model.__name__: own}
    properties = schemas["ChangeAsked"]["properties"]
    _name_records(properties["record"], creates)
    _name_records(properties["patch"], patches)
    for resource in CATALOG:
        _take_what_was_read(schemas[ENTITIES[resource.type_].create.__name__], resource.detail)


def _name_records(schema: dict[str, Any], models: Sequence[type[BaseModel]]) -> None:
    """What a change list carries is read as any record is, so its schema says no more than that
    it is an object."""
    references = [{"$ref": REFERENCE.format(model=model.__name__)} for model in models]
    schema["anyOf"] = [*references, {"type": "null"}]


def _take_what_was_read(schema: dict[str, Any], detail: type[BaseModel]) -> None:
    """What the base adds to a record may be sent back with it, and is left aside."""
    for name in sorted(detail.model_fields.keys() - schema["properties"].keys()):
        schema["properties"][name] = {"readOnly": True}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is never null: a URL has no such value."""
    some = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if len(some) != 1:
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**some[0], **rest}


def _refuse_null_character(schema: dict[str, Any]) -> None:
    """U+0000 is in no text, so a parameter with it is refused."""
    if schema["type"] == "string" and not {"enum", "format", "pattern"} & set(schema):
        schema["pattern"] = "^[^\\u0000]*$"


def _find_schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the document that has a `type`, as schemas do."""
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        yield from _find_schemas(child)


def _bound(schema: dict[str, Any]) -> None:
    if schema["type"] == "integer":
        schema.setdefault("format", "int64")
        schema.setdefault("minimum", 0)
        schema.setdefault("maximum", LARGEST)
    elif schema["type"] == "string" and not {"enum", "const"} & set(schema):
        schema.setdefault("maxLength", LENGTHS.get(schema.get("format", ""), LONGEST))
