"""The tag of a record, which tells one state of it from every other, in this base and in others.

It is `<version>-<digest of the record>`, and the part of an ETag that tells the state.
"""

import hashlib
import re
from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.queries.loading import RecordText, load_texts
from app.rules.changes import Key, slugs_by_type
from app.store.models import MODELS

DIGEST_BYTES = 9
_DIGEST = rf"-[0-9a-f]{{{2 * DIGEST_BYTES}}}"
CODING = "-(?:gzip|zstd)"
# In an ETag follow the digest of a body with included records, and the coding.
_RECORD_ETAG = re.compile(rf'"(\d+)(?:({_DIGEST})(?:{_DIGEST})?(?:{CODING})?)?"')


def digest(body: bytes) -> str:
    """The digest of a body, as tags contain it."""
    return hashlib.blake2b(body, digest_size=DIGEST_BYTES).hexdigest()


def record_tag(record: RecordText) -> str:
    """The tag of a record, whatever related records it includes."""
    return f"{record.version}-{digest(record.text.encode())}"


def read_record_tags(session: Session, keys: Iterable[Key]) -> dict[Key, str]:
    """The tags of records; absent records are left out."""
    tags: dict[Key, str] = {}
    for type_, slugs in slugs_by_type(keys).items():
        records = load_texts(session, MODELS[type_], slugs)
        for slug, record in records.items():
            tags[type_, slug] = record_tag(record)
    return tags


def names_record(etag: str, current: str) -> bool:
    """Whether an ETag was made from the state whose tag is `current`, or is the version of it. A
    weak one never is (RFC 9110 §13.1.1)."""
    match = _RECORD_ETAG.fullmatch(etag)
    if match is None:
        return False
    version, record_digest = match.groups()
    if record_digest is None:
        current_version, _, _ = current.partition("-")
        return bool(version == current_version)
    return bool(version + record_digest == current)
