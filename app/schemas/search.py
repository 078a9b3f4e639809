"""What is the analyst's one table: every claim of every type, flat?"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from app.schemas import fields as f
from app.schemas.paging import Page
from app.schemas.read import Snippet
from app.vocabulary import RecordType


class SearchRow(BaseModel):
    """A record, as one row of a table that is the same for every type. An expected outcome has a
    row for each timeline item that dates it."""

    type: Annotated[RecordType, Field(description="The kind of record.")]
    slug: f.Slug
    url: Annotated[str, Field(description="Path of the record.")]
    text: Annotated[str, Field(description="Its title, statement or name.")]
    kind: Annotated[f.Kind | None, Field(description="Of an initiative.")]
    modality: Annotated[f.Modality | None, Field(description="Of a claim.")]
    focus_area_slugs: Annotated[
        list[f.Slug], Field(max_length=1000, description="What a claim is about.")
    ]
    wording: Annotated[
        str | None,
        Field(description="The document's words for when; of an outcome, its timeline item's."),
    ]
    start_earliest: Annotated[date | None, Field(description="The first day that it can mean.")]
    end_latest: Annotated[date | None, Field(description="The last day that it can mean.")]
    end_kind: f.EndKind | None
    exact: Annotated[
        str | None, Field(description="The words of the document that bear out the text.")
    ]
    section: Annotated[
        list[str] | None, Field(max_length=100, description="The headings above these words.")
    ]
    document_slug: Annotated[
        str | None, Field(description="Where they stand; of a document, itself.")
    ]
    snippet: Snippet = None


class SearchPage(Page[SearchRow]):
    """One page of the table, in the order asked for."""
