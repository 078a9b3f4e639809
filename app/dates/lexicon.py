"""The words that one language has for times, read from a file of `lexicons/`.

A new language is a new file: no code names a language. Words are compared in small letters, with
one kind of dash, apostrophe and space.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.errors import InvalidRequest, suggest

FOLDER = Path(__file__).parent / "lexicons"
DEFAULT_LANGUAGE = "en"

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc]")
# Of an abbreviation. A day keeps its full stop: "3. Mai".
_FULL_STOP = re.compile(r"(?<=[^\W\d_])\.")


def normalize(text: str) -> str:
    """In small letters, with one kind of dash, apostrophe and space, without commas, and without
    the full stops of abbreviations and of a sentence."""
    text = unicodedata.normalize("NFC", text.casefold())
    text = _DASHES.sub("-", text)
    text = _APOSTROPHES.sub("'", text)
    text = _FULL_STOP.sub("", text).replace(",", " ")
    return " ".join(text.split()).strip(" .")


def _normalize_words(words: list[str]) -> list[str]:
    """As `normalize`, but full stops and outer spaces belong to the word."""
    return [unicodedata.normalize("NFC", word.casefold()) for word in words]


T = TypeVar("T", bound=BaseModel)
Word = Annotated[str, Field(min_length=1)]
Words = Annotated[list[Word], Field(min_length=1), AfterValidator(_normalize_words)]
# Words and templates are both strings; a template has slots, choices and optional pieces.
Templates = Words


class Table(BaseModel):
    """A table of a lexicon: every key is there, and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Units(Table):
    """Words for the units in which times are counted."""

    day: Words
    calendar_day: Words
    working_day: Annotated[Words, Field(description="Monday to Friday.")]
    week: Words
    month: Words
    quarter: Words
    half: Words
    year: Words
    decade: Words


class Parts(Table):
    """Words directly before a period of which they name a part."""

    start: Annotated[Words, Field(description="Its first day, or its first third.")]
    early: Words
    middle: Words
    late: Words
    end: Annotated[Words, Field(description="Its last day, or its last third.")]
    year_end: Annotated[Words, Field(description="The end of a year, before its number.")]


class Frequencies(Table):
    """Words for how often something recurs."""

    daily: Templates
    weekly: Templates
    monthly: Templates
    quarterly: Templates
    half_yearly: Templates
    yearly: Templates
    two_yearly: Templates
    irregular: Annotated[Templates, Field(description="By no rule, or by one of two rules.")]


class PeriodForms(Table):
    """The order of words in the names of periods."""

    year: Templates
    about: Templates
    decade: Templates
    day: Templates
    month: Templates
    season: Templates
    quarter: Templates
    half: Templates


class Forms(PeriodForms):
    """The order of words in wordings, by their meaning."""

    fiscal_year: Templates
    fiscal_years: Annotated[Templates, Field(description="Several, not one that turns.")]
    fiscal_quarter: Templates
    fiscal_half: Templates
    days_of_month: Templates
    immediate: Templates
    ongoing: Templates
    until_notice: Templates
    from_until_notice: Templates
    within: Annotated[Templates, Field(description="A deadline, counted from the anchor.")]
    within_event: Annotated[Templates, Field(description="A deadline after another event.")]
    after_event: Annotated[Templates, Field(description="A day after another event.")]
    coming: Annotated[Templates, Field(description="A time that begins at the anchor.")]
    coming_one: Templates
    ongoing_since: Templates
    onwards: Templates
    since: Templates
    starting: Templates
    as_of: Templates
    not_before: Templates
    before: Templates
    after: Templates
    by: Annotated[Templates, Field(description="A deadline, and nothing else.")]
    perhaps_by: Annotated[Templates, Field(description="A deadline, or how long it goes on.")]
    until: Annotated[Templates, Field(description="How long it goes on, and no deadline.")]
    between: Templates
    every: Templates
    every_some: Templates
    every_other: Templates
    times_a_year: Templates
    at_least: Templates
    rule_phrases: Annotated[Templates, Field(description="Words around a frequency.")]


class Ambiguous(Table):
    """Wordings that are refused, by the reason."""

    length: Annotated[Templates, Field(description="A length, or a day that far away.")]
    relative: Annotated[Templates, Field(description="Depends on when it is said.")]
    vague: Annotated[Templates, Field(description="Names no time.")]
    unclear_days: Annotated[
        Templates, Field(description="Days that not everybody counts alike.")
    ]


class Lexicon(Table):
    """All that the reading of wordings knows of a language."""

    name: str
    numeric_order: Annotated[
        Literal["day", "either"],
        Field(description="Of 04/05/2026: the day comes first, or either may."),
    ]
    day_suffixes: Words
    months: Annotated[list[Words], Field(min_length=12, max_length=12)]
    weekdays: Annotated[
        list[Words], Field(min_length=7, max_length=7, description="Monday first.")
    ]
    seasons: Annotated[
        list[Words], Field(min_length=4, max_length=4, description="Spring first.")
    ]
    ordinals: Annotated[list[Words], Field(min_length=4, max_length=4)]
    last: Words
    quarter_letters: Annotated[Words, Field(description="What stands beside its number: Q1.")]
    half_letters: Words
    articles: Words
    prepositions: Annotated[Words, Field(description="Before a period, adding nothing.")]
    of: Annotated[Words, Field(description="Between a part of a year and the year.")]
    and_: Annotated[Words, Field(alias="and")]
    range_openings: Words
    range_separators: Words
    numbers: Annotated[dict[int, Words], Field(min_length=1)]
    times: Annotated[dict[int, Words], Field(min_length=1, description="How many times.")]
    units: Units
    plurals: Units
    parts: Parts
    frequencies: Frequencies
    forms: Forms
    ambiguous: Ambiguous


def read_table(path: Path, schema: type[T]) -> T:
    """The table in a TOML file. Raises pydantic's ValidationError, which names each key that is
    missing, unknown or empty."""
    return schema.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def read_lexicon(path: Path) -> Lexicon:
    """The lexicon in a TOML file. Raises as `read_table` does."""
    return read_table(path, Lexicon)


@cache
def load_lexicon(language: str) -> Lexicon:
    """The lexicon of a language that comes with the software. Raises InvalidRequest with the
    languages that there are."""
    languages = list_languages()
    if language not in languages:
        known = ", ".join(languages)
        raise InvalidRequest(
            f"There is no lexicon for the language {language!r}: there are {known}."
            f"{_suggest_nearest(language, languages)}"
        )
    return read_lexicon(FOLDER / f"{language}.toml")


def _suggest_nearest(language: str, languages: list[str]) -> str:
    suggestion = suggest(language, languages)
    if suggestion.startswith(" Did"):
        return suggestion
    return ""


def list_languages() -> list[str]:
    """The languages that come with the software, as ISO 639-1 codes, sorted."""
    return list_files(FOLDER)


def list_files(folder: Path) -> list[str]:
    """The names of the TOML files in a folder, which are codes of languages, sorted."""
    return sorted(path.stem for path in folder.glob("*.toml"))
