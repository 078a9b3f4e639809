"""The fields that the base computes from the curated fields of a record."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.schemas.timeline import show_bounds
from app.schemas.write import DocumentCreate, RecordCreate, TimelineItemCreate


class TextFields(BaseModel):
    """Where the text of a document is, and how long."""

    text_length: Annotated[
        int | None,
        Field(
            description="Length of the text in code points; null if the base does not hold it."
        ),
    ]
    text_url: Annotated[
        str | None,
        Field(description="Path of the text; null if the base does not hold it."),
    ]


def show_text(url: str, length: int | None) -> dict[str, Any]:
    """The fields of `TextFields`, for the document at this path."""
    text_url = f"{url}/text" if length is not None else None
    return {"text_length": length, "text_url": text_url}


def compute_fields(record: RecordCreate, url: str) -> dict[str, Any]:
    """The computed fields that responses show of the record at this path."""
    match record:
        case DocumentCreate():
            length = len(record.text) if record.text is not None else None
            return show_text(url, length)
        case TimelineItemCreate():
            return show_bounds(record)
        case _:
            return {}
