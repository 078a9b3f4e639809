"""Documents on standard output."""

import sys
from collections.abc import Iterable


def print_document(chunks: Iterable[str]) -> None:
    """Print the content of a file: as UTF-8, whatever the encoding of the terminal is."""
    for chunk in chunks:
        sys.stdout.buffer.write(chunk.encode())
    sys.stdout.buffer.flush()
