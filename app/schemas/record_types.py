"""The six record types: their names, their schemas, and the texts that search covers.

This file is the only list of them below the catalogue: bundles, snapshots, the search index and the
order in which records are written are all derived from its table.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from app.schemas.read import (
    DocumentRead,
    ExpectedOutcomeRead,
    FocusAreaRead,
    InitiativeRead,
    OfficeRead,
    RecordRead,
    TimelineItemRead,
)
from app.schemas.write import (
    DocumentCreate,
    ExpectedOutcomeCreate,
    FocusAreaCreate,
    InitiativeCreate,
    OfficeCreate,
    RecordCreate,
    Strict,
    TimelineItemCreate,
)

RecordType = Literal[
    "document", "office", "focus_area", "initiative", "expected_outcome", "timeline_item"
]
Collection = Literal[
    "documents",
    "offices",
    "focus-areas",
    "initiatives",
    "expected-outcomes",
    "timeline-items",
]


@dataclass(frozen=True)
class Entity:
    """One record type. `type_` is the name of its table, `collection` its path segment. `texts` are
    the fields that full-text search covers, the main one first; the first `names` of them rank
    higher, as names of the record."""

    type_: RecordType
    collection: Collection
    create: type[RecordCreate]
    read: type[RecordRead]
    patch: type[Strict]
    texts: tuple[str, ...]
    names: int = 1

    @property
    def bundle_key(self) -> str:
        """The key of its list in a bundle."""
        return self.collection.replace("-", "_")

    @property
    def noun(self) -> str:
        """The type in a sentence: `focus area`."""
        return self.type_.replace("_", " ")

    @property
    def main(self) -> str:
        """The field that names a record to people: its name, title or statement."""
        return self.texts[0]

    @property
    def is_claim(self) -> bool:
        """Whether a record is a claim of a document, with a modality."""
        return "modality" in self.create.model_fields


def _make_patch(create: type[RecordCreate]) -> type[Strict]:
    """The schema of a JSON Merge Patch (RFC 7396): every field is optional, and may be null."""
    fields: dict[str, Any] = {}
    for name, field in create.model_fields.items():
        optional = Field(None, description=field.description)
        fields[name] = (field.rebuild_annotation() | None, optional)
    return create_model(
        f"{create.__name__.removesuffix('Create')}Patch",
        __base__=Strict,
        __doc__=(
            f"The fields to change of a record as in `{create.__name__}`; null removes a value."
        ),
        __module__=__name__,
        **fields,
    )


def _entity(
    collection: Collection,
    create: type[RecordCreate],
    read: type[RecordRead],
    texts: tuple[str, ...],
    names: int = 1,
) -> Entity:
    type_: Any = collection.removesuffix("s").replace("-", "_")
    return Entity(type_, collection, create, read, _make_patch(create), texts, names)


_TABLE = (
    _entity(
        "documents", DocumentCreate, DocumentRead, ("title", "author", "publisher", "text")
    ),
    _entity("offices", OfficeCreate, OfficeRead, ("name", "organization", "city", "summary")),
    _entity("focus-areas", FocusAreaCreate, FocusAreaRead, ("name", "aliases"), names=2),
    _entity("initiatives", InitiativeCreate, InitiativeRead, ("title",)),
    _entity("expected-outcomes", ExpectedOutcomeCreate, ExpectedOutcomeRead, ("statement",)),
    _entity("timeline-items", TimelineItemCreate, TimelineItemRead, ("title", "wording")),
)

# By type, in the order in which records can be written: no type refers to a later one.
ENTITIES: dict[str, Entity] = {entity.type_: entity for entity in _TABLE}

# The schema of the bundles that are written now. Without a number, a bundle is of an earlier one,
# which had fewer fields.
BUNDLE_SCHEMA = 3
_BundleSchema = Annotated[
    Literal[3] | None,
    Field(
        alias="schema",
        description="The schema of the bundle. Bundles without it lack fields that were added.",
    ),
]
# A list of whole records for each type.
_BUNDLE_FIELDS: dict[str, Any] = {"schema_": (_BundleSchema, None)} | {
    entity.bundle_key: (list[entity.create], [])  # type: ignore[name-defined]
    for entity in _TABLE
}
Bundle = create_model(
    "Bundle",
    __base__=Strict,
    __doc__="The JSON file of a whole base. References resolve against the bundle and the base.",
    __module__=__name__,
    **_BUNDLE_FIELDS,
)
