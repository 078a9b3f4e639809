"""What can be asked of offices?"""

from typing import Annotated, Literal

from pydantic import Field

from app.catalog.conditions import at_least, is_any_of, is_named_by, linked_to
from app.catalog.dimensions import Dimension
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.initiatives import INITIATIVES
from app.catalog.resource import Resource, ReverseRelation
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.schemas.fields import CommaList, CommaSet, CountryName, Flag, Values
from app.schemas.filters import CitedFilter, PastQuery, presence_field
from app.schemas.paging import ListQuery, facet_field, include_field, sort_field
from app.schemas.read import OfficePage
from app.store.models import Citation, Initiative, Office, TimelineItem

SortName = Literal[
    "relevance",
    "name",
    "-name",
    "organization",
    "-organization",
    "city",
    "-city",
    "country",
    "-country",
    "opened_on",
    "-opened_on",
    "slug",
    "-slug",
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
]
FacetName = Literal["country", "document"]
IncludeName = Literal["initiatives", "expected_outcomes", "timeline_items"]


class OfficeQuery(ListQuery, CitedFilter):
    """Which offices, in which order."""

    country: Annotated[
        Values[CountryName],
        Field(description="In one of these countries (ISO 3166-1 alpha-2).", examples=[["ZZ"]]),
    ] = []
    has_initiative: Annotated[
        Flag | None, presence_field("an initiative that is about the office")
    ] = None
    has_timeline: Annotated[
        Flag | None, presence_field("a timeline item that is about the office")
    ] = None
    sort: Annotated[CommaList[SortName], sort_field("name")] = ["name"]
    facet: Annotated[CommaSet[FacetName], facet_field("country")] = []


class OfficeDetailQuery(PastQuery):
    """What to show beside an office."""

    include: Annotated[CommaSet[IncludeName], include_field("initiatives")] = []


OFFICES = Resource(
    name="offices",
    model=Office,
    query=OfficeQuery,
    detail_query=OfficeDetailQuery,
    page=OfficePage,
    where={
        "slug": is_any_of(Office.slug),
        "country": is_any_of(Office.country),
        "document": linked_to(Office.slug, Citation.office_slug, Citation.document_slug),
        "has_initiative": is_named_by(Office.slug, Initiative.office_slug),
        "has_timeline": is_named_by(Office.slug, TimelineItem.office_slug),
        "updated_since": at_least(Office.updated_at),
    },
    order={
        "name": Office.name,
        "organization": Office.organization,
        "city": Office.city,
        "country": Office.country,
        "opened_on": Office.opened_order,
        "slug": Office.slug,
        "created_at": Office.created_at,
        "updated_at": Office.updated_at,
    },
    facets={
        "country": Dimension(Office.slug, Office.country),
        "document": Dimension(Citation.office_slug, Citation.document_slug),
    },
    listings={
        "initiatives": ReverseRelation(INITIATIVES, "office"),
        "expected_outcomes": ReverseRelation(EXPECTED_OUTCOMES, "office"),
        "timeline_items": ReverseRelation(TIMELINE_ITEMS, "office"),
    },
)
