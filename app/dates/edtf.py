"""EDTF: the earliest and the latest day that an expression can mean, and its precision.

ISO 8601-2:2019 in the profile of the Library of Congress (Extended Date/Time Format, levels 0 to
2), as far as one side of a timeline item needs it: years 1 to 9999, months, days, seasons,
quarters, thirds and halves of a year (sub-year groupings 21 to 41), unspecified digits (`X`),
significant digits (`1950S2`: some year of the 1900s, estimated to be 1950), and the qualifiers `?`
uncertain, `~` approximate, `%` both. Exponents, sets, times of day and years outside 1–9999 are
rejected, each with a message of its own.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from app.dates.edtf_days import GROUPINGS, DayRange, find_days, find_precision
from app.vocabulary import Precision

Undated = Literal["open", "unknown"]

_SIDE = re.compile(r"(?P<year>[0-9X]{4})(?:-(?P<month>[0-9X]{2})(?:-(?P<day>[0-9X]{2}))?)?")
_SEASON_OF_NO_HEMISPHERE = re.compile(r"^[0-9X]{4}-2[1-4]$")
_FOURTH_QUARTER = re.compile(r"^\d{4}-1X$")
# Significant digits, of a year alone.
_ESTIMATE = re.compile(r"(?P<year>[0-9]{4})S(?P<digits>[1-4])")
_QUALIFIER = re.compile(r"[?~%]")
# Level 1 puts a qualifier at the end, level 2 also before or after a component.
_QUALIFIED = re.compile(r"[?~%]?[0-9X]+[?~%]?(?:-[?~%]?[0-9X]+[?~%]?){0,2}")

_UNSUPPORTED = (
    (r"[\[{]", "is a set of dates. Give each by itself."),
    (r"/|\.\.", "is an interval, and here stands one date. Give its sides one by one."),
    (r"T", "has a time of day. Dates are precise to the day at most."),
    (r"E", "has an exponent. Write the year with four digits."),
    (r"^[0-9]{8}$", "has no hyphens. Write it as in 2026-04-01."),
    (r"^[?~%]?-|^Y|^[0-9]{5,}", "is a year outside 0001–9999."),
)


class InvalidEdtf(ValueError):
    """The expression is not EDTF, or a part of EDTF that is not supported; the message says why."""


class NotEdtf(InvalidEdtf):
    """The expression does not resemble EDTF."""


@dataclass(frozen=True)
class Side:
    """One side of an interval, or a whole date: the days it can mean, both ends included."""

    edtf: str
    earliest: date
    latest: date
    precision: Precision
    approximate: bool
    uncertain: bool


# A bundle or a draft has the same few dates a thousand times.
@lru_cache(maxsize=10_000)
def parse_side(text: str) -> Side:
    """The days that one EDTF date can mean.

    The precision is the finest named unit that contains them all: `2025-1X` (October to December)
    is a quarter, `2025-XX` a year. Raises InvalidEdtf."""
    days = _parse(text)
    precision = days.precision
    if precision is None:
        first_century = days.earliest.year // 100
        last_century = days.latest.year // 100
        if first_century != last_century:
            raise InvalidEdtf(f"{text!r} is wider than a century. Keep the wording alone.")
        precision = find_precision(days.earliest, days.latest)
    is_both = "%" in text
    return Side(
        edtf=text,
        earliest=days.earliest,
        latest=days.latest,
        precision=precision,
        # Without a hemisphere, no month is certain.
        approximate=is_both or "~" in text or _names_no_hemisphere(text),
        uncertain=is_both or "?" in text,
    )


def parse_interval(text: str) -> tuple[date, date]:
    """The first and the last day that a period can include: a date, or two with `/` between them.
    A side that is `..` or empty has no bound. Raises InvalidEdtf."""
    start, slash, end = text.partition("/")
    if not slash:
        if ".." in text:
            raise NotEdtf(f"{text!r} is no interval. Put `/` between its dates.")
        days = _parse(text)
        return days.earliest, days.latest
    if "/" in end:
        raise InvalidEdtf(f"{text!r} has more than two dates. Put one `/` between two.")
    first = date.min
    last = date.max
    if start not in ("", ".."):
        first = _parse(start).earliest
    if end not in ("", ".."):
        last = _parse(end).latest
    if last < first:
        raise InvalidEdtf(f"{text!r} ends before it starts. Swap the two dates.")
    return first, last


def _parse(text: str) -> DayRange:
    unqualified = _remove_qualifiers(text)
    match = _SIDE.fullmatch(spell_out_estimate(unqualified))
    if match is None or not _has_qualifiers_in_place(text):
        raise _describe_mistake(text)
    if match["year"] == "0000":
        raise InvalidEdtf(f"{text!r} is a year outside 0001–9999.")
    try:
        return find_days(*match.groups())
    except ValueError:
        raise InvalidEdtf(f"{text!r} is no date of the calendar.") from None


def is_vague(text: str) -> bool:
    """Whether a period can also mean fewer than all of its days: it is qualified, has unspecified
    or insignificant digits, or names a season of no hemisphere.

    `2025-1X` is not vague: it is the fourth quarter, as an interval writes it."""
    for side in text.split("/"):
        if _names_no_hemisphere(side):
            return True
        if _FOURTH_QUARTER.match(side):
            continue
        if re.search(r"[~?%XS]", side):
            return True
    return False


def has_qualifier(edtf: str) -> bool:
    """Whether any component is approximate or uncertain."""
    return _QUALIFIER.search(edtf) is not None


def _remove_qualifiers(edtf: str) -> str:
    return _QUALIFIER.sub("", edtf)


def _has_qualifiers_in_place(edtf: str) -> bool:
    is_estimate = _ESTIMATE.fullmatch(edtf) is not None
    return is_estimate or _QUALIFIED.fullmatch(edtf) is not None


def _names_no_hemisphere(edtf: str) -> bool:
    return _SEASON_OF_NO_HEMISPHERE.search(_remove_qualifiers(edtf)) is not None


def names_grouping(edtf: str) -> bool:
    """Whether the expression is a season, quarter, third or half of a year."""
    match = _SIDE.fullmatch(_remove_qualifiers(edtf))
    if match is None:
        return False
    month = match["month"]
    if month is None or match["day"] is not None:
        return False
    return month.isdigit() and int(month) in GROUPINGS


def spell_out_estimate(edtf: str) -> str:
    """An estimated year with `X` for the digits that are not significant: `1950S2` is `19XX`."""
    match = _ESTIMATE.fullmatch(edtf)
    if match is None:
        return edtf
    significant = int(match["digits"])
    return match["year"][:significant].ljust(4, "X")


def _describe_mistake(text: str) -> InvalidEdtf:
    for pattern, reason in _UNSUPPORTED:
        if re.search(pattern, text):
            return InvalidEdtf(f"{text!r} {reason}")
    return NotEdtf(
        f"{text!r} is not an EDTF date such as 2026, 2026-04, 2026-04-01, 2025-36 (fourth quarter) "
        "or 2026~."
    )
