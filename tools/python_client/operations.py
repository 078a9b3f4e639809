"""Operations of OpenAPI, and their options as types."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tools.python_client.schemas import REFERENCE, Json, Types
from tools.python_client.text import docstring, indent

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
# Options that clients set themselves: `cursor` is in `next`, the rest belongs to exports.
EXPORT_OPTIONS = ("fields", "bom", "escape_formulas")
# A write that is validated only is a method of its own: its result has another type.
VALIDATION = "validate_only"
LEFT_OUT = ("format", "Last-Event-ID", VALIDATION, *EXPORT_OPTIONS)
# Texts of which several types of Python can be written.
WIDENED = {"as_of": "str | int | date", "since": "str | int", "If-Match": "IfMatch"}
FORMATS = {"date": "str | date", "date-time": "str | date"}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    document: Json
    types: Types = field(repr=False)

    @property
    def name(self) -> str:
        return str(self.document["operationId"])

    @property
    def title(self) -> str:
        """The name as a part of the names of classes."""
        return self.name.title().replace("_", "")

    @property
    def summary(self) -> str:
        """The first paragraph of the description."""
        text = str(self.document.get("description", self.document.get("summary", "")))
        return text.partition("\n\n")[0]

    @cached_property
    def successes(self) -> dict[str, Any]:
        """The media types of successful responses, with their schemas."""
        contents: dict[str, Any] = {}
        for status, response in self.document["responses"].items():
            if status.startswith("2"):
                for media_type, content in response.get("content", {}).items():
                    contents.setdefault(media_type, []).append(content.get("schema", {}))
        return contents

    @property
    def reading(self) -> str:
        if JSON in self.successes:
            return "json"
        return "text" if self.successes else "nothing"

    @property
    def result(self) -> str:
        if self.reading != "json":
            return "str" if self.successes else "None"
        (schema, *alternatives) = self.successes[JSON]
        if self.validation is None:
            schema = {"anyOf": [schema, *alternatives]}
        return self.types.write(schema)

    @property
    def validation(self) -> str | None:
        """The type of the report, if the operation can be validated only."""
        if not any(parameter["name"] == VALIDATION for parameter in self.parameters("query")):
            return None
        (written, *alternatives) = self.successes[JSON]
        schemas = [schema for union in alternatives for schema in union["anyOf"]]
        return self.types.write(
            {"anyOf": [schema for schema in schemas if schema != written]}
        )

    @property
    def item(self) -> str | None:
        """The type of the items, if the response is a page of a list."""
        (schema, *_) = self.successes.get(JSON, [{}])
        name = schema.get("$ref", "").removeprefix(REFERENCE)
        properties = self.types.schemas.get(name, {}).get("properties", {})
        if "next" not in properties or "items" not in properties:
            return None
        return self.types.write(properties["items"]["items"])

    @property
    def exports(self) -> list[str]:
        """The formats of exports, if the operation has any."""
        for parameter in self.parameters("query"):
            if parameter["name"] == "format":
                schema = parameter["schema"]
                values = schema.get("enum") or schema["anyOf"][0]["enum"]
                return [value for value in values if value != "json"]
        return []

    def parameters(self, *places: str) -> list[Json]:
        return [p for p in self.document.get("parameters", ()) if p["in"] in places]

    @property
    def option_names(self) -> list[str]:
        names = [parameter["name"] for parameter in self.parameters("query", "header")]
        return [name for name in names if name not in LEFT_OUT]


def list_operations(document: Json, types: Types) -> list[Operation]:
    """The operations, with the parameters and responses that they refer to."""
    operations = []
    for path, methods in document["paths"].items():
        for method in filter(methods.get, METHODS):
            operation = methods[method]
            parameters = operation.get("parameters", ())
            responses = operation["responses"].items()
            resolved = {
                "parameters": [follow(document, parameter) for parameter in parameters],
                "responses": {status: follow(document, node) for status, node in responses},
            }
            operations.append(Operation(method, path, operation | resolved, types))
    return operations


def follow(document: Json, node: Json) -> Json:
    """What the node refers to, or the node itself."""
    target = node
    if "$ref" in node:
        target = document
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
    return target


def write_options(operation: Operation) -> Iterator[str]:
    """The classes with the options of an operation."""
    parameters = operation.parameters("query", "header")
    documents = {parameter["name"]: parameter for parameter in parameters}
    if operation.option_names:
        yield ""
        yield f"class {operation.title}Options(TypedDict, total=False):"
        yield from indent(docstring(f"Options of `{operation.name}`."))
        for name in operation.option_names:
            yield from indent(_write_option(operation.types, documents[name]))
    if operation.exports:
        base = f"{operation.title}Options" if operation.option_names else "TypedDict"
        yield ""
        yield f"class {name_export(operation.title)}Options({base}, total=False):"
        yield from indent(docstring(f"Options of exports of `{operation.name}`."))
        for name in EXPORT_OPTIONS:
            if name in documents:
                yield from indent(_write_option(operation.types, documents[name]))


def _write_option(types: Types, parameter: Json) -> Iterator[str]:
    name = parameter["name"]
    yield f"{name.lower().replace('-', '_')}: {_write_option_type(types, parameter)}"
    # Each write has the same three header fields; the README describes them.
    if parameter["in"] == "query":
        yield from docstring(parameter.get("description", ""))


def _write_option_type(types: Types, parameter: Json) -> str:
    schema = parameter["schema"]
    if parameter["name"] in WIDENED:
        return WIDENED[parameter["name"]]
    if schema.get("type") == "array":
        item = types.write(schema["items"])
        return f"{item} | Sequence[{item}]"
    return FORMATS.get(schema.get("format", "")) or types.write(schema)


def name_export(title: str) -> str:
    """`ListOffices` → `ExportOffices`, `Search` → `ExportSearch`."""
    return "Export" + re.sub("^(List|Get)", "", title)
