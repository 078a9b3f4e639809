"""The grammar of wordings in one language: the forms of its lexicon as patterns, and what its words
mean. Written once for all languages."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeVar

from app.dates.lexicon import Lexicon, PeriodForms, load_lexicon
from app.dates.templates import Match, Pattern, write_choice, write_pattern, write_prefix

Key = TypeVar("Key")

YEAR = "(?P<year>[12][0-9]{3})"
_SHORT_YEAR = "[12][0-9]{3}|[0-9]{2}"


class Grammar:
    """The patterns of a lexicon, compiled, and its words as tables."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.months = _number_words(lexicon.months)
        self.weekdays = _number_words(lexicon.weekdays)
        self.seasons = _number_words(lexicon.seasons)
        self.ordinals = _number_words(lexicon.ordinals)
        self.ordinals |= dict.fromkeys(lexicon.last, 4)
        self.numbers = _invert(lexicon.numbers.items())
        self.times = _invert(lexicon.times.items())
        self.units: dict[str, str] = _invert([*lexicon.units, *lexicon.plurals])
        # The connective between a part and its year, and an article: each may be absent.
        self.of = f"{write_prefix(lexicon.of)}?"
        self.article = f"{write_prefix(lexicon.articles)}?"
        self.slots = self._write_slots()
        self.part_of_year = self._compile_part_of_year()
        self._patterns = self._compile_forms()

    def _write_slots(self) -> dict[str, str]:
        """What each slot of a template stands for, as a regular expression."""
        slots = {**self._write_numbers(), "year": YEAR, "of": self.of}
        ongoing = [write_pattern(template, {}) for template in self.lexicon.forms.ongoing]
        slots["ongoing"] = f"(?:{'|'.join(ongoing)})"
        for name, words in self._list_choices():
            slots[name] = f"(?P<{name}>{write_choice(words)})"
        for name in ("start", "end", "event", "rule"):
            slots[name] = f"(?P<{name}>.+?)"
        return slots

    def _write_numbers(self) -> dict[str, str]:
        lexicon = self.lexicon
        suffixes = write_choice(lexicon.day_suffixes)
        separators = write_choice(lexicon.range_separators)
        number = "[0-9]{1,2}"
        count = f"[0-9]{{1,3}}|{write_choice(self.numbers)}"
        return {
            # A fiscal year that turns, or several, of which the plural leaves no doubt.
            "years": f"(?P<year>{_SHORT_YEAR})(?:[-/](?P<next_year>{_SHORT_YEAR}))?",
            "several_years": (
                f"(?P<year>{_SHORT_YEAR})(?:(?: ?[-/] ?| (?:{separators}) )"
                f"(?P<next_year>{_SHORT_YEAR}))?"
            ),
            "tens": "(?P<tens>[12][0-9][1-9])0",
            "day": f"(?P<day>{number})(?:{suffixes})?",
            "first_day": f"(?P<first_day>{number})(?:{suffixes})?",
            "last_day": f"(?P<last_day>{number})(?:{suffixes})?",
            # "Two (2) years": both are the same number.
            "count": f"(?P<count>{count})(?: \\((?P<same_count>{count})\\))?",
        }

    def _list_choices(self) -> Iterator[tuple[str, Iterable[str]]]:
        lexicon = self.lexicon
        yield "month", self.months
        yield "weekday", self.weekdays
        yield "season", self.seasons
        yield "ordinal", self.ordinals
        yield "ordinal_of_two", lexicon.ordinals[0] + lexicon.ordinals[1]
        yield "times", self.times
        yield "unit", [word for _, words in lexicon.units for word in words]
        yield "units", self.units

    def _compile_forms(self) -> dict[str, list[Pattern]]:
        lexicon = self.lexicon
        patterns = {}
        for table in (lexicon.forms, lexicon.frequencies, lexicon.ambiguous):
            for name, templates in table:
                patterns[name] = self.compile(templates)
        return patterns

    def _compile_part_of_year(self) -> Pattern:
        """Words for what a year has several of, and parts of "the year"."""
        lexicon = self.lexicon
        words = [*self.months, *self.seasons, *lexicon.parts.year_end]
        words += [*lexicon.units.quarter, *lexicon.units.half]
        letters = write_choice([*lexicon.quarter_letters, *lexicon.half_letters])
        parts = write_choice(word for _, part in lexicon.parts for word in part)
        years = write_choice(lexicon.units.year)
        part_of_year = f"(?:{parts})(?: |(?<='))(?:{self.article})(?:{years})"
        names = f"{write_choice(words)}|(?:{letters}) ?[1-4]|{part_of_year}"
        return re.compile(f"(?<!\\w)(?:{names})(?!\\w)")

    def compile(self, templates: Iterable[str]) -> list[Pattern]:
        """The templates as patterns."""
        return [re.compile(write_pattern(each, self.slots)) for each in templates]

    def match(
        self,
        form: str,
        text: str,
    ) -> Iterator[Match]:
        """The ways in which the whole text has the form."""
        for pattern in self._patterns[form]:
            match = pattern.fullmatch(text)
            if match is not None:
                yield match

    def contains(
        self,
        form: str,
        text: str,
    ) -> bool:
        """Whether some words of the text have the form."""
        return any(
            re.search(rf"\b(?:{each.pattern})\b", text) for each in self._patterns[form]
        )

    def period_forms(self) -> Iterator[tuple[str, Pattern]]:
        """The forms of periods, in the order in which they are tried."""
        for name in PeriodForms.model_fields:
            for pattern in self._patterns[name]:
                yield name, pattern

    def number(self, match: Match) -> int | None:
        """The count of the match; None if it is 0, or written twice and not the same."""
        number = self._number(match["count"])
        same_number = self._number(match["same_count"] or match["count"])
        if number == 0 or number != same_number:
            return None
        return number

    def _number(self, word: str) -> int:
        return self.numbers.get(word) or int(word)

    def unit(self, match: Match) -> str:
        """The unit of the match, singular or plural, as the lexicon calls it."""
        groups = match.groupdict()
        return self.units[groups.get("unit") or groups["units"]]


def _number_words(lists: Iterable[Iterable[str]]) -> dict[str, int]:
    """The words of each list with its number, from 1."""
    return _invert(enumerate(lists, 1))


def _invert(items: Iterable[tuple[Key, Iterable[str]]]) -> dict[str, Key]:
    keys = {}
    for key, words in items:
        for word in words:
            keys[word] = key
    return keys


def quote_cue(
    match: Match,
    slot: str,
) -> str:
    """The words around a slot, for a reason: `'by'`, `'by … at the latest'`."""
    before = match.string[: match.start(slot)].strip()
    after = match.string[match.end(slot) :].strip()
    pieces = [piece for piece in (before, after) if piece]
    return repr(" … ".join(pieces))


@cache
def load_grammar(language: str) -> Grammar:
    """The grammar of a language that comes with the software. Raises InvalidRequest."""
    return Grammar(load_lexicon(language))
