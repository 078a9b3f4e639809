"""Where in its texts does a record meet a search?"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.queries.labels import read_labels
from app.store.fulltext import compose
from app.text.tokens import Term, highlight


def make_snippets(
    session: Session, records: Sequence[tuple[str, dict[str, Any]]], terms: Sequence[Term]
) -> list[str]:
    """A snippet of each record, given as its type and what it looks like to a reader."""
    slugs = {slug for _, record in records for slug in record.get("focus_area_slugs", ())}
    labels = read_labels(session, sorted(slugs))
    return [
        highlight(compose(type_, record, labels).in_order(), terms) for type_, record in records
    ]
