"""Reads a file into its text and blocks, in a process of its own with bounds on time and memory."""

import hashlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from app.errors import UnreadableFile
from app.reading.blocks import ReadFile
from app.reading.failures import CannotRead
from app.reading.formats import FileFormat, find_format
from app.reading.transfer import Document, ReadingTask, parse_document, write_task
from app.settings import Settings

# Of the environment, all that a Python process needs to start: no setting and no password.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ")


@dataclass(frozen=True)
class ReadingLimits:
    """Bounds on one file. `max_seconds` bounds the processor's time and the clock's."""

    max_bytes: int
    max_characters: int
    max_memory_bytes: int
    max_seconds: int

    @classmethod
    def from_settings(cls, settings: Settings) -> "ReadingLimits":
        return cls(
            settings.file_max_bytes,
            settings.file_max_characters,
            settings.file_max_memory_bytes,
            settings.file_max_seconds,
        )


def read_path(
    path: Path,
    limits: ReadingLimits,
    *,
    as_format: FileFormat | None = None,
) -> ReadFile:
    """Read the file at a path. Raises UnreadableFile, also if it is not there."""
    try:
        with path.open("rb") as file:
            content = file.read(limits.max_bytes + 1)
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}.") from None
    return read_file(
        content,
        limits,
        name=str(path),
        as_format=as_format,
    )


def read_file(
    content: bytes,
    limits: ReadingLimits,
    *,
    name: str | None = None,
    media_type: str | None = None,
    as_format: FileFormat | None = None,
) -> ReadFile:
    """Read the bytes of a file. Its format is `as_format`, else that of its media type, of its
    name, or of its first bytes.

    Raises UnreadableFile: the file has another format, is damaged, encrypted or empty, or exceeds
    a limit."""
    subject = name or "The file"
    try:
        if len(content) > limits.max_bytes:
            raise CannotRead(f"has more than {limits.max_bytes:,} bytes.")
        file_format = find_format(
            content,
            name,
            media_type,
            as_format,
        )
        document = _run_worker(file_format, content, limits)
    except CannotRead as error:
        raise UnreadableFile(f"{subject} {error}") from None
    return make_read_file(
        document,
        content,
        file_format,
    )


def make_read_file(
    document: Document,
    content: bytes,
    file_format: FileFormat,
) -> ReadFile:
    """The document that was read from the content."""
    return ReadFile(
        document.text,
        document.blocks,
        hashlib.sha256(document.text.encode()).hexdigest(),
        hashlib.sha256(content).hexdigest(),
        file_format,
        document.language,
        document.title,
        document.warnings,
    )


def _run_worker(
    file_format: FileFormat,
    content: bytes,
    limits: ReadingLimits,
) -> Document:
    task = ReadingTask(
        file_format,
        limits.max_characters,
        limits.max_memory_bytes,
        limits.max_seconds,
    )
    try:
        # `-P`: a folder `app` in the working directory is not ours. `-S`: the path is that of this
        # process, so nothing needs to be looked for that would add to it.
        worker = subprocess.run(
            [sys.executable, "-P", "-S", "-m", "app.reading.worker"],
            input=write_task(task, content),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.max_seconds,
            env=_make_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotRead(_describe_time(limits)) from None
    if not worker.stdout:
        raise CannotRead(_describe_end(worker.returncode, limits))
    return parse_document(worker.stdout)


def _make_environment() -> dict[str, str]:
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    for name in _ENVIRONMENT:
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def _describe_time(limits: ReadingLimits) -> str:
    return f"takes longer than {limits.max_seconds} seconds to read."


def _describe_end(returncode: int, limits: ReadingLimits) -> str:
    """Why a process ended without a result: the system ended it."""
    if returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return _describe_time(limits)
    limit = limits.max_memory_bytes // (1024 * 1024)
    return f"cannot be read: it is damaged, or needs more than {limit:,} MB of memory."
