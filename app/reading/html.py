"""Reads a web page: its blocks in the order in which a browser shows them."""

import re

from selectolax.lexbor import LexborHTMLParser

from app.reading.html_reader import PageReader
from app.reading.html_regions import Regions
from app.reading.parts import Page, find_contents, find_written_lists
from app.reading.words import WordsBuilder
from app.text.encodings import NotText, decode

# Where a page states its encoding (HTML §4.2.5.4), and what browsers take these names for.
_CHARSET_BYTES = 1_024
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?(?P<name>[A-Za-z0-9._-]+)", re.IGNORECASE)
_ENCODINGS = {
    b"iso-8859-1": "cp1252",
    b"iso8859-1": "cp1252",
    b"latin1": "cp1252",
    b"ascii": "cp1252",
    b"us-ascii": "cp1252",
}


def decode_html(content: bytes) -> str:
    """The text of a page: in UTF-8, or in the encoding that it states. Raises NotText."""
    match = _CHARSET.search(content[:_CHARSET_BYTES])
    try:
        return decode(content)
    except NotText:
        if match is None:
            raise
    try:
        return content.decode(_ENCODINGS.get(match["name"].lower(), match["name"].decode()))
    except (LookupError, UnicodeError):
        name = match["name"].decode()
        raise NotText(
            f"is neither UTF-8 nor {name}, as it states. Save it as UTF-8."
        ) from None


def read_html(source: str) -> Page:
    """The parts of a page."""
    document = LexborHTMLParser(source)
    body = document.body
    if body is None:
        return Page([], None, None)
    reader = PageReader(Regions(document))
    reader.read(body)
    parts = find_contents(reader.parts)
    parts = find_written_lists(parts, reader.list_count)
    root = document.css_first("html")
    language = root.attributes.get("lang") if root is not None else None
    title = document.css_first("head > title")
    words = WordsBuilder()
    if title is not None:
        words.add(title.text())
    return Page(parts, language or None, words.finish().text or None)
