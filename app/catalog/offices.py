"""Offices as a collection: their query, and its meaning in SQL."""

from typing import Annotated, Literal

from pydantic import Field

from app.catalog.conditions import is_any_of, is_referred_to, is_set
from app.catalog.dimensions import Dimension
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.initiatives import INITIATIVES
from app.catalog.orders import by_date, by_text
from app.catalog.resource import Resource, ReverseRelation
from app.catalog.shared import cited_documents, cites, record_conditions, record_orders
from app.catalog.timeline_items import TIMELINE_ITEMS
from app.schemas.fields import CommaList, CommaSet, CountryName, Flag, Values
from app.schemas.filters import CitedFilter, PastQuery, presence_field
from app.schemas.paging import ListQuery, facet_field, include_field, sort_field
from app.schemas.read import OfficePage
from app.store.models import Initiative, Office, TimelineItem

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
    """Filters, order and display of the list of offices."""

    country: Annotated[
        Values[CountryName],
        Field(
            description="In one of these countries (ISO 3166-1 alpha-2).", examples=[["BV"]]
        ),
    ] = []
    has_city: Annotated[Flag | None, presence_field("a city")] = None
    has_country: Annotated[Flag | None, presence_field("a country")] = None
    has_initiative: Annotated[
        Flag | None, presence_field("an initiative that is about the office")
    ] = None
    has_timeline: Annotated[
        Flag | None, presence_field("a timeline item that is about the office")
    ] = None
    sort: Annotated[CommaList[SortName], sort_field("name")] = ["name"]
    facet: Annotated[CommaSet[FacetName], facet_field("country")] = []


class OfficeDetailQuery(PastQuery):
    """The related records to include in an office."""

    include: Annotated[CommaSet[IncludeName], include_field("initiatives")] = []


OFFICES = Resource(
    name="offices",
    model=Office,
    query=OfficeQuery,
    detail_query=OfficeDetailQuery,
    page=OfficePage,
    where={
        **record_conditions(Office),
        "country": is_any_of(Office.country),
        "document": cites(Office),
        "has_city": is_set(Office.city),
        "has_country": is_set(Office.country),
        "has_initiative": is_referred_to(Office.slug, Initiative.office_slug),
        "has_timeline": is_referred_to(Office.slug, TimelineItem.office_slug),
    },
    order={
        "name": Office.name,
        "organization": Office.organization,
        **by_text("city", Office.city),
        **by_text("country", Office.country),
        **by_date("opened_on", Office.opened_order, Office.opened_earliest),
        **record_orders(Office),
    },
    facets={
        "country": Dimension(Office.slug, Office.country),
        "document": cited_documents(Office),
    },
    listings={
        "initiatives": ReverseRelation(INITIATIVES, "office"),
        "expected_outcomes": ReverseRelation(EXPECTED_OUTCOMES, "office"),
        "timeline_items": ReverseRelation(TIMELINE_ITEMS, "office"),
    },
)
