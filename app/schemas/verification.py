"""The comparison of a document's citations with a text, and how to repair them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.schemas.changesets import Changeset
from app.schemas.record_types import RecordType
from app.schemas.write import Citation

Status = Literal["match", "moved", "missing"]


class Nearest(BaseModel):
    """The passage of the text that is most similar to a missing quote, or that has the words of a
    quote whose heading is missing."""

    start: int
    exact: str


class Verified(BaseModel):
    """One citation, and its status in the text."""

    type: RecordType
    slug: str
    url: str
    citation: Annotated[
        int, Field(description="Its position in the record's `citations`, from 0.")
    ]
    status: Annotated[
        Status,
        Field(
            description=(
                "`match`: the words are at this position. `moved`: they are elsewhere, in another "
                "context, or spelt otherwise. `missing`: they are not in the text."
            )
        ),
    ]
    exact: str
    moved: Annotated[
        Citation | None,
        Field(
            description=(
                "The citation with the right position and context; null if its heading is not a "
                "line of the text, because then a person has to choose the heading."
            )
        ),
    ] = None
    difference: Annotated[
        str | None,
        Field(
            description=(
                "For a moved citation that the text spells otherwise, in which characters: a "
                "ligature, a no-break space, a soft hyphen, another form of an accent."
            ),
            examples=["The text has a soft hyphen (U+00AD) where the quote has nothing."],
        ),
    ] = None
    nearest: Annotated[
        Nearest | None,
        Field(
            description=(
                "The place of the words where `moved` is null; the most similar passage for the "
                "first 20 missing citations, or fewer in a long text."
            )
        ),
    ] = None


class StatusCounts(BaseModel):
    """The number of citations of each status."""

    match: int
    moved: int
    missing: int


class Verification(BaseModel):
    """Every citation of a document, compared with a text."""

    document_slug: str
    sha256: Annotated[
        str,
        Field(description="SHA-256 of the text in the request, without a byte order mark."),
    ]
    is_cited_text: Annotated[
        bool,
        Field(
            description=(
                "Whether this is the `sha256` of the document, as it is or of a file with a byte "
                "order mark."
            )
        ),
    ]
    counts: StatusCounts
    items: Annotated[
        list[Verified],
        Field(
            max_length=10_000_000,
            description="By type and slug of the record, then by position.",
        ),
    ]
    changeset: Annotated[
        Changeset | None,
        Field(
            description=(
                "A change list for `POST /v1/changesets` that sets the document's `sha256` to this "
                "text's and corrects the moved citations; null if there is nothing to change. "
                "Missing citations stay unchanged: replace them in the same change list."
            )
        ),
    ]
