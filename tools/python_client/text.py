"""Docstrings and indentation of the code that is written."""

import textwrap
from collections.abc import Iterable, Iterator

WIDTH = 84
INDENT = "    "


def docstring(text: str) -> Iterator[str]:
    """The lines of a docstring; none for an empty text."""
    if not text:
        return
    escaped = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    # Four quotation marks would end the docstring one character early.
    if escaped.endswith('"'):
        escaped += " "
    lines: list[str] = []
    for paragraph in f'"""{escaped}"""'.split("\n\n"):
        lines += textwrap.wrap(paragraph, WIDTH, break_on_hyphens=False)
        lines.append("")
    yield from lines[:-1]


def indent(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield textwrap.indent(line, INDENT)
