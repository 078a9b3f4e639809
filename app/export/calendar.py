"""The timeline as a calendar: RFC 5545 (iCalendar), RFC 7986 (names, refreshing), RFC 9253 (links).

Each item whose start is known, however roughly, is an all-day event from the first possible day of
its start to the last possible day of its end. Without an end, the event covers the days on which
the item may start, and its description says so. No event is moved to the current day, and none is
confirmed unless it is known to the day.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from urllib.parse import unquote_plus
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event, vDuration, vText
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.catalog.timeline_items import TIMELINE_ITEMS, CalendarQuery
from app.export.feed_text import make_plain, quotation_lines, with_modality
from app.export.lists import Export
from app.log.deleted_items import DeletedItem, read_deleted_items
from app.queries.filters import Filters, resolve_filters
from app.queries.loading import Json
from app.queries.pages import stream_records
from app.queries.paths import list_path
from app.queries.planning.conditions import sql_conditions
from app.schemas.read import TimelineItemDetail, TimelineItemRead
from app.store.models import TimelineItem
from app.store.revisions import RevisionStamp, find_identity, read_latest_stamp
from app.store.sessions import read_session

NAME = "Communiqué timeline"
MAX_NAME_CHARACTERS = 200
# A reader must be told if one of these is derived: the document does not state it.
_DATE_FIELDS = ("start_edtf", "start_kind", "end_edtf", "end_kind")
_END_OF_CALENDAR = b"END:VCALENDAR\r\n"


@dataclass(frozen=True)
class Feed:
    """The settings of a calendar: the URL of its server, the text that tells its events from those
    of other bases (None: when the base began), how long a client may cache it, and how long it
    shows a deleted item as cancelled."""

    base_url: str
    identity: str | None
    ttl: timedelta
    cancelled_for: timedelta


@dataclass(frozen=True)
class CalendarExport:
    """A started calendar export, and its number of items, cancelled ones included.

    `mark` is what the calendar depends on besides the query and the revision: cancelled events
    expire without a new revision."""

    export: Export
    items: int
    mark: str


def export_calendar(engine: Engine, query: CalendarQuery, feed: Feed) -> CalendarExport:
    """The calendar of the items that match the query, in constant memory.

    Raises InvalidRequest as a list of timeline items does."""
    list_query = query.as_list()
    session = read_session(engine)
    try:
        stamp = read_latest_stamp(session)
        feed = replace(feed, identity=find_identity(session, feed.identity))
        filters = resolve_filters(session, TIMELINE_ITEMS.where, list_query)
        now = datetime.now(UTC)
        if query.as_of is not None:
            # A historical calendar shows what it showed then.
            now = datetime.fromisoformat(stamp.created_at)
        deleted = read_deleted_items(session, now - feed.cancelled_for, filters)
        total, without_start = _count_items(session, filters)
        start = _start_calendar(feed, query, stamp, without_start)
        chunks = stream_records(session, TIMELINE_ITEMS, list_query)
    except BaseException:
        session.close()
        raise
    body = _write(start, chunks, deleted, feed)
    export = Export(stamp, body, chunks, session)
    mark = f"{feed} {[deletion.item.slug for deletion in deleted]}"
    return CalendarExport(export, total + len(deleted), mark)


def _calendar_name(query: CalendarQuery) -> str:
    """A name with the parameters, so that a client's user can tell two calendars apart."""
    # In the form of a URL, which has hardly a character that clients forget to unescape.
    parameters = unquote_plus(list_path("", query).removeprefix("?"))
    if not parameters:
        return NAME
    return make_plain(f"{NAME}: {parameters}"[:MAX_NAME_CHARACTERS])


