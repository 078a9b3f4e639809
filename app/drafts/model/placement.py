"""Where the words of a model's suggestions stand in the document. What is not there is dropped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast, get_args

from app.drafts.model.answers import Suggestion
from app.drafts.model.prompts import Prompt, number_blocks
from app.drafts.proposals import ClaimType
from app.drafts.scope import Passage
from app.drafts.sentences import Span, split_sentences
from app.drafts.source import Source, span_of
from app.drafts.walk import walk
from app.errors import suggest
from app.text.alignment import Aligner, Alignment, Unaligned
from app.text.folding import has_letter_or_digit
from app.vocabulary import Modality

# Of the words of a suggestion, a run keeps so many characters.
MAX_KEPT_CHARACTERS = 2_000
# What follows is another sentence or clause.
_SENTENCE_ENDS = ".!?;:"


@dataclass(frozen=True)
class Drop:
    """Words of a suggestion that are not used, and why. If `member` is `wording` or `focus`, the
    claim stands without them, unless it is a timeline item. `nearest` is the most similar passage
    of the block."""

    block: int
    member: str
    words: str
    reason: str
    nearest: str | None = None
    is_ambiguous: bool = False


@dataclass(frozen=True)
class PlacedClaim:
    """A suggestion whose words stand in the document."""

    passage: Passage
    type: ClaimType
    modality: Modality
    span: Span
    cue: Span
    wording: Span | None = None
    focus: Span | None = None


class _Dropped(Exception):
    """The suggestion is dropped."""

    def __init__(self, drop: Drop) -> None:
        super().__init__(drop.reason)
        self.drop = drop


class Placer:
    """Places suggestions in one document, and collects what is dropped."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._blocks = number_blocks(source)
        self._passages = {passage.block: passage for passage in walk(source)}
        self._aligners: dict[Span, Aligner] = {}
        self.drops: list[Drop] = []

    def place_all(
        self,
        prompt: Prompt,
        suggestions: Iterable[Suggestion],
    ) -> Iterator[PlacedClaim]:
        """The suggestions of an answer to this request that can be placed."""
        for suggestion in suggestions:
            try:
                yield self._place(prompt, suggestion)
            except _Dropped as dropped:
                self.drops.append(dropped.drop)

    def _place(self, prompt: Prompt, suggestion: Suggestion) -> PlacedClaim:
        block = self._blocks.get(suggestion.block)
        if block is None or not prompt.first <= suggestion.block <= prompt.last:
            reason = f"not a block of the request, which has {prompt.first}–{prompt.last}"
            raise _Dropped(_drop(suggestion, "block", str(suggestion.block), reason))
        type_ = _check(suggestion, "type", get_args(ClaimType))
        modality = _check(suggestion, "modality", get_args(Modality))
        passage = self._passages[block]
        span = self._place_quote(suggestion, span_of(block))
        return PlacedClaim(
            passage,
            cast(ClaimType, type_),
            cast(Modality, modality),
            span,
            self._place_cue(suggestion, span, passage),
            self._place_wording(suggestion, span, passage),
            self._place_focus(suggestion, passage),
        )

    def _aligner(self, span: Span) -> Aligner:
        if span not in self._aligners:
            self._aligners[span] = Aligner(self._source.text, span.start, span.end)
        return self._aligners[span]

    def _place_quote(self, suggestion: Suggestion, block: Span) -> Span:
        placed = self._aligner(block).align(suggestion.quote)
        if isinstance(placed, Unaligned):
            raise _Dropped(_drop_unaligned(suggestion, "quote", placed))
        span = Span(placed.start, placed.end)
        words = self._source.words(span)
        if not has_letter_or_digit(words):
            raise _Dropped(_drop(suggestion, "quote", words, "no words"))
        negation = self._find_negation_beside(span, block)
        if negation is not None:
            reason = f"cut off from the negation {negation!r} beside it"
            raise _Dropped(_drop(suggestion, "quote", suggestion.quote, reason))
        return span

    def _find_negation_beside(self, span: Span, block: Span) -> str | None:
        """The negation directly before or after the words: without it they say the contrary."""
        text = self._source.text
        words = self._source.lexicon.negation_words
        is_sentence = text[span.end - 1] in _SENTENCE_ENDS
        for match in self._source.folded.find_all(words, block):
            between = None
            if match.end() <= span.start:
                between = text[match.end() : span.start]
            elif match.start() >= span.end and not is_sentence:
                between = text[span.end : match.start()]
            if between is not None and not between.strip():
                return match[0]
        return None

    def _place_cue(
        self,
        suggestion: Suggestion,
        span: Span,
        passage: Passage,
    ) -> Span:
        """In the quote; else once in its sentence, its block, the sentence that leads in, or a
        heading."""
        words = suggestion.cue
        # A word such as "will" may stand in the quote twice; each shows the same.
        own = self._aligner(span).align(words, take_first=True)
        if isinstance(own, Alignment):
            return Span(own.start, own.end)
        places = [self._find_sentence(span, passage), span_of(passage.block)]
        lead_in = passage.scope.lead_in
        if lead_in is not None:
            places.append(lead_in.span)
        places += self._list_heads(passage)
        return self._place_in(suggestion, "cue", words, places)

    def _find_sentence(self, span: Span, passage: Passage) -> Span:
        """The sentence of the words; where they are of several, all of these."""
        start, end = span.start, span.end
        block = span_of(passage.block)
        for sentence in split_sentences(self._source.text, block, self._source.lexicon):
            if sentence.overlaps(span):
                start = min(start, sentence.start)
                end = max(end, sentence.end)
        return Span(start, end)

    def _list_heads(self, passage: Passage) -> list[Span]:
        """What stands above the block: heads of columns, then headings, the nearest first."""
        scope = passage.scope
        heads = [head for column in scope.columns for head in column.heads]
        headings = [heading.span for heading in reversed(scope.headings)]
        return [*heads, *headings]

    def _place_in(
        self,
        suggestion: Suggestion,
        member: str,
        words: str,
        places: list[Span],
    ) -> Span:
        """The position in the first of the places that has the words, once."""
        refusals = []
        for place in places:
            placed = self._aligner(place).align(words)
            if isinstance(placed, Alignment):
                return Span(placed.start, placed.end)
            refusals.append(placed)
            if placed.is_ambiguous:
                break
        raise _Dropped(_drop_unaligned(suggestion, member, refusals[-1], refusals[0].nearest))

    def _place_wording(
        self,
        suggestion: Suggestion,
        span: Span,
        passage: Passage,
    ) -> Span | None:
        """In the quote, its sentence or its block. A timeline item is dropped without it."""
        words = suggestion.wording
        if not words:
            if suggestion.type == "timeline_item":
                reason = "a timeline item without words for its time"
                raise _Dropped(_drop(suggestion, "wording", "", reason))
            return None
        places = [span, self._find_sentence(span, passage), span_of(passage.block)]
        try:
            return self._place_in(suggestion, "wording", words, places)
        except _Dropped as dropped:
            if suggestion.type == "timeline_item":
                raise
            self.drops.append(dropped.drop)
            return None

    def _place_focus(self, suggestion: Suggestion, passage: Passage) -> Span | None:
        words = suggestion.focus
        if not words:
            return None
        places = [span_of(passage.block), *self._list_heads(passage)]
        try:
            return self._place_in(suggestion, "focus", words, places)
        except _Dropped as dropped:
            self.drops.append(dropped.drop)
            return None


def _check(
    suggestion: Suggestion,
    member: str,
    allowed: tuple[str, ...],
) -> str:
    value: str = getattr(suggestion, member)
    if value not in allowed:
        reason = f"not one of the values.{suggest(value, allowed)}"
        raise _Dropped(_drop(suggestion, member, value, reason))
    return value


def _drop(
    suggestion: Suggestion,
    member: str,
    words: str,
    reason: str,
) -> Drop:
    return Drop(suggestion.block, member, words[:MAX_KEPT_CHARACTERS], reason)


def _drop_unaligned(
    suggestion: Suggestion,
    member: str,
    refusal: Unaligned,
    nearest: str | None = None,
) -> Drop:
    reason = "not there"
    if refusal.is_ambiguous:
        reason = f"ambiguous: it stands there {refusal.count} times"
    words: str = getattr(suggestion, member)
    return Drop(
        suggestion.block,
        member,
        words[:MAX_KEPT_CHARACTERS],
        reason,
        (nearest or refusal.nearest)[:MAX_KEPT_CHARACTERS],
        refusal.is_ambiguous,
    )
