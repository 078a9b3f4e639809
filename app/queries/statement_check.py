"""Statements compared with the base: what it knows of the documents, read for a few quotes.

The full-text index names the records that have words of the quotes. Their citations, and the texts
of their documents where the base holds these, are what the quotes are compared with.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.loading import Json, load_json
from app.queries.nearest import suggest_slug
from app.queries.ranking import MAX_RANKED
from app.queries.records import read_stored_text
from app.rules.changes import Key, slugs_by_type
from app.schemas.read import CitationRead
from app.schemas.record_types import ENTITIES
from app.store.fulltext import find
from app.store.models import MODELS, Document, SearchDocument
from app.store.sessions import dialect_of
from app.text.known_text import CitedWords, KnownDocument
from app.text.statement_check import Checked, KnownRecord, Statement, check_statement
from app.text.tokens import Term, Token, parse_query, tokenize

# Records with words of one quote that are compared with it: those that match best.
MAX_CANDIDATES = 100
# Characters of texts that one request compares. Of further documents, only the citations are.
MAX_TEXT_CHARACTERS = 1_000_000
# Documents whose texts are compared though no record has a word of the quotes.
MAX_TEXTS = 50
# Of a quote, the words from which records are found.
_MAX_PHRASES = 30
_PHRASE_WORDS = 3
# A shorter quote is found by its single words.
_MIN_PHRASED_WORDS = 9
_MIN_WORD_CHARACTERS = 4
# Of a quote that is looked for as a whole, its first words.
_MAX_WHOLE_WORDS = 12


@dataclass(frozen=True)
class CheckedStatements:
    """What was found about each statement, in their order, and the documents whose texts were not
    read because they would have been too long together."""

    items: Sequence[Checked]
    unread_texts: Sequence[str]


@dataclass
class _Known:
    """What was read of the base: records by id, and citations by document."""

    records: dict[str, KnownRecord] = field(default_factory=dict)
    citations: dict[str, list[CitedWords]] = field(default_factory=dict)

    def add(self, type_: str, record: Json) -> None:
        if type_ == Document.__tablename__:
            # It cites nothing, but its text may have the words.
            self.citations.setdefault(record["slug"], [])
        entity = ENTITIES[type_]
        id_ = f"{entity.collection}/{record['slug']}"
        modality = record.get("modality")
        self.records[id_] = KnownRecord(id_, record[entity.main], modality, entity.main)
        for fields in record["citations"]:
            citation = CitationRead.model_validate(fields)
            cited = CitedWords(id_, citation, citation.supports)
            self.citations.setdefault(citation.document_slug, []).append(cited)


def check_statements(session: Session, statements: Sequence[Statement]) -> CheckedStatements:
    """Compare the statements with the base. A statement that names an absent record or document is
    not found, and its note says so."""
    items: list[Checked | None] = []
    valid = []
    for statement in statements:
        mistake = _find_mistake(session, statement)
        if mistake is None:
            valid.append(statement)
            items.append(None)
        else:
            items.append(Checked("not_found", note=mistake))
    known = _read_known(session, valid)
    named = _named_documents(valid)
    others = _list_texts(session)
    slugs = dict.fromkeys([*named, *sorted(known.citations), *others])
    documents, unread = _read_documents(session, list(slugs), known.citations)
    checked = []
    for statement, item in zip(statements, items, strict=True):
        if item is None:
            item = check_statement(statement, documents, known.records)
        checked.append(item)
    return CheckedStatements(checked, unread)


def _read_known(session: Session, statements: Sequence[Statement]) -> _Known:
    candidates: set[Key] = set()
    for statement in statements:
        candidates.update(_find_candidates(session, statement))
    known = _Known()
    for type_, slugs in slugs_by_type(sorted(candidates)).items():
        for record in load_json(session, MODELS[type_], slugs).values():
            known.add(type_, record)
    return known


def _named_documents(statements: Sequence[Statement]) -> list[str]:
    """The documents that the statements name: their texts are read before others."""
    slugs = []
    for statement in statements:
        if statement.document is not None:
            slugs.append(statement.document)
    return slugs


def _list_texts(session: Session) -> Sequence[str]:
    """The documents whose texts the base holds: the index has only the beginning of a text."""
    has_text = Document.text_sha256.is_not(None)
    slugs = select(Document.slug).where(has_text).order_by(Document.slug)
    return session.scalars(slugs.limit(MAX_TEXTS)).all()


def read_key(id_: str) -> Key:
    """The type and slug of a record, given as `initiatives/SLUG`. Raises ValueError."""
    collection, _, slug = id_.partition("/")
    for type_, entity in ENTITIES.items():
        if collection in (entity.collection, type_) and slug:
            return type_, slug
    raise ValueError(f"{id_!r} is not COLLECTION/SLUG, as in 'initiatives/some-slug'.")


def _find_mistake(session: Session, statement: Statement) -> str | None:
    """What is wrong with the names in a statement."""
    keys: list[Key] = []
    try:
        if statement.record is not None:
            keys.append(read_key(statement.record))
    except ValueError as error:
        return str(error)
    if statement.document is not None:
        keys.append((Document.__tablename__, statement.document))
    for type_, slug in keys:
        model = MODELS[type_]
        if session.scalar(select(model.slug).where(model.slug == slug)) is None:
            suggestion = suggest_slug(session, model, slug)
            return f"There is no {model.entity.noun} {slug!r}.{suggestion}"
    return None


def _find_candidates(session: Session, statement: Statement) -> Iterator[Key]:
    """The records that may have the words of a statement: the one that it names, and those that
    match best."""
    if statement.record is not None:
        yield read_key(statement.record)
    tokens = tokenize(statement.quote)
    # The whole quote first: of many records that share a word with it, only some are ranked.
    whole = _cut_piece(statement.quote, tokens[:_MAX_WHOLE_WORDS])
    pieces = list(_cut_pieces(statement.quote, tokens))
    for term in (_make_term([whole]), _make_term(pieces)):
        if term is not None:
            yield from _find_best(session, term)


def _find_best(session: Session, term: Term) -> Iterator[Key]:
    """The records that match the term best."""
    dialect = dialect_of(session).name
    matches = find(dialect, [term], SearchDocument.type, SearchDocument.slug)
    table = matches.limit(MAX_RANKED).subquery()
    best = select(table.c.type, table.c.slug)
    best = best.order_by(table.c.score.desc(), table.c.type, table.c.slug)
    for row in session.execute(best.limit(MAX_CANDIDATES)):
        yield row.type, row.slug


def _make_term(pieces: Iterable[str]) -> Term | None:
    """A term that any record matches which has one of the pieces; None without words."""
    phrases: dict[tuple[str, ...], None] = {}
    for piece in pieces:
        for term in parse_query(f'"{piece}"'):
            phrases.update(dict.fromkeys(term.phrases))
    return Term(tuple(phrases)) if phrases else None


def _cut_piece(quote: str, tokens: Sequence[Token]) -> str:
    """The part of the quote with these words."""
    if not tokens:
        return ""
    piece = quote[tokens[0].start : tokens[-1].end]
    # It stands between quotation marks.
    return piece.replace('"', " ")


def _cut_pieces(quote: str, tokens: Sequence[Token]) -> Iterator[str]:
    """The phrases of a long quote, evenly over it; the longer words of a short one."""
    if len(tokens) < _MIN_PHRASED_WORDS:
        longest = max((len(token.word) for token in tokens), default=0)
        for token in tokens:
            if len(token.word) >= min(longest, _MIN_WORD_CHARACTERS):
                yield _cut_piece(quote, [token])
        return
    step = max(_PHRASE_WORDS, len(tokens) // _MAX_PHRASES)
    for first in range(0, len(tokens) - _PHRASE_WORDS + 1, step):
        yield _cut_piece(quote, tokens[first : first + _PHRASE_WORDS])


def _read_documents(
    session: Session,
    slugs: Sequence[str],
    citations: Mapping[str, Sequence[CitedWords]],
) -> tuple[list[KnownDocument], list[str]]:
    """The documents, with their texts as long as these are not too long together; and the slugs of
    those whose text was left out."""
    known = []
    unread = []
    characters_left = MAX_TEXT_CHARACTERS
    records = load_json(session, Document, slugs)
    for slug in slugs:
        text = None
        length = records[slug]["text_length"]
        if length is not None and length > characters_left:
            unread.append(slug)
        elif length is not None:
            text = read_stored_text(session, records[slug])
            characters_left -= length
        known.append(KnownDocument(slug, citations.get(slug, ()), text))
    return known, unread
