"""How is it asked to change many records at once, and what is answered?"""

from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from app.schemas import fields as f
from app.schemas.filters import Query
from app.schemas.history import PatchOperation, RevisionRead
from app.schemas.write import Strict
from app.vocabulary import Operation, RecordType

_TAKES: dict[Operation, str] = {
    "create": "a `record`, and no `patch`",
    "update": "a `record` or a `patch`, one of them",
    "delete": "neither a `record` nor a `patch`",
}
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ChangeAsked(Strict):
    """One change: a `create` has a `record`, an `update` the whole `record` or a `patch`, a
    `delete` neither; an update and a delete say which `version` they are meant for."""

    operation: Operation
    type: RecordType
    slug: f.Slug
    version: Annotated[
        Version | None,
        Field(description="The version that the record must have, or nothing is written."),
    ] = None
    record: Annotated[
        dict[str, Any] | None,
        Field(description="The whole record."),
    ] = None
    patch: Annotated[
        dict[str, Any] | None,
        Field(description="What is to be different (JSON Merge Patch, RFC 7396)."),
    ] = None

    @model_validator(mode="after")
    def _fits(self) -> "ChangeAsked":
        given = [name for name in ("record", "patch") if getattr(self, name) is not None]
        fits = {"create": given == ["record"], "update": len(given) == 1, "delete": not given}
        if not fits[self.operation]:
            raise ValueError(f"{self.operation} takes {_TAKES[self.operation]}")
        if (self.version is None) != (self.operation == "create"):
            said = "has no `version` yet" if self.version is not None else "needs a `version`"
            raise ValueError(f"{self.operation} {said}")
        return self


class Changeset(Strict):
    """Changes that become visible together, as one revision, or not at all."""

    message: Annotated[
        f.OneLine, Field(description="Why, in words: what the log says of the revision.")
    ]
    changes: Annotated[
        list[ChangeAsked],
        Field(min_length=1, max_length=1_000_000, description="In any order; a record once."),
    ]


class ChangesetQuery(Query):
    """How a change list is taken."""

    validate_only: Annotated[
        f.Flag,
        Field(description="Say what would change, and all that is wrong; write nothing."),
    ] = False


class DeletionQuery(Query):
    """How a record is deleted."""

    cascade: Annotated[
        f.Flag,
        Field(
            description=(
                "Delete what needs it too: what names it in a field of its own or cites it, and "
                "what needs that; a list that names it loses the name. Needs a key of scope "
                "`admin`."
            )
        ),
    ] = False


class ChangeMade(BaseModel):
    """What a change list does to one record."""

    operation: Operation
    type: RecordType
    slug: str
    version: Annotated[int, Field(description="The version that the record gets by it.")]
    url: str
    difference: Annotated[
        list[PatchOperation],
        Field(
            max_length=100_000,
            description=(
                "With `validate_only`: a JSON Patch (RFC 6902) from the record as a curator would "
                "give it to what it would be; `null` where there is none."
            ),
        ),
    ] = []


class ProblemFound(BaseModel):
    """One thing that is wrong with a change list."""

    detail: str
    pointer: Annotated[str | None, Field(description="Where in the body (RFC 6901).")] = None
    version: Annotated[
        int | None, Field(description="The version that the record has, if another was expected.")
    ] = None


Made = Annotated[
    list[ChangeMade],
    Field(max_length=1_000_000, description="In the order of the log, without what is the same."),
]


class ChangesetRead(BaseModel):
    """A change list that was written; `revision` is null if the base said all of it already."""

    revision: RevisionRead | None
    changes: Made


class ChangesetChecked(BaseModel):
    """A change list that was only looked at."""

    valid: bool
    code: Annotated[str | None, Field(description="What refuses it, as a problem's `code`.")]
    problems: Annotated[list[ProblemFound], Field(max_length=1_000)]
    changes: Made
