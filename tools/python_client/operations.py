"""Operations of OpenAPI, and their options as types."""

import re
from collections.abc import Iterator

from tools.python_client.schemas import REFERENCE, Json, Types
from tools.python_client.text import docstring, indent

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
# Options that clients set themselves: `cursor` is in `next`, the rest belongs to exports.
EXPORT_OPTIONS = ("fields", "bom", "escape_formulas")
# A write that is validated only is a method of its own: its result has another type.
VALIDATION = "validate_only"
# Types of what is not JSON.
READINGS = {
    "text": "str",
    "nothing": "None",
}
LEFT_OUT = ("format", "Last-Event-ID", VALIDATION, *EXPORT_OPTIONS)
# Texts of which several types of Python can be written.
WIDENED = {
    "as_of": "str | int | date",
    "since": "str | int",
    "If-Match": "IfMatch",
}
FORMATS = {
    "date": "str | date",
    "date-time": "str | date",
}


class Operation:
    """One operation of the document."""

    def __init__(self, document: Json, method: str, path: str, types: Types) -> None:
        operation = document["paths"][path][method]
        self.method = method.upper()
        self.path = path
        self.types = types
        self.name = str(operation["operationId"])
        # The first paragraph of the description.
        self.summary = str(operation["description"]).partition("\n\n")[0]
        self.body: Json = operation.get("requestBody", {}).get("content", {})
        self.parameters: dict[str, Json] = {}
        for reference in operation.get("parameters", ()):
            parameter = follow(document, reference)
            self.parameters[parameter["name"]] = parameter
        # The schemas of successful responses, by media type.
        self.successes: dict[str, list[Json]] = {}
        for status, reference in operation["responses"].items():
            if status.startswith("2"):
                self._add_success(follow(document, reference))

    def _add_success(self, response: Json) -> None:
        for media_type, content in response.get("content", {}).items():
            schemas = self.successes.setdefault(media_type, [])
            schemas.append(content.get("schema", {}))

    @property
    def title(self) -> str:
        """The name as a part of the names of classes."""
        return self.name.title().replace("_", "")

    @property
    def path_parameters(self) -> list[Json]:
        return [item for item in self.parameters.values() if item["in"] == "path"]

    @property
    def option_names(self) -> list[str]:
        """The parameters of the query and the header fields that a caller may set."""
        left_out = {*LEFT_OUT, *(parameter["name"] for parameter in self.path_parameters)}
        return [name for name in self.parameters if name not in left_out]

    @property
    def reading(self) -> str:
        """How the client reads the response."""
        if JSON in self.successes:
            return "json"
        if self.successes:
            return "text"
        return "nothing"

    @property
    def result(self) -> str:
        """The type of what the operation gives."""
        if self.reading != "json":
            return READINGS[self.reading]
        schemas = self.successes[JSON]
        if self.validation is not None:
            schemas = schemas[:1]
        return self.types.write({"anyOf": schemas})

    @property
    def validation(self) -> str | None:
        """The type of the report, if the operation can be validated only."""
        if VALIDATION not in self.parameters:
            return None
        (written, union) = self.successes[JSON]
        reports = [schema for schema in union["anyOf"] if schema != written]
        return self.types.write({"anyOf": reports})

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
    def formats(self) -> list[str]:
        """The formats of exports, if the operation has any."""
        if "format" not in self.parameters:
            return []
        schema = self.parameters["format"]["schema"]
        values = schema.get("enum") or schema["anyOf"][0]["enum"]
        return [value for value in values if value != "json"]


def list_operations(document: Json, types: Types) -> list[Operation]:
    operations = []
    for path, methods in document["paths"].items():
        for method in filter(methods.get, METHODS):
            operations.append(Operation(document, method, path, types))
    return operations


def follow(document: Json, node: Json) -> Json:
    """What the node refers to, or the node itself."""
    if "$ref" not in node:
        return node
    target = document
    for key in node["$ref"].removeprefix("#/").split("/"):
        target = target[key]
    return target


def write_options(operation: Operation) -> Iterator[str]:
    """The classes with the options of an operation."""
    base = "TypedDict"
    if operation.option_names:
        name = f"{operation.title}Options"
        described = f"Options of `{operation.name}`."
        yield from _write_class(operation, name, base, described, operation.option_names)
        base = name
    if operation.formats:
        name = name_export(operation.title)
        described = f"Options of exports of `{operation.name}`."
        options = [option for option in EXPORT_OPTIONS if option in operation.parameters]
        yield from _write_class(operation, name, base, described, options)


def _write_class(
    operation: Operation, name: str, base: str, described: str, options: list[str]
) -> Iterator[str]:
    yield ""
    yield f"class {name}({base}, total=False):"
    yield from indent(docstring(described))
    for option in options:
        parameter = operation.parameters[option]
        field = option.lower().replace("-", "_")
        yield f"    {field}: {_write_option_type(operation.types, parameter)}"
        # Each write has the same three header fields; the README describes them.
        if parameter["in"] == "query":
            yield from indent(docstring(parameter.get("description", "")))


def _write_option_type(types: Types, parameter: Json) -> str:
    schema = parameter["schema"]
    if parameter["name"] in WIDENED:
        return WIDENED[parameter["name"]]
    if schema.get("type") == "array":
        item = types.write(schema["items"])
        return f"{item} | Sequence[{item}]"
    format_ = types.resolve(schema).get("format", "")
    return FORMATS.get(format_) or types.write(schema)


def name_export(title: str) -> str:
    """`ListOffices` → `ExportOfficesOptions`, `Search` → `ExportSearchOptions`."""
    subject = re.sub("^(List|Get)", "", title)
    return f"Export{subject}Options"
