"""What does a base hold? Six record types, their citations and links, the log of revisions, and
who may write.

A *record* is a row of one of the six record tables with its *parts*: citations, labels, links.
Parts have no life of their own: they are written, versioned and deleted with their record.
Foreign keys are slugs, so that every row can be read without a join.
"""

from app.store.models.access import ApiKey, StoredResponse
from app.store.models.base import Base, Record
from app.store.models.claims import (
    Claim,
    ExpectedOutcome,
    ExpectedOutcomeFocusArea,
    Initiative,
    InitiativeFocusArea,
    TimelineItem,
    TimelineItemFocusArea,
)
from app.store.models.focus_areas import (
    FocusArea,
    FocusAreaBroader,
    FocusAreaLabel,
    FocusAreaRelated,
)
from app.store.models.log import LogEntry, Revision
from app.store.models.search import SearchDocument
from app.store.models.sources import Citation, Document, Office

__all__ = [
    "COLLECTIONS",
    "MODELS",
    "RECORDS",
    "ApiKey",
    "Base",
    "Citation",
    "Claim",
    "Document",
    "ExpectedOutcome",
    "ExpectedOutcomeFocusArea",
    "FocusArea",
    "FocusAreaBroader",
    "FocusAreaLabel",
    "FocusAreaRelated",
    "Initiative",
    "InitiativeFocusArea",
    "LogEntry",
    "Office",
    "Record",
    "Revision",
    "SearchDocument",
    "StoredResponse",
    "TimelineItem",
    "TimelineItemFocusArea",
]

# In the order in which they can be written: no type refers to a later one.
RECORDS: tuple[type[Record], ...] = (
    Document,
    Office,
    FocusArea,
    Initiative,
    ExpectedOutcome,
    TimelineItem,
)
MODELS: dict[str, type[Record]] = {model.__tablename__: model for model in RECORDS}
COLLECTIONS: dict[str, type[Record]] = {model.collection: model for model in RECORDS}
