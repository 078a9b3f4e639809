"""Do the words of a statement stand in the documents, and which records do they bear out?

A statement is what somebody says with a quote: of which record, from which document, and in which
modality. Its quote is compared as quotes of citations are: the same words, where white space and
the encoding of characters make no other word. Nothing here judges what the words mean.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from app.text.alignment import Step
from app.text.known_text import KnownDocument, Place, keep_best
from app.text.quotes import MAX_QUOTE_CHARACTERS
from app.text.similar_words import find_similar
from app.vocabulary import Modality

Verdict = Literal["verbatim", "differs", "not_found"]

# From a fact to advice: each is stronger than those after it.
MODALITIES: tuple[Modality, ...] = get_args(Modality)
# Words that support one of these, or the main field, say what a record asserts, how, or when.
_ASSERTING_FIELDS = ("modality", "wording")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Statement:
    """A quote, and what is said with it. `record` and `document` are identifiers as in the known
    records and documents; `said_as` is the modality in which it is said."""

    quote: str
    record: str | None = None
    document: str | None = None
    said_as: Modality | None = None


@dataclass(frozen=True)
class KnownRecord:
    """A record that cites. `modality` is None for what is no claim; `main` is its main field."""

    id: str
    title: str
    modality: Modality | None
    main: str


@dataclass(frozen=True)
class BorneRecord:
    """A record that the words bear out, and the fields that they support. `overstated` is whether
    the statement is stronger than it; None where its modality was not to be compared."""

    record: KnownRecord
    supports: Sequence[str]
    overstated: bool | None


@dataclass(frozen=True)
class NearestWords:
    """The words of a document that are most like a quote, and the records that cite them."""

    document: str
    words: str
    records: Sequence[str]


@dataclass(frozen=True)
class Checked:
    """What was found about a statement.

    `written` is how a document has the words, where it spells them otherwise. `bears_out` says
    whether the words bear out the record that the statement names. `passes` is true if the words
    stand as quoted and nothing is wrong with what is said with them; `note` says what is."""

    verdict: Verdict
    documents: Sequence[str] = ()
    written: str | None = None
    nearest: NearestWords | None = None
    records: Sequence[BorneRecord] = field(default=())
    bears_out: bool | None = None
    overstated: bool | None = None
    passes: bool = False
    note: str | None = None


def check_statement(
    statement: Statement,
    documents: Sequence[KnownDocument],
    records: Mapping[str, KnownRecord],
) -> Checked:
    """Compare a statement with what is known of the documents. `records` are those of all their
    citations, by id."""
    if not _WORD.search(statement.quote):
        return Checked("not_found", note="The quote has no words.")
    if len(statement.quote) > MAX_QUOTE_CHARACTERS:
        note = f"The quote has more than {MAX_QUOTE_CHARACTERS} characters. Quote less."
        return Checked("not_found", note=note)
    scope = []
    for document in documents:
        if statement.document in (None, document.slug):
            scope.append(document)
    places = _find(statement.quote, scope)
    if places:
        return _judge(statement, places, records)
    nearest = _find_nearest(statement, scope, records)
    if nearest is not None:
        return Checked("differs", nearest=nearest, note="Quote the words as they stand.")
    return Checked("not_found", note=_describe_elsewhere(statement, documents))


def _find(quote: str, documents: Sequence[KnownDocument]) -> list[Place]:
    places = []
    for document in documents:
        places += document.find_all(quote)
    return keep_best(places)


def _describe_elsewhere(
    statement: Statement, documents: Sequence[KnownDocument]
) -> str | None:
    """Where the words stand, if it is in another document than the statement names."""
    if statement.document is None:
        return None
    slugs = _list_documents(_find(statement.quote, documents))
    if not slugs:
        return None
    return f"The words stand in {', '.join(slugs)}, not in {statement.document}."


def _list_documents(places: Sequence[Place]) -> list[str]:
    return list(dict.fromkeys(place.document.slug for place in places))


def _judge(
    statement: Statement,
    places: Sequence[Place],
    records: Mapping[str, KnownRecord],
) -> Checked:
    borne = list(_list_borne(statement, places, records))
    bears_out = None
    if statement.record is not None:
        bears_out = any(item.record.id == statement.record for item in borne)
    overstated, note = _judge_strength(statement, borne)
    if bears_out is False:
        note = f"The words stand in a document, but {statement.record} does not cite them."
    place = places[0]
    is_verbatim = place.step is not Step.LETTERS
    if not is_verbatim:
        note = "The words stand there with other case or punctuation: quote them as written."
    return Checked(
        verdict="verbatim" if is_verbatim else "differs",
        documents=_list_documents(places),
        written=place.words if place.step is not Step.EXACT else None,
        records=borne,
        bears_out=bears_out,
        overstated=overstated,
        passes=is_verbatim and note is None and overstated is not True,
        note=note,
    )


def _list_borne(
    statement: Statement,
    places: Sequence[Place],
    records: Mapping[str, KnownRecord],
) -> Iterator[BorneRecord]:
    """The records that cite the words: the one that the statement names, then those whose main
    field they support, then others."""
    for id_, supported in _rank_citing(statement, places, records):
        record = records[id_]
        overstated = _is_overstated(statement, record, supported)
        yield BorneRecord(record, supported, overstated)


def _rank_citing(
    statement: Statement,
    places: Sequence[Place],
    records: Mapping[str, KnownRecord],
) -> list[tuple[str, list[str]]]:
    """The ids of the records that cite the places, each with the fields that these support, in
    the order of `_list_borne`."""
    supports: dict[str, dict[str, None]] = {}
    for place in places:
        for citation in place.find_citations():
            fields = dict.fromkeys(citation.supports)
            supports.setdefault(citation.record, {}).update(fields)

    def rank(id_: str) -> tuple[bool, bool, str]:
        return id_ != statement.record, records[id_].main not in supports[id_], id_

    return [(id_, list(supports[id_])) for id_ in sorted(supports, key=rank)]


def _is_overstated(
    statement: Statement,
    record: KnownRecord,
    fields: Sequence[str],
) -> bool | None:
    """Whether the statement is stronger than the record, if the words bear out what the record
    asserts, how, or when: words that only name an office say nothing of it."""
    if statement.said_as is None or record.modality is None:
        return None
    if not any(name in fields for name in (record.main, *_ASSERTING_FIELDS)):
        return None
    return MODALITIES.index(statement.said_as) < MODALITIES.index(record.modality)


def _judge_strength(
    statement: Statement, borne: Sequence[BorneRecord]
) -> tuple[bool | None, str | None]:
    """Whether the statement is overstated, and what hinders it from passing."""
    if statement.said_as is None:
        return None, None
    flags = []
    for item in borne:
        if item.overstated is None or statement.record not in (None, item.record.id):
            continue
        flags.append(item.overstated)
    if not flags:
        return None, "The words bear out no claim, so nothing says how strong it is."
    if all(flags):
        return (
            True,
            f"No claim that the words bear out is as strong as {statement.said_as!r}.",
        )
    if any(flags):
        return (
            None,
            "The words bear out claims of different strength. Name one with `record`.",
        )
    return False, None


def _find_nearest(
    statement: Statement,
    documents: Sequence[KnownDocument],
    records: Mapping[str, KnownRecord],
) -> NearestWords | None:
    """The words most like the quote, if they are like it at all."""
    place = find_similar(statement.quote, documents)
    if place is None:
        return None
    ids = [id_ for id_, _ in _rank_citing(statement, [place], records)]
    return NearestWords(place.document.slug, place.words, ids)
