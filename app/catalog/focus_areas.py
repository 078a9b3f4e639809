"""What can be asked of focus areas?"""

from typing import Annotated, Literal

from pydantic import Field

from app.catalog.conditions import linked_to, one_of
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.initiatives import INITIATIVES
from app.catalog.resource import Listing, Resource
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.models import FocusArea, FocusAreaBroader
from app.schemas.fields import CommaList, Text, Values
from app.schemas.paging import FocusAreaFilter, ListQuery, Query, include_field, sort_field
from app.schemas.read import FocusAreaPage

Sort = Literal[
    "name", "-name", "slug", "-slug", "created_at", "-created_at", "updated_at", "-updated_at"
]
Include = Literal["broader", "related"]
DetailInclude = Literal[
    "broader", "related", "narrower", "initiatives", "expected_outcomes", "timeline_items"
]


class FocusAreaQuery(ListQuery, FocusAreaFilter):
    """Which focus areas, in which order."""

    broader: Annotated[
        Values[Text],
        Field(
            description="Directly below one of these focus areas: slug, name or any alias.",
            examples=[["training"]],
        ),
    ] = []
    sort: Annotated[CommaList[Sort], sort_field("name")] = ["name"]
    include: Annotated[CommaList[Include], include_field("broader")] = []


class FocusAreaDetailQuery(Query):
    """What to show beside a focus area. The lists cover narrower focus areas too."""

    include: Annotated[CommaList[DetailInclude], include_field("initiatives")] = []


FOCUS_AREAS = Resource(
    name="focus-areas",
    model=FocusArea,
    query=FocusAreaQuery,
    detail_query=FocusAreaDetailQuery,
    page=FocusAreaPage,
    where={
        "focus_area": one_of(FocusArea.slug),
        "broader": linked_to(
            FocusArea.slug, FocusAreaBroader.focus_area_slug, FocusAreaBroader.broader_slug
        ),
    },
    order={
        "name": FocusArea.name,
        "slug": FocusArea.slug,
        "created_at": FocusArea.created_at,
        "updated_at": FocusArea.updated_at,
    },
    includes={"broader": FocusArea.broader, "related": FocusArea.related},
    listings={
        "narrower": Listing(None, "broader"),
        "initiatives": Listing(INITIATIVES, "focus_area"),
        "expected_outcomes": Listing(EXPECTED_OUTCOMES, "focus_area"),
        "timeline_items": Listing(TIMELINE_ITEMS, "focus_area"),
    },
)
