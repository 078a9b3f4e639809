"""Timeline items as events of a calendar: RFC 5545 (iCalendar), RFC 9253 (links).

Each item whose start is known, however roughly, is an all-day event from the first possible day of
its start to the last possible day of its end. Without an end, the event covers the days on which
the item may start, and its description says so. A deadline is an event on its last day, where a
subscriber looks for it. What recurs from a known day is an event on that day with a rule. No event
is moved to the current day, and none is confirmed unless it is known to the day.
"""

from calendar import month_name
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Event, vRecur, vText

from app.dates.edtf import parse_side
from app.export.feed_text import make_calendar_text, quotation_lines, with_modality
from app.log.deleted_items import DeletedItem
from app.schemas.read import TimelineItemRead

# A reader must be told if one of these is derived: the document does not state it.
_DATE_FIELDS = ("start_edtf", "start_kind", "end_edtf", "end_kind", "recurrence")
# The last day that an event can have: DTEND is the day after (RFC 5545 §3.6.1), and parsers that
# count in years of four digits fail at a later one, even where DTEND is left out.
_LAST_SHOWN_DAY = date.max - timedelta(days=1)


@dataclass(frozen=True)
class Feed:
    """The settings of a calendar: the URL of its server, the text that tells its events from those
    of other bases (None: when the base began), how long a client may cache it, and how long it
    shows a deleted item as cancelled."""

    base_url: str
    identity: str | None
    ttl: timedelta
    cancelled_for: timedelta


