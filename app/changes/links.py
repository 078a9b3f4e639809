"""The links of citations: made with each version of a record, and again when the address of a
document changes.

A record is answered as it was logged, so a link is part of it. The records that cite a document get
a new version when its `source_url` changes: otherwise the change feed, the history and copies of
the base would keep the old address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.existing import find_owners
from app.errors import InvalidRequest
from app.rules.changes import Change, Key, citations_of, keys_of
from app.schemas.write import Citation, DocumentCreate
from app.store.models import Document
from app.store.rows import Row, select_in_chunks
from app.text.text_fragments import make_link

# The addresses of documents by slug.
SourceUrls = Mapping[str, str | None]


def read_source_urls(
    session: Session,
    changes: Iterable[Change],
) -> SourceUrls:
    """The addresses of the documents that the changed records cite."""
    slugs = set()
    for change in changes:
        for citation in citations_of(change):
            slugs.add(citation.document_slug)
    return _read_addresses(session, slugs)


def _read_addresses(
    session: Session,
    slugs: Iterable[str],
) -> SourceUrls:
    statement = select(Document.slug, Document.source_url)
    rows = select_in_chunks(
        session,
        statement,
        Document.slug,
        sorted(slugs),
    )
    return dict(rows)


def show_citation(
    citation: Citation,
    source_urls: SourceUrls,
) -> Row:
    """The citation as responses show it."""
    shown = citation.model_dump(mode="json")
    source_url = source_urls[citation.document_slug]
    shown["link"] = make_link(source_url, citation)
    return shown


@dataclass(frozen=True)
class Relinking:
    """The new addresses of documents by slug, and the records that cite these documents and that
    get new links, but are not changed otherwise."""

    source_urls: SourceUrls
    keys: Sequence[Key]


def find_relinking(
    session: Session,
    changes: Sequence[Change],
    max_changes: int | None,
) -> Relinking:
    """What the changes relink: records that they name themselves are not in it. To be called
    before anything is written. Raises InvalidRequest if more than `max_changes` records would
    change."""
    moved = _find_moved(session, changes)
    owners = set()
    keys = [(Document.__tablename__, slug) for slug in moved]
    for _, owner in find_owners(session, keys):
        owners.add(owner)
    owners.difference_update(keys_of(changes))
    count = len(changes) + len(owners)
    if owners and max_changes is not None and count > max_changes:
        documents = ", ".join(sorted(map(repr, moved)))
        raise InvalidRequest(
            f"{count} records would change, {len(owners)} of them because they cite {documents}, "
            f"whose address is new; at most {max_changes} may at once (COMMUNIQUE_MAX_CHANGES). "
            "Raise that, or write a bundle with `communique load`."
        )
    return Relinking(moved, sorted(owners))


def _find_moved(
    session: Session,
    changes: Iterable[Change],
) -> SourceUrls:
    """The new addresses of the documents whose address the changes replace."""
    addresses: dict[str, str | None] = {}
    for change in changes:
        if isinstance(change.record, DocumentCreate):
            addresses[change.slug] = change.record.source_url
    stored = _read_addresses(session, addresses)
    moved = {}
    for slug, source_url in stored.items():
        if source_url != addresses[slug]:
            moved[slug] = addresses[slug]
    return moved
