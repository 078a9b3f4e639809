"""The tool `search`: records of all types, each with a quote that supports it."""

from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import ValidationError

from app.agents.arguments import SearchArguments
from app.agents.budget import (
    DEFAULT_BYTES,
    MAX_BYTES,
    MAX_LISTED_QUOTE_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    Json,
    drop_empty,
    fit,
    shorten,
)
from app.agents.mistakes import invalid_arguments
from app.agents.reading import Reading, record_id
from app.catalog.search import SearchQuery
from app.queries.search import read_search

DEFAULT_RESULTS = 10
# The fields of a row that tell when: the words of the document, and the days that they can mean.
_DATES = ("wording", "start_earliest", "end_latest", "end_kind")


def search(reading: Reading, arguments: SearchArguments) -> Json:
    """One page of results; fewer than `limit` if they are long."""
    query = _make_query(arguments)
    max_bytes = DEFAULT_BYTES if arguments.limit is None else MAX_BYTES
    return fit(partial(_read_page, reading, query), query.limit, max_bytes)


def _make_query(arguments: SearchArguments) -> SearchQuery:
    parameters: dict[str, Any] = arguments.read_filters()
    parameters["limit"] = arguments.limit or DEFAULT_RESULTS
    if arguments.type:
        parameters["type"] = arguments.type
    if arguments.sort is not None:
        # A list of keys, separated by commas, as in a URL.
        parameters["sort"] = [arguments.sort]
    if arguments.cursor is not None:
        parameters["cursor"] = arguments.cursor
    if arguments.query is not None and arguments.query.strip():
        parameters["q"] = arguments.query
    try:
        return SearchQuery.model_validate(parameters)
    except ValidationError as error:
        raise invalid_arguments(error, SearchQuery) from None


def _read_page(reading: Reading, query: SearchQuery, limit: int) -> Json:
    page = read_search(reading.session, query.model_copy(update={"limit": limit}))
    answer: Json = {
        "results": [_make_result(reading, row) for row in page["items"]],
        "total": page["total"],
        "next_cursor": read_cursor(page["next"]),
        "revision": page["revision"],
    }
    if not page["total_is_exact"]:
        answer["total_is_exact"] = False
    covered = page["query"].get("focus_area")
    if covered is not None:
        answer["focus_areas_covered"] = {area["given"]: area["covers"] for area in covered}
    return answer


def read_cursor(path: str | None) -> str | None:
    """The cursor in the path of the next page."""
    if path is None:
        return None
    return parse_qs(urlsplit(path).query)["cursor"][0]


def _make_result(reading: Reading, row: Json) -> Json:
    id_ = record_id(row["url"])
    result = {
        "id": id_,
        "title": shorten(row["text"], MAX_TITLE_CHARACTERS),
        "url": reading.addresses.page(id_),
        "type": row["type"],
        "kind": row["kind"],
        "modality": row["modality"],
        "focus_areas": row["focus_area_slugs"],
    }
    if row["wording"] is not None:
        result["dates"] = drop_empty({name: row[name] for name in _DATES})
    quote = row["exact"]
    if quote is not None:
        result["quote"] = shorten(quote, MAX_LISTED_QUOTE_CHARACTERS)
    result["document"] = row["document_slug"]
    return drop_empty(result)
