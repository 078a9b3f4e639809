"""The header `Link` of a response to a read (RFC 8288): what belongs to it, and where.

- `alternate`: the page of data, or the data of a page;
- `cite-as` (RFC 8574): the address at which it stays as it is, whatever is written later;
- `collection` (RFC 6573): the list of a record;
- `describedby`: the schema of JSON;
- `api-catalog` (RFC 9727), `service-desc` and `service-doc` (RFC 8631) of the base as a whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Response

from app.http.twins import API, data_path, is_data, twin_link
from app.queries.overview import LINKS
from app.schemas.record_types import ENTITIES

CATALOG_PATH = "/.well-known/api-catalog"
DESCRIPTION_PATH = LINKS["openapi"]
DOCUMENTATION_PATH = LINKS["docs"]
# Servers and proxies take 8 kB of a header. A public path is added to each link later.
MAX_BYTES = 7_000
_AS_OF = "as_of"
# The paths of records and of their versions, from the collection on.
_MEMBER_SEGMENTS = (2, 4)
# The lists of revisions, of the API and of pages.
_REVISIONS = ("revisions", "changes")
_LISTS = frozenset((*_REVISIONS, *(entity.collection for entity in ENTITIES.values())))


@dataclass(frozen=True)
class LinkedRoute:
    """What a route knows of its responses: the name of their schema, if they have one, and whether
    `as_of` asks for them as they were."""

    schema: str | None
    has_as_of: bool


def add_links(
    response: Response,
    route: LinkedRoute,
    path: str,
    query: str,
) -> None:
    """Add to a successful response the links that fit into its header, the first ones first."""
    if response.status_code != 200:
        return
    links = _list_links(
        response,
        route,
        path,
        query,
    )
    header = _join(links)
    if header:
        response.headers["Link"] = header
    elif "link" in response.headers:
        del response.headers["Link"]


def _list_links(
    response: Response,
    route: LinkedRoute,
    path: str,
    query: str,
) -> Iterator[str]:
    own = response.headers.get("link", "")
    yield own
    yield twin_link(path, query) or ""
    if route.has_as_of and 'rel="cite-as"' not in own:
        revision = response.headers.get("communique-revision", "0")
        yield _cite_as(path, query, revision)
    yield _collection(path, query)
    is_json = response.headers.get("content-type") == "application/json"
    if route.schema is not None and is_json:
        yield f'<{DESCRIPTION_PATH}#/components/schemas/{route.schema}>; rel="describedby"'
    if API in (path, data_path(path)):
        yield f'<{CATALOG_PATH}>; rel="api-catalog"'
        yield f'<{DESCRIPTION_PATH}>; rel="service-desc"; type="application/json"'
        yield f'<{DOCUMENTATION_PATH}>; rel="service-doc"; type="text/html"'


def _join(links: Iterable[str]) -> str:
    header = ""
    for link in links:
        if link and len(header) + len(link) < MAX_BYTES:
            header += f", {link}" if header else link
    return header


def _cite_as(
    path: str,
    query: str,
    revision: str,
) -> str:
    """The link to the response as of its revision; empty for a base without any."""
    if revision == "0":
        return ""
    parameters = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name != _AS_OF:
            parameters.append((name, value))
    parameters.append((_AS_OF, revision))
    return f'<{quote(path)}?{urlencode(parameters)}>; rel="cite-as"'


def _collection(path: str, query: str) -> str:
    """The link to the list that the record, or the revision, at the path is in; empty without."""
    prefix = API if is_data(path) else ""
    name, *members = path.removeprefix(prefix).strip("/").split("/")
    if name not in _LISTS or len(members) + 1 not in _MEMBER_SEGMENTS:
        return ""
    parent, _, _ = path.rpartition("/")
    address = quote(parent)
    # Histories are of the base as it is.
    if name not in _REVISIONS:
        as_of = [pair for pair in parse_qsl(query) if pair[0] == _AS_OF]
        if as_of:
            address += f"?{urlencode(as_of)}"
    return f'<{address}>; rel="collection"'
