"""How do the revisions of the base, and of one record, look in JSON?"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas import fields as f
from app.schemas.changes import AnyRead
from app.schemas.filters import Query
from app.schemas.paging import Count, Cursor, Page
from app.vocabulary import Operation


class HistoryQuery(Query):
    """Which page of the revisions of a record."""

    limit: Annotated[f.Limit, Field(description="Revisions on a page, at most.")] = 50
    cursor: Cursor = None
    count: Count = "bounded"


class RevisionsQuery(HistoryQuery):
    """Which revisions of the base."""

    author: Annotated[
        f.Values[f.Name], Field(description="Written by one of these authors.", examples=[["seed"]])
    ] = []


class Counts(BaseModel):
    """How many records a revision created, updated and deleted."""

    create: int
    update: int
    delete: int


class Written(BaseModel):
    """Who wrote a revision, when, and why."""

    revision: Annotated[int, Field(description="Its number: revisions are counted without gaps.")]
    changed_at: f.Instant
    author: str
    message: str


class RevisionRead(Written):
    """One write: all of its changes became visible together."""

    counts: Counts
    url: str
    changes: Annotated[
        str, Field(description="Path of its changes; those of later revisions follow.")
    ]


class RevisionPage(Page[RevisionRead]):
    """One page of the revisions of the base, the newest first."""


class RecordRevisionRead(Written):
    """What one revision did to a record."""

    operation: Operation
    version: Annotated[int, Field(description="The version that the record got by it.")]
    url: str


class RecordRevisionPage(Page[RecordRevisionRead]):
    """One page of the revisions of a record, the newest first."""


class PatchOperation(BaseModel):
    """One step of a JSON Patch (RFC 6902)."""

    model_config = ConfigDict(serialize_by_alias=True)

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    path: Annotated[str, Field(description="Where (RFC 6901); empty: the whole.")]
    from_: Annotated[str, Field(alias="from", description="Whence a value is moved.")] = ""
    value: Any = None


class RecordRevisionDetail(RecordRevisionRead):
    """What one revision did to a record, the record as it was then, and what was different."""

    record: Annotated[
        AnyRead | None, Field(description="The record at this revision; null: it was deleted.")
    ]
    previous: Annotated[
        str | None,
        Field(description="Path of the revision before this one; null: this is the first."),
    ]
    difference: Annotated[
        list[PatchOperation],
        Field(
            max_length=100_000,
            description=(
                "A JSON Patch (RFC 6902) that makes `record` of the `record` of the previous "
                "revision, null where there was none."
            ),
        ),
    ]
