"""What can be queried of each record type: one declaration per type, with its meaning in SQL."""

from app.catalog.documents import DOCUMENTS
from app.catalog.expected_outcomes import EXPECTED_OUTCOMES
from app.catalog.focus_areas import FOCUS_AREAS
from app.catalog.initiatives import INITIATIVES
from app.catalog.offices import OFFICES
from app.catalog.resource import Resource
from app.catalog.timeline_items import TIMELINE_ITEMS

CATALOG: tuple[Resource, ...] = (
    DOCUMENTS,
    OFFICES,
    FOCUS_AREAS,
    INITIATIVES,
    EXPECTED_OUTCOMES,
    TIMELINE_ITEMS,
)
RESOURCES_BY_COLLECTION = {resource.name: resource for resource in CATALOG}
RESOURCES_BY_TYPE = {resource.type_: resource for resource in CATALOG}
