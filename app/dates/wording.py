"""The meaning of a document's wording for a time, as the two sides of a timeline item.

Phrases as policy documents use them: "2026 – Ongoing", "2025 Q4 – 2027", "by mid-2026", "d'ici
2030", "alle zwei Jahre ab 2026", "within 18 months". Each becomes EDTF. What does not follow from
the words alone is marked as derived, with the reason, and so is never certain. Wording that is not
understood, or has two meanings ("2026-27", "winter 2026/27", "in two years"), remains wording.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from app.dates.context import EVENT, FISCAL_YEAR, YEAR, Context, Needs, NeedsEvent
from app.dates.counting import CountReader
from app.dates.cues import CueReader
from app.dates.grammar import Grammar, load_grammar
from app.dates.lexicon import normalize
from app.dates.periods import PeriodReader
from app.dates.ranges import RangeReader
from app.dates.readings import Reading, combine, derive
from app.dates.recurrence import Frequency, FrequencyReader

MAX_WORDING_CHARACTERS = 200
EMPTY_CONTEXT = Context()

_HAS_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
# A day and a month in numbers, which a year follows with the same separator. Not "24/7", "1/2".
_ENDS_IN_NUMBERS = re.compile(r".*\b[0-9]{1,2}([./])[0-9]{2}")
# Any leap year: it tells whether a wording would be read if its year were known.
_TRIAL_YEAR = 2000


def read_wording(
    wording: str,
    context: Context = EMPTY_CONTEXT,
    grammar: Grammar | None = None,
) -> Reading | None:
    """The meaning of the words; None if they are not understood, or have two meanings.

    The grammar is that of the context's language, if none is given. Raises InvalidRequest for a
    language that has no lexicon."""
    reader = _load_reader(context.language) if grammar is None else WordingReader(grammar)
    if len(wording) > MAX_WORDING_CHARACTERS:
        return None
    text = normalize(wording)
    try:
        return reader.read(context, text)
    except NeedsEvent as event:
        words = str(event).count(" ") + 1
        # As the document spells them.
        spelt = " ".join(wording.replace(",", ", ").split()[-words:])
        needs = f"{EVENT}{spelt.strip(' .')!r}"
    except Needs as missing:
        needs = str(missing)
    except (ValueError, OverflowError):
        # Outside the years 1 to 9999.
        return None
    return Reading(needs=needs)


@cache
def _load_reader(language: str) -> "WordingReader":
    return WordingReader(load_grammar(language))


class WordingReader:
    """Reads the wordings of one language."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._periods = PeriodReader(grammar)
        self._ranges = RangeReader(grammar, self._periods)
        counts = CountReader(grammar, self._periods)
        self._cues = CueReader(grammar, self._periods, counts)
        self._frequencies = FrequencyReader(grammar)
        self._forms = (
            *self._cues.forms,
            ("days_of_month", self._ranges.read_days_of_month),
            ("between", self._ranges.read_some_time_between),
        )

    def read(
        self,
        context: Context,
        text: str,
    ) -> Reading | None:
        """The reading of a normalized text. Raises Needs, and ValueError or OverflowError outside
        the years 1 to 9999."""
        text = self._ranges.join_years(text)
        reading = self._read_as_is(context, text)
        if reading is None and self._names_no_year(text):
            return self._read_in_year(context, text)
        return reading

    def _read_as_is(
        self,
        context: Context,
        text: str,
    ) -> Reading | None:
        period = self._periods.read(context, text)
        if period is not None:
            return combine(period, period)
        return self._read_recurring(context, text) or self._read_forms(context, text)

    def _read_forms(
        self,
        context: Context,
        text: str,
    ) -> Reading | None:
        for form, read in self._forms:
            for match in self._grammar.match(form, text):
                reading = read(context, match)
                if reading is not None:
                    return reading
        reading = self._ranges.read_short(context, text)
        if reading is not None:
            return reading
        return self._ranges.read(context, text)

    def _read_recurring(
        self,
        context: Context,
        text: str,
    ) -> Reading | None:
        """A frequency, alone or with the time from or until which it recurs."""
        frequency = self._frequencies.read(text)
        if frequency is not None:
            # "Regularly" alone says nothing that fields could hold.
            if frequency.rule is None:
                return None
            return _add_frequency(Reading(), frequency)
        for words, further_words in _split_in_two(text):
            frequency = self._frequencies.read(words)
            if frequency is None:
                continue
            reading = self._read_time_of_recurrence(context, further_words)
            if reading is not None:
                return _add_frequency(reading, frequency)
        return None

    def _read_time_of_recurrence(
        self,
        context: Context,
        text: str,
    ) -> Reading | None:
        """From when, until when, or both; "annually by May" and "annually in 2026" are neither."""
        for match in self._grammar.match("until_notice", text):
            return self._cues.read_until_notice(context, match)
        for form in ("until", "perhaps_by"):
            for match in self._grammar.match(form, text):
                reading = self._cues.read_end(context, match)
                if reading is not None:
                    return reading
                # A day or a month that only lacks its year is no event.
                if self._names_no_year(match["end"]):
                    return None
                if not re.search("[0-9]", match["end"]):
                    reason = f"it ends with {match['end']!r}, whose day the words do not give"
                    return derive(Reading(), "end_kind", reason)
        reading = self._read_forms(context, text)
        if reading is None or reading.end_kind in ("same", "by"):
            return None
        return reading

    def _names_no_year(self, text: str) -> bool:
        """Whether the text names a day, a month or a part of a year, and no year."""
        if _HAS_YEAR.search(text) or any(self._grammar.match("relative", text)):
            return False
        is_day_first = self._grammar.lexicon.numeric_order == "day"
        # "5/26" may be May 2026.
        if is_day_first and _ENDS_IN_NUMBERS.fullmatch(text):
            return True
        return self._grammar.part_of_year.search(text) is not None

    def _read_in_year(
        self,
        context: Context,
        text: str,
    ) -> Reading | None:
        """The reading with the year of the context. Raises Needs if only that is lacking."""
        year = context.year or _TRIAL_YEAR
        reading = None
        for completed in _add_year(text, year):
            reading = reading or self._read_calendar(context, completed)
        if reading is None or (reading.start is None and reading.end is None):
            return None
        # "Jährlich bis 31. März": each year by that day, rather than until that day of one year.
        if _recurs_in_years(reading) and reading.end is not None:
            return None
        if context.year is None:
            raise Needs(YEAR)
        for name, side in (("start_edtf", reading.start), ("end_edtf", reading.end)):
            if side is not None:
                reading = derive(reading, name, f"the words name no year; it is {year}")
        return reading

    def _read_calendar(
        self,
        context: Context,
        text: str,
    ) -> Reading | None:
        """The reading without fiscal years: the year of a heading is one of the calendar."""
        context = replace(context, fiscal_year=None, fiscal_year_start=None)
        try:
            return self._read_as_is(context, text)
        except Needs as missing:
            if str(missing) == FISCAL_YEAR:
                return None
            raise


