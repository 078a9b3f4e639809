"""What does a document's wording for a time mean, as the two sides of a timeline item?

English phrases as policy documents use them: "2026 – Ongoing", "2025 Q4 – 2027", "by mid-2026",
"FY2026", "within 18 months", "annually from 2026". Each becomes EDTF, never narrower than the
words; what does not follow from the words alone is said to be derived, with the reason. What is not
understood, or could mean two things ("04/05/2026", "winter 2026/27"), stays wording.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from app.edtf import Side, parse_side
from app.vocabulary import EndKind, StartKind


@dataclass(frozen=True)
class Reading:
    """The two sides, and `derived`: the fields whose value the words alone do not give, with the
    reason. `needs` says what else must be known; until then the sides are unknown."""

    start: Side | None
    start_kind: StartKind
    end: Side | None
    end_kind: EndKind
    derived: dict[str, str] = field(default_factory=dict)
    needs: str | None = None


@dataclass(frozen=True)
class Context:
    """What the words lean on: the day on which the document speaks, and the first day of any one
    fiscal year, by the name of that year."""

    anchor: date | None = None
    fiscal_year: tuple[int, date] | None = None


@dataclass(frozen=True)
class Period:
    """One expression: its first side, its last where that is another, and why, if it is derived."""

    start: str
    end: str | None = None
    reason: str | None = None


class _Needs(Exception):
    """The words lean on something that is not given."""


ANCHOR = "the day on which the document speaks"
FISCAL_YEAR = "the first day of a fiscal year"


def read_wording(wording: str, context: Context = Context()) -> Reading | None:
    """What the words mean; None if they are not understood, or could mean two things."""
    text = _normalize(wording)
    for pattern, read in _FORMS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        try:
            reading = read(context, **match.groupdict())
        except _Needs as needs:
            return Reading(None, "unknown", None, "unknown", needs=str(needs))
        except (ValueError, OverflowError):
            # Beyond the years that there are.
            return None
        if reading is not None:
            return reading
    return None


def _normalize(wording: str) -> str:
    """In small letters, one kind of dash and space, without a full stop at the end."""
    text = re.sub(r"\s*[\u2010-\u2015\u2212]\s*", " - ", wording.casefold())
    text = re.sub(r"[\s\u00a0]+", " ", text).strip(" .")
    return re.sub(r"\b(sept|[a-z]{3})\.", r"\1", text)


# --- one expression ---------------------------------------------------------------------------

_MONTH_NAMES = [name.casefold() for name in calendar.month_name[1:]]
_MONTHS = {name[:3]: i for i, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {"sept": 9}
_WEEKDAYS = [name.casefold() for name in calendar.day_name]
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_ORDINALS |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
# Parts of a year that documents leave vague: thirds (sub-year groupings 37 to 39), approximately.
_PARTS = {"early": 37, "mid": 38, "late": 39}
_UNITS = ("day", "week", "month", "year")
_COUNTED = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {word: i for i, word in enumerate(_COUNTED.split(" "), 1)}

_month = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ordinal = "|".join(_ORDINALS)
_Y = r"(?P<year>[12]\d{3})"
_D = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}),? )?"


def _day(_: Context, year: str, month: str, day: str, weekday: str | None = None) -> Period | None:
    number = _MONTHS.get(month) or int(month)
    try:
        found = date(int(year), number, int(day))
    except ValueError:
        return None
    if weekday is not None and _WEEKDAYS[found.weekday()] != weekday:
        return None
    return Period(found.isoformat())


def _of_month(_: Context, year: str, month: str) -> Period:
    return Period(f"{year}-{_MONTHS.get(month) or int(month):02}")


def _of_quarter(_: Context, year: str, number: str) -> Period:
    return Period(f"{year}-{32 + (_ORDINALS.get(number) or int(number))}")


def _of_half(_: Context, year: str, number: str) -> Period:
    return Period(f"{year}-{39 + (_ORDINALS.get(number) or int(number))}")


def _of_season(_: Context, year: str, season: str) -> Period:
    # Approximate in itself: no hemisphere is named.
    return Period(f"{year}-{_SEASONS[season]}")


def _of_part(_: Context, year: str, part: str) -> Period:
    return Period(f"{year}-{_PARTS[part]}~", reason=f"{part!r} is read as a third of the year")


def _of_fiscal_year(context: Context, year: str) -> Period:
    if context.fiscal_year is None:
        raise _Needs(FISCAL_YEAR)
    known, begins = context.fiscal_year
    number = int(year) + (begins.year // 100 * 100 if len(year) == 2 else 0)
    first = _plus_months(begins, 12 * (number - known))
    last = _plus_months(first, 12) - timedelta(1)
    reason = f"fiscal year {known} begins on {begins}"
    return Period(first.isoformat(), last.isoformat(), reason)


_EXPRESSIONS: tuple[tuple[str, Callable[..., Period | None]], ...] = (
    (rf"{_Y}", lambda _, year: Period(year)),
    (
        rf"(?:circa|ca|c|around|about|approximately|~) ?\.? ?{_Y}",
        lambda _, year: Period(f"{year}~"),
    ),
    (rf"{_Y} ?\?", lambda _, year: Period(f"{year}?")),
    (r"(?:the )?(?P<tens>[12]\d{2})0s", lambda _, tens: Period(f"{tens}X")),
    (rf"{_Y}-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)", _day),
    (rf"{_Y}-(?P<month>0[1-9]|1[0-2])", _of_month),
    (rf"{_WEEKDAY}(?P<month>{_month}) {_D},? {_Y}", _day),
    (rf"{_WEEKDAY}{_D}(?: of)? (?P<month>{_month}),? {_Y}", _day),
    (rf"(?P<month>{_month})(?: of|,)? {_Y}", _of_month),
    (rf"q(?P<number>[1-4])(?: of)?[ /,-]{{0,2}}{_Y}", _of_quarter),
    (rf"(?P<number>[1-4])q ?{_Y}", _of_quarter),
    (rf"{_Y}[ /,-]{{0,2}}q(?P<number>[1-4])", _of_quarter),
    (rf"(?:the )?(?P<number>{_ordinal}) quarter(?: of)?,? {_Y}", _of_quarter),
    (rf"h(?P<number>[12])(?: of)?[ /,-]{{0,2}}{_Y}", _of_half),
    (rf"(?P<number>[12])h ?{_Y}", _of_half),
    (rf"{_Y}[ /,-]{{0,2}}h(?P<number>[12])", _of_half),
    (rf"(?:the )?(?P<number>first|second|1st|2nd) half(?: of)?,? {_Y}", _of_half),
    (rf"(?:the )?(?P<season>{'|'.join(_SEASONS)})(?: of|,)? {_Y}", _of_season),
    (rf"(?P<part>{'|'.join(_PARTS)})(?: in| -|-)? ?{_Y}", _of_part),
    (r"(?:fy|fiscal year|financial year) ?'?(?P<year>[12]\d{3}|\d\d)", _of_fiscal_year),
)
_COMPILED = tuple((re.compile(pattern), read) for pattern, read in _EXPRESSIONS)


def _read_period(context: Context, text: str) -> Period | None:
    """One expression, after words that add nothing. "The end of 2026" is as precise as "2026": when
    it ends is not said to the day."""
    plain = re.sub(r"^(?:in|on|during|throughout|at|for)(?: the(?= [a-z0-9]))? ", "", text)
    plain = re.sub(r"^(?:the )?end[ -](?:of )?(?:the )?", "", plain)
    for pattern, read in _COMPILED:
        match = pattern.fullmatch(plain)
        if match is not None:
            return read(context, **match.groupdict())
    return None


# --- a whole wording ---------------------------------------------------------------------------


def _alone(context: Context, what: str) -> Reading | None:
    period = _read_period(context, what)
    return _between(period, period) if period is not None else None


def _from(context: Context, start: str, *, kind: EndKind = "unknown") -> Reading | None:
    period = _read_period(context, start)
    return _make(period.start, period.reason, kind) if period is not None else None


def _until(context: Context, end: str) -> Reading | None:
    period = _read_period(context, end)
    if period is None:
        return None
    derived = {"end_edtf": period.reason} if period.reason is not None else {}
    side = parse_side(period.end or period.start)
    return Reading(None, "unknown", side, "dated", derived)


def _range(context: Context, start: str, end: str) -> Reading | None:
    last = _read_period(context, end)
    if last is None:
        return None
    first = _read_period(context, start)
    if first is None:
        # "March – June 2026", "3 – 5 May 2026": the first leans on what ends the last.
        words = end.split(" ")
        tails = [" ".join(words[place:]) for place in range(len(words) - 1, 0, -1)]
        borrowed = (_read_period(context, f"{start} {tail}") for tail in tails)
        first = next((found for found in borrowed if found is not None), None)
    return _between(first, last) if first is not None else None


def _short_range(context: Context, start: str, end: str) -> Reading | None:
    """ "2026-27"; not "2026-11", which is a month."""
    return _range(context, start, f"{start[:2]}{end}") if int(end) > 12 else None


def _days_of_month(context: Context, month: str, start: str, end: str, year: str) -> Reading | None:
    """ "May 3 – 5, 2026"."""
    return _range(context, f"{month} {start} {year}", f"{month} {end} {year}")


def _between(first: Period, last: Period) -> Reading | None:
    start, end = parse_side(first.start), parse_side(last.end or last.start)
    derived = {}
    if first.reason is not None:
        derived["start_edtf"] = first.reason
    if start == end:
        return Reading(start, "dated", None, "same", derived)
    if last.reason is not None:
        derived["end_edtf"] = last.reason
    # A range that runs backwards means something else.
    return Reading(start, "dated", end, "dated", derived) if end.latest >= start.earliest else None


def _make(start: str, reason: str | None, kind: EndKind) -> Reading:
    derived = {"start_edtf": reason} if reason is not None else {}
    return Reading(parse_side(start), "dated", None, kind, derived)


def _ongoing(_: Context) -> Reading:
    return Reading(None, "unknown", None, "open")


def _immediate(context: Context) -> Reading:
    anchor = _require_anchor(context)
    reasons = {
        "start_edtf": f"the words name no day; anchored on {anchor}",
        "start_kind": f"the words name no day; anchored on {anchor}",
        "end_kind": "the words name no end",
    }
    return Reading(parse_side(f"{anchor}~"), "dated", None, "unknown", reasons)


def _within(context: Context, number: str, unit: str) -> Reading:
    """From the anchor to so much later, as precisely as the unit is."""
    anchor = _require_anchor(context)
    count = _NUMBERS.get(number) or (1 if number in ("a", "an", "") else int(number))
    if unit in ("day", "week"):
        end = f"{anchor + timedelta(count * (7 if unit == 'week' else 1))}~"
    else:
        end = f"{_plus_months(anchor, count * (12 if unit == 'year' else 1)):%Y-%m}~"
    words = f"{count} {unit}{'s' if count > 1 else ''}"
    derived = {
        "start_edtf": f"counted from {anchor}",
        "end_edtf": f"{words} from {anchor}",
    }
    return Reading(parse_side(f"{anchor}~"), "dated", parse_side(end), "dated", derived)


def _require_anchor(context: Context) -> date:
    if context.anchor is None:
        raise _Needs(ANCHOR)
    return context.anchor


def _plus_months(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


_often = (
    "annually|yearly|every year|each year|monthly|every month|each month|quarterly|every quarter|"
    "each quarter|weekly|every week|each week|twice a year|biannually|biennially|every two years"
)
_since_then = partial(_from, kind="open")
_OPEN = r"ongoing|open|open-ended|present|the present|onwards?|continuous|continuing"
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Reading | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"immediate(?:ly)?|with immediate effect", _immediate),
        (rf"(?:{_OPEN}|permanent(?:ly)?)", _ongoing),
        (
            r"(?:with)?in (?:the )?(?:next |coming |following )?"
            rf"(?P<number>an?|\d{{1,3}}|{'|'.join(_NUMBERS)}) (?P<unit>{'|'.join(_UNITS)})s?",
            _within,
        ),
        (
            r"(?:in|over|during|throughout|for) the (?:next|coming|following) "
            rf"(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)}|) ?(?P<unit>{'|'.join(_UNITS)})s?",
            _within,
        ),
        (r"(?P<what>.+)", _alone),
        # A recurrence goes on; how often it comes, the wording keeps.
        (
            rf"(?:{_often}),? (?:from|since|starting(?: in)?|beginning(?: in)?) (?P<start>.+)",
            _since_then,
        ),
        (rf"(?:from )?(?P<start>.+?)(?: -|-| to|,)? (?:{_OPEN}|on)", _since_then),
        (r"since (?P<start>.+)", _since_then),
        (
            r"(?:from|starting(?: in| on)?|beginning(?: in| on)?|as (?:of|from)) (?P<start>.+)",
            _from,
        ),
        (
            r"(?:by|until|till|through|up to|no later than|not later than) (?P<end>.+)",
            _until,
        ),
        (r"(?P<start>[12]\d{3})(?:-| - )(?P<end>\d\d)", _short_range),
        (
            rf"(?P<month>{_month}) (?P<start>\d{{1,2}})(?:-| - | to )(?P<end>\d{{1,2}}),? "
            r"(?P<year>[12]\d{3})",
            _days_of_month,
        ),
        (r"between (?P<start>.+?) and (?P<end>.+)", _range),
        (
            r"(?:from )?(?P<start>.+?)(?: - | ?/ ?| to | until | till | through |-)(?P<end>.+)",
            _range,
        ),
    )
)
