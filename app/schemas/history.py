"""Revisions of the base, and of one record."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas import fields as f
from app.schemas.changes import AnyRead
from app.schemas.filters import Query
from app.schemas.paging import Count, Cursor, Page
from app.vocabulary import Operation


class HistoryQuery(Query):
    """One page of the revisions of a record."""

    limit: Annotated[f.Limit, Field(description="Maximum number of items.")] = 50
    cursor: Cursor = None
    count: Count = "bounded"


class RevisionsQuery(HistoryQuery):
    """One page of the revisions of the base."""

    author: Annotated[
        f.Values[f.Name],
        Field(description="Written by one of these authors.", examples=[["seed"]]),
    ] = []


class Counts(BaseModel):
    """How many records a revision created, updated and deleted."""

    create: int
    update: int
    delete: int


class Written(BaseModel):
    """Author, instant and message of a revision."""

    revision: Annotated[
        int, Field(description="The number of the revision; numbers have no gaps.")
    ]
    changed_at: f.Instant
    author: str
    message: str


class RevisionRead(Written):
    """One write, whose changes became visible together."""

    counts: Counts
    url: str
    changes: Annotated[
        str, Field(description="Path of its changes, which those of later revisions follow.")
    ]


class RevisionPage(Page[RevisionRead]):
    """One page of the revisions of the base, the newest first."""


class RecordRevisionRead(Written):
    """The change of one record by one revision."""

    operation: Operation
    version: Annotated[int, Field(description="The version of the record after the change.")]
    url: str


class RecordRevisionPage(Page[RecordRevisionRead]):
    """One page of the revisions of a record, the newest first."""


class PatchOperation(BaseModel):
    """One step of a JSON Patch (RFC 6902)."""

    model_config = ConfigDict(serialize_by_alias=True)

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    path: Annotated[
        str, Field(description="The place (RFC 6901); empty for the whole document.")
    ]
    from_: Annotated[
        str,
        Field(alias="from", description="The place that a value is moved or copied from."),
    ] = ""
    value: Any = None


class RecordRevisionDetail(RecordRevisionRead):
    """The change of one record by one revision, with the record after it and the difference."""

    record: Annotated[
        AnyRead | None,
        Field(description="The record at this revision; null if it was deleted."),
    ]
    previous: Annotated[
        str | None,
        Field(description="Path of the previous revision of the record; null at the first."),
    ]
    difference: Annotated[
        list[PatchOperation],
        Field(
            max_length=100_000,
            description=(
                "A JSON Patch (RFC 6902) from the `record` of the previous revision to this one; "
                "`null` stands for no record."
            ),
        ),
    ]