def _add_frequency(
    reading: Reading,
    frequency: Frequency,
) -> Reading:
    """The reading of something that recurs: as long as the words name no end, it goes on."""
    if reading.end is not None:
        reading = derive(reading, "end_edtf", "it recurs until then")
    elif "end_kind" not in reading.derived:
        reading = replace(reading, end_kind="open")
        reading = derive(reading, "end_kind", "it recurs, and no end is named")
    if frequency.reason is not None:
        reading = derive(reading, "recurrence", frequency.reason)
    return replace(reading, recurrence=frequency.rule)


def _recurs_in_years(reading: Reading) -> bool:
    return reading.recurrence is not None and reading.recurrence.startswith("FREQ=YEARLY")


def _split_in_two(text: str) -> Iterator[tuple[str, str]]:
    """The beginning and the rest, and the end and the rest, at each space."""
    words = text.split(" ")
    for index in range(len(words) - 1, 0, -1):
        first = " ".join(words[:index])
        last = " ".join(words[index:])
        yield first, last
        yield last, first


def _add_year(
    text: str,
    year: int,
) -> Iterator[str]:
    """The text with the year where dates have it: behind, or in front."""
    numbers = _ENDS_IN_NUMBERS.fullmatch(text)
    if numbers is not None:
        yield f"{text}{numbers[1]}{year:04}"
    yield f"{text} {year:04}"
    yield f"{year:04} {text}"
