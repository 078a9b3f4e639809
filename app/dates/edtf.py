"""What is the earliest and the latest day that an EDTF expression can mean, and how precisely?

ISO 8601-2:2019 in the profile of the Library of Congress (Extended Date/Time Format, levels 0 to
2), as far as one side of a timeline item needs it: years 1 to 9999, months, days, seasons,
quarters, thirds and halves of a year (sub-year groupings 21 to 41), unspecified digits (`X`),
significant digits (`1950S2`: some year of the 1900s, estimated to be 1950), and the qualifiers `?`
uncertain, `~` approximate, `%` both. Exponents, sets, times of day and years outside 1–9999 are
refused by name.
"""

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.vocabulary import Precision

Undated = Literal["open", "unknown"]

_SIDE = re.compile(r"(?P<year>[0-9X]{4})(?:-(?P<month>[0-9X]{2})(?:-(?P<day>[0-9X]{2}))?)?")
_NAMELESS_SEASON = re.compile(r"^[0-9X]{4}-2[1-4]$")
_FOURTH_QUARTER = re.compile(r"^\d{4}-1X$")
# Significant digits, of a year alone.
_ESTIMATE = re.compile(r"(?P<year>[0-9]{4})S(?P<digits>[1-4])")
_QUALIFIER = re.compile(r"[?~%]")

# Sub-year groupings: first month, number of months, precision. Seasons 21–24 name no hemisphere,
# so in some reading they touch any month of their year; 25–28 are northern, 29–32 southern, and a
# season that turns the year counts as beginning in it: so may a summer (22) and a winter (24).
_GROUPINGS: dict[int, tuple[int, int, Precision]] = {
    **dict.fromkeys((21, 23), (1, 12, "season")),
    **dict.fromkeys((22, 24), (1, 14, "season")),
    **{code: (3 + 3 * i, 3, "season") for i, code in enumerate((25, 26, 27, 28))},
    **{code: (3 + 3 * i, 3, "season") for i, code in enumerate((31, 32, 29, 30))},
    **{code: (1 + 3 * i, 3, "quarter") for i, code in enumerate((33, 34, 35, 36))},
    # A third of a year has no name among our precisions: it is as precise as what holds it.
    37: (1, 4, "half"),
    38: (5, 4, "year"),
    39: (9, 4, "half"),
    **{code: (1 + 6 * i, 6, "half") for i, code in enumerate((40, 41))},
}


class InvalidEdtf(ValueError):
    """The expression is not EDTF, or is a part of EDTF that is not served; says which and why."""


class NotEdtf(InvalidEdtf):
    """The expression looks like nothing in EDTF."""


@dataclass(frozen=True)
class Side:
    """One side of an interval, or a whole date: the days it can mean, both ends included."""

    edtf: str
    earliest: date
    latest: date
    precision: Precision
    approximate: bool
    uncertain: bool


def parse_side(text: str) -> Side:
    """The days that one EDTF date can mean.

    The precision is the finest named unit that holds them all: `2025-1X` (October to December) is
    a quarter, `2025-XX` a year. Raises InvalidEdtf.
    """
    earliest, latest, precision = _parse(text)
    if earliest.year // 100 != latest.year // 100 and precision is None:
        raise InvalidEdtf(f"{text!r} is wider than a century. Keep the wording alone.")
    return Side(
        edtf=text,
        earliest=earliest,
        latest=latest,
        precision=precision or _precision(earliest, latest),
        # No hemisphere is named, so no month is.
        approximate="~" in text or "%" in text or _names_no_hemisphere(text),
        uncertain="?" in text or "%" in text,
    )


def parse_interval(text: str) -> tuple[date, date]:
    """The days that a period can mean, both ends included: a date, or two with `/` between them,
    where `..` or nothing is no bound at all. Raises InvalidEdtf."""
    start, slash, end = text.partition("/")
    if not slash:
        if ".." in text:
            raise NotEdtf(f"{text!r} is no interval. Put `/` between its dates.")
        first, last, _ = _parse(text)
        return first, last
    if "/" in end:
        raise InvalidEdtf(f"{text!r} has more than two dates. Put one `/` between two.")
    first = date.min if start in ("", "..") else _parse(start)[0]
    last = date.max if end in ("", "..") else _parse(end)[1]
    if last < first:
        raise InvalidEdtf(f"{text!r} ends before it starts. Swap the two dates.")
    return first, last


