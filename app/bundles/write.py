"""How is a whole base written as a bundle that loads to the same base?"""

import json
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.progress import follow
from app.queries.loading import Json, load_json
from app.store.columns import CHUNK_ROWS
from app.store.models import RECORDS, Record


def write_bundle(session: Session) -> Iterator[str]:
    """The bundle as pieces of JSON text, records by slug, in constant memory.

    The same base always gives the same text: it is the form in which bundles are kept."""
    yield "{"
    for i, model in enumerate(RECORDS):
        yield ("," if i else "") + f'\n  "{model.entity.bundle_key}": ['
        first = True
        total = session.scalar(select(func.count()).select_from(model)) or 0
        for record in follow(_each(session, model), f"Writing {model.entity.collection}", total):
            body = json.dumps(record, indent=2, ensure_ascii=False)
            yield ("\n    " if first else ",\n    ") + body.replace("\n", "\n    ")
            first = False
        yield "]" if first else "\n  ]"
    yield "\n}\n"


def _each(session: Session, model: type[Record]) -> Iterator[Json]:
    """Every record as its curator gave it, a chunk at a time, and none kept."""
    given = model.entity.create.model_fields
    after = ""
    while True:
        slugs = select(model.slug).where(model.slug > after).order_by(model.slug).limit(CHUNK_ROWS)
        some = session.scalars(slugs).all()
        shown = load_json(session, model, some)
        for slug in some:
            yield {name: shown[slug][name] for name in given}
        if len(some) < CHUNK_ROWS:
            return
        after = some[-1]
