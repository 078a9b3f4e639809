"""Operations of OpenAPI as methods of the two clients, and their options as types."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tools.python_client.schemas import REFERENCE, Json, Types
from tools.python_client.text import docstring, indent

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
JSON_BODIES = (JSON, "application/merge-patch+json")
# Written by hand: a stream has no end.
BY_HAND = ("stream_changes",)
# Options that clients set themselves: `cursor` is in `next`, the rest belongs to exports.
EXPORT_OPTIONS = ("fields", "bom", "escape_formulas")
LEFT_OUT = ("format", "Last-Event-ID", *EXPORT_OPTIONS)
# What the client sets where the caller does not.
DEFAULTS = {"as_of": "as_of", "Idempotency-Key": "idempotency_key"}
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
        return self.types.write({"anyOf": self.successes[JSON]})

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
    return [
        Operation(method, path, operation, types)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    ]


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
        yield f"class {_name_export(operation.title)}Options({base}, total=False):"
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


def _name_export(title: str) -> str:
    """`ListOffices` → `ExportOffices`, `Search` → `ExportSearch`."""
    return "Export" + re.sub("^(List|Get)", "", title)


def write_methods(operation: Operation, is_async: bool) -> Iterator[str]:
    """The methods of one client for an operation."""
    if operation.name in BY_HAND:
        return
    template = Template(operation, is_async)
    yield from template.write_call()
    if operation.item is not None:
        yield from template.write_iteration(operation.item)
    if operation.exports:
        yield from template.write_export()


@dataclass(frozen=True)
class Template:
    """Writes the methods of an operation for the one client or the other."""

    operation: Operation
    is_async: bool

    def write_call(self) -> Iterator[str]:
        operation = self.operation
        arguments = [*self._path_arguments(), *self._body_arguments()]
        constructed = self._construct(operation.result, operation.reading)
        yield from self._write(operation.name, arguments, operation.result)
        yield from indent(docstring(operation.summary))
        yield f"    return {self._wait}self._perform({constructed})"

    def write_iteration(self, item: str) -> Iterator[str]:
        operation = self.operation
        name = "iter_" + operation.name.removeprefix("list_")
        iterator = "AsyncIterator" if self.is_async else "Iterator"
        arguments = [*self._path_arguments(), *self._option_arguments(operation.title)]
        yield ""
        yield f"def {name}({', '.join(['self', *arguments])}) -> {iterator}[{item}]:"
        text = f"The items of all pages of `{operation.name}`. `limit` is the size of a page."
        yield from indent(docstring(text))
        yield f"    return self._iterate({self._construct(operation.result, 'json')})"

    def write_export(self) -> Iterator[str]:
        operation = self.operation
        name = "export_" + re.sub("^(list|get)_", "", operation.name)
        formats = ", ".join(map(repr, operation.exports))
        arguments = [f"format: Literal[{formats}]"]
        arguments += self._option_arguments(_name_export(operation.title), required=True)
        yield from self._write(name, arguments, "bytes", has_options=False)
        yield from indent(docstring(f"All rows of `{operation.name}` as a file."))
        constructed = self._construct("bytes", "bytes", '{"format": format, **options}')
        yield f"    return {self._wait}self._perform({constructed})"

    @property
    def _wait(self) -> str:
        return "await " if self.is_async else ""

    def _write(
        self, name: str, arguments: list[str], result: str, has_options: bool = True
    ) -> Iterator[str]:
        if has_options:
            arguments = arguments + self._option_arguments(self.operation.title)
        prefix = "async def" if self.is_async else "def"
        yield ""
        yield f"{prefix} {name}({', '.join(['self', *arguments])}) -> {result}:"

    def _path_arguments(self) -> list[str]:
        parameters = self.operation.parameters("path")
        types = self.operation.types
        return [f"{p['name']}: {types.write(p['schema'])}" for p in parameters]

    def _body_arguments(self) -> list[str]:
        media_types = self._body_media_types()
        if not media_types:
            return []
        (media_type, *others) = media_types
        if media_type in JSON_BODIES:
            return [f"body: {self.operation.types.write(media_types[media_type]['schema'])}"]
        if others:
            literal = ", ".join(map(repr, media_types))
            return ["content: bytes | str", f"media_type: Literal[{literal}]"]
        return ["content: bytes | str"]

    def _body_media_types(self) -> Json:
        body: Json = self.operation.document.get("requestBody", {}).get("content", {})
        return body

    def _option_arguments(self, title: str, required: bool = False) -> list[str]:
        if not required and not self.operation.option_names:
            return []
        return [f"**options: Unpack[{title}Options]"]

    def _construct(self, result: str, reading: str, options: str | None = None) -> str:
        """The expression of the operation that the client performs."""
        operation = self.operation
        path = re.sub(r"\{(\w+)\}", r"{segment(\1)}", operation.path)
        prefix = "f" if path != operation.path else ""
        arguments = [f'"{operation.method.upper()}"', f'{prefix}"{path}"']
        if options is None and operation.option_names:
            options = "options"
        if options is not None:
            arguments.append(options)
        body = self._construct_body()
        if body:
            arguments.append(f"body={body}")
        if reading != "json":
            arguments.append(f'reading="{reading}"')
        takes = tuple(DEFAULTS[name] for name in operation.option_names if name in DEFAULTS)
        if takes:
            arguments.append(f"takes={takes!r}")
        return f"Operation[{result}]({', '.join(arguments)})"

    def _construct_body(self) -> str:
        media_types = self._body_media_types()
        if not media_types:
            return ""
        (media_type, *others) = media_types
        if others:
            return "Body(content, media_type)"
        name = "body" if media_type in JSON_BODIES else "content"
        return f'Body({name}, "{media_type}")'
