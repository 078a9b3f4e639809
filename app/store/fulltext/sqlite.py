"""Full text in SQLite: an FTS5 table."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    literal,
    literal_column,
    select,
)

from app.store.columns import text_key
from app.store.fulltext.texts import INDEX, Texts, make_columns, split_terms
from app.store.models import SearchDocument
from app.text.tokens import PAIR_MARK, Term

# With the plus sign, SQLite starts from the full-text index and checks the type of its matches.
# Otherwise it would visit all records of the type and ask the full-text index about each.
type_column: ColumnElement[str] = literal_column("+search_document.type", text_key())

_STEM_COLUMNS = "{main labels rest joined}"
# The weights of main, labels, rest, joined and words.
_BM25 = "-bm25(search_index, 8.0, 3.0, 1.0, 1.0, 0.5)"


def make_row(texts: Texts) -> dict[str, str]:
    """The columns of a row of the index."""
    columns = make_columns(texts)
    return {name: " ".join(words) for name, words in columns.items()}


def add_match(statement: Select[Any], terms: Sequence[Term]) -> Select[Any]:
    """The statement with a condition that all terms match, and with the column `score`."""
    first, *further = split_terms(terms)
    score = literal_column(_BM25, Float)
    statement = statement.add_columns(score.label("score"))
    statement = statement.where(_matches(first))
    # A statement has one MATCH of its own, from which the score comes; subqueries have the others.
    for group in further:
        ids = select(INDEX.c.rowid).where(_matches(group))
        statement = statement.where(SearchDocument.id.in_(ids))
    return statement


def _matches(terms: Sequence[Term]) -> ColumnElement[bool]:
    index: ColumnElement[Any] = literal_column("search_index")
    return index.op("MATCH")(literal(_write_query(terms)))


def _write_query(terms: Sequence[Term]) -> str:
    """The terms in FTS5's query language. Words have letters and digits only, so there is nothing
    to escape."""
    conditions = []
    for term in terms:
        alternatives = []
        for phrase in term.phrases:
            stems = " ".join(phrase)
            condition = f'{_STEM_COLUMNS} : "{stems}"'
            if phrase[-1].endswith(PAIR_MARK):
                # The first character of any pair.
                condition += " *"
            alternatives.append(condition)
        for prefix in term.prefixes:
            alternatives.append(f'{{words}} : "{prefix}" *')
        any_of = " OR ".join(alternatives)
        conditions.append(f"({any_of})")
    return " AND ".join(conditions)
