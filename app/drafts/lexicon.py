"""The words by which the rules know a claim in one language, read from a file of `lexicons/`.

A new language is a new file: no code names a language. Words and templates are compared in small
letters, with one kind of apostrophe and dash. In a template, `(a|b)` is a choice, `[a]` optional,
`{w}` one word, `{adv}` one that is no determiner, `{deed}` one that is no state, `{stem}` the
letters of a word, `{gap}` any words of the same sentence, `{near}` those up to a comma, and
`{participle}` one of the participles of the lexicon.
"""

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.dates.lexicon import DEFAULT_LANGUAGE, Table, list_files, read_table
from app.dates.templates import write_pattern
from app.errors import InvalidRequest
from app.text.folding import lower_in_place

FOLDER = Path(__file__).parent / "lexicons"

_MAX_COUNTED_CHARACTERS = 20_000
_SLOTS = {
    "w": r"[\w'-]+",
    "stem": r"\w{2,}",
    "near": r"(?:[^,;:!?]{0,100}?\s)?",
    "gap": r"(?:[^;:!?]{0,160}?\s)?",
}
_APOSTROPHES_AND_DASHES = str.maketrans(
    {
        "\u2019": "'",
        "\u2018": "'",
        "\u02bc": "'",
        "\u2010": "-",
        "\u2011": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\n": " ",
        "\r": " ",
        "\t": " ",
    }
)

Template = Annotated[str, Field(min_length=1)]
Templates = Annotated[list[Template], Field(min_length=1)]
Pattern = re.Pattern[str]


class Modalities(Table):
    """The cues of each modality within a sentence, the strongest first."""

    required: Templates
    recommended: Templates
    prospective: Templates
    stated: Templates
    occurred: Templates


class Headings(Table):
    """Words of headings, by what the section has."""

    recommendations: Templates
    duties: Templates
    objectives: Templates
    measures: Templates
    outcomes: Templates
    achievements: Annotated[Templates, Field(description="What was done.")]
    background: Templates
    challenges: Templates
    participation: Annotated[Templates, Field(description="Addressed to the reader.")]
    plain: Annotated[Templates, Field(description="Names no subject, and no kind of claim.")]
    generic: Annotated[
        Templates, Field(description="A part that any document may have: names no subject.")
    ]
    left_out: Annotated[Templates, Field(description="Has no claims: references, contacts.")]
    questions: Annotated[Templates, Field(description="Begins a heading that asks.")]
    negated: Annotated[Templates, Field(description="What is not done, or not planned.")]


class LeadIns(Table):
    """Words of the sentence before a list, by what the list has."""

    objectives: Templates
    prospective: Annotated[Templates, Field(description="What might be done.")]
    outcomes: Templates
    cooperation: Templates
    fields: Annotated[Templates, Field(description="The fields of a form.")]
    names: Annotated[Templates, Field(description="Names of bodies or people, or links.")]
    negated: Annotated[Templates, Field(description="What is not, or shall not be done.")]


class Columns(Table):
    """Words of the heads of columns, by what the column has."""

    start: Templates
    end: Templates
    deadline: Annotated[Templates, Field(description="A day by which, not on which.")]
    time: Templates
    outcome: Templates
    modality: Templates
    who: Templates
    number: Templates
    status: Annotated[Templates, Field(description="How far what the row has is done.")]
    indicator: Annotated[Templates, Field(description="How what the row has is measured.")]
    remark: Annotated[
        Templates, Field(description="Says more of the row, and makes no claim.")
    ]
    aim: Annotated[Templates, Field(description="A focus, or what a measure is for.")]
    focus: Templates
    initiative: Templates


class StatusWords(Table):
    """First words of a cell of status, by the modality of its row."""

    negated: Annotated[Templates, Field(description="It is not done, and will not be.")]
    prospective: Annotated[Templates, Field(description="It has not begun.")]
    stated: Annotated[Templates, Field(description="It has begun.")]
    occurred: Annotated[Templates, Field(description="It is done.")]


