"""The tables of a base: records with their identifiers, citations, labels and links, the texts of
documents, the log of revisions, the full-text index, API keys, sessions of curators, and drafts.

A *record* is a row of a record table with its *parts*: identifiers, citations, labels, links. Parts
are written, versioned and deleted with their record. Foreign keys are slugs, so that every row can
be read without a join.
"""

from app.schemas.record_types import ENTITIES
from app.store.models.access import ApiKey, CuratorSession, StoredResponse
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
from app.store.models.counts import ValueCount
from app.store.models.drafts import Draft, Proposal, Run
from app.store.models.focus_areas import (
    FocusArea,
    FocusAreaBroader,
    FocusAreaLabel,
    FocusAreaRelated,
)
from app.store.models.identifiers import (
    DocumentIdentifier,
    ExpectedOutcomeIdentifier,
    FocusAreaIdentifier,
    IdentifierRow,
    InitiativeIdentifier,
    OfficeIdentifier,
    TimelineItemIdentifier,
)
from app.store.models.log import LogEntry, Revision
from app.store.models.search import SearchDocument
from app.store.models.sources import Citation, Document, DocumentText, Office

__all__ = [
    "COLLECTIONS",
    "MODELS",
    "RECORDS",
    "ApiKey",
    "Base",
    "Citation",
    "Claim",
    "CuratorSession",
    "Document",
    "DocumentIdentifier",
    "DocumentText",
    "Draft",
    "ExpectedOutcome",
    "ExpectedOutcomeFocusArea",
    "ExpectedOutcomeIdentifier",
    "FocusArea",
    "FocusAreaBroader",
    "FocusAreaIdentifier",
    "FocusAreaLabel",
    "FocusAreaRelated",
    "IdentifierRow",
    "Initiative",
    "InitiativeFocusArea",
    "InitiativeIdentifier",
    "LogEntry",
    "Office",
    "OfficeIdentifier",
    "Proposal",
    "Record",
    "Revision",
    "Run",
    "SearchDocument",
    "StoredResponse",
    "TimelineItem",
    "TimelineItemFocusArea",
    "TimelineItemIdentifier",
    "ValueCount",
]

_BY_TABLE = {model.__tablename__: model for model in Record.__subclasses__()}
MODELS: dict[str, type[Record]] = {type_: _BY_TABLE[type_] for type_ in ENTITIES}
COLLECTIONS: dict[str, type[Record]] = {
    entity.collection: MODELS[type_] for type_, entity in ENTITIES.items()
}
# In the order in which they can be inserted: no type refers to a later one.
RECORDS: tuple[type[Record], ...] = tuple(MODELS.values())
