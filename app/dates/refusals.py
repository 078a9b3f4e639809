"""Why a wording is not read as dates, where the reason is known."""

import re

_REASONS = (
    (
        r"(?:.* )?\d\d?([./-])\d\d?\1\d{2,4}",
        "its day and its month may be in either order: name the month, or write 2026-05-04",
    ),
    (
        r"(?:.* )?winter .*",
        "a winter has days in two years: write from which month to which month",
    ),
    (
        r".*\b[12]\d{3} ?[-/] ?(?:\d\d|[12]\d{3})\b.*",
        "it may be one year that turns, or two years: write 'FY2025-26', or '2025 to 2026'",
    ),
    (
        r".*[a-z0-9]/(?:[a-z]|q[1-4]).*",
        "it may be in either period: write from which one to which one",
    ),
    (
        r"in (?:an?|\d+|[a-z]+) (?:day|week|month|year)s?",
        "it may be a length, or a day that far away: write 'within …', or the date",
    ),
    (r"(?:the )?[12]\d00s", "it may be a decade or a century: write its first and last year"),
)
_COMPILED = [(re.compile(pattern), reason) for pattern, reason in _REASONS]


def explain_refusal(wording: str) -> str:
    """Why `read_wording` did not read the words, and what to do, as a sentence without subject."""
    text = re.sub("[\u2010-\u2015\u2212]", "-", " ".join(wording.casefold().split()))
    for pattern, reason in _COMPILED:
        if pattern.fullmatch(text):
            return f"is not read: {reason}."
    return "is not understood, or could mean two things. Set the sides by hand, or none."
