"""Lines that say who does what stands above them, or by when: "Owner: …", "Due: …"."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.drafts.folded import FoldedText
from app.drafts.labels import find_label, fold_label
from app.drafts.lexicon import Lexicon
from app.drafts.proposals import LIKELY, Proposal, Wording, date_claim
from app.drafts.scope import Passage
from app.drafts.sentences import Span, strip_span
from app.drafts.source import Source, span_of
from app.reading.blocks import Block, BlockKind, ReadFile
from app.reading.formats import FileFormat

# What a draft has that dates its claims by such a line.
RULE = "due"
_WITH_FIELDS = (BlockKind.ITEM, BlockKind.PARAGRAPH)
# Longer lines are sentences.
_MAX_FIELD_CHARACTERS = 120


def split_fields(file: ReadFile, lexicon: Lexicon) -> ReadFile:
    """The file with a paragraph for each of these lines that was joined to the words above it. In
    a plain text, such a short line is no heading."""
    is_plain = file.format == FileFormat.TXT
    blocks: list[Block] = []
    folded: FoldedText | None = None
    for block in file.blocks:
        may_be_heading = is_plain and block.kind == BlockKind.HEADING
        if not may_be_heading and not (block.joins and block.kind in _WITH_FIELDS):
            blocks.append(block)
            continue
        if folded is None:
            folded = FoldedText(file.text, lexicon)
        if not may_be_heading:
            blocks += _split_block(folded, file.text, block)
        elif begins_field(folded, span_of(block)):
            blocks.append(replace(block, kind=BlockKind.PARAGRAPH, level=0))
        else:
            blocks.append(block)
    return replace(file, blocks=tuple(blocks))


def _split_block(folded: FoldedText, text: str, block: Block) -> Iterator[Block]:
    start = block.start
    for join in block.joins:
        line = strip_span(text, Span(join, block.end))
        if begins_field(folded, line):
            yield _cut_block(text, block, Span(start, join))
            start = line.start
    yield _cut_block(text, block, Span(start, block.end))


def _cut_block(text: str, block: Block, piece: Span) -> Block:
    """A piece of the block: its beginning is what the block is, and others are paragraphs."""
    span = strip_span(text, piece)
    joins = [join for join in block.joins if span.start < join < span.end]
    cut = replace(
        block,
        start=span.start,
        end=span.end,
        bold_end=_cut_bold(block, span),
        joins=tuple(joins),
    )
    if span.start == block.start:
        return cut
    return replace(cut, kind=BlockKind.PARAGRAPH, marker=None)


def _cut_bold(block: Block, span: Span) -> int | None:
    if block.bold_end is None or span.start > block.start:
        return None
    return min(block.bold_end, span.end)


def begins_field(folded: FoldedText, span: Span) -> bool:
    """Whether the words begin with the label of such a line."""
    lexicon = folded.lexicon
    columns = lexicon.columns
    labels = [
        lexicon.times.due,
        columns.who,
        columns.deadline,
        columns.status,
        columns.time,
    ]
    for templates in labels:
        pattern = lexicon.compile_opening(templates)
        match = pattern.match(folded.text, span.start, span.end)
        if match is None:
            continue
        following = folded.text[match.end() : match.end() + 3]
        if following.lstrip(" *").startswith(":"):
            return True
    return False


def _find_due(source: Source, block: Block) -> Wording | None:
    """When something is due, where the block says that and nothing else: "Due: 3 May 2026"."""
    if block.kind not in _WITH_FIELDS or block.end - block.start > _MAX_FIELD_CHARACTERS:
        return None
    pieces = find_label(source, span_of(block))
    if pieces is None:
        return None
    label, words = pieces
    value = strip_span(source.text, words, "*_.;")
    if not source.times.is_time(source.folded.text, value):
        return None
    lexicon = source.lexicon
    folded = fold_label(source, label)
    for templates in (lexicon.times.due, lexicon.columns.deadline):
        if lexicon.compile(templates).fullmatch(folded):
            return Wording(value, deadline=strip_span(source.text, label, "*_"))
    if lexicon.compile(lexicon.columns.time).fullmatch(folded):
        return Wording(value)
    return None


class ClaimAbove:
    """The block that gave a claim last, for the lines below that say by when."""

    def __init__(self) -> None:
        self._block: Block | None = None
        self._proposals: Sequence[Proposal] = ()

    def note(self, source: Source, block: Block, proposals: Sequence[Proposal]) -> None:
        """Take the next block, with what it gave. A line that says who leaves the claim above."""
        if not proposals and begins_field(source.folded, span_of(block)):
            return
        self._block = block
        self._proposals = proposals

    def date(self, source: Source, passage: Passage) -> Proposal | None:
        """The timeline item of the claim above, if the passage says by when, and nothing else
        does."""
        if len(self._proposals) != 1 or not self._is_above(passage.block):
            return None
        wording = _find_due(source, passage.block)
        (claim,) = self._proposals
        if wording is None or claim.type == "timeline_item":
            return None
        dated = date_claim(claim, replace(wording, year=passage.scope.period))
        self._proposals = ()
        return replace(dated, rule=RULE, score=min(claim.score, LIKELY))

    def _is_above(self, block: Block) -> bool:
        """Whether the block stands within the item that gave the claim, or both are paragraphs
        and a label made the one above a claim."""
        above = self._block
        if above is None:
            return False
        if above.kind == BlockKind.PARAGRAPH:
            return block.kind == BlockKind.PARAGRAPH and self._proposals[0].rule == "label"
        if above.kind != BlockKind.ITEM:
            return False
        if block.kind == BlockKind.PARAGRAPH:
            return block.list_number is not None and block.list_number == above.list_number
        return block.level > above.level
