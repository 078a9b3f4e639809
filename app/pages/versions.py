"""The latest versions of a record, and the latest revisions of the base."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.http.twins import page_path
from app.log.history import read_latest_revisions, read_latest_versions
from app.schemas.history import (
    Counts,
    RecordRevisionRead,
    RevisionRead,
)
from app.store.models import COLLECTIONS

MAX_VERSIONS = 10
MAX_REVISIONS = 5
# In the order in which they are named.
OPERATIONS = {"create": "created", "update": "changed", "delete": "deleted"}


@dataclass(frozen=True)
class Version:
    """One version of a record, or one revision of the base."""

    label: str
    number: int
    path: str
    summary: str
    author: str
    changed_at: datetime
    revision: int


def list_versions(
    session: Session,
    resource: Resource,
    slug: str,
) -> tuple[Version, ...]:
    """The latest versions of a record, the newest first."""
    versions = read_latest_versions(
        session,
        COLLECTIONS[resource.name],
        slug,
        MAX_VERSIONS,
    )
    return tuple(describe_versions(versions))


def list_revisions(session: Session) -> tuple[Version, ...]:
    """The latest revisions of the base, the newest first."""
    return tuple(describe_revisions(read_latest_revisions(session, MAX_REVISIONS)))


def describe_versions(items: Sequence[RecordRevisionRead]) -> list[Version]:
    """The versions of a record, in their order."""
    versions = []
    for item in items:
        version = Version(
            label=f"Version {item.version}",
            number=item.version,
            path=_page_of(item.url),
            summary=OPERATIONS[item.operation],
            author=item.author,
            changed_at=item.changed_at,
            revision=item.revision,
        )
        versions.append(version)
    return versions


def describe_revisions(items: Sequence[RevisionRead]) -> list[Version]:
    """The revisions of the base, in their order."""
    revisions = []
    for item in items:
        revision = Version(
            label=f"Revision {item.revision}",
            number=item.revision,
            path=_page_of(item.url),
            summary=item.message,
            author=f"{item.author} · {_describe_counts(item.counts)}",
            changed_at=item.changed_at,
            revision=item.revision,
        )
        revisions.append(revision)
    return revisions


def _page_of(url: str) -> str:
    path = page_path(url)
    assert path is not None
    return path


def _describe_counts(counts: Counts) -> str:
    """`68 created, 1 deleted`."""
    parts = []
    for operation, participle in OPERATIONS.items():
        number = getattr(counts, operation)
        if number:
            parts.append(f"{number:,} {participle}")
    return ", ".join(parts)
