"""Files that are read in a process of their own: formats, bounds, and files that mean harm."""

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import UnreadableFile
from app.reading.failures import CannotRead
from app.reading.formats import FileFormat
from app.reading.reader import ReadingLimits, read_file, read_path
from app.reading.transfer import ReadingTask, parse_document, write_task
from app.settings import Settings
from app.text.quotes import digest
from tests.helpers.files import PdfPage, make_pdf, make_word, word_paragraph
from tests.helpers.paths import ROOT
from tests.helpers.reading import FILES

LIMITS = ReadingLimits.from_settings(Settings())
# Small enough that a test of them is short. Python and the libraries need 100 MB themselves.
NARROW = ReadingLimits(
    max_bytes=20_000_000,
    max_characters=1_000_000,
    max_memory_bytes=400_000_000,
    max_seconds=3,
)
HELLO = word_paragraph("Hello")


def test_text_and_file_have_their_digests() -> None:
    content = b"\xef\xbb\xbfGoals\n"
    document = read_file(content, LIMITS, name="goals.txt")
    assert document.text == "Goals\n"
    assert document.sha256 == digest("Goals\n")
    assert document.file_sha256 != document.sha256
    assert document.words(document.blocks[0]) == "Goals"


@pytest.mark.parametrize("name", ["plan.md", "page.html", "wrapped.txt"])
def test_file_at_a_path_is_read(name: str) -> None:
    document = read_path(FILES / name, LIMITS)
    assert document.format == FileFormat(name.rpartition(".")[2])
    assert document.blocks


def test_word_and_pdf_are_known_by_their_first_bytes() -> None:
    word = read_file(make_word(HELLO), LIMITS)
    assert (word.format, word.text) == ("docx", "Hello\n")
    pdf = read_file(make_pdf([PdfPage().write(60, 60, "Hello")]), LIMITS)
    assert (pdf.format, pdf.text, pdf.language) == ("pdf", "Hello\n", "en-GB")


@pytest.mark.parametrize(
    ("name", "media_type", "as_format", "expected"),
    [
        (None, None, None, "html"),
        ("x.md", None, None, "md"),
        ("x.md", "text/plain; charset=utf-8", None, "txt"),
        ("x.md", "text/plain", FileFormat.HTML, "html"),
        ("x.unknown", "application/octet-stream", None, "html"),
    ],
)
def test_format_is_what_is_said_first(
    name: str | None,
    media_type: str | None,
    as_format: FileFormat | None,
    expected: str,
) -> None:
    document = read_file(
        b"<!DOCTYPE html><p>Hello",
        LIMITS,
        name=name,
        media_type=media_type,
        as_format=as_format,
    )
    assert document.format == expected


def make_bomb() -> bytes:
    return make_word(word_paragraph("x" * 60_000_000))


def cut_word() -> bytes:
    return make_word(HELLO)[:-40]


def make_macros() -> bytes:
    return make_word(HELLO, {"word/vbaProject.bin": "x"})


def declare_entity() -> bytes:
    prolog = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    return make_word(word_paragraph("&e;"), prolog=prolog)


def nest_word() -> bytes:
    return make_word("<w:tbl><w:tr><w:tc>" * 9_000 + "</w:tc></w:tr></w:tbl>" * 9_000)


def nest_items(depth: int) -> bytes:
    """A list in Markdown, each item within the one before."""
    return "\n".join("  " * level + f"- item {level}." for level in range(depth)).encode()


def make_other_archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    return buffer.getvalue()


def draw_only() -> bytes:
    return make_pdf([PdfPage().rule(10, 10, 90, 90)])


def encrypt_pdf() -> bytes:
    """A PDF whose trailer names the standard security handler, with a password that is not ""."""
    plain = make_pdf([PdfPage().write(60, 60, "Hello")])
    encryption = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        b"00" * 32,
        b"11" * 32,
    )
    return plain.replace(
        b"/Root 1 0 R", b"/Root 1 0 R /ID [<00> <00>] /Encrypt " + encryption
    )


