"""The base at a glance."""

from importlib.metadata import version

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.schemas.overview import DocumentLink, Overview
from app.store.engine import describe_library
from app.store.models import RECORDS, Document
from app.store.revisions import read_revision

MAX_DOCUMENTS = 50
# Paths of what is not a collection of records.
LINKS = {
    "search": "/v1/search",
    "timeline": "/v1/timeline.ics",
    "changes": "/v1/changes",
    "changes_stream": "/v1/changes/stream",
    "changes_atom": "/v1/changes.atom",
    "revisions": "/v1/revisions",
    "openapi": "/openapi.json",
    "docs": "/docs",
}


def read_overview(session: Session, engine: Engine) -> Overview:
    """How many records there are, the documents by title, and the paths of all lists.

    `engine` is the one of the current base, also where the session reads a historical base."""
    counts: dict[str, int] = {}
    links: dict[str, str] = {}
    for model in RECORDS:
        collection = model.entity.collection
        counts[collection] = session.scalar(select(func.count()).select_from(model)) or 0
        links[collection] = f"/v1/{collection}"
    # Columns, not records: a document may hold its whole text.
    titles = select(Document.slug, Document.title).order_by(Document.title, Document.slug)
    documents = []
    for slug, title in session.execute(titles.limit(MAX_DOCUMENTS)):
        documents.append(DocumentLink(slug=slug, title=title, url=f"/v1/documents/{slug}"))
    return Overview(
        name="Communiqué",
        version=version("communique"),
        # After the queries: the version is known once the engine has connected.
        database=describe_library(engine),
        revision=read_revision(session),
        counts=counts,
        documents=documents,
        links=links | LINKS,
    )