def make_event(item: TimelineItemRead, feed: Feed) -> Event:
    """The event of an item that is one (`is_event`)."""
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"{feed.identity}{item.url}")))
    # RFC 5545 §3.8.7.2: without METHOD, DTSTAMP is the instant of the last revision.
    event.add("dtstamp", item.updated_at)
    event.add("created", item.created_at)
    event.add("last-modified", item.updated_at)
    # RFC 5545 §3.8.7.4: clients ignore an event with a lower SEQUENCE than theirs.
    event.add("sequence", item.version - 1)
    _add_days(event, item)
    summary = make_calendar_text(summarize(item))
    description = make_calendar_text(explain(item))
    event.add("summary", vText(summary))
    event.add("description", vText(description))
    event.add("status", "CONFIRMED" if is_known_to_the_day(item) else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{feed.base_url}{item.url}")
    _add_focus_areas(event, item, feed)
    # An item may cite a document several times.
    slugs = [citation.document_slug for citation in item.citations]
    for slug in dict.fromkeys(slugs):
        # RFC 4287 §7.2.2: `via` is the link relation of a source of information.
        parameters = {"LINKREL": "via", "VALUE": "URI"}
        event.add("link", f"{feed.base_url}/v1/documents/{slug}", parameters=parameters)
    if item.edtf is not None:
        event.add("x-edtf", vText(item.edtf))
    return event


def is_event(item: TimelineItemRead) -> bool:
    """Whether a calendar can show the item: it has a start, or a deadline."""
    return item.start_earliest is not None or item.end_kind == "by"


def _add_days(event: Event, item: TimelineItemRead) -> None:
    first_day = item.start_earliest
    last_day = item.end_latest or item.start_latest
    if item.end_kind == "by":
        first_day = item.end_latest
    elif _recurs_from_known_day(item):
        last_day = item.start_latest
        _add_rule(event, item)
    assert first_day is not None
    assert last_day is not None
    event.add("dtstart", min(first_day, _LAST_SHOWN_DAY))
    event.add("dtend", min(last_day, _LAST_SHOWN_DAY) + timedelta(days=1))


def _recurs_from_known_day(item: TimelineItemRead) -> bool:
    if item.recurrence is None or item.end_kind == "by" or item.start_edtf is None:
        return False
    # `approximate` and `uncertain` are about the end, too.
    start = parse_side(item.start_edtf)
    return start.precision == "day" and not (start.approximate or start.uncertain)


def _add_rule(event: Event, item: TimelineItemRead) -> None:
    assert item.recurrence is not None
    rule = vRecur.from_ical(item.recurrence)
    if item.end_kind == "dated" and item.end_latest is not None:
        rule["UNTIL"] = [min(item.end_latest, _LAST_SHOWN_DAY)]
    event.add("rrule", rule)


def _is_cut_off(item: TimelineItemRead) -> bool:
    """Whether the item has a day that no calendar can show."""
    return date.max in (item.start_latest, item.end_latest)


def _add_focus_areas(
    event: Event,
    item: TimelineItemRead,
    feed: Feed,
) -> None:
    # Only an item of the current list comes with its focus areas; a deleted one does not.
    areas = getattr(item, "focus_areas", None) or []
    for area in areas:
        event.add("concept", f"{feed.base_url}{area.url}")
    names = [make_calendar_text(area.name) for area in areas]
    event.add("categories", [*names, item.modality])


def make_cancelled(deletion: DeletedItem, feed: Feed) -> Event:
    """The event of a deleted item that is one (`is_event`)."""
    event = make_event(deletion.item, feed)
    for name in ("dtstamp", "last-modified", "sequence", "status"):
        del event[name]
    event.add("dtstamp", deletion.deleted_at)
    event.add("last-modified", deletion.deleted_at)
    event.add("sequence", deletion.version - 1)
    event.add("status", "CANCELLED")
    return event


def summarize(item: TimelineItemRead) -> str:
    """The title after its deadline and its modality, and before what the days do not show."""
    notes = []
    if item.approximate:
        notes.append("approximate")
    if item.uncertain:
        notes.append("uncertain")
    if item.end_kind in ("open", "unknown"):
        notes.append(f"{item.end_kind} end")
    title = with_modality(item, item.title)
    if notes:
        title += f" ({', '.join(notes)})"
    if item.end_kind == "by" and item.end_latest is not None:
        day = item.end_latest
        title = f"By {day.day} {month_name[day.month]} {day.year}: {title}"
    return title


def explain(item: TimelineItemRead) -> str:
    """The document's wording, its meaning, and the quotes of the citations."""
    start = _describe_days(item.start_earliest, item.start_latest, item.start_precision)
    lines = [
        f"When: {item.wording}",
        f"Start: {start}",
        f"End: {_describe_end(item)}",
    ]
    if item.recurrence is not None:
        lines.append(f"Recurs: {item.recurrence}")
    for name, reason in item.derived.items():
        if name in _DATE_FIELDS:
            lines.append(f"Derived: {name} ({reason})")
    if _is_cut_off(item):
        lines.append(f"Shown until {_LAST_SHOWN_DAY}: calendars have no later day")
    lines.append(f"Asserted as: {item.modality}")
    lines.extend(quotation_lines(item))
    return "\n".join(lines)


def _describe_end(item: TimelineItemRead) -> str:
    if item.end_kind == "by":
        return f"{item.end_latest} at the latest ({item.end_precision})"
    if item.end_latest is None:
        return f"{item.end_kind}; the days shown are those on which it may start"
    return _describe_days(item.end_earliest, item.end_latest, item.end_precision)


def _describe_days(
    earliest: date | None,
    latest: date | None,
    precision: str | None,
) -> str:
    if earliest is None:
        return "unknown"
    if earliest == latest:
        return f"{earliest}"
    return f"some day from {earliest} to {latest} ({precision})"


def is_known_to_the_day(item: TimelineItemRead) -> bool:
    """Whether the item occurred or is stated as a fact, and the document itself states its first
    and its last day."""
    is_exact = item.start_precision == item.end_precision == "day"
    is_vague = item.approximate or item.uncertain
    is_derived = any(name in item.derived for name in _DATE_FIELDS)
    if not is_exact or is_vague or is_derived or _is_cut_off(item):
        return False
    return item.modality in ("occurred", "stated")
