"""Do the citations of a document still stand in its text, and how are they mended?"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.schemas.changesets import Changeset
from app.schemas.write import Citation
from app.vocabulary import RecordType

Status = Literal["match", "moved", "missing"]


class Nearest(BaseModel):
    """The passage of the text that is most like a quote which is not in it."""

    start: int
    exact: str


class Verified(BaseModel):
    """One citation, and what became of it in the text."""

    type: RecordType
    slug: str
    url: str
    citation: Annotated[int, Field(description="Its place in the record's `citations`, from 0.")]
    status: Annotated[
        Status,
        Field(
            description=(
                "`match`: it stands where it says. `moved`: its words stand elsewhere, or between "
                "other words. `missing`: they are not in the text."
            )
        ),
    ]
    exact: str
    moved: Annotated[
        Citation | None,
        Field(
            description=(
                "The citation as it is right for the text; null where the heading that it stood "
                "under is no line of the text: a person has to say what it stands under now."
            )
        ),
    ] = None
    nearest: Annotated[
        Nearest | None,
        Field(description="Of the first 20 that are missing, fewer in a long text."),
    ] = None


class StatusCounts(BaseModel):
    """How many citations there are of each status."""

    match: int
    moved: int
    missing: int


class Verification(BaseModel):
    """Every citation of a document compared with a text."""

    document_slug: str
    sha256: Annotated[str, Field(description="Of the text that was sent.")]
    is_cited_text: Annotated[
        bool, Field(description="Whether it is the text that the document's `sha256` says.")
    ]
    counts: StatusCounts
    items: Annotated[
        list[Verified],
        Field(max_length=10_000_000, description="By type and slug of the record, then by place."),
    ]
    changeset: Annotated[
        Changeset | None,
        Field(
            description=(
                "A change list, for `POST /v1/changesets`, that makes the document cite this text "
                "and moves what has moved; null if there is nothing to change. What is missing is "
                "left as it is: quote other words in the same change list."
            )
        ),
    ]
