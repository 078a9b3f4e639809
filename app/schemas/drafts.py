"""Drafts: their parameters, the proposals of each, decisions, coverage and publication."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.schemas import fields as f
from app.schemas.changesets import ChangesetChecked, ChangesetQuery, ChangesetRead
from app.schemas.filters import Query
from app.schemas.paging import Count, Cursor, Page
from app.schemas.record_types import RecordType
from app.schemas.write import Strict
from app.vocabulary import DraftFormat, Modality, ProposalOrigin, ProposalState

MAX_PROPOSALS = 100_000
# Blocks of an outline, spans of a text: a server accepts fewer characters than these could have.
MAX_SPANS = 10_000_000

Number = Annotated[int, Field(ge=1, le=2**31 - 1, description="The number of the proposal.")]
Position = Annotated[
    int, Field(ge=0, le=2**31 - 1, description="A position in the text, in code points.")
]
Score = Annotated[
    float, Field(ge=0, le=1, description="How sure the rule is, from 0 to 1; no probability.")
]
Word = Annotated[str, Field(max_length=60), f.STORABLE]
FlagName = Annotated[str, Field(max_length=60, examples=["conditional"]), f.STORABLE]
Flags = Annotated[
    list[FlagName],
    Field(max_length=50, description="Reasons to look twice, such as a negation."),
]
Counts = Annotated[dict[str, int], Field(description="Proposals by value.")]


class DraftCreateQuery(Query):
    """How a file is drafted."""

    language: Annotated[
        f.Language | None,
        Field(description="The language of the text (BCP 47), if the file does not tell it."),
    ] = None
    office: Annotated[
        f.Slug | None,
        Field(
            description="The office that the claims are about; it need not be in the base yet.",
            examples=["office-of-science"],
        ),
    ] = None
    said_on: Annotated[
        f.FullDate | None,
        Field(
            description="The day on which the document speaks, for wordings such as “next year”.",
            examples=["2031-05-17"],
        ),
    ] = None
    prose: Annotated[
        f.Flag,
        Field(description="Propose claims from prose too, not only from lists and tables."),
    ] = False
    model: Annotated[
        f.Flag,
        Field(
            description=(
                "Ask the language model of the server, too, if it has one. The text of the file "
                "goes to that model, which may only quote it."
            )
        ),
    ] = False


class PageOfDraftsQuery(Query):
    """One page of a list that is no part of the base."""

    limit: Annotated[f.Limit, Field(description="Maximum number of items.")] = 50
    cursor: Cursor = None
    count: Count = "bounded"


class DraftsQuery(PageOfDraftsQuery):
    """One page of the drafts, the newest first."""

    published: Annotated[
        f.Flag | None, Field(description="Whether anything of the draft was published.")
    ] = None


class DraftOptions(BaseModel):
    """How the file was drafted."""

    language: str | None
    office: str | None
    said_on: str | None
    prose: bool
    model: Annotated[bool, Field(description="Whether a language model was asked.")]


class DraftCounts(BaseModel):
    """The number of proposals, by property."""

    state: Counts
    type: Counts
    flag: Counts


class DraftRead(BaseModel):
    """A document that was read, and what is proposed from it. It is no part of the base."""

    id: Annotated[str, Field(description="Identifier of the draft.")]
    version: Annotated[
        int, Field(description="How often the draft or a proposal was changed.")
    ]
    title: Annotated[str, Field(description="The title of the document, as far as it shows.")]
    language: str
    format: Annotated[DraftFormat, Field(description="How the file was read.")]
    characters: Annotated[int, Field(description="Length of the text in code points.")]
    sha256: Annotated[str, Field(description="SHA-256 of the text in UTF-8.")]
    file_sha256: Annotated[str, Field(description="SHA-256 of the file.")]
    extractor: Annotated[str, Field(description="What made the draft, with its version.")]
    options: DraftOptions
    warnings: Annotated[
        list[str],
        Field(max_length=1_000, description="Reasons to compare the text with the file."),
    ]
    total: Annotated[int, Field(description="Number of proposals.")]
    counts: DraftCounts
    created_by: Annotated[str, Field(description="The name of the key that made the draft.")]
    created_at: f.Instant
    updated_at: f.Instant
    published_revision: Annotated[
        int | None,
        Field(description="The latest revision that published proposals; null if none did."),
    ]
    url: str


class DraftPage(Page[DraftRead]):
    """One page of the drafts, the newest first."""


class LeftOut(BaseModel):
    """A passage that gives no proposal, and why."""

    start: Position
    end: Position
    reason: str


class RunRead(BaseModel):
    """One extraction that proposed records."""

    number: int
    origin: ProposalOrigin
    extractor: str
    started_at: f.Instant
    seconds: float
    details: dict[str, Any]


class DraftDetail(DraftRead):
    """A draft with what was left out, and the runs that made it."""

    left_out: Annotated[list[LeftOut], Field(max_length=MAX_SPANS)]
    runs: Annotated[list[RunRead], Field(max_length=1_000)]


class OutlineCell(BaseModel):
    """A cell of a table, in the row where it begins; empty if `start` is `end`."""

    start: Position
    end: Position
    column: Annotated[int, Field(description="The first column, from 0.")]
    columns: int
    rows: int
    is_head: bool
    is_band: Annotated[bool, Field(description="Whether it names the rows below it.")]


class OutlineBlock(BaseModel):
    """A part of the text: a heading, paragraph, item, row, or what is no part of what it says."""

    kind: Literal["heading", "paragraph", "item", "row", "left_out"]
    start: Position
    end: Position
    level: Annotated[
        int, Field(description="Of a heading, 1 to 6; of an item, its depth from 0.")
    ]
    list_number: Annotated[int | None, Field(description="The list of an item, from 0.")]
    table: Annotated[int | None, Field(description="The table of a row, from 0.")]
    marker: Annotated[str | None, Field(description="What stands before an item.")]
    cells: Annotated[list[OutlineCell], Field(max_length=MAX_SPANS)]
    page: Annotated[int | None, Field(description="The page, from 1, where there are pages.")]
    reason: Annotated[str | None, Field(description="Why the block is left out.")]


class Outline(BaseModel):
    """The blocks of a text, in order; positions are those of the words."""

    draft: str
    sha256: str
    blocks: Annotated[list[OutlineBlock], Field(max_length=MAX_SPANS)]


ProposalSort = Literal[
    "number", "-number", "position", "-position", "score", "-score", "type", "-type"
]


class ProposalsQuery(PageOfDraftsQuery):
    """One page of the proposals of a draft. A repeated filter means any of its values."""

    state: Annotated[
        f.Values[ProposalState], Field(description="In one of these states.")
    ] = []
    type: Annotated[f.Values[RecordType], Field(description="Of one of these types.")] = []
    origin: Annotated[
        f.Values[ProposalOrigin], Field(description="Proposed by one of these.")
    ] = []
    rule: Annotated[
        f.Values[Word], Field(description="Proposed by one of these rules.", examples=[[]])
    ] = []
    section: Annotated[
        f.Values[f.Name],
        Field(description="Under a heading with these words, at any depth.", examples=[[]]),
    ] = []
    flag: Annotated[
        f.Values[FlagName], Field(description="With one of these flags.", examples=[[]])
    ] = []
    sort: Annotated[
        f.CommaList[ProposalSort],
        Field(
            description=(
                "Sort keys, most important first, separated by commas; `-` before a key reverses "
                "it. Ties are sorted by number."
            ),
            examples=[["position", "score"]],
        ),
    ] = ["number"]


class ProposalRead(BaseModel):
    """A record that is proposed, and what was decided about it."""

    number: int
    version: Annotated[int, Field(description="How often the proposal was written.")]
    type: RecordType
    state: ProposalState
    origin: ProposalOrigin
    rule: Annotated[str, Field(description="The rule that proposed it.")]
    score: Score
    flags: Flags
    section: Annotated[list[str], Field(max_length=50, description="The headings above it.")]
    start: Position
    end: Position
    exact: Annotated[str, Field(description="The words of the text that it comes from.")]
    record: Annotated[
        dict[str, Any], Field(description="The record as it would be published.")
    ]
    original: Annotated[
        dict[str, Any] | None,
        Field(description="The record as it was proposed, if it was edited."),
    ]
    decided_by: Annotated[str | None, Field(description="The name of the key that decided.")]
    decided_at: f.Instant | None
    published_slug: Annotated[
        str | None, Field(description="The slug of the record in the base, once published.")
    ]
    published_revision: Annotated[
        int | None, Field(description="The revision that published it.")
    ]
    url: str


class ProposalPage(Page[ProposalRead]):
    """One page of the proposals of a draft, in the requested order."""


class ProposalPatch(Strict):
    """A decision about a proposal, or a correction of its record. A correction accepts it; the
    state `proposed` takes the record back to what was proposed."""

    state: Annotated[
        Literal["proposed", "accepted", "edited", "rejected"] | None,
        Field(description="The decision."),
    ] = None
    record: Annotated[
        dict[str, Any] | None,
        Field(description="The fields of the record to change (JSON Merge Patch, RFC 7396)."),
    ] = None


class ProposalCreate(Strict):
    """A claim or focus area that was missed: its words. Everything else is filled in."""

    type: Literal["focus_area", "initiative", "expected_outcome", "timeline_item"]
    start: Position
    end: Position
    record: Annotated[
        dict[str, Any] | None,
        Field(
            description="Fields to set otherwise than they are filled in (JSON Merge Patch)."
        ),
    ] = None


class Decisions(Strict):
    """One decision about many proposals: those that have all the named properties.

    Proposals that are decided already are left alone, unless `numbers` names them; a `min_score`
    leaves out what only a language model proposes."""

    state: Literal["proposed", "accepted", "rejected"]
    numbers: Annotated[list[Number] | None, Field(min_length=1, max_length=MAX_PROPOSALS)] = (
        None
    )
    type: RecordType | None = None
    section: Annotated[
        f.Line | None, Field(description="A heading above the words, at any depth.")
    ] = None
    rule: Word | None = None
    flag: FlagName | None = None
    min_score: Score | None = None


class DecisionsMade(BaseModel):
    """The proposals whose state was changed."""

    draft: str
    version: Annotated[int, Field(description="The version of the draft.")]
    numbers: Annotated[list[int], Field(max_length=MAX_PROPOSALS)]
    counts: DraftCounts


class CoveredSpan(BaseModel):
    """A part of the text and what became of it.

    `claimed` is quoted by a proposal, `rejected` by rejected ones only; `left_out` says why in
    `reason`; `nothing` gave no proposal, and no rule says why."""

    start: Position
    end: Position
    status: Literal["claimed", "rejected", "left_out", "nothing"]
    reason: str | None
    numbers: Annotated[
        list[int],
        Field(max_length=MAX_PROPOSALS, description="The proposals that quote it."),
    ]


class MissedSentence(BaseModel):
    """A sentence that shows a modality, though no proposal quotes it."""

    start: Position
    end: Position
    exact: str
    modality: Modality


class Coverage(BaseModel):
    """What became of every character of a text: the spans follow each other without a gap."""

    draft: str
    characters: Annotated[
        dict[str, int], Field(description="Number of characters by status.")
    ]
    missed: Annotated[
        list[MissedSentence], Field(max_length=MAX_SPANS, description="What to read first.")
    ]
    spans: Annotated[list[CoveredSpan], Field(max_length=MAX_SPANS)]


class PublicationQuery(ChangesetQuery):
    """How to publish a draft."""


class UsedRecord(BaseModel):
    """A proposal that makes no new record, because the base has it."""

    number: int
    type: RecordType
    slug: Annotated[str, Field(description="The record of the base that is used.")]
    reason: str


Used = Annotated[list[UsedRecord], Field(max_length=MAX_PROPOSALS)]


class PublicationRead(ChangesetRead):
    """A publication: the changes of its revision, and what the base had already."""

    used: Used


class PublicationChecked(ChangesetChecked):
    """A publication that was validated, and not carried out."""

    used: Used
