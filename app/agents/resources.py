"""Records as resources: each has its own address, and is the JSON that the server has there."""

from functools import partial
from typing import Any

from app.agents.budget import MAX_BYTES, MAX_TITLE_CHARACTERS, Json, fit, shorten, write_text
from app.agents.reading import DATA_PATH, Addresses, Reading, find_key, record_id
from app.agents.search import read_cursor
from app.catalog import RESOURCES_BY_TYPE
from app.catalog.focus_areas import FOCUS_AREAS
from app.catalog.search import SearchQuery
from app.errors import NotFound
from app.queries.labels import complete_label
from app.queries.records import require_record
from app.queries.search import read_search
from app.schemas.record_types import ENTITIES

PAGE_RESOURCES = 50
MEDIA_TYPE = "application/json"
# A client shows no more (Model Context Protocol, completion).
MAX_COMPLETIONS = 100


def uri_template(addresses: Addresses) -> str:
    """The address of any record (RFC 6570)."""
    return f"{addresses.base_url}{DATA_PATH}/{{collection}}/{{slug}}"


def list_resources(cursor: str | None, reading: Reading) -> Json:
    """A page of all records, by type and title. Raises InvalidCursor."""
    parameters: Json = {"type": list(ENTITIES), "limit": PAGE_RESOURCES}
    if cursor is not None:
        parameters["cursor"] = cursor
    page = read_search(reading.session, SearchQuery.model_validate(parameters))
    # An outcome is in several rows if several items date it.
    resources: dict[str, Json] = {}
    for row in page["items"]:
        id_ = record_id(row["url"])
        resources[id_] = _describe(reading.addresses.data(id_), id_, row)
    next_cursor = read_cursor(page["next"])
    return {"resources": list(resources.values()), "nextCursor": next_cursor}


def _describe(uri: str, id_: str, row: Json) -> Json:
    description = ENTITIES[row["type"]].noun
    modality = row["modality"]
    if modality is not None:
        description = f"{description}, {modality}"
    return {
        "uri": uri,
        "name": id_,
        "title": shorten(row["text"], MAX_TITLE_CHARACTERS),
        "description": description,
        "mimeType": MEDIA_TYPE,
    }


def read_resource(uri: str, reading: Reading) -> str:
    """The record at the address, as JSON. Raises NotFound, or Gone."""
    if not uri.startswith(f"{reading.addresses.base_url}/"):
        raise NotFound(
            f"There is no resource {uri!r}: those of this server begin with "
            f"{reading.addresses.base_url}/."
        )
    type_, slug = find_key(uri)
    record = require_record(reading.session, RESOURCES_BY_TYPE[type_], slug)
    build = partial(_cut_citations, record)
    return write_text(fit(build, max(1, len(record["citations"])), MAX_BYTES))


def _cut_citations(record: Json, max_citations: int) -> Json:
    citations: list[Any] = record["citations"]
    if len(citations) <= max_citations:
        return record
    left_out = len(citations) - max_citations
    return {**record, "citations": citations[:max_citations], "citations_left_out": left_out}


def complete(
    argument: str, beginning: str, collection: str | None, reading: Reading
) -> list[str]:
    """What an argument may continue to: labels of focus areas, their slugs, or collections.
    `collection` is what was chosen for it before, if anything was."""
    if argument == "collection":
        collections = [entity.collection for entity in ENTITIES.values()]
        return [name for name in collections if name.startswith(beginning)]
    is_slug = argument == "slug" and collection in (None, FOCUS_AREAS.name)
    if argument != "focus_area" and not is_slug:
        return []
    values: dict[str, None] = {}
    for label in complete_label(reading.session, beginning, MAX_COMPLETIONS):
        value = label.focus_area_slug if is_slug else label.label
        values[value] = None
    return list(values)
