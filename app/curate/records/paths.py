"""The parameters in the paths of record pages."""

from typing import Annotated

from fastapi import Path

from app.catalog import RESOURCES_BY_COLLECTION
from app.catalog.resource import Resource
from app.schemas.record_types import Collection

PathCollection = Annotated[Collection, Path()]
PathSlug = Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9-]+$")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


def resource_of(collection: str) -> Resource:
    """The resource of a collection."""
    return RESOURCES_BY_COLLECTION[collection]


def edit_path(resource: Resource, slug: str) -> str:
    """The edit form of a record."""
    return f"/curate/{resource.name}/{slug}"


def page_path(resource: Resource, slug: str) -> str:
    """The page of a record for readers."""
    return f"/{resource.name}/{slug}"
