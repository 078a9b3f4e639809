"""How is it asked what became of the base, and what does one change look like?"""

from typing import TYPE_CHECKING, Annotated, Union

from pydantic import BaseModel, Field

from app.schemas import fields as f
from app.schemas.entities import ENTITIES
from app.schemas.filters import Query
from app.schemas.read import RecordRead
from app.vocabulary import Operation, RecordType

if TYPE_CHECKING:
    AnyRead = RecordRead
else:
    AnyRead = Union[tuple(entity.read for entity in ENTITIES.values())]  # noqa: UP007


class TypeFilter(Query):
    """Changes are filtered by type only: a record that loses a focus area would leave a feed that
    is filtered by it without a word."""

    type: Annotated[
        f.Values[RecordType],
        Field(description="To records of one of these types.", examples=[["timeline_item"]]),
    ] = []


class StreamQuery(TypeFilter):
    """Which changes, from where on."""

    since: Annotated[
        f.Text | None,
        Field(
            min_length=1,
            max_length=1_000,
            description=(
                "What is known already: a revision number, as every answer and export has one; "
                "the `since` of a `next` or `delta`, or the `id` of an event; or `now`. By default "
                "nothing is known; to a stream, what there is now."
            ),
            examples=["1"],
        ),
    ] = None


class ChangesQuery(StreamQuery):
    """Which changes, page by page."""

    limit: Annotated[f.Limit, Field(description="Changes on a page, at most.")] = 50


class AtomQuery(TypeFilter):
    """Which changes, the newest first."""

    limit: Annotated[f.Limit, Field(description="Entries, at most.")] = 50


class ChangeRead(BaseModel):
    """What one revision did to one record."""

    operation: Operation
    type: RecordType
    slug: f.Slug
    version: Annotated[int, Field(description="Version of the record since this change.")]
    revision: Annotated[int, Field(description="The write that it is part of.")]
    changed_at: f.Instant
    last_of_revision: Annotated[
        bool,
        Field(
            description=(
                "Whether no more changes of this revision follow, of the types asked for: here a "
                "copy may commit."
            )
        ),
    ]
    record: Annotated[
        AnyRead | None,
        Field(description="The whole record as it was then, citations included; null: deleted."),
    ]


class ChangePage(BaseModel):
    """Changes in the order in which they were made: within a revision what is created and updated
    comes parents first, then what is deleted, children first."""

    items: Annotated[list[ChangeRead], Field(max_length=200)]
    next: Annotated[
        str | None, Field(description="Path of the changes after these; null if there are none.")
    ]
    delta: Annotated[
        str | None,
        Field(
            description=(
                "Path to keep, once `next` is null: asked another time, it gives what has changed "
                "since. Exactly one of the two is there."
            )
        ),
    ]
    revision: Annotated[
        int,
        Field(
            description=(
                "The revision at which the base is. Where there is a `next`, the page does not "
                "reach it: keep `next`, not this number."
            )
        ),
    ]
