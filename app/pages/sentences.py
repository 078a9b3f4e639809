"""The dates of a timeline item in words, with no more precision than the document gives."""

from datetime import date, timedelta

from app.pages.words import MONTHS, count_things, name_day
from app.schemas.read import TimelineItemRead

_DAY = timedelta(days=1)
_UNITS = {"YEARLY": "year", "MONTHLY": "month", "WEEKLY": "week", "DAILY": "day"}


def write_sentence(item: TimelineItemRead) -> str:
    """What the dates can mean, as one sentence or two."""
    doubt = " (the source is not sure)" if item.uncertain else ""
    sentence = f"{_capitalize(_describe_sides(item))}{doubt}."
    if item.recurrence is not None:
        sentence += f" It recurs {describe_recurrence(item.recurrence)}."
    return sentence


def _describe_sides(item: TimelineItemRead) -> str:
    if item.end_kind == "same":
        return _describe_start_days(item)
    if item.start_kind == item.end_kind == "unknown":
        return "the document does not say when"
    if item.end_kind == "by" and item.start_kind == "unknown":
        return describe_deadline(item)
    return f"{_describe_start(item)}; {_describe_end(item)}"


def _describe_start(item: TimelineItemRead) -> str:
    match item.start_kind:
        case "open":
            return "has no first day"
        case "unknown":
            return "the document does not say when it starts"
        case _:
            return f"starts {_describe_start_days(item)}"


def _describe_end(item: TimelineItemRead) -> str:
    match item.end_kind:
        case "open":
            return "goes on, with no end named"
        case "unknown":
            return "the document does not say when it ends"
        case "by":
            return f"is due {describe_deadline(item)}"
        case _:
            return f"ends {describe_days(item.end_earliest, item.end_latest)}"


def name_start(item: TimelineItemRead) -> str:
    """The start alone, as a field."""
    match item.start_kind:
        case "open":
            return "No first day"
        case "unknown":
            return "Not said"
        case _:
            return _capitalize(_describe_start_days(item))


def name_end(item: TimelineItemRead) -> str:
    """The end alone, as a field."""
    match item.end_kind:
        case "open":
            return "Open: it goes on"
        case "unknown":
            return "Not said"
        case "same":
            return "The same as the start"
        case "by":
            return _capitalize(describe_deadline(item))
        case _:
            return _capitalize(describe_days(item.end_earliest, item.end_latest))


def describe_deadline(item: TimelineItemRead) -> str:
    """`by 30 June 2026 at the latest`: of an item with a deadline."""
    assert item.end_latest is not None
    about = "about " if item.approximate else ""
    return f"by {about}{name_day(item.end_latest)} at the latest"


def describe_recurrence(rule: str) -> str:
    """`every 3 months`, of a rule of RFC 5545 with FREQ and INTERVAL alone."""
    parts = dict(part.split("=") for part in rule.split(";"))
    unit = _UNITS[parts["FREQ"]]
    interval = int(parts.get("INTERVAL", "1"))
    if interval == 1:
        return f"every {unit}"
    return f"every {count_things(interval, unit)}"


def _describe_start_days(item: TimelineItemRead) -> str:
    days = describe_days(item.start_earliest, item.start_latest)
    if not item.approximate:
        return days
    if days.startswith("on "):
        return f"on about {days.removeprefix('on ')}"
    return f"about {days}"


def describe_days(
    first: date | None,
    last: date | None,
) -> str:
    """A range of days: `on 1 May 2026`, `some day in 2026`, `some day from May to July 2026`."""
    assert first is not None
    assert last is not None
    if first == last:
        return f"on {name_day(first)}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        if first.year == last.year:
            return f"some day in {first.year}"
        return f"some day from {first.year} to {last.year}"
    # `day.month` of the next day, not the next day itself: there is none after year 9999.
    is_whole_months = first.day == 1 and (last.month == 12 or (last + _DAY).day == 1)
    if is_whole_months and (last.month != 12 or last.day == 31):
        return _describe_months(first, last)
    return f"some day from {_name_first_day(first, last)} to {name_day(last)}"


def _describe_months(
    first: date,
    last: date,
) -> str:
    end = f"{MONTHS[last.month - 1]} {last.year}"
    start = MONTHS[first.month - 1]
    if first.year != last.year:
        return f"some day from {start} {first.year} to {end}"
    if first.month == last.month:
        return f"some day in {end}"
    return f"some day from {start} to {end}"


def _name_first_day(
    first: date,
    last: date,
) -> str:
    """The first day of a range, without its year if the last day has the same."""
    if first.year != last.year:
        return name_day(first)
    return f"{first.day} {MONTHS[first.month - 1]}"


def _capitalize(text: str) -> str:
    return text[0].upper() + text[1:]
