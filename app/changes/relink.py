"""New links in records that cite a document whose address has changed.

Such a record gets a new version with a new snapshot. Nothing else of it changes: it is not judged
again, and neither its parts nor its search document are written."""

from collections.abc import Iterator, Sequence

from pydantic_core import from_json, to_jsonable_python
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.changes.links import Relinking, SourceUrls
from app.changes.write_rows import make_entry
from app.progress import follow
from app.queries.loading import RecordText, load_texts
from app.rules.changes import Change, slugs_by_type
from app.schemas.write import Citation
from app.store.columns import chunks
from app.store.models import MODELS, Record, Revision
from app.store.rows import Row
from app.text.text_fragments import make_link, move_link


def relink(
    session: Session,
    relinking: Relinking,
    revision: Revision,
) -> Iterator[Row]:
    """Write the new versions, and yield the row of LogEntry for each record."""
    for type_, slugs in slugs_by_type(relinking.keys).items():
        model = MODELS[type_]
        activity = f"Linking {model.entity.collection}"
        for chunk in follow(chunks(slugs), activity, len(slugs), len):
            records = load_texts(session, model, chunk)
            for slug in chunk:
                record = records[slug]
                snapshot = _make_snapshot(record, relinking.source_urls, revision)
                change = Change("update", type_, slug)
                yield make_entry(revision, change, record.version + 1, snapshot)
            _update_rows(session, model, chunk, revision)


def _make_snapshot(
    record: RecordText,
    source_urls: SourceUrls,
    revision: Revision,
) -> Row:
    snapshot: Row = from_json(record.text)
    for citation in snapshot["citations"]:
        slug = citation["document_slug"]
        if slug in source_urls:
            citation["link"] = _renew_link(citation, source_urls[slug])
    snapshot["version"] = record.version + 1
    snapshot["updated_at"] = to_jsonable_python(revision.created_at)
    return snapshot


def _renew_link(citation: Row, source_url: str | None) -> str | None:
    if source_url is not None and citation["link"] is not None:
        return move_link(citation["link"], source_url)
    # Without validation: it was valid when it was logged.
    return make_link(source_url, Citation.model_construct(**citation))


def _update_rows(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
    revision: Revision,
) -> None:
    statement = (
        update(model)
        .where(model.slug.in_(slugs))
        .values(version=model.version + 1, updated_at=revision.created_at)
    )
    session.connection().execute(statement)
