"""How are the words of records kept and found: SQLite's FTS5 and PostgreSQL's tsvector as one?

Words come cut, folded and stemmed from `app.text.tokens`, so both engines find the same records. They
rank differently: FTS5 by BM25, PostgreSQL by `ts_rank`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    TextClause,
    column,
    delete,
    false,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from app.schemas.entities import ENTITIES
from app.store.columns import chunks, text_key
from app.store.models import SearchDocument
from app.text.tokens import Term, Token, find_compounds, find_stem, tokenize

Key = tuple[str, str]  # type and slug

# A tsvector holds 16,383 positions (gaps between texts are some) and 1 MB at most; what stands
# beyond these is not found. Of one word it holds 255 positions: later ones are in no phrase.
MOST_WORDS = 12_000
MOST_BYTES = 400_000
MOST_PLACES = 255

# Terms that one expression is made of: longer ones meet limits of the engines.
TERMS_AT_ONCE = 100

# Between two texts, so that no phrase goes over from one to the other. No word is spelt like it.
_GAP = "|"

_INDEX = table("search_index", column("rowid"), column("stems"), column("words"))


@dataclass
class Texts:
    """What of a record can be found: its main text, the labels of its focus areas, the rest."""

    main: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def in_order(self) -> list[str]:
        """All of them, what is worth most first."""
        return [*self.main, *self.rest, *self.labels]


def compose(type_: str, record: Mapping[str, Any], labels: Mapping[str, Sequence[str]]) -> Texts:
    """The texts by which a record is found, each once. `record` is its JSON, `labels` what the
    focus areas that it names are called."""
    entity = ENTITIES[type_]
    main, rest = entity.texts[: entity.names], entity.texts[entity.names :]
    texts = Texts(main=_values(record, main))
    texts.labels = [label for slug in record.get("focus_area_slugs", ()) for label in labels[slug]]
    quotes = [citation["exact"] for citation in record["citations"]]
    others = dict.fromkeys([*_values(record, rest), *quotes])
    texts.rest = [other for other in others if other not in texts.main]
    return texts


def _values(record: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    found = [record[name] for name in names if record.get(name) is not None]
    return [text for value in found for text in (value if isinstance(value, list) else [value])]


def store(connection: Connection, found: Mapping[Key, Texts]) -> None:
    """Put the words of these records in the place of what was kept of them."""
    forget(connection, list(found))
    # Under the write lock: nobody else takes these numbers.
    last = connection.scalar(select(func.max(SearchDocument.id))) or 0
    numbered = {key: last + 1 + i for i, key in enumerate(found)}
    words = _WORDS[connection.dialect.name]
    for some in chunks(list(numbered.items())):
        documents = [{"id": id_, "type": type_, "slug": slug} for (type_, slug), id_ in some]
        connection.execute(insert(SearchDocument), documents)
        rows = [{"rowid": id_} | words(found[key]) for key, id_ in some]
        connection.execute(_insertion(rows[0]), rows)


def forget(connection: Connection, records: Sequence[Key]) -> None:
    """Keep nothing of these records."""
    for type_ in {type_ for type_, _ in records}:
        for some in chunks([slug for other, slug in records if other == type_]):
            kept = select(SearchDocument.id).where(
                SearchDocument.type == type_, SearchDocument.slug.in_(some)
            )
            ids = connection.execute(kept).scalars().all()
            connection.execute(delete(_INDEX).where(_INDEX.c.rowid.in_(ids)))
            connection.execute(delete(SearchDocument).where(SearchDocument.id.in_(ids)))


def clear(connection: Connection) -> None:
    """Keep nothing of any record."""
    connection.execute(delete(_INDEX))
    connection.execute(delete(SearchDocument))


def match(dialect: str, type_: str, terms: Sequence[Term]) -> Select[Any]:
    """Rows `(slug, id, score)` of the records of this type that meet every term, the better the
    higher the score. No terms are met by no record."""
    return find(dialect, terms, SearchDocument.slug).where(_TYPE[dialect] == type_)


def find(dialect: str, terms: Sequence[Term], *columns: Any) -> Select[Any]:
    """Rows of these columns of search documents, with `id` and `score`, of the records of any type
    that meet every term."""
    found: Any = select(*columns, SearchDocument.id).join(
        _INDEX, _INDEX.c.rowid == SearchDocument.id
    )
    if not terms:
        found = found.add_columns(literal(0.0).label("score")).where(false())
    else:
        found = _MATCH[dialect](found, terms)
    return cast(Select[Any], found)


def _insertion(row: Mapping[str, Any]) -> TextClause:
    # The column lists differ by engine; their names are ours.
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    return text(f"INSERT INTO search_index ({columns}) VALUES ({values})")


def _fields(texts: Texts) -> Iterator[tuple[str, list[str]]]:
    """The stems of each field, with a gap after each text, and the words that are two joined;
    at last every word as it is, for prefixes."""
    words: dict[str, None] = {}
    joined: dict[str, None] = {}
    places: Counter[str] = Counter()
    room, size = MOST_WORDS, MOST_BYTES
    for name in ("main", "labels", "rest"):
        stems: list[str] = []
        look_at = _look_at_label if name == "labels" else _look_at
        for body in getattr(texts, name):
            tokens, compounds = look_at(body)
            tokens = tokens[:room]
            sizes = list(accumulate(len(token.word.encode()) for token in tokens))
            tokens = tokens[: bisect_right(sizes, size)]
            room -= len(tokens)
            size -= sizes[len(tokens) - 1] if tokens else 0
            for token in tokens:
                stem = find_stem(token.word)
                places[stem] += 1
                stems.append(stem if places[stem] <= MOST_PLACES else _GAP)
                words[token.word] = None
            stems.append(_GAP)
            if compounds:
                joined |= dict.fromkeys(word for _, _, word in find_compounds(body, tokens))
        yield name, stems
    yield "joined", [stem for word in joined for stem in (find_stem(word), _GAP)]
    yield "words", [*words, *joined]


def _look_at(body: str) -> tuple[list[Token], bool]:
    tokens = tokenize(body, MOST_WORDS)
    return tokens, bool(find_compounds(body, tokens))


# Many records name the same few focus areas.
_look_at_label = lru_cache(maxsize=10_000)(_look_at)


# --- SQLite ---------------------------------------------------------------------------------------

_STEMS = "{main labels rest joined}"
# By column: main, labels, rest, joined, words.
_BM25 = "-bm25(search_index, 8.0, 3.0, 1.0, 1.0, 0.5)"


def _sqlite_words(texts: Texts) -> dict[str, str]:
    return {name: " ".join(found) for name, found in _fields(texts)}


def _sqlite_match(found: Select[Any], terms: Sequence[Term]) -> Select[Any]:
    first, *others = _groups(terms)
    score = literal_column(_BM25, Float).label("score")
    found = found.add_columns(score).where(_sqlite_condition(first))
    for group in others:
        rows = select(_INDEX.c.rowid).where(_sqlite_condition(group))
        found = found.where(SearchDocument.id.in_(rows))
    return found


def _sqlite_condition(terms: Sequence[Term]) -> ColumnElement[bool]:
    return literal_column("search_index").op("MATCH")(literal(_sqlite_query(terms)))


def _sqlite_query(terms: Sequence[Term]) -> str:
    """The terms in FTS5's language. Words have letters and digits only, so nothing is escaped."""
    return " AND ".join(
        "("
        + " OR ".join(
            [f'{_STEMS} : "{" ".join(phrase)}"' for phrase in term.phrases]
            + [f'{{words}} : "{prefix}" *' for prefix in term.prefixes]
        )
        + ")"
        for term in terms
    )


