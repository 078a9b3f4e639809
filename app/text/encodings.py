"""Bytes as text: UTF-8, with or without a byte order mark."""

from app.text.cited_text import without_mark

_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class NotText(ValueError):
    """The bytes are not text in UTF-8; the message says why, as a sentence without its subject."""


def decode(content: bytes) -> str:
    """The text, without a byte order mark; its line ends stay as they are. Raises NotText."""
    if content.startswith(_UTF_16_MARKS):
        raise NotText("is not UTF-8: it begins as UTF-16 does. Save it as UTF-8.")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        byte = content[error.start]
        raise NotText(
            f"is not UTF-8: byte {byte:#04x} at {error.start}. Convert it to UTF-8, perhaps from "
            "Windows-1252."
        ) from None
    if "\0" in text:
        raise NotText(
            "contains U+0000, which no text has. If it is UTF-16, save it as UTF-8."
        )
    return without_mark(text)
