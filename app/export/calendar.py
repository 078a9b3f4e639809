"""The timeline as a calendar: RFC 5545 (iCalendar), RFC 7986 (names, refreshing)."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from urllib.parse import unquote_plus

from icalendar import Calendar, vDuration, vText
from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session

from app.catalog.timeline_items import TIMELINE_ITEMS, CalendarQuery
from app.export.calendar_events import Feed, is_event, make_cancelled, make_event
from app.export.feed_text import make_calendar_text
from app.export.lists import Export
from app.log.deleted_items import DeletedItem, read_deleted_items
from app.queries.filters import Filters, resolve_filters
from app.queries.loading import Json
from app.queries.pages import stream_records
from app.queries.paths import list_path
from app.queries.planning.conditions import sql_conditions
from app.schemas.read import TimelineItemDetail
from app.store.models import TimelineItem
from app.store.revisions import RevisionStamp, find_identity, read_latest_stamp
from app.store.sessions import read_session

NAME = "Communiqué timeline"
MAX_NAME_CHARACTERS = 200
_END_OF_CALENDAR = b"END:VCALENDAR\r\n"


@dataclass(frozen=True)
class CalendarExport:
    """A started calendar export, and its number of items, cancelled ones included.

    `mark` is what the calendar depends on besides the query and the revision: cancelled events
    expire without a new revision."""

    export: Export
    items: int
    mark: str


def export_calendar(
    engine: Engine,
    query: CalendarQuery,
    feed: Feed,
) -> CalendarExport:
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
        total, without_date = _count_items(session, filters)
        start = _start_calendar(feed, query, stamp, without_date)
        chunks = stream_records(session, TIMELINE_ITEMS, list_query)
    except BaseException:
        session.close()
        raise
    body = _write(start, chunks, deleted, feed)
    export = Export(stamp, body, chunks, session)
    deleted_slugs = [deletion.item.slug for deletion in deleted]
    mark = f"{feed} {deleted_slugs}"
    return CalendarExport(export, total + len(deleted), mark)


def _calendar_name(query: CalendarQuery) -> str:
    """A name with the parameters, so that a client's user can tell two calendars apart."""
    # In the form of a URL, which has hardly a character that clients forget to unescape.
    parameters = unquote_plus(list_path("", query).removeprefix("?"))
    if not parameters:
        return NAME
    return make_calendar_text(f"{NAME}: {parameters}"[:MAX_NAME_CHARACTERS])


def _start_calendar(
    feed: Feed,
    query: CalendarQuery,
    stamp: RevisionStamp,
    without_date: int,
) -> bytes:
    """The properties of the calendar, up to its first event."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Communique//{version('communique')}//EN")
    calendar.add("version", "2.0")
    name = vText(_calendar_name(query))
    description = vText(_describe_calendar(without_date))
    # RFC 7986 defines the names without `x-`; older clients know the others.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("description", description)
    calendar.add("x-wr-caldesc", description)
    calendar.add("refresh-interval", feed.ttl, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _duration(feed.ttl))
    path = list_path("/v1/timeline-items", query)
    calendar.add("url", f"{feed.base_url}{path}")
    if stamp.created_at:
        calendar.add("last-modified", datetime.fromisoformat(stamp.created_at))
    text: bytes = calendar.to_ical()
    return text.removesuffix(_END_OF_CALENDAR)


def _duration(time: timedelta) -> vText:
    text: bytes = vDuration(time).to_ical()  # type: ignore[no-untyped-call]
    return vText(text.decode())


def _count_items(session: Session, filters: Filters) -> tuple[int, int]:
    """The number of matching items, and how many of them are no event of a calendar."""
    conditions = sql_conditions(filters, TIMELINE_ITEMS)
    is_deadline = TimelineItem.end_kind == "by"
    has_date = or_(TimelineItem.start_earliest.is_not(None), is_deadline)
    counts = select(func.count(), func.count().filter(has_date))
    total, with_date = session.execute(counts.where(*conditions)).one()
    return total, total - with_date


def _describe_calendar(without_date: int) -> str:
    omitted = f"{without_date} items without a known start or a deadline are left out."
    if without_date == 1:
        omitted = "1 item without a known start or a deadline is left out."
    return (
        "What documents claim, and for when. An event covers every day that it may be about, a "
        "deadline its last day; only what is known to the day is confirmed. "
        f"{omitted}"
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
            if is_event(item):
                events.append(make_event(item, feed).to_ical())
        yield b"".join(events)
    for deletion in deleted:
        if is_event(deletion.item):
            yield make_cancelled(deletion, feed).to_ical()
    yield _END_OF_CALENDAR
