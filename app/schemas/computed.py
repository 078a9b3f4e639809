"""The fields that the base computes from the curated fields of a record."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.dates.edtf import parse_side
from app.schemas.timeline import LAST_DAY, show_bounds
from app.schemas.write import DocumentCreate, OfficeCreate, RecordCreate, TimelineItemCreate
from app.vocabulary import Precision

# What happened on the date of a record. `{event}_on` is the date as a curator writes it.
DatedEvent = Literal["published", "opened"]

Earliest = Annotated[
    date | None, Field(description="The first day that the date can mean; null without one.")
]
Latest = Annotated[
    date | None, Field(description="The last day that the date can mean; null without one.")
]
DatePrecision = Annotated[
    Precision | None, Field(description="How precise the date is; null without one.")
]


class PublishedFields(BaseModel):
    """The bounds of the date on which a document was published."""

    published_earliest: Earliest
    published_latest: Latest
    published_precision: DatePrecision


class OpenedFields(BaseModel):
    """The bounds of the date on which an office opened."""

    opened_earliest: Earliest
    opened_latest: Latest
    opened_precision: DatePrecision


def show_date(event: DatedEvent, edtf: str | None) -> dict[str, Any]:
    """The bounds of the date (EDTF) that responses show, by field."""
    if edtf is None:
        names = ("earliest", "latest", "precision")
        return dict.fromkeys(f"{event}_{name}" for name in names)
    side = parse_side(edtf)
    return {
        f"{event}_earliest": side.earliest,
        f"{event}_latest": side.latest,
        f"{event}_precision": side.precision,
    }


def index_date(event: DatedEvent, edtf: str | None) -> dict[str, Any]:
    """The columns of the date: its bounds, and its sort position, which comes last without one."""
    bounds = show_date(event, edtf)
    order = bounds[f"{event}_earliest"] or LAST_DAY
    return {**bounds, f"{event}_order": order}


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
            return {**show_date("published", record.published_on), **show_text(url, length)}
        case OfficeCreate():
            return show_date("opened", record.opened_on)
        case TimelineItemCreate():
            return show_bounds(record)
        case _:
            return {}
