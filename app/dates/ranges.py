"""Wording that names a start and an end: "March – June 2026", "2025 Q4 to 2027"."""

import re
from collections.abc import Iterator

from app.dates.context import Context, Period
from app.dates.grammar import Grammar
from app.dates.periods import PeriodReader
from app.dates.readings import Reading, combine, derive
from app.dates.templates import Match, write_prefix

_ISO = re.compile(r"[\d-]+", re.ASCII)
_SHORT_RANGE = re.compile(r"(?P<start>[12][0-9]{3})(?:-| - )(?P<end>[0-9]{2})")


class RangeReader:
    """Reads the ranges of one language."""

    def __init__(
        self,
        grammar: Grammar,
        periods: PeriodReader,
    ) -> None:
        self._grammar = grammar
        self._periods = periods
        lexicon = grammar.lexicon
        words = [f" {word} " for word in lexicon.range_separators]
        self._separators = [" - ", *words, "/", "-"]
        self._opening = re.compile(f"{write_prefix(lexicon.range_openings)}?")
        and_ = write_prefix(lexicon.and_)
        self._years = re.compile(f"(?:[0-9]{{4}} )+{and_}[0-9]{{4}}")

    def read(
        self,
        context: Context,
        text: str,
    ) -> Reading | None:
        """From one expression to another, at the first separator with a meaningful reading."""
        text = self._opening.sub("", text, count=1)
        for start, separator, end in self._split(text):
            if self._may_name_one_period(start, separator, end):
                continue
            # "March/April 2026" may be in either month.
            if separator == "/" and not _ISO.fullmatch(f"{start}{end}"):
                continue
            reading = self.read_from_to(context, start, end)
            if reading is not None:
                return reading
        return None

    def join_years(self, text: str) -> str:
        """The text with years that follow each other, "2021 2022 and 2023", as a range."""
        match = self._years.search(text)
        if match is None:
            return text
        years = [int(year) for year in re.findall("[0-9]{4}", match[0])]
        if years != list(range(years[0], years[-1] + 1)):
            return text
        years_as_range = f"{years[0]:04} - {years[-1]:04}"
        return text[: match.start()] + years_as_range + text[match.end() :]

    def _split(self, text: str) -> Iterator[tuple[str, str, str]]:
        for separator in self._separators:
            for match in re.finditer(re.escape(separator), text):
                start = text[: match.start()]
                end = text[match.end() :]
                yield start.rstrip(), separator, end.lstrip()

    def _may_name_one_period(
        self,
        start: str,
        separator: str,
        end: str,
    ) -> bool:
        """ "2026/2027" may as well name one year, and so may the end of "Q1 2026-2027"; "winter
        2026 to 2027" may name one winter."""
        if not _is_next_year(start[-4:], end):
            return False
        if separator == "-" and len(start) > 4:
            return True
        winters = self._grammar.lexicon.seasons[3]
        return separator == "/" or any(winter in start for winter in winters)

    def read_from_to(
        self,
        context: Context,
        start: str,
        end: str,
    ) -> Reading | None:
        """From one expression to another; either may leave to the other what both share."""
        last = self._periods.read(context, end, "end")
        if last is None and not end.isdecimal():
            last = self._complete_end(context, start, end)
        first = self._periods.read(context, start, "start")
        if first is None:
            first = self._complete_start(context, start, end)
        if first is None or last is None:
            return None
        # "FY2026 – 2027" mixes two kinds of year, or names one.
        if first.fiscal != last.fiscal:
            return None
        return combine(first, last)

    def _complete_end(
        self,
        context: Context,
        start: str,
        end: str,
    ) -> Period | None:
        """ "2026 Q1 – Q3": the end with the longest possible beginning of the start before it."""
        words = start.split(" ")
        while len(words) > 1:
            words.pop()
            head = " ".join(words)
            period = self._periods.read(context, f"{head} {end}", "end")
            if period is not None:
                return period
        return None

    def _complete_start(
        self,
        context: Context,
        start: str,
        end: str,
    ) -> Period | None:
        """ "3 – 5 May 2026": the start with the shortest possible ending of the end after it."""
        # "Mid-May 2026" is not a range from mid-2026.
        parts = self._periods.parts
        if parts.is_word(start) and self._periods.find_place(end) is None:
            return None
        # "Year-end March 2026" is not a range from a year.
        if start in self._grammar.units:
            return None
        # "01.01.-31.12.2026".
        if start.endswith("."):
            period = self._periods.read(context, f"{start}{end[-4:]}", "start")
            if period is not None:
                return period
        words = end.split(" ")
        for index in range(len(words) - 1, 0, -1):
            tail = " ".join(words[index:])
            period = self._periods.read(context, f"{start} {tail}", "start")
            if period is not None:
                return period
        return None

    def read_some_time_between(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """ "Between 2026 and 2028" may be all of it, or some day of it."""
        reading = self.read_from_to(context, match["start"], match["end"])
        word = match.string.partition(" ")[0]
        for name in ("start_edtf", "end_edtf"):
            reading = derive(reading, name, f"{word!r} may mean some time within")
        return reading

    def read_short(
        self,
        context: Context,
        text: str,
    ) -> Reading | None:
        """ "2026-30"; not "2026-11", which is a month, nor "2026-27", which may be one year."""
        match = _SHORT_RANGE.fullmatch(text)
        if match is None:
            return None
        start = match["start"]
        end_year = f"{start[:2]}{match['end']}"
        if int(match["end"]) <= 12 or _is_next_year(start, end_year):
            return None
        return self.read_from_to(context, start, end_year)

    def read_days_of_month(
        self,
        context: Context,
        match: Match,
    ) -> Reading | None:
        """ "May 3 – 5, 2026"."""
        month = f"{match['year']}-{self._grammar.months[match['month']]:02}"
        first = f"{month}-{int(match['first_day']):02}"
        last = f"{month}-{int(match['last_day']):02}"
        return self.read_from_to(context, first, last)


def _is_next_year(
    start: str,
    end: str,
) -> bool:
    if start.isdecimal() and end.isdecimal():
        return int(end) - int(start) == 1
    return False
