"""The meaning of a document's wording for a time, as the two sides of a timeline item.

English phrases as policy documents use them: "2026 – Ongoing", "2025 Q4 – 2027", "by mid-2026",
"FY2026", "within 18 months", "annually from 2026". Each becomes EDTF. What does not follow from the
words alone is marked as derived, with the reason, and so is never certain. Wording that is not
understood, or has two meanings ("2026-27", "winter 2026/27", "in two years"), remains wording.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from app.dates.arithmetic import neighbour, plus_months
from app.dates.context import ANCHOR, Context, Needs
from app.dates.edtf import parse_side
from app.dates.parts import split_part
from app.dates.periods import MONTH, read_period
from app.dates.ranges import (
    read_days_of_month,
    read_range,
    read_short_range,
    read_some_time_between,
)
from app.dates.readings import Reading, combine, derive

MAX_WORDING_CHARACTERS = 200
EMPTY_CONTEXT = Context()

_UNITS = ("day", "week", "month", "year")
_NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {"a": 1, "an": 1}
for _number, _word in enumerate(_NUMBER_WORDS.split(" "), 1):
    _NUMBERS[_word] = _number


def read_wording(wording: str, context: Context = EMPTY_CONTEXT) -> Reading | None:
    """The meaning of the words; None if they are not understood, or have two meanings."""
    if len(wording) > MAX_WORDING_CHARACTERS:
        return None
    text = _normalize(wording)
    for pattern, read in _FORMS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        try:
            reading = read(context, **match.groupdict())
        except Needs as needs:
            return Reading(None, "unknown", None, "unknown", needs=str(needs))
        except (ValueError, OverflowError):
            # Outside the years 1 to 9999.
            return None
        if reading is not None:
            return reading
    return None


def _normalize(wording: str) -> str:
    """In small letters, with one kind of dash and space, and without a full stop at the end."""
    text = " ".join(wording.casefold().split())
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    text = text.strip(" .")
    # The full stop of an abbreviated month.
    return re.sub(r"\b(sept|[a-z]{3})\.", r"\1", text)


def _read_single(context: Context, period: str) -> Reading | None:
    single = read_period(context, period)
    if single is None:
        return None
    return combine(single, single)


def _read_from(context: Context, start: str) -> Reading | None:
    period = read_period(context, start, "start")
    if period is None:
        return None
    derived = {}
    if period.reason is not None:
        derived["start_edtf"] = period.reason
    return Reading(parse_side(period.start), "dated", None, "unknown", derived)


def _read_onwards(context: Context, start: str) -> Reading | None:
    reading = _read_from(context, start)
    if reading is None:
        return None
    return replace(reading, end_kind="open")


def _read_since(context: Context, start: str) -> Reading | None:
    reading = _read_onwards(context, start)
    return derive(reading, "end_kind", "'since' names no end")


def _read_recurring(context: Context, start: str) -> Reading | None:
    """The frequency is part of the wording only."""
    reading = read_range(context, start)
    if reading is not None:
        return derive(reading, "end_edtf", "it recurs until then")
    reading = _read_onwards(context, start)
    return derive(reading, "end_kind", "it recurs, and no end is named")


def _read_until(context: Context, end: str) -> Reading | None:
    period = read_period(context, end, "end")
    if period is None:
        return None
    derived = {}
    if period.reason is not None:
        derived["end_edtf"] = period.reason
    side = parse_side(period.end or period.start)
    return Reading(None, "unknown", side, "dated", derived)


def _read_deadline(context: Context, word: str, end: str) -> Reading | None:
    reading = _read_until(context, end)
    return derive(reading, "end_edtf", f"{word!r} names the latest end")


def _read_before(context: Context, word: str, end: str) -> Reading | None:
    """ "Before 2027": at the latest in 2026. "Before the end of 2026" may still be in 2026."""
    if _names_part(end, "end"):
        return _read_deadline(context, word, end)
    period = read_period(context, end, "start")
    if period is None:
        return None
    before = neighbour(period.start, -1)
    if before is None:
        return None
    reason = f"{word!r} excludes what it names, and names the latest end"
    reading = Reading(None, "unknown", parse_side(before), "dated")
    return _derive_too(reading, "end_edtf", period.reason, reason)


def _read_after(context: Context, word: str, start: str) -> Reading | None:
    """ "After 2026": at the earliest in 2027. "After the start of 2026" may already be in 2026."""
    if _names_part(start, "start", "beginning"):
        return _read_not_before(context, word, start)
    period = read_period(context, start, "end")
    if period is None:
        return None
    after = neighbour(period.end or period.start, 1)
    if after is None:
        return None
    reason = f"{word!r} excludes what it names, and names the earliest start"
    reading = Reading(parse_side(after), "dated", None, "unknown")
    return _derive_too(reading, "start_edtf", period.reason, reason)


def _names_part(text: str, *words: str) -> bool:
    part = split_part(text)
    return part is not None and part[0] in words


def _derive_too(
    reading: Reading, name: str, period_reason: str | None, reason: str
) -> Reading | None:
    if period_reason is not None:
        reason = f"{period_reason}; {reason}"
    return derive(reading, name, reason)


def _read_not_before(context: Context, word: str, start: str) -> Reading | None:
    reading = _read_from(context, start)
    return derive(reading, "start_edtf", f"{word!r} names the earliest start")


def _read_as_of(context: Context, start: str) -> Reading | None:
    reading = _read_from(context, start)
    reason = "'as of' is read as the start; it may also mean the state on that day"
    return derive(reading, "start_edtf", reason)


def _read_ongoing(_: Context) -> Reading:
    return Reading(None, "unknown", None, "open")


def _read_immediate(context: Context) -> Reading:
    anchor = _require_anchor(context)
    anchored = f"the words name no day; anchored on {anchor}"
    derived = {
        "start_edtf": anchored,
        "start_kind": anchored,
        "end_kind": "the words name no end",
    }
    return Reading(parse_side(f"{anchor}~"), "dated", None, "unknown", derived)


def _read_within(context: Context, unit: str, number: str = "one") -> Reading | None:
    """From the anchor to that much later, as precisely as the unit is."""
    anchor = _require_anchor(context)
    count = _NUMBERS.get(number) or int(number)
    if count == 0:
        return None
    end = _add_units(anchor, count, unit)
    plural = "s" if count > 1 else ""
    derived = {
        "start_edtf": f"counted from {anchor}",
        "end_edtf": f"{count} {unit}{plural} from {anchor}",
    }
    return Reading(
        parse_side(f"{anchor}~"),
        "dated",
        parse_side(f"{end}~"),
        "dated",
        derived,
    )


def _add_units(day: date, count: int, unit: str) -> str:
    """A later day or month, as EDTF."""
    if unit == "day":
        return str(day + timedelta(days=count))
    if unit == "week":
        return str(day + timedelta(weeks=count))
    months = count
    if unit == "year":
        months = 12 * count
    return f"{plus_months(day, months):%Y-%m}"


def _require_anchor(context: Context) -> date:
    if context.anchor is None:
        raise Needs(ANCHOR)
    return context.anchor


_OFTEN = (
    "annually|yearly|every year|each year|monthly|every month|each month|quarterly|every quarter|"
    "each quarter|weekly|every week|each week|twice a year|biannually|biennially|every two years"
)
_OPEN = r"ongoing|open|open-ended|present|the present|continuous|continuing"
_ONWARDS = (
    rf"{_OPEN}|onwards?|on|forward|going forward|and beyond|and onwards?|and later|and after|"
    "(?:and )?thereafter"
)
_FROM = (
    "from|as from|(?:with effect|effective)(?: from| on| as of)?|"
    "(?:starting|beginning|commencing)(?: in| on| from)?"
)
_NOT_BEFORE = (
    "not before|no earlier than|not earlier than|no sooner than|not until|on or after|"
    "on and after"
)
_DEADLINE = (
    "by|up to(?: and including)?|(?:by )?no later than|not later than|not after|on or before|"
    "by or before|at the latest(?: by| in| on)?|latest by"
)
_NEXT = r"(?:in|within|over|during|throughout|for) the (?:next|coming|following)"
_UNIT = rf"(?P<unit>{'|'.join(_UNITS)})"
_SOME = rf"(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)}) {_UNIT}s?"
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Reading | None]], ...] = tuple(
    (re.compile(pattern, re.ASCII), read)
    for pattern, read in (
        (r"immediate(?:ly)?|with immediate effect", _read_immediate),
        (rf"(?:{_OPEN}|permanent(?:ly)?)", _read_ongoing),
        (rf"(?:within|{_NEXT}) {_SOME}", _read_within),
        # "The coming years" do not say how many.
        (rf"{_NEXT} {_UNIT}", _read_within),
        (r"(?P<period>.+)", _read_single),
        (
            rf"(?:{_OFTEN}),? (?:from|since|starting(?: in)?|beginning(?: in)?) "
            rf"(?P<start>.+?)(?: (?:{_ONWARDS}))?",
            _read_recurring,
        ),
        (
            r"(?:ongoing|continuing|continuously),? (?:since|from) (?P<start>.+)",
            _read_onwards,
        ),
        (rf"(?:from )?(?P<start>.+?)(?: ?- ?| to |, ?| )(?:{_ONWARDS})", _read_onwards),
        (r"since (?P<start>.+)", _read_since),
        (
            rf"(?:{_FROM}) (?P<start>.+)",
            _read_from,
        ),
        (r"as of (?P<start>.+)", _read_as_of),
        (rf"(?P<word>{_NOT_BEFORE}) (?P<start>.+)", _read_not_before),
        (r"(?P<start>.+?),? (?P<word>or later|at the earliest)", _read_not_before),
        (r"(?P<word>before|prior to|earlier than|ahead of) (?P<end>.+)", _read_before),
        (r"(?P<word>after|later than) (?P<start>.+)", _read_after),
        (rf"(?P<word>{_DEADLINE}) (?P<end>.+)", _read_deadline),
        (
            r"(?:by )?(?P<end>.+?),? (?P<word>at the latest|or earlier|or before|or sooner)",
            _read_deadline,
        ),
        (r"(?:(?:up )?until|till|through)(?: to)? (?P<end>.+)", _read_until),
        (r"(?P<start>[12]\d{3})(?:-| - )(?P<end>\d\d)", read_short_range),
        (
            rf"(?P<month>{MONTH}) (?P<start>\d{{1,2}})(?:-| - | to )(?P<end>\d{{1,2}}),? "
            r"(?P<year>[12]\d{3})",
            read_days_of_month,
        ),
        (r"between (?P<start>.+?) and (?P<end>.+)", read_some_time_between),
        (r"(?:from )?(?P<text>.+)", read_range),
    )
)
