"""The full-text index: one interface to SQLite's FTS5 and PostgreSQL's tsvector.

Words are cut, folded and stemmed by `app.text.tokens`, so a query has the same matches on both
engines. Their ranking differs: FTS5 uses BM25, PostgreSQL `ts_rank`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    delete,
    false,
    func,
    insert,
    literal,
    select,
    text,
)

from app.store.columns import chunks
from app.store.fulltext.texts import INDEX, MAX_INDEXED_CHARACTERS, Texts, compose
from app.store.models import SearchDocument
from app.text.tokens import Term

__all__ = [
    "MAX_INDEXED_CHARACTERS",
    "Key",
    "Texts",
    "clear",
    "compose",
    "find",
    "match",
    "remove",
    "store",
]

# Type and slug.
Key = tuple[str, str]


class _Engine(Protocol):
    """What the modules `sqlite` and `postgresql` provide."""

    # The type of a search document, as a condition may name it beside a match.
    type_column: ColumnElement[str]

    def make_row(self, texts: Texts) -> dict[str, str]:
        """The columns of a row of the index, `rowid` aside."""

    def add_match(self, statement: Select[Any], terms: Sequence[Term]) -> Select[Any]:
        """The statement with a condition that all terms match, and with the column `score`."""


@cache
def _engine(dialect: str) -> _Engine:
    """The module of the dialect. To import the other one takes a tenth of a second."""
    module: Any = import_module(f"app.store.fulltext.{dialect}")
    return cast(_Engine, module)


def store(connection: Connection, records: Mapping[Key, Texts]) -> None:
    """Index these records, in place of their earlier search documents."""
    remove(connection, records)
    engine = _engine(connection.dialect.name)
    # The write lock is held, so no other connection takes the same ids.
    last_id = connection.scalar(select(func.max(SearchDocument.id)))
    id_ = last_id or 0
    for chunk in chunks(list(records)):
        documents = []
        rows = []
        for type_, slug in chunk:
            id_ += 1
            documents.append({"id": id_, "type": type_, "slug": slug})
            row = engine.make_row(records[type_, slug])
            rows.append({"rowid": id_, **row})
        connection.execute(insert(SearchDocument), documents)
        connection.execute(_insert_into_index(rows[0]), rows)


def _insert_into_index(row: Mapping[str, object]) -> TextClause:
    # The columns differ by engine. Their names are constants, so there is nothing to escape.
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    return text(f"INSERT INTO search_index ({columns}) VALUES ({values})")


def remove(connection: Connection, records: Iterable[Key]) -> None:
    """Delete the search documents of these records, if they have any."""
    slugs_by_type = defaultdict(list)
    for type_, slug in records:
        slugs_by_type[type_].append(slug)
    for type_, slugs in slugs_by_type.items():
        for chunk in chunks(slugs):
            documents = select(SearchDocument.id).where(
                SearchDocument.type == type_,
                SearchDocument.slug.in_(chunk),
            )
            ids = connection.scalars(documents).all()
            delete_rows = delete(INDEX).where(INDEX.c.rowid.in_(ids))
            delete_documents = delete(SearchDocument).where(SearchDocument.id.in_(ids))
            connection.execute(delete_rows)
            connection.execute(delete_documents)


def clear(connection: Connection) -> None:
    """Delete every search document."""
    connection.execute(delete(INDEX))
    connection.execute(delete(SearchDocument))


def match(dialect: str, type_: str, terms: Sequence[Term]) -> Select[Any]:
    """Rows `(slug, id, score)` of the records of this type that match every term; a better match
    has a higher score. Without terms nothing matches."""
    statement = find(dialect, terms, SearchDocument.slug)
    return statement.where(_engine(dialect).type_column == type_)


def find(dialect: str, terms: Sequence[Term], *columns: Any) -> Select[Any]:
    """Rows of these columns of search documents, then `id` and `score`, of the records of any type
    that match every term."""
    statement: Any = select(*columns, SearchDocument.id)
    statement = statement.join(INDEX, INDEX.c.rowid == SearchDocument.id)
    if terms:
        return _engine(dialect).add_match(statement, terms)
    score = literal(0.0).label("score")
    statement = statement.add_columns(score).where(false())
    return cast(Select[Any], statement)
