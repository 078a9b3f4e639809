"""Operations of OpenAPI as methods of the two clients."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.python_client.operations import JSON, VALIDATION, Operation, name_export
from tools.python_client.schemas import Json
from tools.python_client.text import docstring, indent

JSON_BODIES = (JSON, "application/merge-patch+json")
# Written by hand: a stream has no end.
BY_HAND = ("stream_changes",)
# What the client sets where the caller does not.
DEFAULTS = {"as_of": "as_of", "Idempotency-Key": "idempotency_key"}


def write_methods(operation: Operation, is_async: bool) -> Iterator[str]:
    """The methods of one client for an operation."""
    if operation.name in BY_HAND:
        return
    template = Template(operation, is_async)
    yield from template.write_call()
    if operation.validation is not None:
        yield from template.write_validation(operation.validation)
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

    def write_validation(self, result: str) -> Iterator[str]:
        name = self.operation.name
        arguments = [*self._path_arguments(), *self._body_arguments()]
        constructed = self._construct(result, "json", f'{{"{VALIDATION}": True}}', takes=())
        yield from self._write(f"validate_{name}", arguments, result, has_options=False)
        text = f"What `{name}` would do, and every problem. Nothing is written."
        yield from indent(docstring(text))
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
        arguments += self._option_arguments(name_export(operation.title), required=True)
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

    def _construct(
        self,
        result: str,
        reading: str,
        options: str | None = None,
        takes: tuple[str, ...] | None = None,
    ) -> str:
        """The expression of the call that the client performs."""
        operation = self.operation
        path = re.sub(r"\{(\w+)\}", r"{segment(\1)}", operation.path)
        prefix = "f" if path != operation.path else ""
        arguments = [f'"{operation.method.upper()}"', f'{prefix}"{path}"']
        if options is None and operation.option_names:
            options = "options"
        if takes is None:
            names = operation.option_names
            takes = tuple(DEFAULTS[name] for name in names if name in DEFAULTS)
        keywords = {
            "body": self._construct_body(),
            "reading": f'"{reading}"' if reading != "json" else "",
            "takes": repr(takes) if takes else "",
        }
        if options is not None:
            arguments.append(options)
        arguments += [f"{name}={value}" for name, value in keywords.items() if value]
        return f"Call[{result}]({', '.join(arguments)})"

    def _construct_body(self) -> str:
        media_types = self._body_media_types()
        if not media_types:
            return ""
        (media_type, *others) = media_types
        if others:
            return "Body(content, media_type)"
        name = "body" if media_type in JSON_BODIES else "content"
        return f'Body({name}, "{media_type}")'