@pytest.mark.parametrize(
    ("name", "make", "problem"),
    [
        ("a.docx", make_bomb, "unpacks to 60,000,"),
        ("a.docx", cut_word, "is no Word document, or a damaged one: its end is missing."),
        ("a.docx", make_macros, "has macros. Save it as .docx, without macros."),
        ("a.docm", make_macros, "has macros. Save it as .docx, without macros."),
        ("a.docx", declare_entity, "declares XML entities in word/document.xml"),
        ("a.docx", nest_word, "is nested too deeply."),
        ("a.docx", make_other_archive, "is no Word document: it has no word/document.xml."),
        ("a.docx", lambda: b"Hello", "is no Word document"),
        ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "or one with a password."),
        ("a.doc", lambda: b"Hello", "is in the old format of Word. Save it as .docx."),
        ("a.pdf", draw_only, "has no text layer: its pages are pictures."),
        ("a.pdf", encrypt_pdf, "is encrypted. Save it without a password."),
        ("a.pdf", lambda: b"%PDF-1.7\nHello", "is a damaged PDF"),
        ("a.pdf", lambda: make_pdf([])[:100], "is a damaged PDF"),
        ("a.txt", lambda: b"caf\xe9", "is not UTF-8: byte 0xe9 at 3."),
        (
            "a.txt",
            lambda: "Goals".encode("utf-16"),
            "is not UTF-8: it begins as UTF-16 does.",
        ),
        ("a.html", lambda: b"<meta charset=utf-7>caf\xe9", "is neither UTF-8 nor utf-7"),
        ("a.txt", lambda: b" \n", "has no text."),
        ("a.md", lambda: b"", "has no text."),
        ("a.txt", lambda: b"a " * 600_000, "has more than 1,000,000 characters of text."),
        ("a.html", lambda: b"<p>" + b"a " * 600_000, "has more than 1,000,000 characters"),
        ("a.html", lambda: b"<div>" * 900_000 + b"x", "takes longer than 3 seconds"),
        ("a.md", lambda: nest_items(60), "has lists or quotations nested 50 deep"),
        ("a.md", lambda: b">" * 2_000 + b" x", "has lists or quotations nested 50 deep"),
        ("a.md", lambda: b"[" * 5_000_000, "takes longer than 3 seconds to read."),
        ("a.txt", lambda: b"a" * 20_000_001, "has more than 20,000,000 bytes."),
    ],
)
def test_file_that_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, name: str, make: Callable[[], bytes], problem: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    started = time.monotonic()
    with pytest.raises(UnreadableFile) as refused:
        read_path(path, NARROW)
    assert time.monotonic() - started < NARROW.max_seconds + 5
    assert str(refused.value).startswith(f"{path} {problem}") or problem in str(refused.value)
    assert "\n" not in str(refused.value)
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize(
    ("file_format", "extra"),
    [
        (FileFormat.MARKDOWN, "drafting"),
        (FileFormat.HTML, "drafting"),
        (FileFormat.WORD, "drafting"),
        (FileFormat.PDF, "pdf"),
    ],
)
def test_missing_library_is_named_by_its_extra(file_format: FileFormat, extra: str) -> None:
    task = ReadingTask(
        file_format,
        max_characters=1_000,
        max_memory_bytes=LIMITS.max_memory_bytes,
        max_seconds=10,
    )
    # `-S`: no installed package is found.
    returned = subprocess.run(
        [sys.executable, "-S", "-P", "-m", "app.reading.worker"],
        input=write_task(task, b"Goals"),
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT)},
        check=True,
    )
    with pytest.raises(CannotRead, match=rf"pip install 'communique\[{extra}\]'"):
        parse_document(returned.stdout)


@pytest.mark.accept
def test_memory_is_bounded() -> None:
    source = b"|a" * 400_000 + b"\n" + b"|-" * 400_000
    limits = ReadingLimits(
        max_bytes=20_000_000,
        max_characters=10_000_000,
        max_memory_bytes=268_435_456,
        max_seconds=30,
    )
    with pytest.raises(UnreadableFile, match="needs more than 256 MB of memory"):
        read_file(source, limits, name="wide.md")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"gone\.md: No such file or directory\."):
        read_path(tmp_path / "gone.md", LIMITS)


def test_list_is_read_to_its_innermost_item() -> None:
    document = read_file(nest_items(45), LIMITS, name="deep.md")
    assert all(f"item {level}." in document.text for level in range(45))


def test_deeply_nested_marks_are_read() -> None:
    document = read_file(b"<b>" * 100_000 + b"x", LIMITS, name="deep.html")
    assert document.text == "x\n"


def test_process_sees_no_setting_and_no_other_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "app"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMMUNIQUE_NOT_A_SETTING", "x")
    assert read_file(b"Goals", LIMITS).text == "Goals"


@pytest.mark.accept
def test_pdf_of_forty_pages_is_read() -> None:
    pages = []
    for number in range(40):
        page = PdfPage().write(60, 60, f"Chapter {number}", size=16, is_bold=True)
        for line in range(45):
            page.write(
                60,
                90 + 15 * line,
                f"Line {line} of page {number + 7} says what the town does.",
            )
        pages.append(page)
    document = read_file(make_pdf(pages), LIMITS, name="report.pdf")
    assert len([block for block in document.blocks if block.kind == "heading"]) == 40
