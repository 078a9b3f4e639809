"""How is the timeline a calendar? RFC 5545 (iCalendar), 7986 (names, refreshing), 9253 (links).

Every item whose start is known, however roughly, is an all-day event from the first day that its
start can mean to the last that its end can; without an end it shows the period in which it starts,
and says so. Nothing is moved to today, and nothing that is not known to the day is confirmed.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from typing import Any
from urllib.parse import unquote_plus
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, vDuration, vText
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.catalog.timeline_items import TIMELINE_ITEMS, CalendarQuery
from app.export.feed_text import make_plain, quote, with_modality
from app.export.lists import Export
from app.log.deleted_items import DeletedItem, read_deleted_items
from app.queries.filters import Filters, resolve_filters
from app.queries.loading import Json
from app.queries.pages import stream_records
from app.queries.paths import list_path
from app.queries.planning.conditions import sql_conditions
from app.schemas.read import TimelineItemDetail, TimelineItemRead
from app.store.models import TimelineItem
from app.store.revisions import find_identity, read_instant, read_revision
from app.store.sessions import read_session

NAME = "Communiqué timeline"
MOST_NAME = 200
# Fields that a reader must know it of, if the document does not say them.
_DATES = ("start_edtf", "start_kind", "end_edtf", "end_kind")
_CLOSE = b"END:VCALENDAR\r\n"


@dataclass(frozen=True)
class Feed:
    """Where the calendar is found, what tells its events from those of other bases (none: when the
    base began), how long a client may keep it, and for how long it shows what was deleted."""

    base_url: str
    identity: str | None
    ttl: timedelta
    cancelled_for: timedelta


@dataclass(frozen=True)
class CalendarExport:
    """A calendar that has begun; how many items it is of; and what, besides the query, tells it
    from others of the same revision: a deletion that was shown long enough goes without one."""

    export: Export
    items: int
    mark: str


def export_calendar(engine: Engine, query: CalendarQuery, feed: Feed) -> CalendarExport:
    """The calendar of the items that the query asks for, in constant memory.

    Raises InvalidRequest as a list of timeline items does."""
    session = read_session(engine)
    try:
        revision = read_revision(session)
        made_at = read_instant(session, revision)
        feed = replace(feed, identity=find_identity(session, feed.identity))
        asked = query.as_list()
        filters = resolve_filters(session, TIMELINE_ITEMS.where, asked)
        # Looked at from the past, what was deleted lately was deleted shortly before it.
        now = datetime.fromisoformat(made_at) if query.as_of is not None else datetime.now(UTC)
        gone = read_deleted_items(session, now - feed.cancelled_for, filters)
        items, left_out = _count_items(session, filters)
        begin = _begin(feed, query, made_at, left_out)
        chunks = stream_records(session, TIMELINE_ITEMS, asked)
    except BaseException:
        session.close()
        raise
    pieces = _write(begin, chunks, gone, feed)
    export = Export(revision, made_at, pieces, chunks, session)
    mark = f"{feed} {[item.item.slug for item in gone]}"
    return CalendarExport(export, items + len(gone), mark)


def _name(query: CalendarQuery) -> str:
    """What the calendar is called: with what it was asked for, so that two can be told apart. As in
    the address, which has hardly a character that clients forget to unescape."""
    asked = unquote_plus(list_path("", query).removeprefix("?"))
    return make_plain(f"{NAME}: {asked}"[:MOST_NAME]) if asked else NAME


def _begin(feed: Feed, query: CalendarQuery, made_at: str, left_out: int) -> bytes:
    """The calendar's own lines, up to its first event."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Communique//{version('communique')}//EN")
    calendar.add("version", "2.0")
    name, description = _name(query), _describe(left_out)
    # Of each pair, RFC 7986 has the first, and clients from before it know the second.
    for key, value in (
        ("name", name),
        ("x-wr-calname", name),
        ("description", description),
        ("x-wr-caldesc", description),
    ):
        calendar.add(key, vText(value))
    calendar.add("refresh-interval", feed.ttl, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _duration(feed.ttl))
    calendar.add("url", feed.base_url + list_path("/v1/timeline-items", query))
    if made_at:
        calendar.add("last-modified", datetime.fromisoformat(made_at))
    text: bytes = calendar.to_ical()
    return text.removesuffix(_CLOSE)


def _duration(time: timedelta) -> vText:
    text: bytes = vDuration(time).to_ical()  # type: ignore[no-untyped-call]
    return vText(text.decode())


def _count_items(session: Session, filters: Filters) -> tuple[int, int]:
    """How many items there are, and how many of them have no start to be shown at."""
    total, started = func.count(), func.count(TimelineItem.start_earliest)
    counted = select(total, started).where(*sql_conditions(filters, TIMELINE_ITEMS))
    items, shown = session.execute(counted).one()
    return items, items - shown


