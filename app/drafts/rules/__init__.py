"""The rules by which claims are drafted: functions from a passage to proposals, each with its name.

What is nearest to the structure of a document comes first: the rows of tables, what begins with a
label, items with a date, items, headings, then prose."""

from collections.abc import Callable, Iterator

from app.drafts.proposals import Proposal
from app.drafts.rules.headings import propose_heading
from app.drafts.rules.items import propose_dated_item, propose_item
from app.drafts.rules.labels import propose_labelled
from app.drafts.rules.prose import propose_commitments, propose_sentences
from app.drafts.rules.rows import propose_row
from app.drafts.scope import Passage
from app.drafts.source import Source

Rule = Callable[[Source, Passage], Iterator[Proposal]]

# The first rule that gives a proposal for a block of structure decides; all rules of prose apply.
STRUCTURE: tuple[tuple[str, Rule], ...] = (
    ("row", propose_row),
    ("label", propose_labelled),
    ("dated item", propose_dated_item),
    ("item", propose_item),
    ("heading", propose_heading),
)
PROSE: tuple[tuple[str, Rule], ...] = (
    ("sentence", propose_sentences),
    ("commitment", propose_commitments),
)