class Times(Table):
    """Words around a time within a sentence; names of periods are those of `app/dates`."""

    openings: Annotated[Templates, Field(description="Directly before a period.")]
    closings: Annotated[Templates, Field(description="Directly after a period.")]
    separators: Annotated[Templates, Field(description="Between two periods.")]
    counts: Annotated[Templates, Field(description="Before a number and a unit.")]
    events: Annotated[Templates, Field(description="Between a count and an event.")]
    frequencies: Templates
    until_event: Annotated[
        Templates, Field(description="After a frequency, before an event.")
    ]
    of: Annotated[Templates, Field(description="Before the date of a name: no time.")]
    later: Annotated[Templates, Field(description="After a count, from what stands above.")]
    attributes: Annotated[Templates, Field(description="Before a noun: no time.")]
    alone: Annotated[Templates, Field(description="A time that names no period.")]
    due: Annotated[
        Templates,
        Field(description="Before a colon and the day by which to do what is above."),
    ]


class Lexicon(Table):
    """All that the rules know of a language."""

    name: str
    stop_words: Templates
    abbreviations: Templates
    capitalized_nouns: Annotated[
        bool,
        Field(description="Nouns begin with a capital, so it tells no sentence or title."),
    ]
    participles: Templates
    simple_past: Templates
    no_past_after: Templates
    no_past_before: Templates
    finite: Templates
    subordinate: Templates
    determiners: Annotated[
        Templates,
        Field(description="Before a noun: never between a verb and its participle."),
    ]
    content_verbs: Annotated[Templates, Field(description="Before the clause that counts.")]
    fronted: Templates
    negations: Templates
    negation_words: Annotated[
        Templates, Field(description="Beside a quote: to leave it out turns the meaning.")
    ]
    conditions: Templates
    no_conditions: Annotated[
        Templates,
        Field(description="Looks like a condition, and makes nothing depend on it."),
    ]
    possibilities: Annotated[
        Templates, Field(description="In a list of advice, advice; elsewhere expected.")
    ]
    ambiguous_duties: Annotated[
        Templates, Field(description="Of a risk, what may happen and no duty.")
    ]
    regulations: Annotated[Templates, Field(description="The title of a text that binds.")]
    regulation_duties: Annotated[
        Templates, Field(description="A duty in such a text, and less elsewhere.")
    ]
    labels: Annotated[
        Templates,
        Field(description="Before a colon: what follows is to be done, or decided."),
    ]
    reporting: Annotated[Templates, Field(description="Of prose: what others say.")]
    reported_speech: Annotated[
        Templates, Field(description="What somebody asked or proposed in a meeting.")
    ]
    courtesies: Annotated[
        Templates, Field(description="Thanks, and what is looked forward to.")
    ]
    evaluations: Templates
    concessions: Annotated[Templates, Field(description="Begins one, without a comma.")]
    trailing: Annotated[Templates, Field(description="Begins a remark after a claim.")]
    commitments: Templates
    following: Templates
    conjunctions: Templates
    addresses: Templates
    recitals: Annotated[Templates, Field(description="Opens a reason, not a claim.")]
    reader: Templates
    agents: Annotated[Templates, Field(description="A subject that can act.")]
    effect_subjects: Annotated[Templates, Field(description="A subject that cannot act.")]
    effect_verbs: Annotated[Templates, Field(description="What such a subject brings about.")]
    effect_sentences: Annotated[Templates, Field(description="Always tell of an effect.")]
    results: Annotated[Templates, Field(description="Begins a result, after a comma.")]
    states: Annotated[
        Templates, Field(description="After 'we': what one is, knows or feels, and no deed.")
    ]
    acts: Annotated[Templates, Field(description="What an agent does in the present tense.")]
    actions: Annotated[Templates, Field(description="First words of what is done.")]
    issuers: Annotated[Templates, Field(description="A body that speaks for itself.")]
    modality: Modalities
    headings: Headings
    lead_ins: LeadIns
    columns: Columns
    status: StatusWords
    times: Times

    @cached_property
    def slots(self) -> dict[str, str]:
        """What each slot of a template stands for, as a regular expression."""
        determiners = write_choices(self.determiners, _SLOTS)
        states = write_choices(self.states, _SLOTS)
        word = r"[^\W\d][\w'-]*"
        slots = {**_SLOTS}
        slots["adv"] = rf"(?!{determiners}\b){word}"
        slots["deed"] = rf"(?!{states}\b){word}"
        slots["participle"] = write_choices(self.participles, slots)
        return slots

    @cached_property
    def _patterns(self) -> dict[tuple[str, int], Pattern]:
        return {}

    def compile(self, templates: list[str]) -> Pattern:
        """A pattern that finds any of the templates, as whole words."""
        return self._compile(r"(?<!\w)", templates)

    def compile_opening(self, templates: list[str]) -> Pattern:
        """A pattern that matches any of the templates where a text begins."""
        return self._compile(r"\W*", templates)

    def _compile(
        self,
        opening: str,
        templates: list[str],
    ) -> Pattern:
        # The lists are those of the lexicon, and live as long as it does.
        key = (opening, id(templates))
        pattern = self._patterns.get(key)
        if pattern is None:
            choices = write_choices(templates, self.slots)
            pattern = re.compile(rf"{opening}{choices}(?!\w)")
            self._patterns[key] = pattern
        return pattern


