"""The texts of documents: each is stored once, by its digest.

Records, log entries and responses name a text by its SHA-256 and leave the text itself out, since
it may have ten million characters. A text is never deleted, because the log may name it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, LargeBinary, func, insert, select
from sqlalchemy.orm import Session

from app.store.models import DocumentText
from app.text.quotes import digest

_columns = DocumentText.__table__.c
# UTF-8 has at most so many bytes for a character.
MAX_CHARACTER_BYTES = 4


def store_texts(connection: Connection, texts: Iterable[str]) -> None:
    """Store those of the texts that the base does not hold yet."""
    for text in texts:
        sha256 = digest(text)
        if not _has_text(connection, sha256):
            _insert(connection, sha256, text.encode())


def copy_texts(
    source: Connection,
    target: Connection,
    digests: Iterable[str],
) -> None:
    """Copy the texts with these digests to another base, one at a time."""
    for sha256 in sorted(set(digests)):
        if not _has_text(target, sha256):
            utf8 = _read_utf8(source, sha256)
            _insert(target, sha256, utf8)


def _has_text(connection: Connection, sha256: str) -> bool:
    statement = select(_columns.sha256).where(_columns.sha256 == sha256)
    return connection.scalar(statement) is not None


def _insert(
    connection: Connection,
    sha256: str,
    utf8: bytes,
) -> None:
    row = {"sha256": sha256, "utf8": utf8}
    connection.execute(insert(DocumentText), row)


def load_text(connection: Connection, sha256: str) -> str:
    """The text with this digest, which the base holds."""
    utf8 = _read_utf8(connection, sha256)
    return utf8.decode()


def _read_utf8(connection: Connection, sha256: str) -> bytes:
    statement = select(_columns.utf8).where(_columns.sha256 == sha256)
    utf8: bytes = connection.scalars(statement).one()
    return utf8


def read_size(connection: Connection, sha256: str) -> int:
    """The length of the text in bytes of UTF-8."""
    length = func.length(_columns.utf8)
    statement = select(length).where(_columns.sha256 == sha256)
    size: int = connection.scalars(statement).one()
    return size


def read_bytes(
    connection: Connection,
    sha256: str,
    start: int,
    length: int,
) -> bytes:
    """The part of the text's UTF-8 that begins after `start` bytes."""
    # SQL counts from 1.
    part = func.substr(
        _columns.utf8,
        start + 1,
        length,
        type_=LargeBinary,
    )
    statement = select(part).where(_columns.sha256 == sha256)
    utf8: bytes = connection.scalars(statement).one()
    return utf8


def with_beginning(
    session: Session,
    record: Mapping[str, Any],
    max_characters: int,
) -> Mapping[str, Any]:
    """The JSON of a record, with the beginning of its text if it is a document whose text the base
    holds."""
    if record.get("text_length") is None:
        return record
    max_bytes = max_characters * MAX_CHARACTER_BYTES
    utf8 = read_bytes(
        session.connection(),
        record["sha256"],
        0,
        max_bytes,
    )
    # The last character may be cut.
    text = utf8.decode(errors="ignore")
    return {**record, "text": text[:max_characters]}
