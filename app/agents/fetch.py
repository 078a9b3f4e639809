"""The tool `fetch`: one record with all its citations; of a document, a part of its text."""

from collections.abc import Sequence
from functools import partial

from app.agents.arguments import FetchArguments
from app.agents.budget import MAX_BYTES, Json, drop_empty, fit
from app.agents.reading import Reading, find_key
from app.catalog import RESOURCES_BY_TYPE
from app.queries.records import read_stored_text, require_record
from app.schemas.record_types import ENTITIES
from app.store.models import Document
from app.store.revisions import read_revision

DEFAULT_TEXT_CHARACTERS = 2_000
# In the answer by other names, or not at all: a text is too long, a digest tells an agent nothing.
_ELSEWHERE = ("slug", "url", "citations", "text", "sha256", "text_url")
# What a citation says; its context is at the address of the record.
_CITATION_FIELDS = ("exact", "document_slug", "section", "start", "end", "supports", "link")


def fetch(reading: Reading, arguments: FetchArguments) -> Json:
    """The record, as research modes of agents expect it: id, title, text, url and metadata."""
    type_, slug = find_key(arguments.id)
    record = require_record(reading.session, RESOURCES_BY_TYPE[type_], slug)
    if type_ == Document.__tablename__:
        length = arguments.length or DEFAULT_TEXT_CHARACTERS
        text = read_stored_text(reading.session, record)
        build = partial(_make_document, reading, record, text, arguments.start)
        return fit(build, length, MAX_BYTES)
    build = partial(_make_record, reading, type_, record)
    return fit(build, max(1, len(record["citations"])), MAX_BYTES)


def _make_record(reading: Reading, type_: str, record: Json, max_citations: int) -> Json:
    answer = _begin(reading, type_, record)
    answer["text"] = _describe(type_, record)
    answer["metadata"] = _make_metadata(type_, record)
    citations = record["citations"]
    answer["citations"] = _list_citations(citations[:max_citations])
    left_out = len(citations) - max_citations
    if left_out > 0:
        answer["citations_left_out"] = left_out
    answer["revision"] = read_revision(reading.session)
    return answer


def _begin(reading: Reading, type_: str, record: Json) -> Json:
    entity = ENTITIES[type_]
    id_ = f"{entity.collection}/{record['slug']}"
    return {"id": id_, "title": record[entity.main], "url": reading.addresses.page(id_)}


def _make_metadata(type_: str, record: Json) -> Json:
    metadata: Json = {"type": type_}
    main = ENTITIES[type_].main
    for name, value in record.items():
        if name != main and name not in _ELSEWHERE:
            metadata[name] = value
    return drop_empty(metadata)


def _list_citations(citations: Sequence[Json]) -> list[Json]:
    listed = []
    for citation in citations:
        listed.append(drop_empty({name: citation[name] for name in _CITATION_FIELDS}))
    return listed


def _describe(type_: str, record: Json) -> str:
    """The record in a few words, for a client that reads nothing else."""
    main = ENTITIES[type_].main
    parts = [record[main]]
    modality = record.get("modality")
    if modality is not None:
        parts.append(f"Modality: {modality}.")
    wording = record.get("wording")
    if wording is not None:
        parts.append(f"When: {wording}.")
    return "\n".join(parts)


def _make_document(
    reading: Reading, record: Json, text: str | None, start: int, length: int
) -> Json:
    type_ = Document.__tablename__
    answer = _begin(reading, type_, record)
    if text is None:
        answer["text"] = "The base holds no text of this document, only quotes from it."
    else:
        answer["text"] = text[start : start + length]
        answer["start"] = start
        end = start + len(answer["text"])
        answer["next_start"] = end if end < len(text) else None
    answer["metadata"] = _make_metadata(type_, record)
    answer["revision"] = read_revision(reading.session)
    return answer
