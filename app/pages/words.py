"""The words that pages use for the values of fields."""

from datetime import date, datetime
from typing import NamedTuple


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


def count_things(number: int, noun: str, plural: str | None = None) -> str:
    """`1 claim`, `2,000 claims`."""
    if number == 1:
        return f"1 {noun}"
    plural = plural or f"{noun}s"
    return f"{number:,} {plural}"


def name_day(day: date | str) -> str:
    """`16 September 2025`, of a day or an instant, also in ISO 8601."""
    if isinstance(day, str):
        day = datetime.fromisoformat(day).date()
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
