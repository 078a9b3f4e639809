"""Lists of versions and of revisions, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import Path, Request

from app.catalog.resource import Resource
from app.pages import words
from app.pages.addresses import make_address
from app.pages.frame import Link, make_frame
from app.pages.rendering import View
from app.pages.versions import Version
from app.schemas.record_types import Collection

PathCollection = Annotated[Collection, Path()]

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True)
class VersionsPage(View):
    """The versions of a record, or the revisions of the base, the newest first."""

    template = "versions.html"
    has_past: ClassVar[bool] = False

    crumbs: tuple[Link, ...]
    total: str
    versions: tuple[Version, ...]
    next_path: str | None


def make_versions_page(
    request: Request,
    page: Any,
    versions: Sequence[Version],
    *,
    title: str,
    noun: str,
    crumbs: tuple[Link, ...] = (),
) -> VersionsPage:
    """The view of one page of versions or revisions; `noun` is what they are."""
    next_path = page.next
    if next_path is not None:
        address = make_address(make_frame(request, page.revision))
        next_path = address.page(next_path)
    return VersionsPage(
        title=title,
        downloads=(),
        crumbs=crumbs,
        total=words.describe_total(
            page.total,
            page.total_is_exact,
            noun,
        ),
        versions=tuple(versions),
        next_path=next_path,
    )


def make_crumbs(
    resource: Resource,
    slug: str,
    title: str,
) -> tuple[Link, ...]:
    """The way to a record: its collection, and itself."""
    return (
        Link(words.TYPES[resource.type_].meaning, f"/{resource.name}"),
        Link(title, f"/{resource.name}/{slug}"),
    )
