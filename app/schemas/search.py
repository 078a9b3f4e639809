"""Rows of the search: one table for the records of every type."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from app.schemas import fields as f
from app.schemas.paging import Page
from app.schemas.read import Snippet
from app.schemas.record_types import RecordType


class SearchRow(BaseModel):
    """A record as one row of a table with the same columns for every type. An expected outcome has
    a row for each timeline item that dates it."""

    type: Annotated[RecordType, Field(description="The type of the record.")]
    slug: f.Slug
    url: Annotated[str, Field(description="Path of the record.")]
    text: Annotated[str, Field(description="The title, statement or name of the record.")]
    kind: Annotated[f.Kind | None, Field(description="The kind of an initiative.")]
    modality: Annotated[f.Modality | None, Field(description="The modality of a claim.")]
    focus_area_slugs: Annotated[
        list[f.Slug], Field(max_length=1000, description="The focus areas of a claim.")
    ]
    wording: Annotated[
        str | None,
        Field(
            description="The document's words for the time; of an outcome, its timeline item's."
        ),
    ]
    start_earliest: Annotated[
        date | None, Field(description="The first day that the start can mean.")
    ]
    end_latest: Annotated[
        date | None, Field(description="The last day that the end can mean.")
    ]
    end_kind: f.EndKind | None
    exact: Annotated[
        str | None, Field(description="The words of the document that support `text`.")
    ]
    section: Annotated[
        list[str] | None, Field(max_length=100, description="The headings above these words.")
    ]
    document_slug: Annotated[
        str | None, Field(description="The document of these words; of a document, itself.")
    ]
    link: f.CitationLink
    snippet: Snippet = None


class SearchPage(Page[SearchRow]):
    """One page of the table, in the order asked for."""
