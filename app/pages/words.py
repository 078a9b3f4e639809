"""The words that pages use for the values of fields."""

from datetime import date, datetime
from typing import NamedTuple

# Pages say `words.count_things` as they say `words.name_day`.
from app.text.counting import count_things as count_things


class Term(NamedTuple):
    """A word, and what it means."""

    label: str
    meaning: str


# In the order of the vocabulary: from a fact to advice.
MODALITIES: dict[str, Term] = {
    "occurred": Term("Occurred", "It has happened, the document says."),
    "stated": Term("Stated", "The document states it as so."),
    "prospective": Term("Prospective", "Expected or intended. Not yet so."),
    "required": Term("Required", "It is a duty. The document does not say that it is done."),
    "recommended": Term(
        "Recommended", "Somebody recommends it. The document does not say that it will be."
    ),
}

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def name_day(day: date | str) -> str:
    """`16 September 2025`, of a day or an instant, also in ISO 8601."""
    if isinstance(day, str):
        day = datetime.fromisoformat(day).date()
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


# By record type, and of several.
TYPES: dict[str, Term] = {
    "document": Term("Document", "Documents"),
    "office": Term("Office", "Offices"),
    "focus_area": Term("Focus area", "Focus areas"),
    "initiative": Term("Initiative", "Initiatives"),
    "expected_outcome": Term("Expected outcome", "Expected outcomes"),
    "timeline_item": Term("Timeline item", "Timeline items"),
}
# Of fields and facets, in the order in which pages show them.
LABELS: dict[str, str] = {
    "name": "Name",
    "title": "Title",
    "statement": "Statement",
    "aliases": "Also called",
    "modality": "How sure",
    "type": "Type",
    "kind": "Kind",
    "organization": "Organization",
    "office_slug": "Office",
    "office": "Office",
    "focus_area_slugs": "Focus areas",
    "focus_area": "Focus area",
    "broader_slugs": "Part or kind of",
    "broader": "Part or kind of",
    "related_slugs": "Related",
    "initiative_slug": "Initiative",
    "initiative": "Initiative",
    "expected_outcome_slug": "Expected outcome",
    "expected_outcome": "Expected outcome",
    "wording": "Wording of the time",
    "start": "Start",
    "end": "End",
    "recurrence": "How often",
    "end_kind": "End",
    "city": "City",
    "country": "Country",
    "opened_on": "Opened",
    "summary": "Summary",
    "author": "Author",
    "publisher": "Publisher",
    "published_on": "Published",
    "language": "Language",
    "voice": "Who speaks",
    "source_url": "Address",
    "sha256": "SHA-256 of the text",
    "text": "Text",
    "document": "Document",
    "overlaps": "During",
    "year": "Year",
    "quarter": "Quarter",
    "identifiers": "Identifiers",
    "label_languages": "Languages of names",
}
# What a document may not say, where the label of the field is not clear by itself.
SILENCES: dict[str, str] = {
    "office_slug": "about which office it is",
    "initiative_slug": "which initiative it belongs to",
    "expected_outcome_slug": "which outcome it belongs to",
    "recurrence": "how often it happens",
    "focus_area_slugs": "about which focus areas it is",
}
# Values of a vocabulary that are not clear by themselves.
VALUES: dict[str, str] = {
    "issuer": "The body speaks for itself",
    "about": "Someone writes about it",
    "dated": "Dated",
    "by": "A deadline",
    "open": "Open",
    "unknown": "Not said",
    "same": "The same period",
}


def name_value(value: str) -> str:
    """A value of a vocabulary, as a page shows it."""
    if value in MODALITIES:
        return MODALITIES[value].label
    if value in TYPES:
        return TYPES[value].label
    return VALUES.get(value, value)


def describe_total(
    total: int | None,
    is_exact: bool,
    noun: str,
) -> str:
    """How many of these things there are, as exactly as they were counted."""
    if total is None:
        return f"{noun.capitalize()}s, not counted"
    if not is_exact:
        return f"More than {count_things(total, noun)}"
    return count_things(total, noun)