def _parse(text: str) -> tuple[date, date, Precision | None]:
    """Earliest day, latest day, and the precision where the expression itself names it."""
    match = _SIDE.fullmatch(_spell_out(_QUALIFIER.sub("", text)))
    if match is None or not _qualifiers_are_placed(text):
        raise _refuse(text)
    if match["year"] == "0000":
        raise InvalidEdtf(f"{text!r} is a year outside 0001–9999.")
    try:
        return _bounds(match["year"], match["month"], match["day"])
    except ValueError:
        raise InvalidEdtf(f"{text!r} is no date of the calendar.") from None


def is_vague(text: str) -> bool:
    """Whether a period has other readings than all of its days: it is qualified, has unspecified
    or insignificant digits, or names a season of no hemisphere. `2025-1X` is how an interval writes
    the fourth quarter, and has none."""
    return any(
        re.search(r"[~?%XS]", _FOURTH_QUARTER.sub("", side)) or _names_no_hemisphere(side)
        for side in text.split("/")
    )


def _names_no_hemisphere(text: str) -> bool:
    return _NAMELESS_SEASON.search(_QUALIFIER.sub("", text)) is not None


def write_interval(start: Side | Undated, end: Side | Undated) -> str | None:
    """The whole expression for two sides: `2026/..`, `2025-1X/2027`, `2025-09-16~/`.

    Two equal sides are one date. EDTF has no season, quarter or half inside an interval, and
    parsers know none with a qualifier, nor unspecified digits beside one: such a side becomes the
    narrowest expression that is true of it. So reading the result never gives narrower bounds than
    the sides. None where EDTF cannot say it: neither side is known, or a season that turns a
    century is beside something else.
    """
    if isinstance(start, Side) and start == end:
        return _alone(start)
    if start == "unknown" and end == "unknown":
        return None
    sides = [side for side in (start, end) if isinstance(side, Side)]
    plain = not any(side.approximate or side.uncertain for side in sides)
    first, last = (_in_interval(side, plain=plain) for side in (start, end))
    if first is None or last is None:
        return None
    # Parsers refuse `2026/2026`, which is what two quarters of a year would become.
    return first if first == last and sides else f"{first}/{last}"


def _alone(side: Side) -> str | None:
    qualified = _QUALIFIER.search(side.edtf) is not None
    return _coarse(side) if qualified and _names_grouping(side.edtf) else side.edtf


def _in_interval(side: Side | Undated, *, plain: bool) -> str | None:
    if not isinstance(side, Side):
        return ".." if side == "open" else ""
    text = _spell_out(side.edtf)
    if plain and _names_grouping(text):
        candidates = [f"{side.earliest.year:04}-1X", *_holding(side.earliest)[-3:]]
        return _narrowest(side.earliest, side.latest, candidates)
    return text if plain or not (_names_grouping(text) or "X" in text) else _coarse(side)


def _coarse(side: Side) -> str | None:
    """A whole year, decade or century that holds all of its days, as qualified as the side is."""
    found = _narrowest(side.earliest, side.latest, _holding(side.earliest)[-3:])
    return found and found + _QUALIFIERS[side.approximate, side.uncertain]


_QUALIFIERS = {(True, True): "%", (True, False): "~", (False, True): "?", (False, False): ""}


def write_side(
    earliest: date, latest: date, *, approximate: bool = False, uncertain: bool = False
) -> str:
    """The narrowest date that holds all the days from earliest to latest: a day, month, quarter,
    half, year, decade or century, with a qualifier. Raises InvalidEdtf where none does."""
    found = _narrowest(earliest, latest, _holding(earliest)) if earliest <= latest else None
    if found is None:
        raise InvalidEdtf(f"No EDTF date holds the days from {earliest} to {latest}.")
    return found + _QUALIFIERS[approximate, uncertain]


