"""The passages of a file in order, each with what governs it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from app.drafts.columns import Table, read_table
from app.drafts.numbered import read_as_paragraphs
from app.drafts.scope import (
    MAX_LABEL_CHARACTERS,
    Heading,
    LeadIn,
    Passage,
    Scope,
    is_label,
    late,
    read_heading_meaning,
    read_lead_in,
)
from app.drafts.sentences import Span, split_sentences
from app.drafts.source import Source, span_of
from app.reading.blocks import (
    Block,
    BlockKind,
)

# A label that stands for a heading is below all headings.
_LABEL_LEVEL = 7
_LISTS = (BlockKind.ITEM, BlockKind.ROW)


def walk(source: Source) -> Iterator[Passage]:
    """Every block that is not left out, with its scope."""
    walker = _Walker(source)
    kept = [block for block in source.file.blocks if block.kind != BlockKind.LEFT_OUT]
    blocks = read_as_paragraphs(source.text, kept, source.lexicon)
    for block, following in zip_longest(blocks, blocks[1:]):
        passage = walker.step(block)
        opens_list = following is not None and following.kind in _LISTS
        if passage.is_lead_in and not opens_list:
            # Its words may be a claim of their own.
            passage = replace(passage, is_lead_in=False)
        yield passage


class _Walker:
    """The state while walking: open headings, the lead-in, and whether its list has begun."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._headings: list[Heading] = []
        self._lead_in: LeadIn | None = None
        self._lead_in_depth = 0
        self._has_list = False
        self._list_kind: BlockKind | None = None
        # Of each depth, the lead-in that an item of the depth above gives.
        self._item_lead_ins: dict[int, LeadIn] = {}
        self._tables: dict[int, Table] = {}
        self._has_title = False

    def step(self, block: Block) -> Passage:
        """The passage of the next block."""
        if block.kind == BlockKind.HEADING:
            return self._step_heading(block)
        if block.kind == BlockKind.ITEM:
            return self._step_item(block)
        if block.kind == BlockKind.ROW:
            return self._step_row(block)
        if is_label(self._source, block):
            return self._step_label(block)
        return self._step_paragraph(block)

    def _scope(self, lead_in: LeadIn | None = None) -> Scope:
        return Scope(tuple(self._headings), lead_in)

    def _step_heading(self, block: Block) -> Passage:
        self._open(block, block.level)
        # A colon that has found no list waits for one below the headings of its section.
        is_below = self._lead_in_depth < block.level
        if self._has_list or not is_below or not self._is_binding():
            self._lead_in = None
        return Passage(block, self._scope())

    def _is_binding(self) -> bool:
        """Whether the lead-in says what shall or should be done."""
        cue = self._lead_in.cue if self._lead_in is not None else None
        return cue is not None and cue.modality in ("required", "recommended")

    def _open(
        self,
        block: Block,
        level: int,
    ) -> None:
        span = span_of(block)
        while self._headings and self._headings[-1].level >= level:
            self._headings.pop()
        meaning = read_heading_meaning(self._source, span)
        is_title = not self._has_title and level == 1
        # In Word files the title often has the level of what is below it.
        is_title = is_title or block == self._source.title.heading
        self._has_title = True
        stripped = Span(span.start, span.end)
        time = None
        if self._source.times.is_time(self._source.folded.text, stripped):
            time = stripped
        negated = self._source.lexicon.headings.negated
        is_negated = not is_title and self._source.has(negated, span)
        self._headings.append(Heading(span, level, meaning, time, is_title, is_negated))
        self._item_lead_ins.clear()

    def _step_label(self, block: Block) -> Passage:
        self._open(block, _LABEL_LEVEL)
        heading = self._headings[-1]
        folded = self._source.fold(block).rstrip()
        if folded.endswith((":", "?")) or (heading.meaning is None and heading.time is None):
            self._set_lead_in(read_lead_in(self._source, span_of(block)))
            return Passage(block, self._scope(), is_lead_in=True)
        self._lead_in = None
        return Passage(block, self._scope())

    def _set_lead_in(self, lead_in: LeadIn) -> None:
        self._lead_in = lead_in
        self._has_list = False
        self._item_lead_ins.clear()
        depths = [heading.level for heading in self._headings if heading.level < _LABEL_LEVEL]
        self._lead_in_depth = max(depths, default=0)

    def _step_paragraph(self, block: Block) -> Passage:
        span = span_of(block)
        source = self._source
        folded = source.fold(span).strip()
        # "(Applies to all agencies)" between a heading and its list.
        if folded.startswith("(") and folded.endswith(")"):
            return Passage(block, self._scope(self._lead_in))
        sentences = list(
            split_sentences(source.text, self._without_label(block), source.lexicon)
        )
        if block.list_number is not None:
            lead_in = self._item_lead_ins.get(block.level, self._lead_in)
            return Passage(block, self._scope(lead_in), tuple(sentences))
        self._item_lead_ins.clear()
        if sentences and self._opens_list(sentences[-1]):
            self._set_lead_in(read_lead_in(source, sentences[-1]))
            return Passage(
                block,
                self._scope(),
                tuple(sentences),
                is_lead_in=True,
            )
        if self._has_list:
            self._lead_in = None
        else:
            self._lead_in = late(self._lead_in)
        return Passage(block, self._scope(), tuple(sentences))

    def _without_label(self, block: Block) -> Span:
        """The words after a dateline, or a bold label: "**Costs:** The city will …"."""
        dateline = self._source.dateline
        if dateline is not None and dateline.span.start == block.start:
            return Span(dateline.span.end, block.end)
        if block.bold_end is None or block.bold_end == block.end:
            return span_of(block)
        label = self._source.text[block.start : block.bold_end].rstrip()
        start = block.bold_end
        if self._source.text[start : start + 1] == ":":
            return Span(start + 1, block.end)
        if label.endswith((":", ".")) and len(label) <= MAX_LABEL_CHARACTERS:
            return Span(start, block.end)
        return span_of(block)

    def _opens_list(self, sentence: Span) -> bool:
        folded = self._source.fold(sentence).rstrip(" *")
        if folded.endswith(":"):
            return True
        if not folded.endswith("."):
            return False
        # "… using the following guidelines."
        tail = folded[-60:]
        following = self._source.lexicon.compile(self._source.lexicon.following)
        return following.search(tail) is not None and not folded.endswith("below.")

    def _enter_list(self, kind: BlockKind) -> None:
        """Note the list or table of the lead-in. A table after its list is not part of a sentence
        that only the list completes ("Operators must not:")."""
        if self._has_list and self._list_kind != kind and self._is_completed():
            self._lead_in = None
        self._has_list = True
        self._list_kind = kind

    def _is_completed(self) -> bool:
        """Whether items complete the sentence of the lead-in: it has a verb, and does not name
        what follows ("the following measures")."""
        lead_in = self._lead_in
        if lead_in is None or lead_in.cue is None:
            return False
        is_naming = self._source.has(self._source.lexicon.following, lead_in.span)
        return bool(lead_in.flags) or not is_naming

    def _step_item(self, block: Block) -> Passage:
        self._enter_list(BlockKind.ITEM)
        for depth in list(self._item_lead_ins):
            if depth > block.level:
                del self._item_lead_ins[depth]
        lead_in = self._lead_in
        for depth in range(block.level, -1, -1):
            if depth in self._item_lead_ins:
                lead_in = self._item_lead_ins[depth]
                break
        span = span_of(block)
        passage = Passage(block, self._scope(lead_in), self._split(span))
        if self._source.fold(span).rstrip(" *").endswith(":"):
            own = read_lead_in(self._source, span)
            if own.cue is None and lead_in is not None:
                own = replace(
                    own,
                    cue=lead_in.cue,
                    meaning=own.meaning or lead_in.meaning,
                    flags=(*own.flags, *lead_in.flags),
                )
            self._item_lead_ins[block.level + 1] = own
        return passage

    def _split(self, span: Span) -> tuple[Span, ...]:
        return tuple(split_sentences(self._source.text, span, self._source.lexicon))

    def _step_row(self, block: Block) -> Passage:
        self._enter_list(BlockKind.ROW)
        scope = self._scope(self._lead_in)
        number = block.table if block.table is not None else -1
        if number not in self._tables:
            self._tables[number] = read_table(self._source, number, scope.meaning)
        table = self._tables[number]
        table.enter(self._source, block)
        scope = replace(
            scope,
            columns=table.columns,
            rows=table.rows,
            row=table.find_number(block),
            group=table.group,
            fields=table.find_fields(block),
        )
        return Passage(block, scope)
