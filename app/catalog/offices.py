"""What can be asked of offices?"""

from typing import Annotated, Literal

from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.initiatives import INITIATIVES
from app.catalog.resource import Listing, Resource
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.models import Office
from app.schemas.fields import CommaList
from app.schemas.paging import ListQuery, Query, include_field, sort_field
from app.schemas.read import OfficePage

Sort = Literal[
    "name", "-name", "slug", "-slug", "created_at", "-created_at", "updated_at", "-updated_at"
]
Include = Literal["initiatives", "expected_outcomes", "timeline_items"]


class OfficeQuery(ListQuery):
    """Which offices, in which order."""

    sort: Annotated[CommaList[Sort], sort_field("name")] = ["name"]


class OfficeDetailQuery(Query):
    """What to show beside an office."""

    include: Annotated[CommaList[Include], include_field("initiatives")] = []


OFFICES = Resource(
    name="offices",
    model=Office,
    query=OfficeQuery,
    detail_query=OfficeDetailQuery,
    page=OfficePage,
    where={},
    order={
        "name": Office.name,
        "slug": Office.slug,
        "created_at": Office.created_at,
        "updated_at": Office.updated_at,
    },
    listings={
        "initiatives": Listing(INITIATIVES, "office"),
        "expected_outcomes": Listing(EXPECTED_OUTCOMES, "office"),
        "timeline_items": Listing(TIMELINE_ITEMS, "office"),
    },
)