def _holding(day: date) -> list[str]:
    """The dates that hold the day, the narrowest first."""
    year, month = f"{day.year:04}", day.month
    parts = (month, 33 + (month - 1) // 3, 40 + (month - 1) // 6)
    units = [f"{year}-{part:02}" for part in parts]
    return [day.isoformat(), *units, year, f"{year[:3]}X", f"{year[:2]}XX"]


def _spell_out(edtf: str) -> str:
    """An estimated year as the digits that are known of it: `1950S2` is `19XX`."""
    match = _ESTIMATE.fullmatch(edtf)
    return match["year"][: int(match["digits"])].ljust(4, "X") if match is not None else edtf


def _names_grouping(edtf: str) -> bool:
    match = _SIDE.fullmatch(_QUALIFIER.sub("", edtf))
    month = match["month"] if match is not None and match["day"] is None else None
    return month is not None and month.isdigit() and int(month) in _GROUPINGS


def _narrowest(earliest: date, latest: date, candidates: Iterable[str]) -> str | None:
    """The first of the candidates that holds all the days."""
    for candidate in candidates:
        first, last, _ = _bounds(*candidate.split("-"))
        if first <= earliest and latest <= last:
            return candidate
    return None


def _bounds(
    year: str, month: str | None = None, day: str | None = None
) -> tuple[date, date, Precision | None]:
    """Earliest day, latest day, and the precision where the expression itself names it. Raises
    ValueError where there is no such day."""
    years = _fits(year, range(1, 10_000))
    grouping = _GROUPINGS.get(int(month)) if month is not None and month.isdigit() else None
    if grouping is not None and day is None and years:
        first_month, months, precision = grouping
        last = years[-1] * 12 + first_month + months - 2
        named = precision if len(years) == 1 else None
        return date(years[0], first_month, 1), _last_day(*divmod(last, 12)), named
    # A day that fits does so in the first year or leap year that does, and in the last one.
    leap = [number for number in years if calendar.isleap(number)]
    tried = sorted({*years[:1], *leap[:1], *leap[-1:], *years[-1:]})
    earliest = next(_days(tried, month or "XX", day or "XX", step=1), None)
    latest = next(_days(tried, month or "XX", day or "XX", step=-1), None)
    if earliest is None or latest is None:
        raise ValueError("no day fits")
    return earliest, latest, None


def _days(years: Sequence[int], month: str, day: str, *, step: int) -> Iterator[date]:
    """The days that fit, in order (`step` 1) or the last one first (-1)."""
    for y in years[::step]:
        for m in _fits(month, range(1, 13))[::step]:
            for d in _fits(day, range(1, calendar.monthrange(y, m)[1] + 1))[::step]:
                yield date(y, m, d)


def _last_day(year: int, month0: int) -> date:
    return date(year, month0 + 1, calendar.monthrange(year, month0 + 1)[1])


def _fits(digits: str, allowed: range) -> list[int]:
    """The allowed numbers that fit digits with `X` in some places, in order."""
    if digits.isdigit():
        return [int(digits)] if int(digits) in allowed else []
    pattern = re.compile(digits.replace("X", "[0-9]"))
    return [number for number in allowed if pattern.fullmatch(f"{number:0{len(digits)}}")]


def _precision(earliest: date, latest: date) -> Precision:
    """The finest named unit of the calendar that holds every day from earliest to latest."""
    if earliest == latest:
        return "day"
    if earliest.year == latest.year:
        months = (earliest.month - 1, latest.month - 1)
        units: tuple[tuple[int, Precision], ...] = ((1, "month"), (3, "quarter"), (6, "half"))
        for length, name in units:
            if months[0] // length == months[1] // length:
                return name
        return "year"
    if earliest.year // 10 == latest.year // 10:
        return "decade"
    return "century"


def _qualifiers_are_placed(text: str) -> bool:
    """Level 1 puts a qualifier at the end, level 2 also before or after a component."""
    component = r"[?~%]?[0-9X]+[?~%]?"
    if _ESTIMATE.fullmatch(text) is not None:
        return True
    return re.fullmatch(rf"{component}(?:-{component}){{0,2}}", text) is not None


def _refuse(text: str) -> InvalidEdtf:
    for pattern, reason in _REFUSED:
        if re.search(pattern, text):
            return InvalidEdtf(f"{text!r} {reason}")
    return NotEdtf(
        f"{text!r} is not an EDTF date such as 2026, 2026-04, 2026-04-01, 2025-36 (fourth quarter) "
        "or 2026~."
    )


_REFUSED = (
    (r"[\[{]", "is a set of dates. Give each by itself."),
    (r"/|\.\.", "is an interval, and here stands one date. Give its sides one by one."),
    (r"T", "has a time of day. Dates are precise to the day at most."),
    (r"E", "has an exponent. Write the year with four digits."),
    (r"^[0-9]{8}$", "has no hyphens. Write it as in 2026-04-01."),
    (r"^[?~%]?-|^Y|^[0-9]{5,}", "is a year outside 0001–9999."),
)
