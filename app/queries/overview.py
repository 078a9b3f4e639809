"""What does the base hold as a whole?"""

from importlib.metadata import version

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.schemas.overview import DocumentLink, Overview
from app.store.models import RECORDS, Document
from app.store.revisions import read_revision

# What is no collection.
ELSEWHERE = {
    "search": "/v1/search",
    "timeline": "/v1/timeline.ics",
    "changes": "/v1/changes",
    "changes_stream": "/v1/changes/stream",
    "changes_atom": "/v1/changes.atom",
    "revisions": "/v1/revisions",
    "openapi": "/openapi.json",
    "docs": "/docs",
}


def read_overview(session: Session) -> Overview:
    """Counts, documents, revision, and paths to go on from."""
    counts = {
        model.entity.collection: session.scalar(select(func.count()).select_from(model)) or 0
        for model in RECORDS
    }
    # Columns, not records: a document may hold its whole text.
    documents = session.execute(
        select(Document.slug, Document.title).order_by(Document.title, Document.slug).limit(50)
    )
    return Overview(
        version=version("communique"),
        revision=read_revision(session),
        counts=counts,
        documents=[
            DocumentLink(slug=slug, title=title, url=f"/v1/documents/{slug}")
            for slug, title in documents
        ],
        links={collection: f"/v1/{collection}" for collection in counts} | ELSEWHERE,
    )
