"""The latest versions of a record, and the latest revisions of the base."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.log.history import read_history, read_revisions
from app.schemas.history import Counts, HistoryQuery, RevisionsQuery
from app.store.models import COLLECTIONS

MAX_VERSIONS = 10
MAX_REVISIONS = 5
# In the order in which they are named.
_OPERATIONS = {"create": "created", "update": "changed", "delete": "deleted"}


@dataclass(frozen=True)
class Version:
    """One version of a record, or one revision of the base."""

    label: str
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
    query = HistoryQuery(limit=MAX_VERSIONS)
    page = read_history(
        session,
        COLLECTIONS[resource.name],
        slug,
        query,
    )
    versions = []
    for item in page.items:
        version = Version(
            label=f"Version {item.version}",
            path=item.url,
            summary=_OPERATIONS[item.operation],
            author=item.author,
            changed_at=item.changed_at,
            revision=item.revision,
        )
        versions.append(version)
    return tuple(versions)


def list_revisions(session: Session) -> tuple[Version, ...]:
    """The latest revisions of the base, the newest first."""
    page = read_revisions(session, RevisionsQuery(limit=MAX_REVISIONS))
    revisions = []
    for item in page.items:
        revision = Version(
            label=f"Revision {item.revision}",
            path=item.url,
            summary=item.message,
            author=f"{item.author} · {describe_counts(item.counts)}",
            changed_at=item.changed_at,
            revision=item.revision,
        )
        revisions.append(revision)
    return tuple(revisions)


def describe_counts(counts: Counts) -> str:
    """`68 created, 1 deleted`."""
    parts = []
    for operation, participle in _OPERATIONS.items():
        number = getattr(counts, operation)
        if number:
            parts.append(f"{number:,} {participle}")
    return ", ".join(parts)
