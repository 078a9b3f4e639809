"""Full text in PostgreSQL: one tsvector of stems, for phrases, and one of words, for prefixes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    literal,
    literal_column,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from app.store.columns import text_key
from app.store.fulltext.texts import GAP, INDEX, Texts, make_columns, split_terms
from app.text.tokens import PAIR_MARK, Term

type_column: ColumnElement[str] = literal_column("search_document.type", text_key())

# The weight labels of columns, and what each label counts, in the order D, C, B, A.
_WEIGHTS = {
    "main": "A",
    "labels": "B",
    "rest": "C",
    "joined": "D",
}
_RANK_WEIGHTS = "'{0.1, 0.2, 0.5, 1.0}'"
# Bit 1 of ts_rank: divides the rank by 1 + the logarithm of the document's length.
_BY_LENGTH = 1
# No phrase matches across this many positions.
_GAP_POSITIONS = 2
_MAX_POSITION = 16_383


def make_row(texts: Texts) -> dict[str, str]:
    """The columns of a row of the index, in the notation of tsvector."""
    columns = make_columns(texts)
    positions: dict[str, list[str]] = defaultdict(list)
    position = 0
    for name, weight in _WEIGHTS.items():
        for stem in columns[name]:
            if stem == GAP:
                position += _GAP_POSITIONS
                continue
            position += 1
            capped = min(position, _MAX_POSITION)
            positions[stem].append(f"{capped}{weight}")
    lexemes = []
    for stem, places in positions.items():
        joined = ",".join(places)
        lexemes.append(f"'{stem}':{joined}")
    words = [f"'{word}'" for word in columns["words"]]
    return {
        "stems": " ".join(lexemes),
        "words": " ".join(words),
    }


def add_match(statement: Select[Any], terms: Sequence[Term]) -> Select[Any]:
    """The statement with a condition that all terms match, and with the column `score`."""
    weights: ColumnElement[Any] = literal_column(_RANK_WEIGHTS)
    ranks = []
    for group in split_terms(terms):
        for vector, query in _write_queries(group):
            statement = statement.where(vector.op("@@")(query))
            rank = func.ts_rank(weights, vector, query, _BY_LENGTH)
            ranks.append(rank)
    first, *further = ranks
    score: ColumnElement[float] = sum(further, start=first)
    return statement.add_columns(score.label("score"))


def _write_queries(
    terms: Sequence[Term],
) -> Iterator[tuple[ColumnElement[Any], ColumnElement[Any]]]:
    """Each vector that the terms refer to, with its query."""
    of_stems = []
    of_words = []
    for term in terms:
        if term.phrases:
            phrases = [_write_phrase(phrase) for phrase in term.phrases]
            of_stems.append(" | ".join(phrases))
        if term.prefixes:
            prefixes = [f"'{prefix}':*" for prefix in term.prefixes]
            of_words.append(" | ".join(prefixes))
    if of_stems:
        yield INDEX.c.stems, _join(of_stems)
    if of_words:
        yield INDEX.c.words, _join(of_words)


def _write_phrase(stems: Sequence[str]) -> str:
    # Stems have letters and digits only, so there is nothing to escape.
    phrase = " <-> ".join(f"'{stem}'" for stem in stems)
    # The first character of any pair.
    return phrase + ":*" if stems[-1].endswith(PAIR_MARK) else phrase


def _join(conditions: Sequence[str]) -> ColumnElement[Any]:
    query = " & ".join(f"({condition})" for condition in conditions)
    return literal(query).cast(TSQUERY)
