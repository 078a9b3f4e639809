"""Documents on standard output, and long lines on a terminal."""

import sys
from collections.abc import Iterable


def print_document(chunks: Iterable[str]) -> None:
    """Print the content of a file: as UTF-8, whatever the encoding of the terminal is."""
    for chunk in chunks:
        sys.stdout.buffer.write(chunk.encode())
    sys.stdout.buffer.flush()


def wrap_lines(text: str, width: int) -> str:
    """The text with lines of at most this width, broken at spaces: a word that is longer stays
    whole. Each break replaces a space, so that every character keeps its position."""
    wrapped = [_wrap_line(line, width) for line in text.split("\n")]
    return "\n".join(wrapped)


def _wrap_line(line: str, width: int) -> str:
    lines = []
    while len(line) > width:
        # A space just after the width ends a line that is exactly as long.
        space = line.rfind(" ", 1, width + 1)
        if space < 0:
            space = line.find(" ", width)
        if space < 0:
            break
        lines.append(line[:space])
        line = line[space + 1 :]
    return "\n".join([*lines, line])
