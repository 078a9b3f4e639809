"""The base at a glance."""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.schemas.overview import DocumentLink, Overview
from app.store.engine import describe_library
from app.store.models import RECORDS, Document, Record
from app.store.revisions import read_revision
from app.store.statements import Statement

MAX_DOCUMENTS = 50
# Columns, not records: a document may hold its whole text.
_TITLES = Statement(
    select(Document.slug, Document.title)
    .order_by(Document.title, Document.slug)
    .limit(MAX_DOCUMENTS)
)
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
    counts = count_records(session)
    documents = list_documents(session)
    links = {model.entity.collection: f"/v1/{model.entity.collection}" for model in RECORDS}
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


def count_records(
    session: Session,
    models: Iterable[type[Record]] = RECORDS,
) -> dict[str, int]:
    """The number of records of each collection, of all or those of these models."""
    counts: dict[str, int] = {}
    for model in models:
        counts[model.entity.collection] = _prepare_count(model).scalar(session)
    return counts


@cache
def _prepare_count(model: type[Record]) -> Statement:
    return Statement(select(func.count()).select_from(model))


def list_documents(session: Session) -> list[DocumentLink]:
    """The first documents, by title."""
    documents = []
    for slug, title in _TITLES.rows(session):
        documents.append(DocumentLink(slug=slug, title=title, url=f"/v1/documents/{slug}"))
    return documents
