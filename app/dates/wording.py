"""What does a document's wording for a time mean, as the two sides of a timeline item?

English phrases as policy documents use them: "2026 – Ongoing", "2025 Q4 – 2027", "by mid-2026",
"FY2026", "within 18 months", "annually from 2026". Each becomes EDTF; what does not follow from the
words alone is said to be derived, with the reason, and so is never certain. What is not understood,
or could mean two things ("2026-27", "winter 2026/27", "in two years"), stays wording.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.dates.edtf import Side, parse_side
from app.dates.periods import MONTH, PARTS, Context, Needs, Period, plus_months, read_period
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


ANCHOR = "the day on which the document speaks"

_UNITS = ("day", "week", "month", "year")
_COUNTED = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {"a": 1, "an": 1} | {word: i for i, word in enumerate(_COUNTED.split(" "), 1)}
# Characters that the wording of a time has at most.
MOST = 200


NOTHING_KNOWN = Context()


def read_wording(wording: str, context: Context = NOTHING_KNOWN) -> Reading | None:
    """What the words mean; None if they are not understood, or could mean two things."""
    text = _normalize(wording) if len(wording) <= MOST else ""
    for pattern, read in _FORMS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        try:
            reading = read(context, **match.groupdict())
        except Needs as needs:
            return Reading(None, "unknown", None, "unknown", needs=str(needs))
        except (ValueError, OverflowError):
            # Beyond the years that there are.
            return None
        if reading is not None:
            return reading
    return None


def _normalize(wording: str) -> str:
    """In small letters, one kind of dash and space, without a full stop at the end."""
    text = " ".join(wording.casefold().split())
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).strip(" .")
    return re.sub(r"\b(sept|[a-z]{3})\.", r"\1", text)


def _alone(context: Context, what: str) -> Reading | None:
    period = read_period(context, what)
    return _between(period, period) if period is not None else None


def _from(context: Context, start: str) -> Reading | None:
    period = read_period(context, start)
    if period is None:
        return None
    derived = {"start_edtf": period.reason} if period.reason is not None else {}
    return Reading(parse_side(period.start), "dated", None, "unknown", derived)


def _onwards(context: Context, start: str) -> Reading | None:
    found = _from(context, start)
    return replace(found, end_kind="open") if found is not None else None


def _since(context: Context, start: str) -> Reading | None:
    return _derive(_onwards(context, start), "end_kind", "'since' names no end")


def _recurring(context: Context, start: str) -> Reading | None:
    """How often it comes, the wording keeps."""
    found = _range(context, start)
    if found is not None:
        return _derive(found, "end_edtf", "it recurs until then")
    return _derive(_onwards(context, start), "end_kind", "it recurs, and no end is named")


def _derive(reading: Reading | None, name: str, reason: str) -> Reading | None:
    if reading is None:
        return None
    reasons = [*filter(None, [reading.derived.get(name)]), reason]
    return replace(reading, derived=reading.derived | {name: "; ".join(reasons)})


def _until(context: Context, end: str) -> Reading | None:
    period = read_period(context, end)
    if period is None:
        return None
    derived = {"end_edtf": period.reason} if period.reason is not None else {}
    return Reading(None, "unknown", parse_side(period.end or period.start), "dated", derived)


def _by(context: Context, word: str, end: str) -> Reading | None:
    """A deadline is the latest end there can be."""
    return _derive(_until(context, end), "end_edtf", f"{word!r} names the latest end")


def _range(context: Context, text: str) -> Reading | None:
    """From one expression to another, whichever of the words and dashes divides the two."""
    for start, separator, end in _divisions(text):
        # "2026/2027" is the name of one year as often, and so is the end of "Q1 2026-2027"; "winter
        # 2026 to 2027" is one winter.
        named = separator == "/" or (separator == "-" and len(start) > 4) or "winter" in start
        if named and _is_next_year(start[-4:], end):
            continue
        # "March/April 2026" may be in either.
        if separator == "/" and not _ISO.fullmatch(f"{start}{end}"):
            continue
        found = _from_to(context, start, end)
        if found is not None:
            return found
    return None


_ISO = re.compile(r"[\d-]+", re.ASCII)


def _divisions(text: str) -> Iterator[tuple[str, str, str]]:
    for separator in (" - ", " to ", " until ", " till ", " through ", "/", "-"):
        for place in re.finditer(re.escape(separator), text):
            yield text[: place.start()].rstrip(), separator, text[place.end() :].lstrip()


def _is_next_year(start: str, end: str) -> bool:
    return start.isdecimal() and end.isdecimal() and int(end) - int(start) == 1


def _from_to(context: Context, start: str, end: str) -> Reading | None:
    last = read_period(context, end)
    if last is None and not end.isdecimal():
        # "2026 Q1 – Q3": the last leans on what begins the first.
        words = start.split(" ")
        heads = (" ".join(words[:place]) for place in range(len(words) - 1, 0, -1))
        last = _first_read(context, (f"{head} {end}" for head in heads))
    first = read_period(context, start)
    if first is None and (start not in PARTS or re.match("|".join(PARTS), end)):
        # "March – June 2026", "3 – 5 May 2026": the first leans on what ends the last. In "mid-May
        # 2026", "mid" is no part of the year.
        words = end.split(" ")
        tails = (" ".join(words[place:]) for place in range(len(words) - 1, 0, -1))
        first = _first_read(context, (f"{start} {tail}" for tail in tails))
    # "FY2026 – 2027" mixes two kinds of year, or is the name of one.
    if first is None or last is None or first.fiscal != last.fiscal:
        return None
    return _between(first, last)


def _within_both(context: Context, start: str, end: str) -> Reading | None:
    """ "Between 2026 and 2028" may be all of it, or some day of it."""
    found = _from_to(context, start, end)
    for name in ("start_edtf", "end_edtf"):
        found = _derive(found, name, "'between' may mean some time within")
    return found


def _first_read(context: Context, texts: Iterator[str]) -> Period | None:
    readings = (read_period(context, text) for text in texts)
    return next((found for found in readings if found is not None), None)


def _short_range(context: Context, start: str, end: str) -> Reading | None:
    """ "2026-30"; not "2026-11", which is a month, nor "2026-27", which may be one year."""
    last = f"{start[:2]}{end}"
    return None if int(end) <= 12 or _is_next_year(start, last) else _from_to(context, start, last)


def _days_of_month(context: Context, month: str, start: str, end: str, year: str) -> Reading | None:
    """ "May 3 – 5, 2026"."""
    return _from_to(context, f"{month} {start} {year}", f"{month} {end} {year}")


def _between(first: Period, last: Period) -> Reading | None:
    start, end = parse_side(first.start), parse_side(last.end or last.start)
    derived = {}
    if first.reason is not None:
        derived["start_edtf"] = first.reason
    if start == end:
        return Reading(start, "dated", None, "same", derived)
    if last.reason is not None:
        derived["end_edtf"] = last.reason
    # A range that runs backwards means something else: in "winter - spring 2027" another winter.
    seasons = start.precision == end.precision == "season" and first.start[:4] == last.start[:4]
    if end.latest < start.earliest or (seasons and last.start < first.start):
        return None
    return Reading(start, "dated", end, "dated", derived)


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


def _within(context: Context, unit: str, number: str = "one") -> Reading | None:
    """From the anchor to so much later, as precisely as the unit is."""
    anchor = _require_anchor(context)
    count = _NUMBERS[number] if number in _NUMBERS else int(number)
    if count == 0:
        return None
    if unit in ("day", "week"):
        end = f"{anchor + timedelta(count * (7 if unit == 'week' else 1))}~"
    else:
        end = f"{plus_months(anchor, count * (12 if unit == 'year' else 1)):%Y-%m}~"
    words = f"{count} {unit}{'s' if count > 1 else ''}"
    derived = {
        "start_edtf": f"counted from {anchor}",
        "end_edtf": f"{words} from {anchor}",
    }
    return Reading(parse_side(f"{anchor}~"), "dated", parse_side(end), "dated", derived)


def _require_anchor(context: Context) -> date:
    if context.anchor is None:
        raise Needs(ANCHOR)
    return context.anchor


_OFTEN = (
    "annually|yearly|every year|each year|monthly|every month|each month|quarterly|every quarter|"
    "each quarter|weekly|every week|each week|twice a year|biannually|biennially|every two years"
)
_OPEN = r"ongoing|open|open-ended|present|the present|continuous|continuing"
_ONWARDS = rf"{_OPEN}|onwards?|on|and beyond|and onwards?|and later"
_NEXT = r"(?:in|within|over|during|throughout|for) the (?:next|coming|following)"
_UNIT = rf"(?P<unit>{'|'.join(_UNITS)})"
_SOME = rf"(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)}) {_UNIT}s?"
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Reading | None]], ...] = tuple(
    (re.compile(pattern, re.ASCII), read)
    for pattern, read in (
        (r"immediate(?:ly)?|with immediate effect", _immediate),
        (rf"(?:{_OPEN}|permanent(?:ly)?)", _ongoing),
        (rf"(?:within|{_NEXT}) {_SOME}", _within),
        # "The coming years" do not say how many.
        (rf"{_NEXT} {_UNIT}", _within),
        (r"(?P<what>.+)", _alone),
        (
            rf"(?:{_OFTEN}),? (?:from|since|starting(?: in)?|beginning(?: in)?) "
            rf"(?P<start>.+?)(?: (?:{_ONWARDS}))?",
            _recurring,
        ),
        (r"(?:ongoing|continuing|continuously),? (?:since|from) (?P<start>.+)", _onwards),
        (rf"(?:from )?(?P<start>.+?)(?: ?- ?| to |, ?| )(?:{_ONWARDS})", _onwards),
        (r"since (?P<start>.+)", _since),
        (r"(?:from|starting(?: in| on)?|beginning(?: in| on)?|as from) (?P<start>.+)", _from),
        (r"(?P<word>by|up to|no later than|not later than) (?P<end>.+)", _by),
        (r"(?:until|till|through) (?P<end>.+)", _until),
        (r"(?P<start>[12]\d{3})(?:-| - )(?P<end>\d\d)", _short_range),
        (
            rf"(?P<month>{MONTH}) (?P<start>\d{{1,2}})(?:-| - | to )(?P<end>\d{{1,2}}),? "
            r"(?P<year>[12]\d{3})",
            _days_of_month,
        ),
        (r"between (?P<start>.+?) and (?P<end>.+)", _within_both),
        (r"(?:from )?(?P<text>.+)", _range),
    )
)
