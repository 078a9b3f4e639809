"""The two addresses of one thing: a page for people, and data for programs."""

import re
from urllib.parse import parse_qsl, quote, urlencode

from app.schemas.record_types import ENTITIES

API = "/v1"
# The data of each page whose path is not that of a record or a list.
_DATA_PATHS = {
    "/": "/v1",
    "/about": "/v1",
    "/changes": "/v1/revisions",
    "/claims": "/v1/search",
    "/crosstab": "/v1/crosstab",
    "/timeline": "/v1/timeline-items",
}
_PAGE_PATHS = {
    "/v1": "/",
    "/v1/revisions": "/changes",
    "/v1/search": "/claims",
    "/v1/crosstab": "/crosstab",
}
_COLLECTIONS = frozenset(entity.collection for entity in ENTITIES.values())
# The parameters that say how a page shows its data.
_PAGE_PARAMETERS = frozenset({"of", "quote", "part", "since", "after"})
# The parameters that say in which form data is sent: a page has one form.
_DATA_PARAMETERS = frozenset(
    {"include", "facet", "fields", "format", "bom", "escape_formulas"}
)
# RFC 3986 §3.4, where names of parameters are not percent-encoded.
_ENCODED = re.compile(r"(?:[\w.~!$'()*+,;:@/?&=-]|%[0-9A-Fa-f]{2})*", re.ASCII)
# After the collection: a slug, `history`, and the number of a revision.
_MAX_SEGMENTS = 3
_HISTORY_SEGMENT = 3


def is_data(path: str) -> bool:
    """Whether there is data for programs at the path."""
    return path == API or path.startswith(f"{API}/")


def data_path(page_path: str, query: str = "") -> str | None:
    """The path of the data that a page shows, with the parameters of the page; None if it shows
    none. Both paths are not percent-encoded, the query is."""
    path = _DATA_PATHS.get(page_path)
    since = _read_since(query)
    if page_path == "/changes" and since:
        # The pages of both lists have cursors of their own.
        return f"/v1/changes?since={since}"
    if path is None and page_path.startswith("/changes/"):
        path = page_path.replace("/changes/", f"{API}/revisions/", 1)
    if path is None and _is_of_records(page_path, "history"):
        path = API + _replace_segment(page_path, "revisions")
    if path is None:
        return None
    return _join(path, remove_parameters(query, _PAGE_PARAMETERS))


def list_pages() -> list[str]:
    """The paths of the pages that are neither of one record nor of one revision."""
    lists = [f"/{collection}" for collection in sorted(_COLLECTIONS)]
    return [*_DATA_PATHS, *lists, "/curate", "/docs"]


def is_record_page(path: str) -> bool:
    """Whether the path is that of the page of one record, as it is now or was."""
    collection, *others = path.removeprefix("/").split("/")
    return collection in _COLLECTIONS and len(others) == 1


def page_path(data: str, query: str = "") -> str | None:
    """The path of the page that shows data, with the parameters of the data; None without one."""
    path = _PAGE_PATHS.get(data)
    since = _read_since(query)
    if data == "/v1/changes" and since:
        return f"/changes?since={since}"
    record_path = data.removeprefix(API)
    if path is None and record_path.startswith("/revisions/"):
        path = record_path.replace("/revisions/", "/changes/", 1)
    if path is None and is_data(data) and _is_of_records(record_path, "revisions"):
        path = _replace_segment(record_path, "history")
    if path is None:
        return None
    return _join(path, remove_parameters(query, _DATA_PARAMETERS))


def _read_since(query: str) -> str:
    """The revision that the parameter `since` is, without others and tokens; empty without one."""
    since = dict(parse_qsl(query)).get("since", "") if "since=" in query else ""
    return since if since.isascii() and since.isdecimal() else ""


def twin_link(path: str, query: str) -> str | None:
    """The value of `Link` (RFC 8288) that leads from data to its page, or from a page to its data;
    None if there is only one of both."""
    if is_data(path):
        twin = page_path(path, query)
        media_type = "text/html"
    else:
        twin = data_path(path, query)
        media_type = "application/json"
    if twin is None:
        return None
    return f'<{twin}>; rel="alternate"; type="{media_type}"'


def _is_of_records(path: str, history: str) -> bool:
    """Whether the path is that of a list or a record, or of the history of one; `history` is the
    name of the segment after the slug."""
    collection, *others = path.removeprefix("/").split("/")
    if collection not in _COLLECTIONS or len(others) > _MAX_SEGMENTS:
        return False
    return len(others) < 2 or others[1] == history


def _replace_segment(path: str, name: str) -> str:
    """The path with this name of its segment after the slug, if there is one."""
    segments = path.split("/")
    if len(segments) > _HISTORY_SEGMENT:
        segments[_HISTORY_SEGMENT] = name
    return "/".join(segments)


def remove_parameters(query: str, names: frozenset[str]) -> str:
    """The query without these parameters, percent-encoded."""
    # Most queries can stay as they are: to read and write them again takes longer than a look-up in
    # the base. A URL in a header must not contain what would end it.
    if _ENCODED.fullmatch(query) and not any(name in query for name in names):
        return query
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if name not in names])


def _join(path: str, query: str) -> str:
    if not query:
        return quote(path)
    return f"{quote(path)}?{query}"
