"""The latest changes as an Atom feed (RFC 4287)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from app.export.feed_text import make_plain, quotation_lines, with_modality
from app.log.change_feed import LatestChange
from app.queries.paths import list_path
from app.schemas.changes import AtomQuery, TypeFilter
from app.schemas.read import RecordRead
from app.schemas.record_types import ENTITIES

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
PATH = "/v1/changes.atom"
_VERBS = {"create": "New", "update": "Changed", "delete": "Deleted"}
# Fields that say how a record is asserted, and when.
_DETAILS = ("kind", "modality", "wording", "edtf")
# RFC 4287 §4.2.15 requires `updated`, even before the first revision.
_BEFORE_FIRST_REVISION = "1970-01-01T00:00:00Z"


def write_atom(
    changes: Sequence[LatestChange],
    query: AtomQuery,
    base_url: str,
    identity: str,
) -> bytes:
    """The feed of the changes, in their order. `identity` tells its ids from those of other
    bases."""
    types = sorted(set(query.type))
    type_filter = TypeFilter(type=types)
    title = "Communiqué: what has changed"
    if types:
        names = [_type_name(type_) for type_ in types]
        title += f" ({', '.join(names)})"
    updated = _BEFORE_FIRST_REVISION
    since = 0
    if changes:
        updated = _format_instant(changes[0].revision.created_at)
        since = changes[-1].revision.number - 1
    # The same changes in the change feed, oldest first.
    change_feed = list_path("/v1/changes", type_filter, since=since)
    path = list_path(PATH, query)
    # The feed is the same one whatever its `limit` is.
    feed_id = _urn(identity, list_path(PATH, type_filter))

    feed = Element("feed", {"xmlns": NAMESPACE})
    _add(feed, "id", feed_id)
    _add(feed, "title", title)
    _add(feed, "updated", updated)
    _add(feed, "link", rel="self", type=MEDIA_TYPE, href=f"{base_url}{path}")
    _add(feed, "link", rel="alternate", href=f"{base_url}{change_feed}")
    _add(feed, "generator", "Communiqué")
    for change in changes:
        _add_entry(feed, change, base_url, identity)
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _add_entry(
    feed: Element,
    change: LatestChange,
    base_url: str,
    identity: str,
) -> None:
    logged = change.entry
    revision = change.revision
    record = change.record
    created_at = _format_instant(revision.created_at)
    text = getattr(record, ENTITIES[logged.type].main)
    type_name = _type_name(logged.type)
    title = f"{_VERBS[logged.operation]} {type_name}: {with_modality(record, text)}"

    entry = SubElement(feed, "entry")
    # With the instant: a base that was restored from a backup has the same versions again.
    version = f"{record.url}#{logged.version} {created_at}"
    _add(entry, "id", _urn(identity, version))
    _add(entry, "title", title)
    _add(entry, "updated", created_at)
    author = SubElement(entry, "author")
    _add(author, "name", revision.author)
    # No media type: feed readers do not offer links to JSON.
    _add(entry, "link", rel="alternate", href=f"{base_url}{record.url}")
    _add(entry, "category", term=logged.type, label=type_name)
    _add(entry, "category", term=logged.operation)
    if hasattr(record, "modality"):
        _add(entry, "category", term=record.modality)
    _add(entry, "summary", f"Revision {revision.number}: {revision.message}", type="text")
    _add(entry, "content", _content(record, text), type="text")


def _content(record: RecordRead, text: str) -> str:
    """The main text, how it is asserted, and the quotes of its citations."""
    lines = [text]
    for name in _DETAILS:
        value = getattr(record, name, None)
        if value is not None:
            lines.append(f"{name}: {value}")
    lines.extend(quotation_lines(record))
    return "\n".join(lines)


def _type_name(type_: str) -> str:
    return type_.replace("_", " ")


def _urn(identity: str, path: str) -> str:
    return uuid5(NAMESPACE_URL, f"{identity}{path}").urn


def _format_instant(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _add(
    parent: Element,
    name: str,
    text: Any = None,
    **attributes: str,
) -> None:
    element = SubElement(parent, name, attributes)
    if text is not None:
        element.text = make_plain(str(text))
