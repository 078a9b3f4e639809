"""Change lists: their JSON, their parameters, and the responses to them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from app.schemas import fields as f
from app.schemas.filters import Query
from app.schemas.history import PatchOperation, RevisionRead
from app.schemas.record_types import RecordType
from app.schemas.write import Strict
from app.vocabulary import Operation

# The parts that each operation takes, for errors.
_PARTS: dict[Operation, str] = {
    "create": "a `record`, and no `patch`",
    "update": "either a `record` or a `patch`",
    "delete": "neither a `record` nor a `patch`",
}
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ChangeAsked(Strict):
    """One change: a `create` has a `record`, an `update` the whole `record` or a `patch`, a
    `delete` neither. An update and a delete name the `version` or the `etag` that they apply
    to."""

    operation: Operation
    type: RecordType
    slug: f.Slug
    version: Annotated[
        Version | None,
        Field(
            description="The version that the record must have; otherwise nothing is written."
        ),
    ] = None
    etag: Annotated[
        str | None,
        Field(
            pattern=r'^(W/)?"[!#-~]*"$',
            max_length=200,
            description=(
                "The ETag of the record as it was read. Unlike `version`, it also tells the record "
                "from that of a base with the same version, such as a restored backup."
            ),
            examples=['"3-0a1b2c3d4e5f607182"'],
        ),
    ] = None
    record: Annotated[
        dict[str, Any] | None,
        Field(description="The whole record."),
    ] = None
    patch: Annotated[
        dict[str, Any] | None,
        Field(description="The fields to change (JSON Merge Patch, RFC 7396)."),
    ] = None

    @model_validator(mode="after")
    def _check_parts(self) -> "ChangeAsked":
        has_record = self.record is not None
        has_patch = self.patch is not None
        is_complete = {
            "create": has_record and not has_patch,
            "update": has_record != has_patch,
            "delete": not has_record and not has_patch,
        }
        if not is_complete[self.operation]:
            raise ValueError(f"{self.operation} takes {_PARTS[self.operation]}")
        has_state = self.version is not None or self.etag is not None
        if self.operation == "create" and has_state:
            raise ValueError("create has no `version` yet, and no `etag`")
        if self.operation != "create" and not has_state:
            raise ValueError(f"{self.operation} needs a `version` or an `etag`")
        return self


class Changeset(Strict):
    """Changes that become visible together, as one revision, or not at all."""

    message: Annotated[
        f.OneLine, Field(description="The reason for the changes, as the log records it.")
    ]
    # A server accepts fewer (COMMUNIQUE_MAX_CHANGES); a schema needs some bound.
    changes: Annotated[
        list[ChangeAsked],
        Field(
            min_length=1,
            max_length=1_000_000,
            description="In any order, at most one per record.",
        ),
    ]


class ChangesetQuery(Query):
    """How to process a change list."""

    validate_only: Annotated[
        f.Flag,
        Field(description="Report what would change, and every problem, without writing."),
    ] = False


class DeletionQuery(Query):
    """How to delete a record."""

    cascade: Annotated[
        f.Flag,
        Field(
            description=(
                "Also delete the records that need this one (they name it in a single field, or "
                "cite it), and the records that need those. Lists that name a deleted record lose "
                "the name. Needs a key of scope `admin`."
            )
        ),
    ] = False


class ChangeMade(BaseModel):
    """The effect of a change list on one record."""

    operation: Operation
    type: RecordType
    slug: str
    version: Annotated[int, Field(description="The version of the record after the change.")]
    url: str
    difference: Annotated[
        list[PatchOperation],
        Field(
            max_length=100_000,
            description=(
                "With `validate_only`: a JSON Patch (RFC 6902) from the curated fields of the "
                "record to those after the change; `null` stands for no record."
            ),
        ),
    ] = []


class ProblemFound(BaseModel):
    """One problem of a change list."""

    detail: str
    pointer: Annotated[str | None, Field(description="Its place in the body (RFC 6901).")] = (
        None
    )
    version: Annotated[
        int | None,
        Field(description="The version of the record, if the change names another."),
    ] = None


Made = Annotated[
    list[ChangeMade],
    Field(
        max_length=1_000_000,
        description="In the order of the log; only changes that change something.",
    ),
]


class ChangesetRead(BaseModel):
    """A change list that was written. `revision` is null if it changed nothing."""

    revision: RevisionRead | None
    changes: Made


class ChangesetChecked(BaseModel):
    """A change list that was validated, and not written."""

    valid: bool
    code: Annotated[
        str | None,
        Field(description="The `code` of the problem, if it is not valid."),
    ]
    problems: Annotated[list[ProblemFound], Field(max_length=1_000)]
    changes: Made
