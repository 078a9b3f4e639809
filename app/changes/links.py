"""The links of citations: made with each version of a record, and again when the address of a
document changes.

A record is answered as it was logged, so a link is part of it. The records that cite a document get
a new version when its `source_url` changes: otherwise the change feed, the history and copies of
the base would keep the old address.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.existing import find_owners, load_curated_records
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


def find_relinked(
    session: Session,
    changes: Sequence[Change],
) -> list[Change]:
    """Updates that change links only: of the records that cite a document whose address the changes
    replace, without those that the changes name. To be called before anything is written."""
    moved = _find_moved(session, changes)
    owners = set()
    for _, owner in find_owners(session, moved):
        owners.add(owner)
    owners.difference_update(keys_of(changes))
    updates = []
    records = load_curated_records(session, sorted(owners))
    for key, record in records.items():
        updates.append(Change("update", *key, record=record))
    return updates


def _find_moved(
    session: Session,
    changes: Iterable[Change],
) -> list[Key]:
    """The documents whose address the changes replace."""
    addresses: dict[str, str | None] = {}
    for change in changes:
        if isinstance(change.record, DocumentCreate):
            addresses[change.slug] = change.record.source_url
    moved = []
    stored = _read_addresses(session, addresses)
    for slug, source_url in stored.items():
        if source_url != addresses[slug]:
            moved.append((Document.__tablename__, slug))
    return moved
