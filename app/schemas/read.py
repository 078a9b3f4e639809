"""Records as responses show them: every curated field with its citations, and computed fields.

`…Read` is a record by itself. `…Detail` adds the related records that `include` may name; each is
absent unless `include` names it. `…Page` is a page of a list.
"""

from typing import Annotated

from pydantic import ConfigDict, Field

from app.schemas import fields as f
from app.schemas.computed import OpenedFields, PublishedFields, TextFields
from app.schemas.paging import Page, Related
from app.schemas.timeline import Bounds
from app.schemas.write import (
    Citation,
    DocumentFields,
    ExpectedOutcomeCreate,
    FocusAreaCreate,
    InitiativeCreate,
    OfficeCreate,
    RecordCreate,
    TimelineItemCreate,
)


class CitationRead(Citation):
    """A citation with the link to its words, which the base makes."""

    link: f.CitationLink

    def curated(self) -> Citation:
        """The citation as a curator writes it."""
        fields = {name: getattr(self, name) for name in Citation.model_fields}
        return Citation.model_construct(**fields)


class RecordRead(RecordCreate):
    """The fields that the base adds to every record."""

    model_config = ConfigDict(from_attributes=True, strict=False)

    # A record that is read is never written to, so the items may be of a narrower type.
    citations: Annotated[  # type: ignore[assignment]
        list[CitationRead],
        Field(max_length=1_000, description="The quotes that support the fields."),
    ]
    version: Annotated[
        int, Field(description="1, 2, …: increases with every change to the record.")
    ]
    created_at: f.Instant
    updated_at: f.Instant
    url: Annotated[str, Field(description="Path of the record.")]


# Pydantic orders fields by the bases from right to left, so the computed fields come last.
class DocumentRead(TextFields, PublishedFields, RecordRead, DocumentFields):
    """A text that makes claims."""

    citations: Annotated[  # type: ignore[assignment]
        list[CitationRead], Field(max_length=0, description="Always empty.")
    ]


class OfficeRead(OpenedFields, RecordRead, OfficeCreate):
    """A body, perhaps with a place, about which documents make claims."""


class FocusAreaRead(RecordRead, FocusAreaCreate):
    """A concept that claims are about (SKOS)."""


class InitiativeRead(RecordRead, InitiativeCreate):
    """A thing that somebody does, aims at, might do, must do, or is advised to do."""


class ExpectedOutcomeRead(RecordRead, ExpectedOutcomeCreate):
    """A result that a document expects."""


class TimelineItemRead(Bounds, RecordRead, TimelineItemCreate):
    """A dated claim: the document's wording of the time, and its meaning as EDTF."""


class RelatedFocusAreas(Related[FocusAreaRead]):
    """Focus areas that belong to a record."""


class RelatedInitiatives(Related[InitiativeRead]):
    """Initiatives that belong to a record."""


class RelatedExpectedOutcomes(Related[ExpectedOutcomeRead]):
    """Expected outcomes that belong to a record."""


class RelatedTimelineItems(Related[TimelineItemRead]):
    """Timeline items that belong to a record."""


Snippet = Annotated[
    str | None,
    Field(
        description=(
            "Present with `q`: the passage that matches best, as HTML; matching words are within "
            "`<mark>`, and everything else is escaped."
        ),
        examples=["A programme for <mark>open</mark> <mark>data</mark>."],
    ),
]
IncludedFocusAreas = Annotated[
    Annotated[list[FocusAreaRead], Field(max_length=200)] | None,
    Field(description="Present only if `include` names this field."),
]
Included = Field(default=None, description="Present only if `include` names this field.")


class DocumentDetail(DocumentRead):
    """A document. A list leaves its text out; a response with the document alone has it."""

    snippet: Snippet = None
    text: Annotated[
        f.DocumentText | None,
        Field(description="The text. Absent from lists, and if the base does not hold it."),
    ] = None


class InitiativeDetail(InitiativeRead):
    """An initiative, with what `include` names."""

    snippet: Snippet = None
    office: Annotated[OfficeRead | None, Included] = None
    focus_areas: IncludedFocusAreas = None
    expected_outcomes: Annotated[RelatedExpectedOutcomes | None, Included] = None
    timeline_items: Annotated[RelatedTimelineItems | None, Included] = None


class ExpectedOutcomeDetail(ExpectedOutcomeRead):
    """An expected outcome, with what `include` names."""

    snippet: Snippet = None
    office: Annotated[OfficeRead | None, Included] = None
    focus_areas: IncludedFocusAreas = None
    initiative: Annotated[InitiativeRead | None, Included] = None
    timeline_items: Annotated[RelatedTimelineItems | None, Included] = None


class TimelineItemDetail(TimelineItemRead):
    """A timeline item, with what `include` names."""

    snippet: Snippet = None
    office: Annotated[OfficeRead | None, Included] = None
    focus_areas: IncludedFocusAreas = None
    initiative: Annotated[InitiativeRead | None, Included] = None
    expected_outcome: Annotated[ExpectedOutcomeRead | None, Included] = None


class OfficeDetail(OfficeRead):
    """An office, with what `include` names."""

    snippet: Snippet = None
    initiatives: Annotated[RelatedInitiatives | None, Included] = None
    expected_outcomes: Annotated[RelatedExpectedOutcomes | None, Included] = None
    timeline_items: Annotated[RelatedTimelineItems | None, Included] = None


class FocusAreaDetail(FocusAreaRead):
    """A focus area, with what `include` names."""

    snippet: Snippet = None
    broader: IncludedFocusAreas = None
    related: IncludedFocusAreas = None
    narrower: Annotated[RelatedFocusAreas | None, Included] = None
    initiatives: Annotated[RelatedInitiatives | None, Included] = None
    expected_outcomes: Annotated[RelatedExpectedOutcomes | None, Included] = None
    timeline_items: Annotated[RelatedTimelineItems | None, Included] = None


class DocumentPage(Page[DocumentDetail]):
    """One page of documents, in the requested order."""


class OfficePage(Page[OfficeDetail]):
    """One page of offices, in the requested order."""


class FocusAreaPage(Page[FocusAreaDetail]):
    """One page of focus areas, in the requested order."""


class InitiativePage(Page[InitiativeDetail]):
    """One page of initiatives, in the requested order."""


class ExpectedOutcomePage(Page[ExpectedOutcomeDetail]):
    """One page of expected outcomes, in the requested order."""


class TimelineItemPage(Page[TimelineItemDetail]):
    """One page of timeline items, in the requested order."""
