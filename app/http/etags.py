"""Lists of entity tags, and their comparison with a response (RFC 9110 §8.8.3).

The ETag of a record is its tag (`app.queries.record_tags`). With included records a digest of the
whole body follows, and in a compressed coding its name. So each representation has its own ETag,
and each tells from which state of the record it was made.
"""

import re

from app.queries.record_tags import CODING

# RFC 9110 §8.8.3: any visible characters but quotes, commas among them.
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_CODED_TAG = re.compile(rf'"([^"]*?)(?:{CODING})?"')


def split_tags(field: str) -> list[str] | None:
    """The tags that a header field lists, as they are; None if it is not a list of tags."""
    tags = _TAG.findall(field)
    separators = _TAG.sub("", field)
    if separators.strip(", \t"):
        return None
    return tags or None


def names_representation(tag: str, etag: str) -> bool:
    """Whether a listed tag is this ETag, in any coding, or the version or revision in it."""
    listed = _without_coding(tag)
    current = _without_coding(etag)
    if listed is None or current is None:
        return False
    number, _, _ = current.partition("-")
    return listed in (current, number)


def _without_coding(tag: str) -> str | None:
    """The content of a strong tag, without the name of a coding; None for a weak one."""
    match = _CODED_TAG.fullmatch(tag)
    if match is None:
        return None
    return match[1]
