"""The examples of the docs: commands, and what the docs show of their output."""

import json
import re
from typing import Any

# Stands for anything that the docs leave out.
ELLIPSIS = "…"
# A string of JSON, or one of the characters that say where an ellipsis stands.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}…]')


def read_examples(page: str) -> list[tuple[str, str]]:
    """The commands of a page with the output shown below each, in order."""
    examples = []
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = example.partition("\n")
            examples.append((command, output))
    return examples


def is_shown(expected: str, printed: str) -> bool:
    """Whether the output is as the docs show it.

    An object with an ellipsis may have more keys anywhere, a list more items in its place."""
    try:
        pattern = json.loads(_quote_ellipses(expected))
        value = json.loads(printed)
    except json.JSONDecodeError:
        return _matches_text(expected.strip(), printed.strip())
    return _matches(pattern, value)


def _quote_ellipses(text: str) -> str:
    """The shown JSON with each ellipsis as an item of its list, or as a key of its object."""
    brackets: list[str] = []

    def quote(match: re.Match[str]) -> str:
        token = match[0]
        if token in ("[", "{"):
            brackets.append(token)
        elif token in ("]", "}") and brackets:
            brackets.pop()
        elif token == ELLIPSIS and brackets:
            return f'"{ELLIPSIS}": 0' if brackets[-1] == "{" else f'"{ELLIPSIS}"'
        return token

    return _TOKEN.sub(quote, text)


def _matches(pattern: Any, value: Any) -> bool:
    if isinstance(pattern, dict) and isinstance(value, dict):
        return _matches_object(pattern, value)
    if isinstance(pattern, list) and isinstance(value, list):
        return _matches_list(pattern, value)
    if isinstance(pattern, str) and isinstance(value, str):
        return _matches_text(pattern, value)
    return bool(pattern == value)


def _matches_object(pattern: dict[str, Any], value: dict[str, Any]) -> bool:
    names = pattern.keys() - {ELLIPSIS}
    if ELLIPSIS not in pattern and names != value.keys():
        return False
    return all(name in value and _matches(pattern[name], value[name]) for name in names)


def _matches_list(pattern: list[Any], value: list[Any]) -> bool:
    if ELLIPSIS not in pattern:
        return len(pattern) == len(value) and all(map(_matches, pattern, value))
    place = pattern.index(ELLIPSIS)
    start, end = pattern[:place], pattern[place + 1 :]
    if len(start) + len(end) > len(value):
        return False
    return all(map(_matches, start, value)) and all(map(_matches, end, value[-len(end) :]))


def _matches_text(pattern: str, text: str) -> bool:
    parts = (re.escape(part) for part in pattern.split(ELLIPSIS))
    return re.fullmatch(".*".join(parts), text, re.DOTALL) is not None
