"""Files and standard streams: read as text, written completely or not at all."""

import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from app.errors import CannotStart, UnreadableBundle
from app.text.encodings import NotText, decode

# The name that stands for standard input, or standard output.
STANDARD_STREAM = Path("-")


def name_file(path: Path) -> str:
    """The file as messages name it."""
    return "Standard input" if path == STANDARD_STREAM else str(path)


def read_file(path: Path) -> str:
    """The exact text of a file, or of standard input, without a byte order mark.

    Raises UnreadableBundle."""
    name = name_file(path)
    try:
        return decode(_read_bytes(path))
    except OSError as error:
        raise UnreadableBundle(f"{name} cannot be read: {error.strerror}.") from None
    except NotText as error:
        raise UnreadableBundle(f"{name} {error}") from None


def _read_bytes(path: Path) -> bytes:
    # Not as text: that would replace line ends, and so move every position.
    if path == STANDARD_STREAM:
        return sys.stdin.buffer.read()
    return path.read_bytes()


def write_file(file: Path, pieces: Iterable[str]) -> None:
    """Write the pieces as UTF-8. A failure leaves the old file, and no other file beside it.

    A link is followed; its target is replaced atomically and keeps its mode. A device or pipe
    cannot be replaced and is written to. Raises CannotStart, which names the file."""
    target = Path(os.path.realpath(file))
    try:
        if target.is_dir():
            raise CannotStart(f"{file} is a folder. Name a file in it.")
        if target.exists() and not target.is_file():
            with target.open("w", encoding="utf-8") as stream:
                stream.writelines(pieces)
        else:
            _replace(target, pieces)
    except OSError as error:
        raise CannotStart(f"{file} cannot be written: {error.strerror}.") from None


def _replace(target: Path, pieces: Iterable[str]) -> None:
    mode = target.stat().st_mode & 0o777 if target.exists() else _default_mode()
    descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(descriptor, "w", encoding="utf-8") as stream:
            stream.writelines(pieces)
        os.chmod(draft, mode)
        os.replace(draft, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise


def _default_mode() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
