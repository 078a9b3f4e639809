"""Docstrings and indentation of the code that is written."""

import textwrap
from collections.abc import Iterable, Iterator

WIDTH = 84


def docstring(text: str) -> Iterator[str]:
    """The lines of a docstring; none for an empty text."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    lines = []
    for paragraph in filter(None, paragraphs):
        lines += ["", *textwrap.wrap(paragraph, WIDTH, break_on_hyphens=False)]
    lines = [line.replace("\\", "\\\\").replace('"""', r"\"\"\"") for line in lines[1:]]
    if not lines:
        return
    lines[0] = f'"""{lines[0]}'
    # A quotation mark would end the docstring one character early.
    end = '\\""""' if lines[-1].endswith('"') else '"""'
    lines[-1] = lines[-1].removesuffix('"') + end if end != '"""' else lines[-1] + end
    yield from lines


def indent(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"    {line}" if line else ""
