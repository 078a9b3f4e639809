"""How do the latest changes read as a feed? RFC 4287 (Atom)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from app.export.feed_text import make_plain, quote, with_modality
from app.log.change_feed import LatestChange
from app.queries.paths import list_path
from app.schemas.changes import AtomQuery, TypeFilter
from app.schemas.entities import ENTITIES
from app.schemas.read import RecordRead

NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
PATH = "/v1/changes.atom"
_DONE = {"create": "New", "update": "Changed", "delete": "Deleted"}
# Before anything was written.
_NEVER = "1970-01-01T00:00:00Z"


def write_atom(
    changes: Sequence[LatestChange], query: AtomQuery, base_url: str, identity: str
) -> bytes:
    """The feed of the changes, in order; `identity` tells its ids from those of other bases."""
    feed = Element("feed", {"xmlns": NAMESPACE})
    types = sorted(set(query.type))
    _add(feed, "id", _make_id(identity, list_path(PATH, TypeFilter(type=types))))
    of_types = f" ({', '.join(map(_name, types))})" if types else ""
    _add(feed, "title", f"Communiqué: what has changed{of_types}")
    _add(feed, "updated", _instant(changes[0].revision.created_at) if changes else _NEVER)
    _add(feed, "link", rel="self", type=MEDIA_TYPE, href=base_url + list_path(PATH, query))
    # The same changes, the oldest first.
    since = changes[-1].revision.number - 1 if changes else 0
    same = list_path("/v1/changes", TypeFilter(type=types), since=since)
    _add(feed, "link", rel="alternate", href=base_url + same)
    _add(feed, "generator", "Communiqué")
    for change in changes:
        _add_entry(feed, change, base_url, identity)
    text: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def _add_entry(feed: Element, latest: LatestChange, base_url: str, identity: str) -> None:
    change, revision, record = latest.change, latest.revision, latest.record
    entry = SubElement(feed, "entry")
    # A base that was put back to an earlier state has the same versions again.
    made_at = _instant(revision.created_at)
    _add(entry, "id", _make_id(identity, f"{record.url}#{change.version} {made_at}"))
    text = getattr(record, ENTITIES[change.type].main)
    said = f"{_name(change.type)}: {with_modality(record, text)}"
    _add(entry, "title", f"{_DONE[change.operation]} {said}")
    _add(entry, "updated", made_at)
    author = SubElement(entry, "author")
    _add(author, "name", revision.author)
    # Without a type: readers offer no link that is said to be JSON.
    _add(entry, "link", rel="alternate", href=f"{base_url}{record.url}")
    _add(entry, "category", term=change.type, label=_name(change.type))
    _add(entry, "category", term=change.operation)
    if hasattr(record, "modality"):
        _add(entry, "category", term=record.modality)
    _add(entry, "summary", f"Revision {revision.number}: {revision.message}", type="text")
    _add(entry, "content", "\n".join([text, *_explain(record)]), type="text")


def _explain(record: RecordRead) -> Iterator[str]:
    """How the record is asserted, and the quotes that bear it out, in lines."""
    for name in ("kind", "modality", "wording", "edtf"):
        if getattr(record, name, None) is not None:
            yield f"{name}: {getattr(record, name)}"
    yield from quote(record)


def _name(type_: str) -> str:
    return type_.replace("_", " ")


def _make_id(identity: str, path: str) -> str:
    return uuid5(NAMESPACE_URL, f"{identity}{path}").urn


def _instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _add(parent: Element, name: str, text: Any = None, **attributes: str) -> None:
    element = SubElement(parent, name, attributes)
    if text is not None:
        element.text = make_plain(str(text))
