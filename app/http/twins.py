"""The two addresses of one thing: a page for people, and data for programs."""

from urllib.parse import parse_qsl, quote, urlencode

from app.schemas.record_types import ENTITIES

API = "/v1"
# The data of each page whose path is not that of a record or a list.
_DATA_PATHS = {
    "/": "/v1",
    "/about": "/v1",
    "/claims": "/v1/search",
    "/crosstab": "/v1/crosstab",
    "/timeline": "/v1/timeline-items",
}
_PAGE_PATHS = {
    "/v1": "/",
    "/v1/search": "/claims",
    "/v1/crosstab": "/crosstab",
}
_COLLECTIONS = frozenset(entity.collection for entity in ENTITIES.values())
# The parameters that say how a page shows its data.
_PAGE_PARAMETERS = frozenset({"of", "quote", "part"})
# The parameters that say in which form data is sent: a page has one form.
_DATA_PARAMETERS = frozenset(
    {"include", "facet", "fields", "format", "bom", "escape_formulas"}
)
# A list, or a record.
_MAX_SEGMENTS = 2


def is_data(path: str) -> bool:
    """Whether there is data for programs at the path."""
    return path == API or path.startswith(f"{API}/")


def data_path(page_path: str, query: str = "") -> str | None:
    """The path of the data that a page shows, with the parameters of the page; None if it shows
    none. Both paths are not percent-encoded, the query is."""
    path = _DATA_PATHS.get(page_path)
    if path is None and _is_of_records(page_path):
        path = f"{API}{page_path}"
    if path is None:
        return None
    return _join(path, _without(query, _PAGE_PARAMETERS))


def page_path(data: str, query: str = "") -> str | None:
    """The path of the page that shows data, with the parameters of the data; None without one."""
    path = _PAGE_PATHS.get(data)
    if path is None and is_data(data):
        record_path = data.removeprefix(API)
        if _is_of_records(record_path):
            path = record_path
    if path is None:
        return None
    return _join(path, _without(query, _DATA_PARAMETERS))


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


def _is_of_records(path: str) -> bool:
    collection, *others = path.removeprefix("/").split("/")
    return collection in _COLLECTIONS and len(others) < _MAX_SEGMENTS


def _without(query: str, names: frozenset[str]) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if name not in names])


def _join(path: str, query: str) -> str:
    if not query:
        return quote(path)
    return f"{quote(path)}?{query}"
