"""What can be asked of initiatives?"""

from typing import Annotated, Literal

from app.catalog.conditions import (
    at_least,
    is_any_of,
    is_named_by,
    linked_to,
    refers_to,
    refers_to_one,
)
from app.catalog.dimensions import Dimension
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.resource import Include, Resource, ReverseRelation
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.schemas.fields import CommaList, CommaSet, Flag
from app.schemas.filters import ClaimFilter, KindFilter, PastQuery, presence_field
from app.schemas.paging import ListQuery, facet_field, include_field, sort_field
from app.schemas.read import InitiativePage
from app.store.models import (
    Citation,
    ExpectedOutcome,
    FocusArea,
    Initiative,
    InitiativeFocusArea,
    Office,
    TimelineItem,
)

SortName = Literal[
    "relevance",
    "title",
    "-title",
    "kind",
    "-kind",
    "modality",
    "-modality",
    "office",
    "-office",
    "slug",
    "-slug",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
]
FacetName = Literal["office", "country", "focus_area", "kind", "modality", "document"]
IncludeName = Literal["office", "focus_areas"]
DetailIncludeName = Literal["office", "focus_areas", "expected_outcomes", "timeline_items"]


class InitiativeQuery(ListQuery, ClaimFilter, KindFilter):
    """Which initiatives, in which order."""

    has_expected_outcome: Annotated[
        Flag | None, presence_field("an expected outcome that belongs to it")
    ] = None
    has_timeline: Annotated[Flag | None, presence_field("a timeline item that belongs to it")] = (
        None
    )
    sort: Annotated[CommaList[SortName], sort_field("title")] = ["title"]
    include: Annotated[CommaSet[IncludeName], include_field("office,focus_areas")] = []
    facet: Annotated[CommaSet[FacetName], facet_field("kind,focus_area")] = []


class InitiativeDetailQuery(PastQuery):
    """What to show beside an initiative."""

    include: Annotated[CommaSet[DetailIncludeName], include_field("office,focus_areas")] = []


INITIATIVES = Resource(
    name="initiatives",
    model=Initiative,
    query=InitiativeQuery,
    detail_query=InitiativeDetailQuery,
    page=InitiativePage,
    where={
        "slug": is_any_of(Initiative.slug),
        "office": refers_to(Initiative.slug, Initiative.office_slug),
        "country": refers_to_one(
            Initiative.slug, Initiative.office_slug, Office.slug, Office.country
        ),
        "focus_area": linked_to(
            Initiative.slug,
            InitiativeFocusArea.initiative_slug,
            InitiativeFocusArea.focus_area_slug,
        ),
        "modality": is_any_of(Initiative.modality),
        "document": linked_to(Initiative.slug, Citation.initiative_slug, Citation.document_slug),
        "updated_since": at_least(Initiative.updated_at),
        "kind": is_any_of(Initiative.kind),
        "has_expected_outcome": is_named_by(Initiative.slug, ExpectedOutcome.initiative_slug),
        "has_timeline": is_named_by(Initiative.slug, TimelineItem.initiative_slug),
    },
    order={
        "title": Initiative.title,
        "kind": Initiative.kind,
        "modality": Initiative.modality,
        "office": Initiative.office_slug,
        "slug": Initiative.slug,
        "created_at": Initiative.created_at,
        "updated_at": Initiative.updated_at,
    },
    facets={
        "office": Dimension(Initiative.slug, Initiative.office_slug),
        "country": Dimension(
            Initiative.slug, Office.country, on=Initiative.office_slug == Office.slug
        ),
        "focus_area": Dimension(
            InitiativeFocusArea.initiative_slug, InitiativeFocusArea.focus_area_slug, tree=True
        ),
        "modality": Dimension(Initiative.slug, Initiative.modality),
        "document": Dimension(Citation.initiative_slug, Citation.document_slug),
        "kind": Dimension(Initiative.slug, Initiative.kind),
    },
    includes={"office": Include(Office), "focus_areas": Include(FocusArea, many=True)},
    listings={
        "expected_outcomes": ReverseRelation(EXPECTED_OUTCOMES, "initiative"),
        "timeline_items": ReverseRelation(TIMELINE_ITEMS, "initiative"),
    },
)
