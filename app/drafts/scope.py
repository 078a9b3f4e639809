"""What governs a block: its headings, the lead-in of its list, the period and the table."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from app.drafts.cues import MAX_SENTENCE_CHARACTERS, Cue
from app.drafts.flags import has_condition
from app.drafts.proposals import Flag
from app.drafts.sentences import Span, split_sentences
from app.drafts.source import Source, span_of
from app.reading.blocks import Block, BlockKind, Cell

SectionMeaning = Literal[
    "recommendations",
    "duties",
    "objectives",
    "measures",
    "outcomes",
    "achievements",
    "background",
    "challenges",
    "participation",
    "plain",
    "left_out",
]
LeadInMeaning = Literal[
    "objectives",
    "outcomes",
    "cooperation",
    "fields",
    "names",
    "left_out",
]
ColumnMeaning = Literal[
    "start",
    "end",
    "deadline",
    "time",
    "outcome",
    "modality",
    "who",
    "number",
    "status",
    "remark",
    "focus",
    "initiative",
]

# "Action 2: …", "1.3 …", "Chapter IV – …": what stands before the words.
_ENUMERATION = re.compile(
    r"(?:[^\W\d_]{2,14}\s[A-Z]\s?[:.)–—-]\s+|[0-9]+/[0-9]+\.\s"
    r"|(?:[^\W\d_]{2,14}\s)?(?:[0-9]+(?:\.[0-9]+)*|[IVX]+|[a-z])\s?(?:[:.)–—-]\s*|\s(?=\S))"
    r"|(?:[^\W\d_]{2,14}\s[^\W\d_]{2,8})\s?(?:\s[–—-]\s|:\s))"
)
# A longer bold line is a sentence in bold, and no heading.
MAX_LABEL_CHARACTERS = 90
# A longer heading is a paragraph.
MAX_HEADING_CHARACTERS = 300


@dataclass(frozen=True)
class Heading:
    """A heading, or a bold line that stands for one; `time` is set where it only says when,
    `is_negated` where it is one of what is not done."""

    span: Span
    level: int
    meaning: SectionMeaning | None = None
    time: Span | None = None
    is_title: bool = False
    is_negated: bool = False


@dataclass(frozen=True)
class LeadIn:
    """The sentence that ends in a colon before a list or table.

    `cue` is its modality; `is_late` is whether prose stands between it and its list. `flags` are
    those of all items that have no other cue: a list of what shall not be done, or only if."""

    span: Span
    cue: Cue | None = None
    meaning: LeadInMeaning | None = None
    is_question: bool = False
    is_late: bool = False
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a table: the cells of its head, and what they say it has."""

    heads: tuple[Span, ...]
    meaning: ColumnMeaning | None


@dataclass(frozen=True)
class Scope:
    """What governs a block. Of a row, `columns` are those of its table, `rows` and `row` the table
    and its number in it, `group` the focus area of the rows around it; `fields` are all cells of a
    table that has a field in each row, for the first of them."""

    headings: tuple[Heading, ...] = ()
    lead_in: LeadIn | None = None
    columns: tuple[Column, ...] = ()
    rows: tuple[Block, ...] = ()
    row: int = 0
    group: Span | None = None
    fields: tuple[tuple[Cell, Column], ...] = ()

    @property
    def meaning(self) -> SectionMeaning | None:
        """What the section has: by the nearest heading with a meaning; but duties and advice
        govern what measures stand below them."""
        nearest: SectionMeaning | None = None
        for heading in reversed(self.headings):
            if heading.meaning is None or heading.meaning == "plain":
                continue
            # A title says what the document is, and not what each of its lists is.
            if heading.is_title and heading.meaning != "recommendations":
                continue
            if heading.meaning in ("duties", "recommendations") and nearest in (
                None,
                "measures",
                "objectives",
            ):
                return heading.meaning
            nearest = nearest or heading.meaning
        return nearest

    @property
    def meaning_heading(self) -> Heading | None:
        """The heading that gives the section its meaning."""
        meaning = self.meaning
        for heading in reversed(self.headings):
            if heading.meaning == meaning and meaning is not None:
                return heading
        return None

    @property
    def is_in_plan(self) -> bool:
        """Whether the title says that the document is one of measures, aims or duties."""
        if not self.headings or not self.headings[0].is_title:
            return False
        return self.headings[0].meaning in (
            "measures",
            "objectives",
            "duties",
            "recommendations",
        )

    @property
    def period(self) -> Span | None:
        """The time that governs the block: of the nearest heading that is a time."""
        for heading in reversed(self.headings):
            if heading.time is not None:
                return heading.time
        return None


