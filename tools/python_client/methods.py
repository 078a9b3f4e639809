"""Operations of OpenAPI as methods of the two clients."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.python_client.operations import JSON, VALIDATION, Operation, name_export
from tools.python_client.text import docstring, indent

JSON_BODIES = (JSON, "application/merge-patch+json")
# Written by hand: a stream has no end.
BY_HAND = ("stream_changes",)
# What the client sets where the caller does not.
DEFAULTS = {"as_of": "as_of", "Idempotency-Key": "idempotency_key"}


@dataclass(frozen=True)
class Style:
    """What the methods of the two clients differ in."""

    name: str
    define: str
    wait: str
    iterator: str


STYLES = {
    "calls.py": Style("Calls", "def", "", "Iterator"),
    "async_calls.py": Style("AsyncCalls", "async def", "await ", "AsyncIterator"),
}


def write_methods(operation: Operation, style: Style) -> Iterator[str]:
    """The methods of one client for an operation."""
    if operation.name in BY_HAND:
        return
    yield from _write_call(operation, style)
    if operation.validation is not None:
        yield from _write_validation(operation, operation.validation, style)
    if operation.item is not None:
        yield from _write_iteration(operation, operation.item, style)
    if operation.formats:
        yield from _write_export(operation, style)


def _write_call(operation: Operation, style: Style) -> Iterator[str]:
    arguments = [
        *_path_arguments(operation),
        *_body_arguments(operation),
        *_option_arguments(operation),
    ]
    parts = [*_list_options(operation), *_list_body(operation)]
    if operation.reading != "json":
        parts.append(f'reading="{operation.reading}"')
    parts += _list_defaults(operation)
    call = _construct(operation, operation.result, parts)
    yield from _define(style.define, operation.name, arguments, operation.result)
    yield from indent(docstring(operation.summary))
    yield f"    return {style.wait}self._perform({call})"


def _write_validation(operation: Operation, result: str, style: Style) -> Iterator[str]:
    name = operation.name
    arguments = [*_path_arguments(operation), *_body_arguments(operation)]
    # A server refuses an idempotency key where it writes nothing.
    parts = [f'{{"{VALIDATION}": True}}', *_list_body(operation)]
    yield from _define(style.define, f"validate_{name}", arguments, result)
    text = f"What `{name}` would do, and every problem. Nothing is written."
    yield from indent(docstring(text))
    yield f"    return {style.wait}self._perform({_construct(operation, result, parts)})"


def _write_iteration(operation: Operation, item: str, style: Style) -> Iterator[str]:
    name = "iter_" + operation.name.removeprefix("list_")
    arguments = [*_path_arguments(operation), *_option_arguments(operation)]
    parts = [*_list_options(operation), *_list_defaults(operation)]
    yield from _define("def", name, arguments, f"{style.iterator}[{item}]")
    text = f"The items of all pages of `{operation.name}`. `limit` is the size of a page."
    yield from indent(docstring(text))
    yield f"    return self._iterate({_construct(operation, operation.result, parts)})"


def _write_export(operation: Operation, style: Style) -> Iterator[str]:
    name = "export_" + re.sub("^(list|get)_", "", operation.name)
    arguments = [
        f"format: Literal[{_list_literals(operation.formats)}]",
        f"**options: Unpack[{name_export(operation.title)}]",
    ]
    parts = ['{"format": format, **options}', 'reading="bytes"', *_list_defaults(operation)]
    yield from _define(style.define, name, arguments, "bytes")
    yield from indent(docstring(f"All rows of `{operation.name}` as a file."))
    yield f"    return {style.wait}self._perform({_construct(operation, 'bytes', parts)})"


def _define(define: str, name: str, arguments: list[str], result: str) -> Iterator[str]:
    yield ""
    yield f"{define} {name}({', '.join(['self', *arguments])}) -> {result}:"


def _path_arguments(operation: Operation) -> Iterator[str]:
    for parameter in operation.path_parameters:
        yield f"{parameter['name']}: {operation.types.write(parameter['schema'])}"


def _body_arguments(operation: Operation) -> Iterator[str]:
    media_types = list(operation.body)
    for media_type in media_types[:1]:
        if media_type in JSON_BODIES:
            yield f"body: {operation.types.write(operation.body[media_type]['schema'])}"
        else:
            yield "content: bytes | str"
    if len(media_types) > 1:
        yield f"media_type: Literal[{_list_literals(media_types)}]"


def _option_arguments(operation: Operation) -> Iterator[str]:
    if operation.option_names:
        yield f"**options: Unpack[{operation.title}Options]"


def _list_literals(values: list[str]) -> str:
    return ", ".join(map(repr, values))


def _construct(operation: Operation, result: str, parts: list[str]) -> str:
    """The expression of the call that the client performs."""
    path = re.sub(r"\{(\w+)\}", r"{segment(\1)}", operation.path)
    literal = f'"{path}"'
    if path != operation.path:
        literal = f"f{literal}"
    arguments = [f'"{operation.method}"', literal, *parts]
    return f"Call[{result}]({', '.join(arguments)})"


def _list_options(operation: Operation) -> Iterator[str]:
    if operation.option_names:
        yield "options"


def _list_body(operation: Operation) -> Iterator[str]:
    media_types = list(operation.body)
    if len(media_types) > 1:
        yield "body=Body(content, media_type)"
        return
    for media_type in media_types:
        name = "content"
        if media_type in JSON_BODIES:
            name = "body"
        yield f'body=Body({name}, "{media_type}")'


def _list_defaults(operation: Operation) -> Iterator[str]:
    names = operation.option_names
    takes = tuple(DEFAULTS[name] for name in names if name in DEFAULTS)
    if takes:
        yield f"takes={takes!r}"
