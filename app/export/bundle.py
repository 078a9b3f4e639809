"""How is a whole base written as a bundle that loads to the same base?"""

import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import CHUNK
from app.models import RECORDS, Record
from app.queries.loading import part_options, to_create
from app.schemas.write import BUNDLE_KEYS


def write_bundle(session: Session) -> Iterator[str]:
    """The bundle as pieces of JSON text, records by slug, in constant memory.

    The same base always gives the same text: it is the form in which bundles are kept."""
    yield "{"
    for i, model in enumerate(RECORDS):
        yield ("," if i else "") + f'\n  "{BUNDLE_KEYS[model.__tablename__]}": ['
        first = True
        for record in _each(session, model):
            body = json.dumps(
                to_create(record).model_dump(mode="json"), indent=2, ensure_ascii=False
            )
            yield ("\n    " if first else ",\n    ") + body.replace("\n", "\n    ")
            first = False
        yield "]" if first else "\n  ]"
    yield "\n}\n"


def _each(session: Session, model: type[Record]) -> Iterator[Record]:
    """Every record with its parts, a chunk at a time, and none kept."""
    after = ""
    while True:
        rows = session.scalars(
            select(model)
            .where(model.slug > after)
            .order_by(model.slug)
            .limit(CHUNK)
            .options(*part_options(model))
        ).all()
        yield from rows
        if len(rows) < CHUNK:
            return
        after = rows[-1].slug
        session.expunge_all()
