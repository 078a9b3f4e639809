"""The words of a record, as the columns of the full-text index."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import column, table

from app.schemas.record_types import ENTITIES
from app.text.tokens import Term, Token, find_compounds, find_stem, tokenize

# A tsvector has at most 16,383 positions (a gap between texts takes two) and 1 MB; the words beyond
# these limits are not indexed.
MAX_WORDS = 12_000
# The beginning of a document's text that is read for the index: enough for MAX_WORDS, and much less
# than a text may have.
MAX_INDEXED_CHARACTERS = 1_000_000
MAX_WORD_BYTES = 400_000
# A tsvector has at most 255 positions of one word; later occurrences belong to no phrase.
MAX_OCCURRENCES = 255

# A longer expression exceeds limits of the engines.
MAX_TERMS_PER_EXPRESSION = 100

# Separates texts, so that no phrase spans two of them. No word is spelled like this.
GAP = "|"

INDEX = table(
    "search_index",
    column("rowid"),
    column("stems"),
    column("words"),
)

# Many records have labels of the same few focus areas.
_tokenize_label = lru_cache(maxsize=10_000)(tokenize)


@dataclass
class Texts:
    """The searchable texts of a record: its name or statement, the labels of its focus areas, and
    everything else, such as summaries, identifiers and quotes."""

    main: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    def in_order(self) -> list[str]:
        """All texts, those that make the best snippet first."""
        return [*self.main, *self.details, *self.labels]


def compose(
    type_: str,
    record: Mapping[str, Any],
    labels: Mapping[str, Sequence[str]],
) -> Texts:
    """The searchable texts of a record, without repetitions.

    `record` is its JSON; `labels` are those of its focus areas, by slug."""
    entity = ENTITIES[type_]
    main_fields = entity.texts[: entity.names]
    detail_fields = entity.texts[entity.names :]
    texts = Texts(main=list(_read_texts(record, main_fields)))
    for slug in record.get("focus_area_slugs", ()):
        texts.labels += labels[slug]
    details = dict.fromkeys(_read_texts(record, detail_fields))
    # Snapshots from before identifiers have none.
    for identifier in record.get("identifiers", ()):
        details[identifier["value"]] = None
    for citation in record["citations"]:
        details[citation["exact"]] = None
    texts.details = [detail for detail in details if detail not in texts.main]
    return texts


def _read_texts(record: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        value = record.get(name)
        if isinstance(value, list):
            yield from value
        elif value is not None:
            yield value


def make_columns(texts: Texts) -> dict[str, list[str]]:
    """The columns of the index.

    `main`, `labels` and `rest` hold stems, with a gap after each text; `joined` holds the stems of
    compounds, and `words` every word as it is, for prefixes."""
    words = _Words()
    columns = {
        "main": words.add(texts.main),
        "labels": words.add(texts.labels, _tokenize_label),
        "rest": words.add(texts.details),
        "joined": [],
        "words": [*words.words, *words.compounds],
    }
    for compound in words.compounds:
        columns["joined"] += (find_stem(compound), GAP)
    return columns


class _Words:
    """Collects the words of a record, as many as the index can hold."""

    def __init__(self) -> None:
        # Dictionaries and not sets: each word once, in order.
        self.words: dict[str, None] = {}
        self.compounds: dict[str, None] = {}
        self.occurrences: Counter[str] = Counter()
        self.words_left = MAX_WORDS
        self.bytes_left = MAX_WORD_BYTES

    def add(
        self,
        texts: Sequence[str],
        tokenizer: Callable[[str, int], Sequence[Token]] = tokenize,
    ) -> list[str]:
        """The stems of the texts, with a gap after each text."""
        stems = []
        for text in texts:
            tokens = self._limit(tokenizer(text, MAX_WORDS))
            for token in tokens:
                stems.append(self._count(token.stem))
                # Prefixes are those of words with spaces around them.
                if token.head_end is None:
                    self.words[token.word] = None
            for compound in find_compounds(text, tokens):
                self.compounds[compound.token.word] = None
            stems.append(GAP)
        return stems

    def _limit(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The first tokens, as many as there is room for."""
        for index, token in enumerate(tokens):
            size = len(token.word.encode())
            if self.words_left == 0 or self.bytes_left < size:
                return tokens[:index]
            self.words_left -= 1
            self.bytes_left -= size
        return tokens

    def _count(self, stem: str) -> str:
        self.occurrences[stem] += 1
        if self.occurrences[stem] > MAX_OCCURRENCES:
            return GAP
        return stem


def split_terms(terms: Sequence[Term]) -> Iterator[Sequence[Term]]:
    """The terms, at most MAX_TERMS_PER_EXPRESSION at a time."""
    for start in range(0, len(terms), MAX_TERMS_PER_EXPRESSION):
        yield terms[start : start + MAX_TERMS_PER_EXPRESSION]
