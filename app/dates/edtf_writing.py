"""EDTF for one or two sides, which never reads as narrower than they are."""

from collections.abc import Iterable
from datetime import date

from app.dates.edtf import (
    InvalidEdtf,
    Side,
    Undated,
    has_qualifier,
    names_grouping,
    spell_out_estimate,
)
from app.dates.edtf_days import find_days


def write_interval(start: Side | Undated, end: Side | Undated) -> str | None:
    """The whole expression for two sides: `2026/..`, `2025-1X/2027`, `2025-09-16~/`.

    Two equal sides are one date. EDTF has no season, quarter or half inside an interval. Parsers
    accept none with a qualifier, and no unspecified digits beside a qualifier. Such a side becomes
    the narrowest expression that contains it, so that reading the result never gives narrower
    bounds than the sides. None where EDTF has no expression: neither side is known, or a season
    that turns a century is beside another side."""
    if isinstance(start, Side) and start == end:
        return _write_date(start)
    if start == "unknown" and end == "unknown":
        return None
    is_qualified = _is_qualified(start) or _is_qualified(end)
    first = _write_in_interval(start, is_qualified=is_qualified)
    last = _write_in_interval(end, is_qualified=is_qualified)
    if first is None or last is None:
        return None
    # Parsers reject `2026/2026`, which is what two quarters of a year would become.
    if first == last and first != "..":
        return first
    return f"{first}/{last}"


def _is_qualified(side: Side | Undated) -> bool:
    if not isinstance(side, Side):
        return False
    return side.approximate or side.uncertain


def _write_date(side: Side) -> str | None:
    if has_qualifier(side.edtf) and names_grouping(side.edtf):
        return _write_years(side)
    return side.edtf


def _write_in_interval(side: Side | Undated, *, is_qualified: bool) -> str | None:
    if side == "open":
        return ".."
    if side == "unknown":
        return ""
    assert isinstance(side, Side)
    text = spell_out_estimate(side.edtf)
    is_grouping = names_grouping(text)
    if is_qualified:
        if is_grouping or "X" in text:
            return _write_years(side)
        return text
    if is_grouping:
        # Exact for the fourth quarter, and the only grouping that an interval can express.
        fourth_quarter = f"{side.earliest.year:04}-1X"
        candidates = [fourth_quarter, *_list_years(side.earliest)]
        return _find_narrowest(side.earliest, side.latest, candidates)
    return text


def _write_years(side: Side) -> str | None:
    """The year, decade or century that contains all days of the side, with its qualifier."""
    years = _list_years(side.earliest)
    narrowest = _find_narrowest(side.earliest, side.latest, years)
    if narrowest is None:
        return None
    return narrowest + _write_qualifier(side.approximate, side.uncertain)


def _write_qualifier(approximate: bool, uncertain: bool) -> str:
    if approximate and uncertain:
        return "%"
    if approximate:
        return "~"
    return "?" if uncertain else ""


def write_side(
    earliest: date,
    latest: date,
    *,
    approximate: bool = False,
    uncertain: bool = False,
) -> str:
    """The narrowest date that contains all days from earliest to latest: a day, month, quarter,
    half, year, decade or century, with a qualifier. Raises InvalidEdtf if there is none."""
    narrowest = None
    if earliest <= latest:
        narrowest = _find_narrowest(earliest, latest, _list_dates(earliest))
    if narrowest is None:
        raise InvalidEdtf(f"No EDTF date holds the days from {earliest} to {latest}.")
    return narrowest + _write_qualifier(approximate, uncertain)


def _list_dates(day: date) -> list[str]:
    """The dates that contain the day, the narrowest first."""
    month = day.month
    quarter = 33 + (month - 1) // 3
    half = 40 + (month - 1) // 6
    parts = [f"{day.year:04}-{part:02}" for part in (month, quarter, half)]
    return [day.isoformat(), *parts, *_list_years(day)]


def _list_years(day: date) -> list[str]:
    """The year, decade and century that contain the day."""
    year = f"{day.year:04}"
    return [year, f"{year[:3]}X", f"{year[:2]}XX"]


def _find_narrowest(earliest: date, latest: date, candidates: Iterable[str]) -> str | None:
    """The first candidate that contains all days from earliest to latest."""
    for candidate in candidates:
        days = find_days(*candidate.split("-"))
        if days.earliest <= earliest and latest <= days.latest:
            return candidate
    return None