def _start_calendar(
    feed: Feed, query: CalendarQuery, stamp: RevisionStamp, without_start: int
) -> bytes:
    """The properties of the calendar, up to its first event."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Communique//{version('communique')}//EN")
    calendar.add("version", "2.0")
    name = vText(_calendar_name(query))
    description = vText(_describe_calendar(without_start))
    # RFC 7986 defines the names without `x-`; older clients know the others.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("description", description)
    calendar.add("x-wr-caldesc", description)
    calendar.add("refresh-interval", feed.ttl, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _duration(feed.ttl))
    calendar.add("url", feed.base_url + list_path("/v1/timeline-items", query))
    if stamp.created_at:
        calendar.add("last-modified", datetime.fromisoformat(stamp.created_at))
    text: bytes = calendar.to_ical()
    return text.removesuffix(_END_OF_CALENDAR)


def _duration(time: timedelta) -> vText:
    text: bytes = vDuration(time).to_ical()  # type: ignore[no-untyped-call]
    return vText(text.decode())


def _count_items(session: Session, filters: Filters) -> tuple[int, int]:
    """The number of matching items, and how many of them have no start."""
    counts = select(func.count(), func.count(TimelineItem.start_earliest))
    conditions = sql_conditions(filters, TIMELINE_ITEMS)
    total, with_start = session.execute(counts.where(*conditions)).one()
    return total, total - with_start


def _describe_calendar(without_start: int) -> str:
    items = "1 item" if without_start == 1 else f"{without_start} items"
    verb = "is" if without_start == 1 else "are"
    return (
        "What documents claim, and for when. An event covers every day that it may be about; "
        "only what is known to the day is confirmed. "
        f"{items} without a known start {verb} left out."
    )


def _write(
    start: bytes,
    chunks: Iterator[list[Json]],
    deleted: Sequence[DeletedItem],
    feed: Feed,
) -> Generator[bytes]:
    yield start
    for chunk in chunks:
        events = []
        for record in chunk:
            item = TimelineItemDetail.model_validate(record, strict=False)
            if item.start_earliest is not None:
                events.append(make_event(item, feed).to_ical())
        yield b"".join(events)
    for deletion in deleted:
        if deletion.item.start_earliest is not None:
            yield make_cancelled(deletion, feed).to_ical()
    yield _END_OF_CALENDAR


def make_event(item: TimelineItemRead, feed: Feed) -> Event:
    """The event of an item that has a start."""
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"{feed.identity}{item.url}")))
    # RFC 5545 §3.8.7.2: without METHOD, DTSTAMP is the instant of the last revision.
    event.add("dtstamp", item.updated_at)
    event.add("created", item.created_at)
    event.add("last-modified", item.updated_at)
    # RFC 5545 §3.8.7.4: clients ignore an event with a lower SEQUENCE than theirs.
    event.add("sequence", item.version - 1)
    _add_days(event, item)
    event.add("summary", vText(make_plain(summarize(item))))
    event.add("description", vText(make_plain(explain(item))))
    event.add("status", "CONFIRMED" if is_known_to_the_day(item) else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{feed.base_url}{item.url}")
    _add_focus_areas(event, item, feed)
    # An item may cite a document several times.
    for slug in dict.fromkeys(citation.document_slug for citation in item.citations):
        # RFC 4287 §7.2.2: `via` is the link relation of a source of information.
        parameters = {"LINKREL": "via", "VALUE": "URI"}
        event.add("link", f"{feed.base_url}/v1/documents/{slug}", parameters=parameters)
    if item.edtf is not None:
        event.add("x-edtf", vText(item.edtf))
    return event


def _add_days(event: Event, item: TimelineItemRead) -> None:
    start = item.start_earliest
    last_day = item.end_latest or item.start_latest
    assert start is not None
    assert last_day is not None
    event.add("dtstart", start)
    # RFC 5545 §3.6.1: an end is exclusive. The last day that `date` has has none after it.
    end = last_day + timedelta(1) if last_day < date.max else last_day
    # RFC 5545 §3.8.2.2: DTEND is later than DTSTART; without it an event lasts one day (§3.6.1).
    if end > start:
        event.add("dtend", end)


def _add_focus_areas(event: Event, item: TimelineItemRead, feed: Feed) -> None:
    # Only an item of the current list comes with its focus areas; a deleted one does not.
    areas = getattr(item, "focus_areas", None) or []
    for area in areas:
        event.add("concept", f"{feed.base_url}{area.url}")
    names = [make_plain(area.name) for area in areas]
    event.add("categories", [*names, item.modality])


def make_cancelled(deletion: DeletedItem, feed: Feed) -> Event:
    """The event of a deleted item that has a start."""
    event = make_event(deletion.item, feed)
    for name in ("dtstamp", "last-modified", "sequence", "status"):
        del event[name]
    event.add("dtstamp", deletion.deleted_at)
    event.add("last-modified", deletion.deleted_at)
    event.add("sequence", deletion.version - 1)
    event.add("status", "CANCELLED")
    return event


def summarize(item: TimelineItemRead) -> str:
    """The title after its modality, and before what the days do not show."""
    notes = []
    if item.approximate:
        notes.append("approximate")
    if item.uncertain:
        notes.append("uncertain")
    if item.end_kind in ("open", "unknown"):
        notes.append(f"{item.end_kind} end")
    title = with_modality(item, item.title)
    return f"{title} ({', '.join(notes)})" if notes else title


def explain(item: TimelineItemRead) -> str:
    """The document's wording, its meaning, and the quotes of the citations."""
    start = _describe_days(item.start_earliest, item.start_latest, item.start_precision)
    lines = [
        f"When: {item.wording}",
        f"Start: {start}",
        f"End: {_describe_end(item)}",
    ]
    for name, reason in item.derived.items():
        if name in _DATE_FIELDS:
            lines.append(f"Derived: {name} ({reason})")
    lines.append(f"Asserted as: {item.modality}")
    lines.extend(quotation_lines(item))
    return "\n".join(lines)


def _describe_end(item: TimelineItemRead) -> str:
    if item.end_latest is None:
        return f"{item.end_kind}; the days shown are those on which it may start"
    return _describe_days(item.end_earliest, item.end_latest, item.end_precision)


def _describe_days(earliest: date | None, latest: date | None, precision: str | None) -> str:
    if earliest == latest:
        return f"{earliest}"
    return f"some day from {earliest} to {latest} ({precision})"


def is_known_to_the_day(item: TimelineItemRead) -> bool:
    """Whether the item occurred or is stated as a fact, and the document itself states its first
    and its last day."""
    is_exact = item.start_precision == item.end_precision == "day"
    is_vague = item.approximate or item.uncertain
    is_derived = any(name in item.derived for name in _DATE_FIELDS)
    return item.modality in ("occurred", "stated") and is_exact and not is_vague and not is_derived
