"""Entity tags: how they are made, and compared (RFC 9110 §8.8.3).

The tag of a record is `"<version>-<digest of the record>"`. With included records a digest of the
whole body follows, and in a compressed coding its name. So each representation has its own tag, and
each tag tells from which state of the record it was made.
"""

import hashlib
import re

from app.queries.loading import RecordText

DIGEST_BYTES = 9
_DIGEST = rf"-[0-9a-f]{{{2 * DIGEST_BYTES}}}"
_CODING = "-(?:gzip|zstd)"
# RFC 9110 §8.8.3: any visible characters but quotes, commas among them.
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_RECORD_TAG = re.compile(rf'"(\d+)(?:({_DIGEST})(?:{_DIGEST})?(?:{_CODING})?)?"')
_CODED_TAG = re.compile(rf'"([^"]*?)(?:{_CODING})?"')


def digest(body: bytes) -> str:
    """The digest of a body, as tags contain it."""
    return hashlib.blake2b(body, digest_size=DIGEST_BYTES).hexdigest()


def record_tag(record: RecordText) -> str:
    """The tag of a record without quotes, whatever related records it includes."""
    return f"{record.version}-{digest(record.text.encode())}"


def split_tags(field: str) -> list[str] | None:
    """The tags that a header field lists, as they are; None if it is not a list of tags."""
    tags = _TAG.findall(field)
    separators = _TAG.sub("", field)
    return tags if tags and not separators.strip(", \t") else None


def names_record(tag: str, current: str) -> bool:
    """Whether a listed tag was made from the state whose `record_tag` is `current`, or is the
    version of it. A weak tag never is (RFC 9110 §13.1.1)."""
    match = _RECORD_TAG.fullmatch(tag)
    if match is None:
        return False
    version, record_digest = match.groups()
    named = version + (record_digest or "")
    return named in (current, current.partition("-")[0])


def names_representation(tag: str, etag: str) -> bool:
    """Whether a listed tag is this ETag, in any coding, or the version or revision in it."""
    match, current = _CODED_TAG.fullmatch(tag), _CODED_TAG.fullmatch(etag)
    if match is None or current is None:
        return False
    return match[1] in (current[1], current[1].partition("-")[0])
