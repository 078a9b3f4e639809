"""What can be asked of initiatives?"""

from typing import Annotated, Literal

from pydantic import Field

from app.catalog.conditions import linked_to, one_of
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.resource import Listing, Resource
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.models import Initiative, InitiativeFocusArea
from app.schemas.fields import CommaList, Kind, Values
from app.schemas.paging import ClaimFilter, ListQuery, Query, include_field, sort_field
from app.schemas.read import InitiativePage

Sort = Literal[
    "title", "-title", "slug", "-slug", "created_at", "-created_at", "updated_at", "-updated_at"
]
Include = Literal["office", "focus_areas"]
DetailInclude = Literal["office", "focus_areas", "expected_outcomes", "timeline_items"]


class InitiativeQuery(ListQuery, ClaimFilter):
    """Which initiatives, in which order."""

    kind: Annotated[Values[Kind], Field(description="Of one of these kinds.")] = []
    sort: Annotated[CommaList[Sort], sort_field("title")] = ["title"]
    include: Annotated[CommaList[Include], include_field("office,focus_areas")] = []


class InitiativeDetailQuery(Query):
    """What to show beside an initiative."""

    include: Annotated[CommaList[DetailInclude], include_field("office,focus_areas")] = []


INITIATIVES = Resource(
    name="initiatives",
    model=Initiative,
    query=InitiativeQuery,
    detail_query=InitiativeDetailQuery,
    page=InitiativePage,
    where={
        "office": one_of(Initiative.office_slug),
        "focus_area": linked_to(
            Initiative.slug,
            InitiativeFocusArea.initiative_slug,
            InitiativeFocusArea.focus_area_slug,
        ),
        "kind": one_of(Initiative.kind),
        "modality": one_of(Initiative.modality),
    },
    order={
        "title": Initiative.title,
        "slug": Initiative.slug,
        "created_at": Initiative.created_at,
        "updated_at": Initiative.updated_at,
    },
    includes={"office": Initiative.office, "focus_areas": Initiative.focus_areas},
    listings={
        "expected_outcomes": Listing(EXPECTED_OUTCOMES, "initiative"),
        "timeline_items": Listing(TIMELINE_ITEMS, "initiative"),
    },
)
