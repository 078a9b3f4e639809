"""The process that reads one file: `python -m app.reading.worker`, within bounds it sets itself.

Reads a task and a file from standard input, and writes the document to standard output. It imports
no more than it needs, so that it starts quickly.
"""

import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

from app.reading.failures import CannotRead
from app.reading.formats import FileFormat
from app.reading.parts import Page, TextWriter
from app.reading.transfer import (
    Document,
    ReadingTask,
    parse_task,
    write_document,
    write_failure,
)
from app.text.encodings import NotText, decode

if sys.platform != "win32":
    import resource

# The extra that installs what a format needs.
_EXTRAS = {
    FileFormat.MARKDOWN: ("drafting", ("selectolax", "markdown_it", "mdit_py_plugins")),
    FileFormat.HTML: ("drafting", ("selectolax",)),
    FileFormat.WORD: ("drafting", ("selectolax", "mammoth")),
    FileFormat.PDF: ("pdf", ("pdfplumber",)),
}
_READERS = {
    FileFormat.MARKDOWN: ("app.reading.markdown", "read_markdown"),
    FileFormat.HTML: ("app.reading.html", "read_html"),
    FileFormat.WORD: ("app.reading.word", "read_word"),
    FileFormat.PDF: ("app.reading.pdf", "read_pdf"),
}
_PLAIN_READER = "app.reading.plain"
# New objects before the collector looks at them, and how often it looks at older ones.
_COLLECTOR_THRESHOLDS = (50_000, 20, 20)


def limit_resources(task: ReadingTask) -> None:
    """Bound the memory and the processor time of this process, and let it write no file.

    Where the system has no such limits (Windows), only the caller's clock bounds it."""
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_AS, (task.max_memory_bytes, task.max_memory_bytes))
    # One second more for the handler of the caller, which ends the process at its own limit.
    resource.setrlimit(resource.RLIMIT_CPU, (task.max_seconds, task.max_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_document(task: ReadingTask, content: bytes) -> Document:
    """The document in a file. Raises CannotRead."""
    file_format = FileFormat(task.format)
    if file_format == FileFormat.TXT:
        return _read_plain(decode(content), task)
    _require_extra(file_format)
    page = _read_page(file_format, content)
    writer = TextWriter()
    for part in page.parts:
        writer.write(part)
        if writer.length > task.max_characters:
            raise CannotRead(_describe_length(task))
    if not writer.blocks:
        raise CannotRead("has no text.")
    return Document(
        writer.text,
        tuple(writer.blocks),
        page.language,
        page.title,
        page.warnings,
    )


def _read_plain(text: str, task: ReadingTask) -> Document:
    if len(text) > task.max_characters:
        raise CannotRead(_describe_length(task))
    if not text.strip():
        raise CannotRead("has no text.")
    recognize_blocks = import_module(_PLAIN_READER).recognize_blocks
    return Document(text, tuple(recognize_blocks(text)))


def _read_page(file_format: FileFormat, content: bytes) -> Page:
    module_name, function_name = _READERS[file_format]
    module = import_module(module_name)
    read: Callable[[str | bytes], Page] = getattr(module, function_name)
    if file_format == FileFormat.MARKDOWN:
        return read(decode(content))
    if file_format == FileFormat.HTML:
        return read(module.decode_html(content))
    return read(content)


def _import_reader(file_format: FileFormat) -> None:
    """Import the reader of a format, if all is there that it needs."""
    module_name, _ = _READERS.get(file_format, (_PLAIN_READER, ""))
    with suppress(ImportError):
        import_module(module_name)


def _require_extra(file_format: FileFormat) -> None:
    extra, modules = _EXTRAS[file_format]
    if any(find_spec(module) is None for module in modules):
        raise CannotRead(
            f"is {file_format.upper()}, which needs more than is installed: "
            f"pip install 'communique[{extra}]'."
        )


def _describe_length(task: ReadingTask) -> str:
    return f"has more than {task.max_characters:,} characters of text. Split it."


def main() -> None:
    """Read the file on standard input."""
    task, content = parse_task(sys.stdin.buffer.read())
    # Most of what a reader makes stays until the end, and the collector would visit it every time.
    gc.set_threshold(*_COLLECTOR_THRESHOLDS)
    # Before the limits: Python may then store what it compiles.
    _import_reader(FileFormat(task.format))
    limit_resources(task)
    try:
        returned = write_document(read_document(task, content))
    except (CannotRead, NotText) as error:
        returned = write_failure(str(error))
    except MemoryError:
        limit = task.max_memory_bytes // (1024 * 1024)
        returned = write_failure(f"needs more than {limit:,} MB of memory to be read.")
    except RecursionError:
        returned = write_failure("is nested too deeply.")
    except Exception as error:  # A parser may fail in any way on a damaged file.
        returned = write_failure(
            f"is damaged, or is no {task.format.upper()} ({type(error).__name__})."
        )
    sys.stdout.buffer.write(returned)
    sys.stdout.buffer.flush()
    # Without freeing all that was read, object by object.
    os._exit(0)


if __name__ == "__main__":
    main()
