"""Why a wording is not read as dates, where the reason is known."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from app.dates.grammar import Grammar, load_grammar
from app.dates.lexicon import DEFAULT_LANGUAGE, normalize
from app.dates.templates import write_choice, write_pattern

_TURNING = re.compile(r"\b([12]\d{3}) ?[-/] ?(\d\d|[12]\d{3})\b", re.ASCII)
_EITHER_PERIOD = r".*[^\W_]/(?:[^\W\d_]).*"
_ANY_NUMBERS = r"(?:.* )?\d\d?([./-])\d\d?\1\d{2,4}"

_REASONS = {
    "order": "its day and its month may be in either order: name the month, or write 2026-05-04",
    "no_day": "it is no day of the calendar",
    "winter": "a winter has days in two years: write from which month to which month",
    "turning": (
        "it may be one year that turns, or two years: write 'FY2025-26', or '2025 to 2026'"
    ),
    "either": "it may be in either period: write from which one to which one",
    "length": "it may be a length, or a day that far away: write 'within …', or the date",
    "century": "it may be a decade or a century: write its first and last year",
    "irregular": "it names no time, and recurs by no rule, or by one of two rules",
    "relative": "it depends on the day on which it is said: write the date",
    "unclear_days": "which days are such days is not the same everywhere: write the date",
    "vague": "it names no time: write a date, or leave it as wording",
}


def explain_refusal(
    wording: str,
    language: str = DEFAULT_LANGUAGE,
) -> str:
    """Why `read_wording` did not read the words, and what to do, as a sentence without subject."""
    text = normalize(wording)
    for reason, applies in _list_conditions(language):
        if applies(text):
            return f"is not read: {_REASONS[reason]}."
    return "is not understood, or could mean two things. Set the sides by hand, or none."


@cache
def _list_conditions(language: str) -> list[tuple[str, Callable[[str], object]]]:
    """The reasons, and whether each is that of a text, in the order in which they are tried."""
    grammar = load_grammar(language)
    lexicon = grammar.lexicon
    numbers = "order" if lexicon.numeric_order == "either" else "no_day"
    winter = f"(?:.* )?(?:{write_choice(lexicon.seasons[3])}) .*"
    conditions: list[tuple[str, Callable[[str], object]]] = [
        (numbers, re.compile(_ANY_NUMBERS).fullmatch),
        ("winter", re.compile(winter).fullmatch),
        ("turning", _names_turning_year),
        ("either", re.compile(_EITHER_PERIOD).fullmatch),
        ("century", re.compile("|".join(_write_centuries(grammar))).fullmatch),
    ]
    for form in ("length", "irregular", "vague"):
        conditions.append((form, _has_form(grammar, form)))
    for form in ("unclear_days", "relative"):
        conditions.append((form, _contains(grammar, form)))
    return conditions


def _names_turning_year(text: str) -> bool:
    """Whether a year is followed by the next one: "2026/27", but not "2026-2030"."""
    ranges = _TURNING.findall(text)
    return any(str(int(year) + 1).endswith(next_year) for year, next_year in ranges)


def _write_centuries(grammar: Grammar) -> Iterator[str]:
    """The forms of a decade, for the first one of a century."""
    slots = {**grammar.slots, "tens": "[12][0-9]00"}
    for template in grammar.lexicon.forms.decade:
        yield grammar.article + write_pattern(template, slots)


def _has_form(
    grammar: Grammar,
    form: str,
) -> Callable[[str], object]:
    return lambda text: any(grammar.match(form, text))


def _contains(
    grammar: Grammar,
    form: str,
) -> Callable[[str], object]:
    return lambda text: grammar.contains(form, text)
