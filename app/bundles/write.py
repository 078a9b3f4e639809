"""A complete base as a bundle, which loads to an equal base."""

import json
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.progress import follow
from app.queries.loading import Json, load_json
from app.queries.records import read_stored_text
from app.schemas.record_types import BUNDLE_SCHEMA
from app.store.models import RECORDS, Document, Record
from app.store.rows import stream_slugs


def write_bundle(session: Session) -> Iterator[str]:
    """The bundle as pieces of JSON text, records by slug, in constant memory.

    Equal bases give equal texts: a bundle is made to be kept under version control."""
    yield f'{{\n  "schema": {BUNDLE_SCHEMA}'
    for model in RECORDS:
        yield f',\n  "{model.entity.bundle_key}": ['
        yield from _write_records(session, model)
        yield "]"
    yield "\n}\n"


def _write_records(
    session: Session,
    model: type[Record],
) -> Iterator[str]:
    total = session.scalar(select(func.count()).select_from(model)) or 0
    activity = f"Writing {model.entity.collection}"
    separator = "\n    "
    for record in follow(_stream_curated(session, model), activity, total):
        text = json.dumps(record, indent=2, ensure_ascii=False)
        yield separator + text.replace("\n", "\n    ")
        separator = ",\n    "
    if total:
        yield "\n  "


def _stream_curated(
    session: Session,
    model: type[Record],
) -> Iterator[Json]:
    names = model.entity.create.model_fields
    for slugs in stream_slugs(session, model):
        records = load_json(session, model, slugs)
        for slug in slugs:
            record = records[slug]
            if model is Document:
                record["text"] = read_stored_text(session, record)
            for citation in record["citations"]:
                del citation["link"]
            yield {name: record[name] for name in names}
