"""The header `Link` of a response to a read (RFC 8288): what belongs to it, and where.

- `alternate`: the page of data, or the data of a page;
- `cite-as` (RFC 8574): the address at which it stays as it is, whatever is written later;
- `collection` (RFC 6573): the list of a record;
- `describedby`: the schema of JSON;
- `api-catalog` (RFC 9727), `service-desc` and `service-doc` (RFC 8631) of the base as a whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Response

from app.http.twins import API, remove_parameters, twin_link
from app.queries.overview import LINKS
from app.schemas.record_types import ENTITIES

CATALOG_PATH = "/.well-known/api-catalog"
DESCRIPTION_PATH = LINKS["openapi"]
DOCUMENTATION_PATH = LINKS["docs"]
# Servers and proxies take 8 kB of a header. A public path is added to each link later.
MAX_BYTES = 7_000
_AS_OF = frozenset({"as_of"})
_JSON = b"application/json"
_SEPARATOR = ", "
# The paths of records and of their versions: an empty segment, the collection, the slug, …
_MEMBER_SEGMENTS = (3, 5)
# The lists of revisions, of the API and of pages.
_REVISIONS = ("revisions", "changes")
_LISTS = frozenset((*_REVISIONS, *(entity.collection for entity in ENTITIES.values())))
# The base as a whole, as data and as a page.
_STARTS = (API, "/")
_API_LINKS = (
    f'<{CATALOG_PATH}>; rel="api-catalog"',
    f'<{DESCRIPTION_PATH}>; rel="service-desc"; type="application/json"',
    f'<{DOCUMENTATION_PATH}>; rel="service-doc"; type="text/html"',
)


@dataclass(frozen=True)
class LinkedRoute:
    """What a route knows of its responses: the link to the schema of their JSON, if they have one,
    and whether `as_of` asks for them as they were."""

    description: str
    has_as_of: bool


def describe(schema: str) -> str:
    """The link to the schema with this name."""
    return f'<{DESCRIPTION_PATH}#/components/schemas/{schema}>; rel="describedby"'


def add_links(
    response: Response,
    route: LinkedRoute,
    path: str,
    query: str,
) -> None:
    """Add to a successful response the links that fit into its header, the first ones first."""
    if response.status_code != 200:
        return
    # Each look-up would go through all headers, and this is done for every read.
    headers = dict(response.raw_headers)
    own = headers.get(b"link", b"").decode("latin-1")
    links = [own, twin_link(path, query) or ""]
    revision = headers.get(b"communique-revision", b"0").decode()
    # A base without any revision has no state to cite.
    if route.has_as_of and revision != "0" and 'rel="cite-as"' not in own:
        links.append(_cite_as(path, query, revision))
    links.append(_collection(path, query))
    if route.description and headers[b"content-type"] == _JSON:
        links.append(route.description)
    if path in _STARTS:
        links += _API_LINKS
    header = _join(links)
    if header:
        response.headers["Link"] = header
    elif own:
        del response.headers["Link"]


def _join(links: Iterable[str]) -> str:
    length = 0
    fitting = []
    for link in links:
        if link and length + len(link) < MAX_BYTES:
            fitting.append(link)
            length += len(link) + len(_SEPARATOR)
    return _SEPARATOR.join(fitting)


def _cite_as(
    path: str,
    query: str,
    revision: str,
) -> str:
    """The link to the response as of its revision."""
    parameters = remove_parameters(query, _AS_OF)
    if parameters:
        parameters += "&"
    return f'<{quote(path)}?{parameters}as_of={revision}>; rel="cite-as"'


def _collection(path: str, query: str) -> str:
    """The link to the list that the record, or the revision, at the path is in; empty without."""
    segments = path.removeprefix(API).split("/")
    if len(segments) not in _MEMBER_SEGMENTS:
        return ""
    name = segments[1]
    if name not in _LISTS:
        return ""
    parent, _, _ = path.rpartition("/")
    address = quote(parent)
    # Histories are of the base as it is.
    if name not in _REVISIONS and "as_of" in query:
        as_of = [pair for pair in parse_qsl(query) if pair[0] in _AS_OF]
        address += f"?{urlencode(as_of)}"
    return f'<{address}>; rel="collection"'
