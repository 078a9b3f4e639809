"""The overview of the base, and the state of the server."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class DocumentLink(BaseModel):
    """A document that the base cites."""

    slug: str
    title: str
    url: str


class DatabaseLibrary(BaseModel):
    """The database under the base, and the library that opens it."""

    engine: Literal["sqlite", "postgresql"]
    library: Annotated[
        str,
        Field(description="Python package of the driver.", examples=["pysqlite3", "psycopg"]),
    ]
    version: Annotated[
        str,
        Field(
            description="Version of SQLite; of PostgreSQL the major version only.",
            examples=["3.53.4", "18"],
        ),
    ]


class Overview(BaseModel):
    """An overview of the base."""

    name: Literal["Communiqué"]
    version: Annotated[str, Field(description="Version of the software.")]
    database: DatabaseLibrary
    revision: Annotated[int, Field(description="The latest revision; 0 for an empty base.")]
    counts: Annotated[dict[str, int], Field(description="Records in each collection.")]
    documents: Annotated[
        list[DocumentLink], Field(max_length=50, description="The first documents, by title.")
    ]
    links: Annotated[
        dict[str, str], Field(description="Paths of the collections and of other endpoints.")
    ]


class Health(BaseModel):
    """The state of the server."""

    status: Literal["ok"]