@dataclass(frozen=True)
class Passage:
    """A block and what governs it. `sentences` are those of prose, without a lead-in."""

    block: Block
    scope: Scope
    sentences: tuple[Span, ...] = ()
    is_lead_in: bool = False


def find_words(
    source: Source,
    span: Span,
) -> Span:
    """The words of a heading without its number: "Action 2: Data" has "Data"."""
    match = _ENUMERATION.match(source.text, span.start, span.end)
    if match is None or match.end() >= span.end - 2:
        return span
    return Span(match.end(), span.end)


def read_heading_meaning(
    source: Source,
    span: Span,
) -> SectionMeaning | None:
    """What a section with this heading has, by the words of the lexicon."""
    if span.end - span.start > MAX_HEADING_CHARACTERS:
        return None
    words = find_words(source, span)
    folded = source.fold(words).strip(" :.?!*")
    table = source.lexicon.headings
    lexicon = source.lexicon
    if lexicon.compile(table.left_out).fullmatch(folded):
        return "left_out"
    if folded.endswith("?"):
        return None
    if lexicon.compile(table.plain).fullmatch(folded):
        return "plain"
    # Of "Challenges and measures" the measures count, so these stand first.
    meanings: tuple[SectionMeaning, ...] = (
        "participation",
        "achievements",
        "recommendations",
        "duties",
        "outcomes",
        "objectives",
        "challenges",
        "measures",
        "background",
    )
    for meaning in meanings:
        if source.has(getattr(table, meaning), span):
            return meaning
    return None


def read_lead_in(
    source: Source,
    span: Span,
) -> LeadIn:
    """The modality and meaning of the sentence before a list."""
    if span.end - span.start > MAX_SENTENCE_CHARACTERS:
        return LeadIn(span)
    folded = source.fold(span)
    table = source.lexicon.lead_ins
    cue = source.find_cue(span)
    if cue is None or cue.modality == "stated":
        cue = _find_prospect(source, span) or cue
    meanings: tuple[LeadInMeaning, ...] = (
        "names",
        "outcomes",
        "fields",
        "objectives",
        "cooperation",
    )
    meaning: LeadInMeaning | None = None
    for candidate in meanings:
        if source.has(getattr(table, candidate), span):
            meaning = candidate
            break
    if source.lexicon.compile(source.lexicon.headings.left_out).fullmatch(
        folded.strip(" *:")
    ):
        meaning = "left_out"
    if meaning == "objectives" and cue is not None and cue.modality == "occurred":
        # "We have set three objectives:" was done; what is aimed at was not.
        cue = None
    is_question = folded.rstrip(" *:").endswith("?")
    return LeadIn(
        span,
        cue,
        meaning,
        is_question,
        flags=_find_list_flags(source, span, cue),
    )


def _find_list_flags(
    source: Source,
    span: Span,
    cue: Cue | None,
) -> tuple[Flag, ...]:
    """Of "Operators must not:", that its items are negated; of "If funds allow, we will:", that
    they depend on a condition. A duty in a certain case is a duty."""
    flags = []
    if source.has(source.lexicon.lead_ins.negated, span):
        flags.append(Flag.NEGATED)
    is_binding = cue is not None and cue.modality in ("required", "recommended")
    if not is_binding and has_condition(source, span):
        flags.append(Flag.CONDITIONAL)
    return tuple(flags)


def _find_prospect(
    source: Source,
    span: Span,
) -> Cue | None:
    """ "Possible measures": a word that in a sentence would be too weak."""
    match = source.search(source.lexicon.lead_ins.prospective, span)
    if match is None:
        return None
    return Cue("prospective", Span(match.start(), match.end()))


def is_label(
    source: Source,
    block: Block,
) -> bool:
    """Whether a paragraph is a bold line that stands for a heading."""
    if block.kind != BlockKind.PARAGRAPH or not block.is_bold:
        return False
    folded = source.fold(block).rstrip()
    if block.end - block.start > MAX_LABEL_CHARACTERS or folded.endswith((".", ";", ",")):
        return False
    return len(list(split_sentences(source.text, span_of(block), source.lexicon))) == 1


def late(lead_in: LeadIn | None) -> LeadIn | None:
    """The lead-in after prose that stands between it and its list."""
    if lead_in is None:
        return None
    return replace(lead_in, is_late=True)
