"""The texts of a record in calendars and feeds."""

import re
from collections.abc import Iterator

from app.schemas.read import RecordRead

# Characters that XML 1.0 (§2.2) or a text of RFC 5545 (§3.3.11) must not contain.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_LINE_SEPARATOR = re.compile("[\u0085\u2028\u2029]")
# Modalities that a reader must not mistake for a fact.
_PREFIXES = {
    "prospective": "Prospective",
    "required": "Required",
    "recommended": "Recommended",
}


def make_plain(text: str) -> str:
    """The text with U+FFFD in place of control characters."""
    return _FORBIDDEN.sub("\ufffd", text)


def make_calendar_text(text: str) -> str:
    """The plain text with line feeds for the line separators of Unicode, at which a parser may end
    a line of the calendar."""
    return make_plain(_LINE_SEPARATOR.sub("\n", text))


def with_modality(record: RecordRead, text: str) -> str:
    """The text, after its modality if the record does not state a fact."""
    prefix = _PREFIXES.get(getattr(record, "modality", ""))
    return f"{prefix}: {text}" if prefix is not None else text


def quotation_lines(record: RecordRead) -> Iterator[str]:
    """The quotes of the record's citations with their documents and sections, as lines."""
    for citation in record.citations:
        source = " / ".join([citation.document_slug, *citation.section])
        yield ""
        yield f"“{citation.exact}”"
        yield f"— {source}"
