"""Wording that names a start and an end: "March – June 2026", "2025 Q4 to 2027"."""

import re
from collections.abc import Iterator

from app.dates.context import Context, Period
from app.dates.parts import PARTS
from app.dates.periods import read_period
from app.dates.readings import Reading, combine, derive

_ISO = re.compile(r"[\d-]+", re.ASCII)
_SEPARATORS = (" - ", " up to ", " to ", " until ", " till ", " through ", "/", "-")


def read_range(context: Context, text: str) -> Reading | None:
    """From one expression to another, at the first separator with a meaningful reading."""
    for start, separator, end in _split_at_separators(text):
        if _may_name_one_period(start, separator, end):
            continue
        # "March/April 2026" may be in either month.
        if separator == "/" and not _ISO.fullmatch(f"{start}{end}"):
            continue
        reading = _read_from_to(context, start, end)
        if reading is not None:
            return reading
    return None


def _split_at_separators(text: str) -> Iterator[tuple[str, str, str]]:
    for separator in _SEPARATORS:
        pattern = re.escape(separator)
        for match in re.finditer(pattern, text):
            start = text[: match.start()]
            end = text[match.end() :]
            yield start.rstrip(), separator, end.lstrip()


def _may_name_one_period(start: str, separator: str, end: str) -> bool:
    """ "2026/2027" may as well name one year, and so may the end of "Q1 2026-2027"; "winter 2026 to
    2027" may name one winter."""
    if not _is_next_year(start[-4:], end):
        return False
    if separator == "-" and len(start) > 4:
        return True
    return separator == "/" or "winter" in start


def _is_next_year(start: str, end: str) -> bool:
    if start.isdecimal() and end.isdecimal():
        return int(end) - int(start) == 1
    return False


def _read_from_to(context: Context, start: str, end: str) -> Reading | None:
    last = read_period(context, end, "end")
    if last is None and not end.isdecimal():
        last = _complete_end(context, start, end)
    first = read_period(context, start, "start")
    if first is None:
        first = _complete_start(context, start, end)
    if first is None or last is None:
        return None
    # "FY2026 – 2027" mixes two kinds of year, or names one.
    if first.fiscal != last.fiscal:
        return None
    return combine(first, last)


def _complete_end(context: Context, start: str, end: str) -> Period | None:
    """ "2026 Q1 – Q3": the end with the longest possible beginning of the start before it."""
    words = start.split(" ")
    while len(words) > 1:
        words.pop()
        head = " ".join(words)
        period = read_period(context, f"{head} {end}", "end")
        if period is not None:
            return period
    return None


def _complete_start(context: Context, start: str, end: str) -> Period | None:
    """ "3 – 5 May 2026": the start with the shortest possible ending of the end after it."""
    # "Mid-May 2026" is not a range from mid-2026.
    if start in PARTS and not end.startswith(PARTS):
        return None
    words = end.split(" ")
    for index in range(len(words) - 1, 0, -1):
        tail = " ".join(words[index:])
        period = read_period(context, f"{start} {tail}", "start")
        if period is not None:
            return period
    return None


def read_some_time_between(context: Context, start: str, end: str) -> Reading | None:
    """ "Between 2026 and 2028" may be all of it, or some day of it."""
    reading = _read_from_to(context, start, end)
    for name in ("start_edtf", "end_edtf"):
        reading = derive(reading, name, "'between' may mean some time within")
    return reading


def read_short_range(context: Context, start: str, end: str) -> Reading | None:
    """ "2026-30"; not "2026-11", which is a month, nor "2026-27", which may be one year."""
    end_year = f"{start[:2]}{end}"
    if int(end) <= 12 or _is_next_year(start, end_year):
        return None
    return _read_from_to(context, start, end_year)


def read_days_of_month(
    context: Context,
    month: str,
    start: str,
    end: str,
    year: str,
) -> Reading | None:
    """ "May 3 – 5, 2026"."""
    first = f"{month} {start} {year}"
    last = f"{month} {end} {year}"
    return _read_from_to(context, first, last)
