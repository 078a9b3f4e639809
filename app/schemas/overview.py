"""What does the base hold as a whole, and is the server ready?"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class DocumentLink(BaseModel):
    """A document that the base cites."""

    slug: str
    title: str
    url: str


class Overview(BaseModel):
    """What the base holds."""

    name: Literal["Communiqué"] = "Communiqué"
    version: Annotated[str, Field(description="Version of the software.")]
    revision: Annotated[int, Field(description="The latest revision; 0 for an empty base.")]
    counts: Annotated[dict[str, int], Field(description="Records in each collection.")]
    documents: Annotated[
        list[DocumentLink], Field(max_length=50, description="The first documents, by title.")
    ]
    links: Annotated[dict[str, str], Field(description="Paths to go on from.")]


class Health(BaseModel):
    """That the server answers."""

    status: Literal["ok"] = "ok"