# --- PostgreSQL -----------------------------------------------------------------------------------

_WEIGHTS = {"main": "A", "labels": "B", "rest": "C", "joined": "D"}
# By weight: D, C, B, A.
_RANK_WEIGHTS = "'{0.1, 0.2, 0.5, 1.0}'"
# Positions that no phrase reaches over.
_FAR = 2


def _postgresql_words(texts: Texts) -> dict[str, str]:
    positions: dict[str, list[str]] = {}
    at = 0
    fields = dict(_fields(texts))
    for name, weight in _WEIGHTS.items():
        for stem in fields[name]:
            at += _FAR if stem == _GAP else 1
            if stem != _GAP:
                positions.setdefault(stem, []).append(f"{min(at, 16_383)}{weight}")
    return {
        "stems": " ".join(f"'{stem}':{','.join(found)}" for stem, found in positions.items()),
        "words": " ".join(f"'{word}'" for word in fields["words"]),
    }


def _postgresql_match(found: Select[Any], terms: Sequence[Term]) -> Select[Any]:
    ranks = []
    for group in _groups(terms):
        for rows, query in _postgresql_queries(group):
            found = found.where(rows.op("@@")(query))
            ranks.append(func.ts_rank(literal_column(_RANK_WEIGHTS), rows, query, 1))
    score: ColumnElement[float] = sum(ranks[1:], start=ranks[0])
    return found.add_columns(score.label("score"))


def _postgresql_queries(
    terms: Sequence[Term],
) -> Iterator[tuple[ColumnElement[Any], ColumnElement[Any]]]:
    stems = [term.phrases for term in terms if term.phrases]
    words = [term.prefixes for term in terms if term.prefixes]
    if stems:
        query = " & ".join(
            "(" + " | ".join(" <-> ".join(f"'{s}'" for s in phrase) for phrase in phrases) + ")"
            for phrases in stems
        )
        yield _INDEX.c.stems, literal(query).cast(TSQUERY)
    if words:
        query = " & ".join("(" + " | ".join(f"'{w}':*" for w in found) + ")" for found in words)
        yield _INDEX.c.words, literal(query).cast(TSQUERY)


def _groups(terms: Sequence[Term]) -> list[Sequence[Term]]:
    return [terms[i : i + TERMS_AT_ONCE] for i in range(0, len(terms), TERMS_AT_ONCE)]


# The sign keeps SQLite from going through all records of the type and asking the full-text index
# about each: the index comes first, and the type is looked at in what it found.
_TYPE: Mapping[str, ColumnElement[str]] = {
    "sqlite": literal_column("+search_document.type", text_key()),
    "postgresql": literal_column("search_document.type", text_key()),
}
_WORDS: Mapping[str, Callable[[Texts], dict[str, str]]] = {
    "sqlite": _sqlite_words,
    "postgresql": _postgresql_words,
}
_MATCH: Mapping[str, Callable[[Select[Any], Sequence[Term]], Select[Any]]] = {
    "sqlite": _sqlite_match,
    "postgresql": _postgresql_match,
}
