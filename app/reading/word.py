"""Reads a Word document (.docx): it becomes HTML, and one reader reads HTML."""

import io
import re
import zipfile

import mammoth

from app.reading.failures import CannotRead
from app.reading.html import read_html
from app.reading.html_tables import HEAD_ROW
from app.reading.parts import Page

# Uncompressed: what a report of a thousand pages has.
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
_MAX_ENTRIES = 10_000
_XML = (".xml", ".rels")
_MAIN_PART = "word/document.xml"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_TABLE = re.compile(rb"<w:tbl>\s*<w:tblPr>(.*?)</w:tblPr>", re.DOTALL)
_TABLE_STYLE = re.compile(rb"<w:tblStyle w:val=\"(?P<name>[^\"]*)\"")
_PLAIN_STYLES = (b"TableGrid", b"TableNormal")
_FIRST_ROW = re.compile(rb"<w:tblLook [^>]*w:firstRow=\"(?:1|true|on)\"")
_LANGUAGE = re.compile(rb"<w:lang [^>]*w:val=\"(?P<tag>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\"")
_TITLE = re.compile(rb"<dc:title>(?P<title>[^<]+)</dc:title>")
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
"""


def read_word(content: bytes) -> Page:
    """The parts of a Word document. Pictures are not read.

    Raises CannotRead for a file that is damaged, encrypted, too large when it is unpacked, or has
    macros or XML declarations that Word does not write."""
    _check_archive(content)
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(_ignore_image),
            external_file_access=False,
        )
    except (KeyError, ValueError, zipfile.BadZipFile, OSError, AttributeError) as error:
        raise CannotRead(f"is a damaged Word document ({type(error).__name__}).") from None
    html = _mark_heads(result.value, content)
    page = read_html(f"<!doctype html><body>{html}")
    language, title = _read_properties(content)
    return Page(page.parts, language, title)


def _mark_heads(html: str, content: bytes) -> str:
    """The HTML with a mark at each table whose style sets its first row apart.

    Word states it beside the rows (`tblLook`), and mammoth does not pass it on. Tables without a
    style of their own have it too, where it says nothing."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        properties = _TABLE.findall(archive.read(_MAIN_PART))
    pieces = html.split("<table>")
    if len(pieces) != len(properties) + 1:
        return html
    marked = pieces[0]
    for piece, xml in zip(pieces[1:], properties, strict=True):
        style = _TABLE_STYLE.search(xml)
        is_plain = style is None or style["name"] in _PLAIN_STYLES
        has_head = not is_plain and _FIRST_ROW.search(xml) is not None
        marked += f"<table {HEAD_ROW}>" if has_head else "<table>"
        marked += piece
    return marked


def _ignore_image(_: object) -> dict[str, str]:
    return {}


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(archive)
    except zipfile.BadZipFile:
        raise CannotRead(
            "is no Word document, or a damaged one: its end is missing."
        ) from None
    except (NotImplementedError, RuntimeError):
        raise CannotRead("is encrypted. Save it without a password.") from None
    except (OSError, EOFError, ValueError) as error:
        raise CannotRead(f"is a damaged Word document ({type(error).__name__}).") from None


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries if entry.filename.endswith(_XML))
    if size > MAX_UNPACKED_BYTES or len(entries) > _MAX_ENTRIES:
        limit = MAX_UNPACKED_BYTES // (1024 * 1024)
        raise CannotRead(
            f"unpacks to {size:,} bytes in {len(entries):,} parts; at most {limit} MB are read."
        )
    names = {entry.filename for entry in entries}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise CannotRead("has macros. Save it as .docx, without macros.")
    if _MAIN_PART not in names:
        raise CannotRead(f"is no Word document: it has no {_MAIN_PART}.")
    for entry in entries:
        if entry.filename.endswith(_XML):
            _check_xml(archive.read(entry), entry.filename)


def _check_xml(xml: bytes, name: str) -> None:
    # In UTF-16 each second byte is zero; without these bytes the declaration is found in both.
    if _DECLARATION.search(xml.replace(b"\0", b"")) is not None:
        raise CannotRead(f"declares XML entities in {name}, which no word processor writes.")


def _read_properties(content: bytes) -> tuple[str | None, str | None]:
    """The language of the styles and the title of the properties."""
    language = title = None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if "word/styles.xml" in names:
            match = _LANGUAGE.search(archive.read("word/styles.xml"))
            if match is not None:
                language = match["tag"].decode()
        if "docProps/core.xml" in names:
            match = _TITLE.search(archive.read("docProps/core.xml"))
            if match is not None:
                title = match["title"].decode(errors="replace").strip() or None
    return language, title
