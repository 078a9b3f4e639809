"""The feed of changes: its parameters, its pages, and one change."""

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import BaseModel, Field

from app.schemas import fields as f
from app.schemas.filters import Query
from app.schemas.read import RecordRead
from app.schemas.record_types import ENTITIES, RecordType
from app.vocabulary import Operation

# mypy cannot read a union that is computed.
if TYPE_CHECKING:
    AnyRead = RecordRead
else:
    AnyRead = Union[tuple(entity.read for entity in ENTITIES.values())]  # noqa: UP007


class TypeFilter(Query):
    """By record type. There is no other filter: a record that loses a focus area would silently
    leave a feed that is filtered by it."""

    type: Annotated[
        f.Values[RecordType],
        Field(
            description="Changes of records of one of these types.",
            examples=[["timeline_item"]],
        ),
    ] = []


class StreamQuery(TypeFilter):
    """The changes after a position."""

    since: Annotated[
        f.Text | None,
        Field(
            min_length=1,
            max_length=1_000,
            description=(
                "Where the changes begin: after a revision (its number, which every response and "
                "export has), after the `since` of a `next` or `delta`, after the event of this "
                "`id`, or `now`. By default, pages begin with the first change, and streams now."
            ),
            examples=["1"],
        ),
    ] = None


class ChangesQuery(StreamQuery):
    """One page of the changes after a position."""

    limit: Annotated[f.Limit, Field(description="Maximum number of items.")] = 50


class AtomQuery(TypeFilter):
    """The latest changes."""

    limit: Annotated[f.Limit, Field(description="Maximum number of items.")] = 50


class ChangeRead(BaseModel):
    """One change of one record."""

    operation: Operation
    type: RecordType
    slug: f.Slug
    version: Annotated[int, Field(description="Version of the record after this change.")]
    revision: Annotated[int, Field(description="The revision that the change is part of.")]
    changed_at: f.Instant
    last_of_revision: Annotated[
        bool,
        Field(
            description=(
                "Whether this is the last change of its revision, among the requested types. A "
                "copy may commit here."
            )
        ),
    ]
    record: Annotated[
        AnyRead | None,
        Field(
            description="The whole record after the change, citations included; null: deleted."
        ),
    ]


class ChangePage(BaseModel):
    """Changes in the order of the log. Within a revision, creations and updates come first, each
    after the records that it refers to, then deletions in the opposite order."""

    items: Annotated[list[ChangeRead], Field(max_length=200)]
    next: Annotated[
        str | None, Field(description="Path of the next page; null on the last one.")
    ]
    delta: Annotated[
        str | None,
        Field(
            description=(
                "Path to store on the last page: requested later, it lists the changes since. "
                "Null where `next` is not."
            )
        ),
    ]
    revision: Annotated[
        int,
        Field(
            description=(
                "The current revision of the base. If there is a `next`, the page ends earlier: "
                "continue from `next`, not from this number."
            )
        ),
    ]
