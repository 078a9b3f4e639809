"""Wordings for times within a passage: where a text says when."""

import re
from collections.abc import Iterator
from functools import cache

from app.dates.context import Context
from app.dates.lexicon import Lexicon as DateLexicon
from app.dates.lexicon import load_lexicon as load_date_lexicon
from app.dates.readings import Reading
from app.dates.templates import write_choice
from app.dates.wording import read_wording
from app.drafts.lexicon import (
    Lexicon,
    load_lexicon,
    write_choices,
)
from app.drafts.sentences import Span, strip_span
from app.memory import text_cache

_YEAR = r"(?:19|20)[0-9]{2}"
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th|er|\.)?"
_NUMERIC = r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}"
_FISCAL = rf"fy ?'?(?:{_YEAR}|[0-9]{{2}})"


class TimeFinder:
    """Finds the wordings of one language. The names of periods are those of `app/dates`, so what
    is found is mostly what can be read."""

    def __init__(
        self,
        lexicon: Lexicon,
        dates: DateLexicon,
    ) -> None:
        times = lexicon.times
        self._period = _write_period(dates)
        openings = write_choices(times.openings, lexicon.slots)
        separators = write_choices(times.separators, lexicon.slots)
        closings = write_choices(times.closings, lexicon.slots)
        opened = rf"(?:{openings}\s?\b(?:{_write_articles(dates)})?)*"
        plain = (
            rf"(?:{opened}{self._period}(?:\s?,?\s?{separators}\s?{self._period})?"
            rf"(?:\s?[-–—,]?\s?{closings})?)"
        )
        count = _write_count(dates)
        counts = write_choices(times.counts, lexicon.slots)
        events = write_choices(times.events, lexicon.slots)
        until = write_choices(times.until_event, lexicon.slots)
        event = r"[^.,;:()]{3,90}?(?=[.,;:()]|$|\sthrough\b|\sidentif)"
        counted = rf"(?:{counts}(?:\s|(?<=')){count}(?:\s(?:{events}|{until})\s{event})?)"
        frequencies = write_choices(times.frequencies, lexicon.slots)
        recurring = rf"(?:{frequencies}(?:\s{until}\s{self._period})?)"
        alone = write_choices(times.alone, lexicon.slots)
        self._anywhere = re.compile(rf"(?<![\w/-])(?:{plain}|{counted}|{recurring})(?![\w/])")
        # A remark in brackets: "short term (0–12 months)" is a time as well.
        remark = r"(?:\s?\([^()]{1,40}\))?"
        self._whole = re.compile(rf"(?:{plain}|{counted}|{recurring}|{alone}){remark}\W*")
        month = _write_month(dates)
        later = rf"{count}\s{write_choices(times.later, lexicon.slots)}"
        periods = rf"{self._period}(?:\s?{separators}\s?{self._period})?"
        months = rf"{month}(?:\s?{separators}\s?{month})?(?=\s?:)"
        quarters = rf"{_write_quarter(dates)}(?=\s?[:–—])"
        self._bare = re.compile(
            rf"(?:{later}|{months}|{quarters}|{periods}|{openings}\s{self._period})",
        )

    def find(
        self,
        folded: str,
        span: Span,
    ) -> Iterator[Span]:
        """The wordings within a piece of the text that `fold_case` returned, in order."""
        for match in self._anywhere.finditer(folded, span.start, span.end):
            yield strip_span(folded, Span(match.start(), match.end()), ",")

    def is_time(
        self,
        folded: str,
        span: Span,
    ) -> bool:
        """Whether the piece says when, and nothing else."""
        return self._whole.fullmatch(folded, span.start, span.end) is not None

    def find_label(
        self,
        folded: str,
        span: Span,
    ) -> tuple[Span, int] | None:
        """The time before a colon or dash where a piece begins, and where the words after it
        begin: "August 14: deadline"."""
        match = self._bare.match(folded, span.start, span.end)
        if match is None:
            return None
        mark = _LABEL_MARK.match(folded, match.end(), span.end)
        if mark is None:
            return None
        return Span(match.start(), match.end()), mark.end()


_LABEL_MARK = re.compile(r"\s?(?::|[–—]|\s-\s|\|)\s*(?=\S)")


def _write_articles(dates: DateLexicon) -> str:
    return rf"(?:{write_choice(dates.articles)})\s"


def _write_month(dates: DateLexicon) -> str:
    names = [word for words in dates.months for word in words]
    return rf"(?:{write_choice(names)})\.?"


def _write_quarter(dates: DateLexicon) -> str:
    """ "Q1", below a heading with the year."""
    quarters = write_choice([*dates.quarter_letters, *dates.half_letters])
    return rf"(?:[1-4]\s?(?:{quarters})|(?:{quarters})\s?[1-4])"


def _write_period(dates: DateLexicon) -> str:
    """A regular expression for the names of periods: days, months, quarters, seasons, years."""
    month = _write_month(dates)
    seasons = [word for words in dates.seasons for word in words]
    ordinals = [word for words in dates.ordinals for word in words]
    quarters = write_choice([*dates.quarter_letters, *dates.half_letters])
    parts = [word for words in dict(dates.parts).values() for word in words]
    of = rf"(?:\s(?:{write_choice(dates.of)}))?"
    letters = rf"(?:[1-4]\s?(?:{quarters})|(?:{quarters})\s?[1-4])"
    nth = write_choice([*ordinals, *dates.last])
    number = rf"(?:{letters}|(?:{nth})\s(?:{quarters}))"
    choices = [
        _NUMERIC,
        _FISCAL,
        rf"{month}\s{_DAY}(?:,?\s{_YEAR})?(?![0-9])",
        rf"{_DAY}\s(?:of\s)?{month}(?:\s{_YEAR})?",
        rf"{month},?{of}\s{_YEAR}",
        rf"(?:{write_choice(seasons)}){of}\s{_YEAR}",
        rf"{number}{of}\s?(?:{_FISCAL}|{_YEAR})",
        rf"{_YEAR}\s(?:{number}|(?:{month}))",
        _YEAR,
    ]
    part = rf"(?:(?:{write_choice(parts)})[\s-]?{of.strip()}\s?)?"
    weekdays = [word for words in dates.weekdays for word in words if len(word) > 2]
    weekday = rf"(?:(?:{write_choice(weekdays)}),?\s)?"
    return rf"(?:{part}{weekday}(?:{'|'.join(choices)})\b)"


def _write_count(dates: DateLexicon) -> str:
    numbers = [word for words in dates.numbers.values() for word in words]
    units = [word for words in dict(dates.units).values() for word in words]
    plurals = [word for words in dict(dates.plurals).values() for word in words]
    return rf"(?:(?:[0-9]{{1,3}}|{write_choice(numbers)})\s)?(?:{write_choice([*units, *plurals])})"


@cache
def load_finder(language: str) -> TimeFinder:
    """The finder of a language. Raises InvalidRequest for a language without a lexicon."""
    return TimeFinder(load_lexicon(language), load_date_lexicon(language))


@text_cache(maxsize=10_000)
def read_time(words: str, context: Context) -> Reading | None:
    """As `read_wording`; a table has the same time in many rows."""
    return read_wording(words, context)
