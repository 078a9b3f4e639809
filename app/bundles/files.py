"""Files that are written completely or not at all."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from app.errors import CannotStart


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
