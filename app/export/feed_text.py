"""How does a record read in a calendar or a feed?"""

import re
from collections.abc import Iterator

from app.schemas.read import RecordRead

# What neither XML 1.0 (§2.2) nor a text of RFC 5545 (§3.3.11) may hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# Modalities that a reader must not take for a fact.
_PREFIXES = {"recommended": "Recommended", "prospective": "Prospective"}


def make_plain(text: str) -> str:
    """The text with U+FFFD in place of control characters."""
    return _FORBIDDEN.sub("\ufffd", text)


def with_modality(record: RecordRead, text: str) -> str:
    """The text after how it is asserted, where that is less than as a fact."""
    prefix = _PREFIXES.get(getattr(record, "modality", ""))
    return f"{prefix}: {text}" if prefix is not None else text


def quote(record: RecordRead) -> Iterator[str]:
    """The words that bear the record out, and where they stand, in lines."""
    for citation in record.citations:
        yield ""
        yield f"“{citation.exact}”"
        yield f"— {' / '.join([citation.document_slug, *citation.section])}"
