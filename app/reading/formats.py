"""Which format a file has: what is said, else its media type, its name, its first bytes."""

from enum import StrEnum
from pathlib import PurePath

from app.reading.failures import CannotRead


class FileFormat(StrEnum):
    """The formats that are read."""

    TXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    WORD = "docx"
    PDF = "pdf"


_EXTENSIONS = {
    ".txt": FileFormat.TXT,
    ".text": FileFormat.TXT,
    ".md": FileFormat.MARKDOWN,
    ".markdown": FileFormat.MARKDOWN,
    ".html": FileFormat.HTML,
    ".htm": FileFormat.HTML,
    ".xhtml": FileFormat.HTML,
    ".docx": FileFormat.WORD,
    ".pdf": FileFormat.PDF,
}
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = {
    "text/plain": FileFormat.TXT,
    "text/markdown": FileFormat.MARKDOWN,
    "text/html": FileFormat.HTML,
    "application/xhtml+xml": FileFormat.HTML,
    _WORD_TYPE: FileFormat.WORD,
    "application/pdf": FileFormat.PDF,
}
_REFUSED_EXTENSIONS = {
    ".docm": "has macros. Save it as .docx, without macros.",
    ".dotm": "has macros. Save it as .docx, without macros.",
    ".doc": "is in the old format of Word. Save it as .docx.",
    ".rtf": "is RTF, which is not read. Save it as .docx.",
    ".odt": "is OpenDocument, which is not read. Save it as .docx.",
    ".epub": "is an EPUB, which is not read. Convert it to HTML.",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE_STARTS = ("<!doctype html", "<html", "<?xml")
# A PDF may have other bytes before its header (ISO 32000-1, annex H).
_PDF_HEADER_BYTES = 1_024


def find_format(
    content: bytes,
    name: str | None = None,
    media_type: str | None = None,
    as_format: FileFormat | None = None,
) -> FileFormat:
    """The format of a file. Raises CannotRead for a format that is not read."""
    if content.startswith(_OLD_OFFICE):
        raise CannotRead(
            "is a Word document of the old format, or one with a password. Save it as .docx, "
            "without a password."
        )
    if as_format is not None:
        return as_format
    if media_type is not None:
        known = MEDIA_TYPES.get(media_type.partition(";")[0].strip().lower())
        if known is not None:
            return known
    extension = PurePath(name or "").suffix.lower()
    if extension in _REFUSED_EXTENSIONS:
        raise CannotRead(_REFUSED_EXTENSIONS[extension])
    if extension in _EXTENSIONS:
        return _EXTENSIONS[extension]
    return _find_by_content(content)


def _find_by_content(content: bytes) -> FileFormat:
    if b"%PDF-" in content[:_PDF_HEADER_BYTES]:
        return FileFormat.PDF
    if content.startswith(b"PK\x03\x04"):
        return FileFormat.WORD
    start = (
        content[:_PDF_HEADER_BYTES].decode(errors="replace").lstrip("\ufeff \t\r\n").lower()
    )
    if start.startswith(_PAGE_STARTS):
        return FileFormat.HTML
    return FileFormat.TXT
