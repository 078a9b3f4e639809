"""The passages of records that match a search."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.queries.labels import read_labels
from app.store.document_texts import with_beginning
from app.store.fulltext import compose
from app.text.highlight import MAX_SEARCHED_CHARACTERS, highlight
from app.text.tokens import Term


def make_snippets(
    session: Session,
    records: Sequence[tuple[str, dict[str, Any]]],
    terms: Sequence[Term],
) -> list[str]:
    """A snippet for each record, a pair of its type and its JSON."""
    slugs: set[str] = set()
    for _, record in records:
        slugs.update(record.get("focus_area_slugs", ()))
    labels = read_labels(session, sorted(slugs))
    snippets = []
    for type_, record in records:
        described = with_beginning(session, record, MAX_SEARCHED_CHARACTERS)
        texts = compose(type_, described, labels)
        snippets.append(highlight(texts.in_order(), terms))
    return snippets