def write_choices(
    templates: list[str],
    slots: dict[str, str],
) -> str:
    """One of the templates as a regular expression, the longest first."""
    ordered = sorted(templates, key=len, reverse=True)
    patterns = [write_pattern(template, slots) for template in ordered]
    return f"(?:{'|'.join(patterns)})"


def fold_case(text: str) -> str:
    """The text in small letters, with one kind of apostrophe, dash and space. Every character keeps
    its position."""
    return lower_in_place(text).translate(_APOSTROPHES_AND_DASHES)


def read_lexicon(path: Path) -> Lexicon:
    """The lexicon in a TOML file. Raises as `read_table` does."""
    return read_table(path, Lexicon)


@cache
def load_lexicon(language: str) -> Lexicon:
    """The lexicon of a language that comes with the software, by its ISO 639-1 code."""
    return read_lexicon(FOLDER / f"{language}.toml")


@cache
def load_regulation_lexicon(language: str) -> Lexicon:
    """The lexicon for texts that bind: weak words of duty are duties there."""
    lexicon = load_lexicon(language)
    required = [*lexicon.modality.required, *lexicon.regulation_duties]
    modality = lexicon.modality.model_copy(update={"required": required})
    return lexicon.model_copy(update={"modality": modality})


def choose_language(tag: str) -> str:
    """The code of the language of a tag (BCP 47), whatever its region: that of "fr-CA" is "fr".
    Raises InvalidRequest with the languages that there are."""
    language = tag.split("-")[0].lower()
    languages = list_languages()
    if language not in languages:
        known = ", ".join(languages)
        raise InvalidRequest(
            f"There are no rules of drafting for the language {tag!r}: there are {known}."
        )
    return language


def list_languages() -> list[str]:
    """The languages that come with the software, as ISO 639-1 codes, sorted."""
    return list_files(FOLDER)


def detect_language(
    text: str,
    stated: str | None,
) -> tuple[str, str]:
    """The language of a text, and how it is known: what the page states, if there are rules for
    it, else the language with most stop words among the words of the text."""
    languages = list_languages()
    if stated is not None:
        primary = stated.split("-")[0].lower()
        if primary in languages:
            return primary, "Stated by the file"
    counts = count_stop_words(text)
    language = max(languages, key=lambda code: counts[code])
    if counts[language] == 0:
        return DEFAULT_LANGUAGE, "It has no stop words, so this language is assumed"
    return language, "Most of its stop words are of this language"


def count_stop_words(text: str) -> dict[str, int]:
    """How many of the first words of a text are stop words of each language."""
    words = re.findall(r"\w+", fold_case(text[:_MAX_COUNTED_CHARACTERS]))
    counts: dict[str, int] = {}
    for language in list_languages():
        stop_words = set(load_lexicon(language).stop_words)
        counts[language] = sum(word in stop_words for word in words)
    return counts