def _describe(left_out: int) -> str:
    items = f"{left_out} item{'' if left_out == 1 else 's'} without a known start"
    return (
        "What documents claim, and for when. An event covers every day that it may be about; "
        "only what is known to the day is confirmed. "
        f"{items} {'is' if left_out == 1 else 'are'} left out."
    )


def _write(
    begin: bytes,
    chunks: Iterator[list[Json]],
    gone: Sequence[DeletedItem],
    feed: Feed,
) -> Generator[bytes]:
    yield begin
    for some in chunks:
        items = [TimelineItemDetail.model_validate(item, strict=False) for item in some]
        dated = [item for item in items if item.start_earliest is not None]
        yield b"".join(make_event(item, feed).to_ical() for item in dated)
    for deleted in gone:
        if deleted.item.start_earliest is not None:
            yield make_cancelled(deleted, feed).to_ical()
    yield _CLOSE


def make_event(item: TimelineItemRead, feed: Feed) -> Event:
    """The event of an item that has a start."""
    assert item.start_earliest is not None
    assert item.start_latest is not None
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"{feed.identity}{item.url}")))
    # Without METHOD, the instant of the last revision (RFC 5545 §3.8.7.2).
    event.add("dtstamp", item.updated_at)
    event.add("created", item.created_at)
    event.add("last-modified", item.updated_at)
    # Clients ignore what has a lower one than they know (RFC 5545 §3.8.7.4).
    event.add("sequence", item.version - 1)
    event.add("dtstart", item.start_earliest)
    after = _day_after(item.end_latest or item.start_latest)
    # Later than the start (RFC 5545 §3.8.2.2); without it an event lasts a day (§3.6.1).
    if after > item.start_earliest:
        event.add("dtend", after)
    event.add("summary", vText(make_plain(summarize(item))))
    event.add("description", vText(make_plain(explain(item))))
    event.add("status", "CONFIRMED" if is_known_to_the_day(item) else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{feed.base_url}{item.url}")
    for area in getattr(item, "focus_areas", None) or []:
        event.add("concept", f"{feed.base_url}{area.url}")
    names = [make_plain(area.name) for area in getattr(item, "focus_areas", None) or []]
    event.add("categories", [*names, item.modality])
    for slug in dict.fromkeys(citation.document_slug for citation in item.citations):
        # Where what is said of the event comes from (the link relation of RFC 4287).
        source = {"LINKREL": "via", "VALUE": "URI"}
        event.add("link", f"{feed.base_url}/v1/documents/{slug}", parameters=source)
    if item.edtf is not None:
        event.add("x-edtf", vText(item.edtf))
    return event


def make_cancelled(gone: DeletedItem, feed: Feed) -> Event:
    """The event of an item that was deleted."""
    event = make_event(gone.item, feed)
    changed: dict[str, Any] = {
        "dtstamp": gone.deleted_at,
        "last-modified": gone.deleted_at,
        "sequence": gone.version - 1,
        "status": "CANCELLED",
    }
    for name, value in changed.items():
        del event[name]
        event.add(name, value)
    return event


def _day_after(day: date) -> date:
    # An end is exclusive (RFC 5545 §3.6.1); after the last day that there is comes none.
    return day + timedelta(1) if day < date.max else day


def summarize(item: TimelineItemRead) -> str:
    """The title, after how it is asserted and before what the dates do not say."""
    notes = [
        *(["approximate"] if item.approximate else []),
        *(["uncertain"] if item.uncertain else []),
        *([f"{item.end_kind} end"] if item.end_kind in ("open", "unknown") else []),
    ]
    return with_modality(item, item.title) + (f" ({', '.join(notes)})" if notes else "")


def explain(item: TimelineItemRead) -> str:
    """The document's wording, what it means, and the quotes that bear it out."""
    lines = [
        f"When: {item.wording}",
        f"Start: {_range(item.start_earliest, item.start_latest, item.start_precision)}",
        f"End: {_end(item)}",
        *(f"Derived: {name} ({why})" for name, why in item.derived.items() if name in _DATES),
        f"Asserted as: {item.modality}",
        *quote(item),
    ]
    return "\n".join(lines)


def _end(item: TimelineItemRead) -> str:
    if item.end_latest is None:
        return f"{item.end_kind}; the days shown are those on which it may start"
    return _range(item.end_earliest, item.end_latest, item.end_precision)


def _range(earliest: date | None, latest: date | None, precision: str | None) -> str:
    if earliest == latest:
        return f"{earliest}"
    return f"some day from {earliest} to {latest} ({precision})"


def is_known_to_the_day(item: TimelineItemRead) -> bool:
    """Whether it happened or is stated as so, and the document itself gives its first and its last
    day."""
    return (
        item.modality in ("occurred", "stated")
        and item.start_precision == item.end_precision == "day"
        and not (item.approximate or item.uncertain or set(_DATES) & set(item.derived))
    )
