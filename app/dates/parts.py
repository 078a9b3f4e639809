"""Parts of a period that no calendar names: "early 2026", "the end of Q3 2026", "mid-May 2026"."""

import re

from app.dates.context import Period

# Where each word puts the part: in the first, the second or the last third.
_THIRDS = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
_POSITIONS = ("first", "middle", "last")
# The words that stand directly before a period.
PARTS = ("early", "mid", "late")
# "Beginning 2026" tells when something begins, and "end 5 May" when it ends: neither is a part.
_PART = re.compile(
    r"(?:the )?(?:(?P<edge>start|beginning|middle|end) of (?:the )?(?:year (?=\d))?"
    r"|(?P<part>early|mid|late)(?: in (?:the )?|-| )"
    r"|(?P<end>end)[ -]|(?P<year_end>year[ -]end) (?=\d))(?P<period>.+)"
)
_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_QUARTER = re.compile(r"\d{4}-3[3-6]")
_HALF = re.compile(r"\d{4}-4[01]")
_DECADE = re.compile(r"\d{3}X")
_SEASON = re.compile(r"\d{4}-2[1-9]")
_WITHOUT_PARTS = {"half year": _HALF, "month": _MONTH, "decade": _DECADE, "season": _SEASON}


def split_part(text: str) -> tuple[str, str] | None:
    """The word for a part, and the period that it is a part of; None if the text names no part."""
    match = _PART.fullmatch(text)
    if match is None:
        return None
    word = match["edge"] or match["part"] or "end"
    return word, match["period"]


def take_part(period: Period, word: str) -> Period | None:
    """The part of the period as a derived period; None for a part of a day.

    A third of a year or quarter is one; half a year has quarters. What EDTF cannot express, such as
    a third of a month, is read as the whole period."""
    if period.fiscal:
        return _take_fiscal_part(period, word)
    edtf = period.start
    year = edtf[:4]
    third = _THIRDS[word]
    position = _POSITIONS[third]
    if _YEAR.fullmatch(edtf):
        part = f"{year}-{37 + third}~"
        return _derive(part, f"{word!r} is read as the {position} third of the year")
    if _QUARTER.fullmatch(edtf):
        first_month = 3 * (int(edtf[5:]) - 33) + 1
        part = f"{year}-{first_month + third:02}~"
        return _derive(part, f"{word!r} is read as the {position} month of the quarter")
    if _HALF.fullmatch(edtf) and third != 1:
        first_quarter = 33 + 2 * (int(edtf[5:]) - 40)
        part = f"{year}-{first_quarter + third // 2}~"
        return _derive(part, f"{word!r} is read as the {position} quarter of the half year")
    for unit, pattern in _WITHOUT_PARTS.items():
        if pattern.fullmatch(edtf):
            return _derive(
                edtf, f"{word!r} is some part of the {unit}, read as the whole of it"
            )
    return None


def _derive(edtf: str, reason: str) -> Period:
    return Period(edtf, reason=reason)


def _take_fiscal_part(period: Period, word: str) -> Period:
    """The first or the last day, about; fiscal years have no EDTF of their own to divide."""
    assert period.end is not None
    reason = period.reason
    if word in ("start", "beginning"):
        return Period(f"{period.start}~", reason=reason, fiscal=True)
    if word == "end":
        return Period(f"{period.end}~", reason=reason, fiscal=True)
    reason = f"{word!r} is some part of it, read as the whole; {reason}"
    return Period(period.start, period.end, reason=reason, fiscal=True)
