"""The schemas of the API. Written by `make clients` from openapi.json; do not edit it."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Bucket(TypedDict):
    """One value of a facet."""

    value: str
    """The value for the filter of the same name."""
    label: str
    """The name of the record or value."""
    count: int
    """The `total` of the list at `url`."""
    url: str
    """The list with only this value in the facet's own filter."""


class Category(TypedDict):
    """One value of a dimension."""

    value: str
    """A value that the filter of the same name takes."""
    label: str
    """Its label: the name of the record it refers to, or the value."""
    url: str | None
    """The list of the records that have it. Null where records have several values and
    the query filters by the same dimension: no list requires two values at once."""


class ChangeAsked(TypedDict):
    """One change: a `create` has a `record`, an `update` the whole `record` or a
    `patch`, a `delete` neither. An update and a delete name the `version` or the `etag`
    that they apply to."""

    operation: Operation
    type: RecordType
    slug: Slug
    version: NotRequired[int | None]
    """The version that the record must have; otherwise nothing is written."""
    etag: NotRequired[str | None]
    """The ETag of the record as it was read. Unlike `version`, it also tells the record
    from that of a base with the same version, such as a restored backup."""
    record: NotRequired[
        DocumentCreate
        | OfficeCreate
        | FocusAreaCreate
        | InitiativeCreate
        | ExpectedOutcomeCreate
        | TimelineItemCreate
        | None
    ]
    """The whole record."""
    patch: NotRequired[
        DocumentPatch
        | OfficePatch
        | FocusAreaPatch
        | InitiativePatch
        | ExpectedOutcomePatch
        | TimelineItemPatch
        | None
    ]
    """The fields to change (JSON Merge Patch, RFC 7396)."""


class ChangeMade(TypedDict):
    """The effect of a change list on one record."""

    operation: Operation
    type: RecordType
    slug: str
    version: int
    """The version of the record after the change."""
    url: str
    difference: NotRequired[list[PatchOperation]]
    """With `validate_only`: a JSON Patch (RFC 6902) from the curated fields of the
    record to those after the change; `null` stands for no record."""


class ChangePage(TypedDict):
    """Changes in the order of the log. Within a revision, creations and updates come
    first, each after the records that it refers to, then deletions in the opposite
    order."""

    items: list[ChangeRead]
    next: str | None
    """Path of the next page; null on the last one."""
    delta: str | None
    """Path to store on the last page: requested later, it lists the changes since. Null
    where `next` is not."""
    revision: int
    """The current revision of the base. If there is a `next`, the page ends earlier:
    continue from `next`, not from this number."""


class ChangeRead(TypedDict):
    """One change of one record."""

    operation: Operation
    type: RecordType
    slug: Slug
    version: int
    """Version of the record after this change."""
    revision: int
    """The revision that the change is part of."""
    changed_at: Instant
    last_of_revision: bool
    """Whether this is the last change of its revision, among the requested types. A
    copy may commit here."""
    record: (
        DocumentRead
        | OfficeRead
        | FocusAreaRead
        | InitiativeRead
        | ExpectedOutcomeRead
        | TimelineItemRead
        | None
    )
    """The whole record after the change, citations included; null: deleted."""


class Changeset(TypedDict):
    """Changes that become visible together, as one revision, or not at all."""

    message: str
    """The reason for the changes, as the log records it."""
    changes: list[ChangeAsked]
    """In any order, at most one per record."""


class ChangesetChecked(TypedDict):
    """A change list that was validated, and not written."""

    valid: bool
    code: str | None
    """The `code` of the problem, if it is not valid."""
    problems: list[ProblemFound]
    changes: list[ChangeMade]
    """In the order of the log; only changes that change something."""


class ChangesetRead(TypedDict):
    """A change list that was written. `revision` is null if it changed nothing."""

    revision: RevisionRead | None
    changes: list[ChangeMade]
    """In the order of the log; only changes that change something."""


class Citation(TypedDict):
    """Words of a document that support fields of a record (W3C Web Annotation
    selectors)."""

    document_slug: Slug
    """The quoted document."""
    section: list[str]
    """The headings above the quoted words, outermost first, each a whole line of the
    text; for words on a heading line, the headings above that line. Where a line stands
    several times, the nearest above is meant. Marks of Markdown may be left out."""
    exact: str
    """The quoted words, exactly as in the text."""
    prefix: str
    """The text just before the words."""
    suffix: str
    """The text just after the words."""
    start: int
    """Position of the first character, in code points."""
    end: int
    """Position after the last character."""
    supports: list[str]
    """The fields of the record that the quoted words support."""
    link: NotRequired[Any]


class CitationRead(TypedDict):
    """A citation with the link to its words, which the base makes."""

    document_slug: Slug
    """The quoted document."""
    section: list[str]
    """The headings above the quoted words, outermost first, each a whole line of the
    text; for words on a heading line, the headings above that line. Where a line stands
    several times, the nearest above is meant. Marks of Markdown may be left out."""
    exact: str
    """The quoted words, exactly as in the text."""
    prefix: str
    """The text just before the words."""
    suffix: str
    """The text just after the words."""
    start: int
    """Position of the first character, in code points."""
    end: int
    """Position after the last character."""
    supports: list[str]
    """The fields of the record that the quoted words support."""
    link: str | None
    """Address of the words: the document's `source_url` with a text fragment; null
    without a `source_url`."""


class Counts(TypedDict):
    """How many records a revision created, updated and deleted."""

    create: int
    update: int
    delete: int


class Coverage(TypedDict):
    """What became of every character of a text: the spans follow each other without a
    gap."""

    draft: str
    characters: dict[str, int]
    """Number of characters by status."""
    missed: list[MissedSentence]
    """What to read first."""
    spans: list[CoveredSpan]


class CoveredSpan(TypedDict):
    """A part of the text and what became of it.

    `claimed` is quoted by a proposal, `rejected` by rejected ones only; `left_out` says
    why in `reason`; `nothing` gave no proposal, and no rule says why."""

    start: int
    """A position in the text, in code points."""
    end: int
    """A position in the text, in code points."""
    status: Literal["claimed", "rejected", "left_out", "nothing"]
    reason: str | None
    numbers: list[int]
    """The proposals that quote it."""


class Crosstab(TypedDict):
    """Counts of records by two dimensions.

    A record with a narrower focus area also counts for the broader ones, and a record
    may have several values, so rows and columns do not add up to the totals: these
    count each record once."""

    collection: str
    """The collection whose records are counted."""
    columns: list[Category]
    """The most frequent values of the second dimension."""
    rows: list[CrosstabRow]
    """The most frequent values of the first dimension."""
    missing: Sums
    """Records without a value of the first dimension."""
    totals: Sums
    """All records, each counted once, in a row or not."""
    total_rows: int
    """The number of values of the first dimension."""
    total_columns: int
    """The number of values of the second dimension."""
    revision: int
    """The revision of the base that was counted."""
    query: dict[str, Any]
    """The query as it was interpreted."""


class CrosstabRow(TypedDict):
    """The records that have this value of the first dimension."""

    value: str
    """A value that the filter of the same name takes."""
    label: str
    """Its label: the name of the record it refers to, or the value."""
    url: str | None
    """The list of the records that have it. Null where records have several values and
    the query filters by the same dimension: no list requires two values at once."""
    counts: list[int]
    """For each column, in the order of `columns`."""
    missing: int
    """Records without a value of the second dimension."""
    total: int
    """All its records, each counted once."""


class DatabaseLibrary(TypedDict):
    """The database under the base, and the library that opens it."""

    engine: Literal["sqlite", "postgresql"]
    library: str
    """Python package of the driver."""
    version: str
    """Version of SQLite; of PostgreSQL the major version only."""


class DecisionsMade(TypedDict):
    """The proposals whose state was changed."""

    draft: str
    version: int
    """The version of the draft."""
    numbers: list[int]
    counts: DraftCounts


class DocumentDetail(TypedDict):
    """A document. A list leaves its text out; a response with the document alone has
    it."""

    slug: Slug
    title: str
    author: str | None
    publisher: str | None
    published_on: str | None
    """A day, month, quarter, season or year in EDTF (ISO 8601-2): `2023-05-17`,
    `2023-05`, `2023-34`, `2023`, `2023~` (approximate), `2023?` (uncertain)."""
    language: str
    """Language of the text (BCP 47)."""
    source_url: str | None
    """Address of the text."""
    voice: Voice
    sha256: str
    """SHA-256 of the cited text in UTF-8, or of a file with a byte order mark before
    it. Citations give positions in this text, where the mark does not count."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """Always empty."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""
    published_earliest: str | None
    """The first day that the date can mean; null without one."""
    published_latest: str | None
    """The last day that the date can mean; null without one."""
    published_precision: Precision | None
    """How precise the date is; null without one."""
    text_length: int | None
    """Length of the text in code points; null if the base does not hold it."""
    text_url: str | None
    """Path of the text; null if the base does not hold it."""
    snippet: NotRequired[str]
    """Present with `q`: the passage that matches best, as HTML; matching words are
    within `<mark>`, and everything else is escaped."""
    text: NotRequired[str]
    """The text. Absent from lists, and if the base does not hold it."""


class DocumentLink(TypedDict):
    """A document that the base cites."""

    slug: str
    title: str
    url: str


class DocumentPage(TypedDict):
    """One page of documents, in the requested order."""

    items: list[DocumentDetail]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class DocumentRead(TypedDict):
    """A text that makes claims."""

    slug: Slug
    title: str
    author: str | None
    publisher: str | None
    published_on: str | None
    """A day, month, quarter, season or year in EDTF (ISO 8601-2): `2023-05-17`,
    `2023-05`, `2023-34`, `2023`, `2023~` (approximate), `2023?` (uncertain)."""
    language: str
    """Language of the text (BCP 47)."""
    source_url: str | None
    """Address of the text."""
    voice: Voice
    sha256: str
    """SHA-256 of the cited text in UTF-8, or of a file with a byte order mark before
    it. Citations give positions in this text, where the mark does not count."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """Always empty."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""
    published_earliest: str | None
    """The first day that the date can mean; null without one."""
    published_latest: str | None
    """The last day that the date can mean; null without one."""
    published_precision: Precision | None
    """How precise the date is; null without one."""
    text_length: int | None
    """Length of the text in code points; null if the base does not hold it."""
    text_url: str | None
    """Path of the text; null if the base does not hold it."""


class DraftCounts(TypedDict):
    """The number of proposals, by property."""

    state: dict[str, int]
    """Proposals by value."""
    type: dict[str, int]
    """Proposals by value."""
    flag: dict[str, int]
    """Proposals by value."""


class DraftDetail(TypedDict):
    """A draft with what was left out, and the runs that made it."""

    id: str
    """Identifier of the draft."""
    version: int
    """How often the draft or a proposal was changed."""
    title: str
    """The title of the document, as far as it shows."""
    language: str
    format: DraftFormat
    """How the file was read."""
    characters: int
    """Length of the text in code points."""
    sha256: str
    """SHA-256 of the text in UTF-8."""
    file_sha256: str
    """SHA-256 of the file."""
    extractor: str
    """What made the draft, with its version."""
    options: DraftOptions
    warnings: list[str]
    """Reasons to compare the text with the file."""
    total: int
    """Number of proposals."""
    counts: DraftCounts
    created_by: str
    """The name of the key that made the draft."""
    created_at: Instant
    updated_at: Instant
    published_revision: int | None
    """The latest revision that published proposals; null if none did."""
    url: str
    left_out: list[LeftOut]
    runs: list[RunRead]


class DraftOptions(TypedDict):
    """How the file was drafted."""

    language: str | None
    office: str | None
    said_on: str | None
    prose: bool
    model: bool
    """Whether a language model was asked."""


class DraftPage(TypedDict):
    """One page of the drafts, the newest first."""

    items: list[DraftRead]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class DraftRead(TypedDict):
    """A document that was read, and what is proposed from it. It is no part of the
    base."""

    id: str
    """Identifier of the draft."""
    version: int
    """How often the draft or a proposal was changed."""
    title: str
    """The title of the document, as far as it shows."""
    language: str
    format: DraftFormat
    """How the file was read."""
    characters: int
    """Length of the text in code points."""
    sha256: str
    """SHA-256 of the text in UTF-8."""
    file_sha256: str
    """SHA-256 of the file."""
    extractor: str
    """What made the draft, with its version."""
    options: DraftOptions
    warnings: list[str]
    """Reasons to compare the text with the file."""
    total: int
    """Number of proposals."""
    counts: DraftCounts
    created_by: str
    """The name of the key that made the draft."""
    created_at: Instant
    updated_at: Instant
    published_revision: int | None
    """The latest revision that published proposals; null if none did."""
    url: str


class ExpectedOutcomeDetail(TypedDict):
    """An expected outcome, with what `include` names."""

    slug: Slug
    statement: str
    modality: Modality
    office_slug: Slug | None
    """The office that the claim is about; null if the document names none."""
    focus_area_slugs: list[Slug]
    """The focus areas of the claim, in the curator's order."""
    initiative_slug: Slug | None
    """The initiative that the claim belongs to."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""
    snippet: NotRequired[str]
    """Present with `q`: the passage that matches best, as HTML; matching words are
    within `<mark>`, and everything else is escaped."""
    office: NotRequired[OfficeRead | None]
    """Present only if `include` names this field."""
    focus_areas: NotRequired[list[FocusAreaRead]]
    """Present only if `include` names this field."""
    initiative: NotRequired[InitiativeRead | None]
    """Present only if `include` names this field."""
    timeline_items: NotRequired[RelatedTimelineItems]
    """Present only if `include` names this field."""


class ExpectedOutcomePage(TypedDict):
    """One page of expected outcomes, in the requested order."""

    items: list[ExpectedOutcomeDetail]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class ExpectedOutcomeRead(TypedDict):
    """A result that a document expects."""

    slug: Slug
    statement: str
    modality: Modality
    office_slug: Slug | None
    """The office that the claim is about; null if the document names none."""
    focus_area_slugs: list[Slug]
    """The focus areas of the claim, in the curator's order."""
    initiative_slug: Slug | None
    """The initiative that the claim belongs to."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""


class Facet(TypedDict):
    """How many records have each value, under every filter except the facet's own.

    Where a record has at most one value, the counts of the buckets, `missing` and
    `other` add up to the total without the facet's filter."""

    buckets: list[Bucket]
    """The most frequent values; equals by value."""
    total_values: int
    """Number of values, listed or not."""
    missing: int
    """Records without a value."""
    other: int
    """Records with a value, but with none of the listed ones."""


class FocusAreaDetail(TypedDict):
    """A focus area, with what `include` names."""

    slug: Slug
    name: str
    """The preferred name (SKOS prefLabel)."""
    aliases: list[str]
    """Other names that documents use (SKOS altLabel)."""
    label_languages: dict[str, str]
    """The languages (BCP 47) of the name and of aliases. A label that is not here is in
    the language of the cited documents."""
    broader_slugs: list[Slug]
    """Focus areas of which this one is a part or kind (SKOS broader). No cycle."""
    related_slugs: list[Slug]
    """Associated focus areas (SKOS related). Each of two names the other."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""
    snippet: NotRequired[str]
    """Present with `q`: the passage that matches best, as HTML; matching words are
    within `<mark>`, and everything else is escaped."""
    broader: NotRequired[list[FocusAreaRead]]
    """Present only if `include` names this field."""
    related: NotRequired[list[FocusAreaRead]]
    """Present only if `include` names this field."""
    narrower: NotRequired[RelatedFocusAreas]
    """Present only if `include` names this field."""
    initiatives: NotRequired[RelatedInitiatives]
    """Present only if `include` names this field."""
    expected_outcomes: NotRequired[RelatedExpectedOutcomes]
    """Present only if `include` names this field."""
    timeline_items: NotRequired[RelatedTimelineItems]
    """Present only if `include` names this field."""


class FocusAreaPage(TypedDict):
    """One page of focus areas, in the requested order."""

    items: list[FocusAreaDetail]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class FocusAreaRead(TypedDict):
    """A concept that claims are about (SKOS)."""

    slug: Slug
    name: str
    """The preferred name (SKOS prefLabel)."""
    aliases: list[str]
    """Other names that documents use (SKOS altLabel)."""
    label_languages: dict[str, str]
    """The languages (BCP 47) of the name and of aliases. A label that is not here is in
    the language of the cited documents."""
    broader_slugs: list[Slug]
    """Focus areas of which this one is a part or kind (SKOS broader). No cycle."""
    related_slugs: list[Slug]
    """Associated focus areas (SKOS related). Each of two names the other."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""


class Health(TypedDict):
    """The state of the server."""

    status: Literal["ok"]


class Identifier(TypedDict):
    """An identifier that a source gives the record, such as an IATI code or the number
    of a target."""

    scheme: str
    """Who or what gives the identifier: a word without `:` and white space."""
    value: str
    """The identifier itself, on one line, exactly as the source writes it."""


class InitiativeDetail(TypedDict):
    """An initiative, with what `include` names."""

    slug: Slug
    title: str
    kind: Kind
    modality: Modality
    office_slug: Slug | None
    """The office that the claim is about; null if the document names none."""
    focus_area_slugs: list[Slug]
    """The focus areas of the claim, in the curator's order."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""
    snippet: NotRequired[str]
    """Present with `q`: the passage that matches best, as HTML; matching words are
    within `<mark>`, and everything else is escaped."""
    office: NotRequired[OfficeRead | None]
    """Present only if `include` names this field."""
    focus_areas: NotRequired[list[FocusAreaRead]]
    """Present only if `include` names this field."""
    expected_outcomes: NotRequired[RelatedExpectedOutcomes]
    """Present only if `include` names this field."""
    timeline_items: NotRequired[RelatedTimelineItems]
    """Present only if `include` names this field."""


class InitiativePage(TypedDict):
    """One page of initiatives, in the requested order."""

    items: list[InitiativeDetail]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class InitiativeRead(TypedDict):
    """A thing that somebody does, aims at, might do, must do, or is advised to do."""

    slug: Slug
    title: str
    kind: Kind
    modality: Modality
    office_slug: Slug | None
    """The office that the claim is about; null if the document names none."""
    focus_area_slugs: list[Slug]
    """The focus areas of the claim, in the curator's order."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""


class LeftOut(TypedDict):
    """A passage that gives no proposal, and why."""

    start: int
    """A position in the text, in code points."""
    end: int
    """A position in the text, in code points."""
    reason: str


class MissedSentence(TypedDict):
    """A sentence that shows a modality, though no proposal quotes it."""

    start: int
    """A position in the text, in code points."""
    end: int
    """A position in the text, in code points."""
    exact: str
    modality: Modality


class ModelEstimate(TypedDict):
    """The requests and tokens that `model=true` would need for a file, before anything
    is asked."""

    model: str
    """The name of the model."""
    requests: int
    """Number of requests for the whole document."""
    answered: int
    """Requests that were answered before: they are not sent again."""
    tokens: int
    """About so many tokens are sent."""
    max_tokens: int
    """Tokens in all, if every answer is as long as it may be."""
    refusal: str | None
    """Why nothing would be asked, such as a bound; null if nothing is wrong."""


class Nearest(TypedDict):
    """The passage of the text that is most similar to a missing quote, or that has the
    words of a quote whose heading is missing."""

    start: int
    exact: str


class OfficeDetail(TypedDict):
    """An office, with what `include` names."""

    slug: Slug
    name: str
    organization: str
    """The body that the office belongs to."""
    city: str | None
    country: str | None
    """ISO 3166-1 alpha-2 code, and XK for Kosovo."""
    opened_on: str | None
    """A day, month, quarter, season or year in EDTF (ISO 8601-2): `2023-05-17`,
    `2023-05`, `2023-34`, `2023`, `2023~` (approximate), `2023?` (uncertain)."""
    summary: str | None
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""
    opened_earliest: str | None
    """The first day that the date can mean; null without one."""
    opened_latest: str | None
    """The last day that the date can mean; null without one."""
    opened_precision: Precision | None
    """How precise the date is; null without one."""
    snippet: NotRequired[str]
    """Present with `q`: the passage that matches best, as HTML; matching words are
    within `<mark>`, and everything else is escaped."""
    initiatives: NotRequired[RelatedInitiatives]
    """Present only if `include` names this field."""
    expected_outcomes: NotRequired[RelatedExpectedOutcomes]
    """Present only if `include` names this field."""
    timeline_items: NotRequired[RelatedTimelineItems]
    """Present only if `include` names this field."""


class OfficePage(TypedDict):
    """One page of offices, in the requested order."""

    items: list[OfficeDetail]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class OfficeRead(TypedDict):
    """A body, perhaps with a place, about which documents make claims."""

    slug: Slug
    name: str
    organization: str
    """The body that the office belongs to."""
    city: str | None
    country: str | None
    """ISO 3166-1 alpha-2 code, and XK for Kosovo."""
    opened_on: str | None
    """A day, month, quarter, season or year in EDTF (ISO 8601-2): `2023-05-17`,
    `2023-05`, `2023-34`, `2023`, `2023~` (approximate), `2023?` (uncertain)."""
    summary: str | None
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""
    opened_earliest: str | None
    """The first day that the date can mean; null without one."""
    opened_latest: str | None
    """The last day that the date can mean; null without one."""
    opened_precision: Precision | None
    """How precise the date is; null without one."""


class Outline(TypedDict):
    """The blocks of a text, in order; positions are those of the words."""

    draft: str
    sha256: str
    blocks: list[OutlineBlock]


class OutlineBlock(TypedDict):
    """A part of the text: a heading, paragraph, item, row, or what is no part of what
    it says."""

    kind: Literal["heading", "paragraph", "item", "row", "left_out"]
    start: int
    """A position in the text, in code points."""
    end: int
    """A position in the text, in code points."""
    level: int
    """Of a heading, 1 to 6; of an item, its depth from 0."""
    list_number: int | None
    """The list of an item, from 0."""
    table: int | None
    """The table of a row, from 0."""
    marker: str | None
    """What stands before an item."""
    cells: list[OutlineCell]
    page: int | None
    """The page, from 1, where there are pages."""
    reason: str | None
    """Why the block is left out."""


class OutlineCell(TypedDict):
    """A cell of a table, in the row where it begins; empty if `start` is `end`."""

    start: int
    """A position in the text, in code points."""
    end: int
    """A position in the text, in code points."""
    column: int
    """The first column, from 0."""
    columns: int
    rows: int
    is_head: bool
    is_band: bool
    """Whether it names the rows below it."""


class Overview(TypedDict):
    """An overview of the base."""

    name: Literal["Communiqué"]
    version: str
    """Version of the software."""
    database: DatabaseLibrary
    revision: int
    """The latest revision; 0 for an empty base."""
    counts: dict[str, int]
    """Records in each collection."""
    documents: list[DocumentLink]
    """The first documents, by title."""
    links: dict[str, str]
    """Paths of the collections and of other endpoints."""


PatchOperation = TypedDict(
    "PatchOperation",
    {
        "op": "Literal['add', 'remove', 'replace', 'move', 'copy', 'test']",
        "path": "str",
        "from": "NotRequired[str]",
        "value": "NotRequired[Any]",
    },
)


class ProblemFound(TypedDict):
    """One problem of a change list."""

    detail: str
    pointer: NotRequired[str | None]
    """Its place in the body (RFC 6901)."""
    version: NotRequired[int | None]
    """The version of the record, if the change names another."""


class ProposalPage(TypedDict):
    """One page of the proposals of a draft, in the requested order."""

    items: list[ProposalRead]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class ProposalRead(TypedDict):
    """A record that is proposed, and what was decided about it."""

    number: int
    version: int
    """How often the proposal was written."""
    type: RecordType
    state: ProposalState
    origin: ProposalOrigin
    rule: str
    """The rule that proposed it."""
    score: float
    """How sure the rule is, from 0 to 1; no probability."""
    flags: list[str]
    """Reasons to look twice, such as a negation."""
    section: list[str]
    """The headings above it."""
    start: int
    """A position in the text, in code points."""
    end: int
    """A position in the text, in code points."""
    exact: str
    """The words of the text that it comes from."""
    record: dict[str, Any]
    """The record as it would be published."""
    original: dict[str, Any] | None
    """The record as it was proposed, if it was edited."""
    decided_by: str | None
    """The name of the key that decided."""
    decided_at: Instant | None
    """An instant in UTC."""
    published_slug: str | None
    """The slug of the record in the base, once published."""
    published_revision: int | None
    """The revision that published it."""
    url: str


class PublicationChecked(TypedDict):
    """A publication that was validated, and not carried out."""

    valid: bool
    code: str | None
    """The `code` of the problem, if it is not valid."""
    problems: list[ProblemFound]
    changes: list[ChangeMade]
    """In the order of the log; only changes that change something."""
    used: list[UsedRecord]


class PublicationRead(TypedDict):
    """A publication: the changes of its revision, and what the base had already."""

    revision: RevisionRead | None
    changes: list[ChangeMade]
    """In the order of the log; only changes that change something."""
    used: list[UsedRecord]


class RecordRevisionDetail(TypedDict):
    """The change of one record by one revision, with the record after it and the
    difference."""

    revision: int
    """The number of the revision; numbers have no gaps."""
    changed_at: Instant
    author: str
    message: str
    operation: Operation
    version: int
    """The version of the record after the change."""
    url: str
    record: (
        DocumentRead
        | OfficeRead
        | FocusAreaRead
        | InitiativeRead
        | ExpectedOutcomeRead
        | TimelineItemRead
        | None
    )
    """The record at this revision; null if it was deleted."""
    previous: str | None
    """Path of the previous revision of the record; null at the first."""
    difference: list[PatchOperation]
    """A JSON Patch (RFC 6902) from the `record` of the previous revision to this one;
    `null` stands for no record."""


class RecordRevisionPage(TypedDict):
    """One page of the revisions of a record, the newest first."""

    items: list[RecordRevisionRead]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class RecordRevisionRead(TypedDict):
    """The change of one record by one revision."""

    revision: int
    """The number of the revision; numbers have no gaps."""
    changed_at: Instant
    author: str
    message: str
    operation: Operation
    version: int
    """The version of the record after the change."""
    url: str


class RelatedExpectedOutcomes(TypedDict):
    """Expected outcomes that belong to a record."""

    items: list[ExpectedOutcomeRead]
    total: int
    total_is_exact: bool
    """False if counting stopped at `total`."""
    next: str | None
    """Path of the list of the remaining records; null if none."""


class RelatedFocusAreas(TypedDict):
    """Focus areas that belong to a record."""

    items: list[FocusAreaRead]
    total: int
    total_is_exact: bool
    """False if counting stopped at `total`."""
    next: str | None
    """Path of the list of the remaining records; null if none."""


class RelatedInitiatives(TypedDict):
    """Initiatives that belong to a record."""

    items: list[InitiativeRead]
    total: int
    total_is_exact: bool
    """False if counting stopped at `total`."""
    next: str | None
    """Path of the list of the remaining records; null if none."""


class RelatedTimelineItems(TypedDict):
    """Timeline items that belong to a record."""

    items: list[TimelineItemRead]
    total: int
    total_is_exact: bool
    """False if counting stopped at `total`."""
    next: str | None
    """Path of the list of the remaining records; null if none."""


class RevisionPage(TypedDict):
    """One page of the revisions of the base, the newest first."""

    items: list[RevisionRead]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class RevisionRead(TypedDict):
    """One write, whose changes became visible together."""

    revision: int
    """The number of the revision; numbers have no gaps."""
    changed_at: Instant
    author: str
    message: str
    counts: Counts
    url: str
    changes: str
    """Path of its changes, which those of later revisions follow."""


class RunRead(TypedDict):
    """One extraction that proposed records."""

    number: int
    origin: ProposalOrigin
    extractor: str
    started_at: Instant
    seconds: float
    details: dict[str, Any]


class SearchPage(TypedDict):
    """One page of the table, in the order asked for."""

    items: list[SearchRow]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class SearchRow(TypedDict):
    """A record as one row of a table with the same columns for every type. An expected
    outcome has a row for each timeline item that dates it."""

    type: RecordType
    """The type of the record."""
    slug: Slug
    url: str
    """Path of the record."""
    text: str
    """The title, statement or name of the record."""
    kind: Kind | None
    """The kind of an initiative."""
    modality: Modality | None
    """The modality of a claim."""
    focus_area_slugs: list[Slug]
    """The focus areas of a claim."""
    wording: str | None
    """The document's words for the time; of an outcome, its timeline item's."""
    start_earliest: str | None
    """The first day that the start can mean."""
    end_latest: str | None
    """The last day that the end can mean."""
    end_kind: EndKind | None
    """Whether the end is `dated`, a deadline (`by`: at the latest then, perhaps
    earlier), `open` (it goes on), `unknown`, or the `same` period as the start."""
    exact: str | None
    """The words of the document that support `text`."""
    section: list[str] | None
    """The headings above these words."""
    document_slug: str | None
    """The document of these words; of a document, itself."""
    link: str | None
    """Address of the words: the document's `source_url` with a text fragment; null
    without a `source_url`."""
    snippet: NotRequired[str]
    """Present with `q`: the passage that matches best, as HTML; matching words are
    within `<mark>`, and everything else is escaped."""


class StatusCounts(TypedDict):
    """The number of citations of each status."""

    match: int
    moved: int
    missing: int


class Sums(TypedDict):
    """A row of records that are not those of one value."""

    counts: list[int]
    """For each column."""
    missing: int
    """Records without a value of the second dimension."""
    total: int
    """All its records, each counted once."""


class TimelineItemDetail(TypedDict):
    """A timeline item, with what `include` names."""

    slug: Slug
    title: str
    modality: Modality
    office_slug: Slug | None
    """The office that the claim is about; null if the document names none."""
    focus_area_slugs: list[Slug]
    """The focus areas of the claim, in the curator's order."""
    initiative_slug: Slug | None
    """The initiative that the claim belongs to."""
    expected_outcome_slug: Slug | None
    """The expected outcome that the item dates."""
    wording: str
    """The document's own words for the time."""
    start_edtf: str | None
    """One side of the item as EDTF (ISO 8601-2, Library of Congress profile)."""
    start_kind: StartKind
    end_edtf: str | None
    """One side of the item as EDTF (ISO 8601-2, Library of Congress profile)."""
    end_kind: EndKind
    recurrence: str | None
    """How often it recurs: a rule of RFC 5545 with FREQ and, above 1, INTERVAL; null if
    nothing recurs."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""
    edtf: str | None
    """The whole item as one EDTF expression, never narrower than its sides; null if
    neither is known."""
    start_earliest: str | None
    """The first day that this side can mean; null if it is not dated, and of a
    deadline."""
    start_latest: str | None
    """The last day that this side can mean; null if it is not dated."""
    start_precision: Precision | None
    """How precise the document is about this side of the item."""
    end_earliest: str | None
    """The first day that this side can mean; null if it is not dated, and of a
    deadline."""
    end_latest: str | None
    """The last day that this side can mean; null if it is not dated."""
    end_precision: Precision | None
    """How precise the document is about this side of the item."""
    approximate: bool
    """Whether a side is approximate: qualified by `~` or `%`, or a season without a
    hemisphere."""
    uncertain: bool
    """Whether a side is uncertain: qualified by `?` or `%`."""
    snippet: NotRequired[str]
    """Present with `q`: the passage that matches best, as HTML; matching words are
    within `<mark>`, and everything else is escaped."""
    office: NotRequired[OfficeRead | None]
    """Present only if `include` names this field."""
    focus_areas: NotRequired[list[FocusAreaRead]]
    """Present only if `include` names this field."""
    initiative: NotRequired[InitiativeRead | None]
    """Present only if `include` names this field."""
    expected_outcome: NotRequired[ExpectedOutcomeRead | None]
    """Present only if `include` names this field."""


class TimelineItemPage(TypedDict):
    """One page of timeline items, in the requested order."""

    items: list[TimelineItemDetail]
    total: int | None
    """Records on all pages; null with `count=none`."""
    total_is_exact: bool
    """False if counting stopped at `total`."""
    rank_is_bounded: NotRequired[bool]
    """Present with the order `relevance`: whether more than 10,000 records match, of
    which only 10,000 are ranked and listed."""
    next: str | None
    """Path of the next page; null on the last one."""
    revision: int
    """The revision of the base that the page shows."""
    facets: dict[str, Facet]
    """The facets that `facet` names, by name."""
    query: dict[str, Any]
    """The query as interpreted."""


class TimelineItemRead(TypedDict):
    """A dated claim: the document's wording of the time, and its meaning as EDTF."""

    slug: Slug
    title: str
    modality: Modality
    office_slug: Slug | None
    """The office that the claim is about; null if the document names none."""
    focus_area_slugs: list[Slug]
    """The focus areas of the claim, in the curator's order."""
    initiative_slug: Slug | None
    """The initiative that the claim belongs to."""
    expected_outcome_slug: Slug | None
    """The expected outcome that the item dates."""
    wording: str
    """The document's own words for the time."""
    start_edtf: str | None
    """One side of the item as EDTF (ISO 8601-2, Library of Congress profile)."""
    start_kind: StartKind
    end_edtf: str | None
    """One side of the item as EDTF (ISO 8601-2, Library of Congress profile)."""
    end_kind: EndKind
    recurrence: str | None
    """How often it recurs: a rule of RFC 5545 with FREQ and, above 1, INTERVAL; null if
    nothing recurs."""
    identifiers: Identifiers
    citations: list[CitationRead]
    """The quotes that support the fields."""
    derived: Derived
    version: int
    """1, 2, …: increases with every change to the record."""
    created_at: Instant
    updated_at: Instant
    url: str
    """Path of the record."""
    edtf: str | None
    """The whole item as one EDTF expression, never narrower than its sides; null if
    neither is known."""
    start_earliest: str | None
    """The first day that this side can mean; null if it is not dated, and of a
    deadline."""
    start_latest: str | None
    """The last day that this side can mean; null if it is not dated."""
    start_precision: Precision | None
    """How precise the document is about this side of the item."""
    end_earliest: str | None
    """The first day that this side can mean; null if it is not dated, and of a
    deadline."""
    end_latest: str | None
    """The last day that this side can mean; null if it is not dated."""
    end_precision: Precision | None
    """How precise the document is about this side of the item."""
    approximate: bool
    """Whether a side is approximate: qualified by `~` or `%`, or a season without a
    hemisphere."""
    uncertain: bool
    """Whether a side is uncertain: qualified by `?` or `%`."""


class UsedRecord(TypedDict):
    """A proposal that makes no new record, because the base has it."""

    number: int
    type: RecordType
    slug: str
    """The record of the base that is used."""
    reason: str


class Verification(TypedDict):
    """Every citation of a document, compared with a text."""

    document_slug: str
    sha256: str
    """SHA-256 of the text in the request, without a byte order mark."""
    is_cited_text: bool
    """Whether this is the `sha256` of the document, as it is or of a file with a byte
    order mark."""
    counts: StatusCounts
    items: list[Verified]
    """By type and slug of the record, then by position."""
    changeset: Changeset | None
    """A change list for `POST /v1/changesets` that sets the document's `sha256` to this
    text's and corrects the moved citations; null if there is nothing to change. Missing
    citations stay unchanged: replace them in the same change list."""


class Verified(TypedDict):
    """One citation, and its status in the text."""

    type: RecordType
    slug: str
    url: str
    citation: int
    """Its position in the record's `citations`, from 0."""
    status: Literal["match", "moved", "missing"]
    """`match`: the words are at this position. `moved`: they are elsewhere, in another
    context, or spelt otherwise. `missing`: they are not in the text."""
    exact: str
    moved: NotRequired[Citation | None]
    """The citation with the right position and context; null if its heading is not a
    line of the text, because then a person has to choose the heading."""
    difference: NotRequired[str | None]
    """For a moved citation that the text spells otherwise, in which characters: a
    ligature, a no-break space, a soft hyphen, another form of an accent."""
    nearest: NotRequired[Nearest | None]
    """The place of the words where `moved` is null; the most similar passage for the
    first 20 missing citations, or fewer in a long text."""


class ProblemItem(TypedDict):
    """One problem of a request or a file."""

    detail: str
    pointer: NotRequired[str]
    """Where in the body (RFC 6901)."""
    parameter: NotRequired[str]
    header: NotRequired[str]
    version: NotRequired[int]
    """The version that the record has, if another was expected."""


class Problem(TypedDict):
    """Problem details (RFC 9457)."""

    type: str
    """A URN for the kind."""
    title: str
    """The kind, in words."""
    status: int
    detail: str
    """What is wrong this time, and what to do."""
    instance: str
    """The path of the request."""
    code: str
    """The kind, stable."""
    errors: list[ProblemItem]
    """Each thing that is wrong, where there are several."""


class ProposalPatch(TypedDict):
    """A decision about a proposal, or a correction of its record. A correction accepts
    it; the state `proposed` takes the record back to what was proposed."""

    state: NotRequired[ProposalState | None]
    record: NotRequired[
        DocumentPatch
        | OfficePatch
        | FocusAreaPatch
        | InitiativePatch
        | ExpectedOutcomePatch
        | TimelineItemPatch
        | None
    ]


class ProposalCreate(TypedDict):
    """A claim or focus area that was missed: its words. Everything else is filled
    in."""

    type: Literal["focus_area", "initiative", "expected_outcome", "timeline_item"]
    start: int
    """A position in the text, in code points."""
    end: int
    """A position in the text, in code points."""
    record: NotRequired[
        DocumentPatch
        | OfficePatch
        | FocusAreaPatch
        | InitiativePatch
        | ExpectedOutcomePatch
        | TimelineItemPatch
        | None
    ]
    """Fields to set otherwise than they are filled in (JSON Merge Patch)."""


class Decisions(TypedDict):
    """One decision about many proposals: those that have all the named properties.

    Proposals that are decided already are left alone, unless `numbers` names them; a
    `min_score` leaves out what only a language model proposes."""

    state: Literal["proposed", "accepted", "rejected"]
    numbers: NotRequired[list[int] | None]
    type: NotRequired[RecordType | None]
    section: NotRequired[str | None]
    """A heading above the words, at any depth."""
    rule: NotRequired[str | None]
    flag: NotRequired[str | None]
    min_score: NotRequired[float | None]
    """How sure the rule is, from 0 to 1; no probability."""


class DocumentCreate(TypedDict):
    """A text that makes claims. It has no citations of its own: other records cite
    it."""

    slug: Slug
    title: str
    author: NotRequired[str | None]
    publisher: NotRequired[str | None]
    published_on: NotRequired[str | None]
    """A day, month, quarter, season or year in EDTF (ISO 8601-2): `2023-05-17`,
    `2023-05`, `2023-34`, `2023`, `2023~` (approximate), `2023?` (uncertain)."""
    language: str
    """Language of the text (BCP 47)."""
    source_url: NotRequired[str | None]
    """Address of the text."""
    voice: Voice
    sha256: str
    """SHA-256 of the cited text in UTF-8, or of a file with a byte order mark before
    it. Citations give positions in this text, where the mark does not count."""
    identifiers: NotRequired[Identifiers]
    citations: NotRequired[list[Citation]]
    """Always empty."""
    derived: NotRequired[Derived]
    text: NotRequired[str | None]
    """The text itself, if it may be republished."""
    created_at: NotRequired[Any]
    published_earliest: NotRequired[Any]
    published_latest: NotRequired[Any]
    published_precision: NotRequired[Any]
    snippet: NotRequired[Any]
    text_length: NotRequired[Any]
    text_url: NotRequired[Any]
    updated_at: NotRequired[Any]
    url: NotRequired[Any]
    version: NotRequired[Any]


class OfficeCreate(TypedDict):
    """A body, perhaps with a place, about which documents make claims."""

    slug: Slug
    name: str
    organization: str
    """The body that the office belongs to."""
    city: NotRequired[str | None]
    country: NotRequired[str | None]
    """ISO 3166-1 alpha-2 code, and XK for Kosovo."""
    opened_on: NotRequired[str | None]
    """A day, month, quarter, season or year in EDTF (ISO 8601-2): `2023-05-17`,
    `2023-05`, `2023-34`, `2023`, `2023~` (approximate), `2023?` (uncertain)."""
    summary: NotRequired[str | None]
    identifiers: NotRequired[Identifiers]
    citations: NotRequired[list[Citation]]
    """The quotes that support the fields."""
    derived: NotRequired[Derived]
    created_at: NotRequired[Any]
    expected_outcomes: NotRequired[Any]
    initiatives: NotRequired[Any]
    opened_earliest: NotRequired[Any]
    opened_latest: NotRequired[Any]
    opened_precision: NotRequired[Any]
    snippet: NotRequired[Any]
    timeline_items: NotRequired[Any]
    updated_at: NotRequired[Any]
    url: NotRequired[Any]
    version: NotRequired[Any]


class FocusAreaCreate(TypedDict):
    """A concept that claims are about (SKOS)."""

    slug: Slug
    name: str
    """The preferred name (SKOS prefLabel)."""
    aliases: NotRequired[list[str]]
    """Other names that documents use (SKOS altLabel)."""
    label_languages: NotRequired[dict[str, str]]
    """The languages (BCP 47) of the name and of aliases. A label that is not here is in
    the language of the cited documents."""
    broader_slugs: NotRequired[list[Slug]]
    """Focus areas of which this one is a part or kind (SKOS broader). No cycle."""
    related_slugs: NotRequired[list[Slug]]
    """Associated focus areas (SKOS related). Each of two names the other."""
    identifiers: NotRequired[Identifiers]
    citations: NotRequired[list[Citation]]
    """The quotes that support the fields."""
    derived: NotRequired[Derived]
    broader: NotRequired[Any]
    created_at: NotRequired[Any]
    expected_outcomes: NotRequired[Any]
    initiatives: NotRequired[Any]
    narrower: NotRequired[Any]
    related: NotRequired[Any]
    snippet: NotRequired[Any]
    timeline_items: NotRequired[Any]
    updated_at: NotRequired[Any]
    url: NotRequired[Any]
    version: NotRequired[Any]


class InitiativeCreate(TypedDict):
    """A thing that somebody does, aims at, might do, must do, or is advised to do."""

    slug: Slug
    title: str
    kind: Kind
    modality: Modality
    office_slug: NotRequired[Slug | None]
    """The office that the claim is about; null if the document names none."""
    focus_area_slugs: NotRequired[list[Slug]]
    """The focus areas of the claim, in the curator's order."""
    identifiers: NotRequired[Identifiers]
    citations: NotRequired[list[Citation]]
    """The quotes that support the fields."""
    derived: NotRequired[Derived]
    created_at: NotRequired[Any]
    expected_outcomes: NotRequired[Any]
    focus_areas: NotRequired[Any]
    office: NotRequired[Any]
    snippet: NotRequired[Any]
    timeline_items: NotRequired[Any]
    updated_at: NotRequired[Any]
    url: NotRequired[Any]
    version: NotRequired[Any]


class ExpectedOutcomeCreate(TypedDict):
    """A result that a document expects."""

    slug: Slug
    statement: str
    modality: Modality
    office_slug: NotRequired[Slug | None]
    """The office that the claim is about; null if the document names none."""
    focus_area_slugs: NotRequired[list[Slug]]
    """The focus areas of the claim, in the curator's order."""
    initiative_slug: NotRequired[Slug | None]
    """The initiative that the claim belongs to."""
    identifiers: NotRequired[Identifiers]
    citations: NotRequired[list[Citation]]
    """The quotes that support the fields."""
    derived: NotRequired[Derived]
    created_at: NotRequired[Any]
    focus_areas: NotRequired[Any]
    initiative: NotRequired[Any]
    office: NotRequired[Any]
    snippet: NotRequired[Any]
    timeline_items: NotRequired[Any]
    updated_at: NotRequired[Any]
    url: NotRequired[Any]
    version: NotRequired[Any]


class TimelineItemCreate(TypedDict):
    """A dated claim: the document's wording of the time, and its meaning as EDTF."""

    slug: Slug
    title: str
    modality: Modality
    office_slug: NotRequired[Slug | None]
    """The office that the claim is about; null if the document names none."""
    focus_area_slugs: NotRequired[list[Slug]]
    """The focus areas of the claim, in the curator's order."""
    initiative_slug: NotRequired[Slug | None]
    """The initiative that the claim belongs to."""
    expected_outcome_slug: NotRequired[Slug | None]
    """The expected outcome that the item dates."""
    wording: str
    """The document's own words for the time."""
    start_edtf: NotRequired[str | None]
    """One side of the item as EDTF (ISO 8601-2, Library of Congress profile)."""
    start_kind: StartKind
    end_edtf: NotRequired[str | None]
    """One side of the item as EDTF (ISO 8601-2, Library of Congress profile)."""
    end_kind: EndKind
    recurrence: NotRequired[str | None]
    """How often it recurs: a rule of RFC 5545 with FREQ and, above 1, INTERVAL; null if
    nothing recurs."""
    identifiers: NotRequired[Identifiers]
    citations: NotRequired[list[Citation]]
    """The quotes that support the fields."""
    derived: NotRequired[Derived]
    approximate: NotRequired[Any]
    created_at: NotRequired[Any]
    edtf: NotRequired[Any]
    end_earliest: NotRequired[Any]
    end_latest: NotRequired[Any]
    end_precision: NotRequired[Any]
    expected_outcome: NotRequired[Any]
    focus_areas: NotRequired[Any]
    initiative: NotRequired[Any]
    office: NotRequired[Any]
    snippet: NotRequired[Any]
    start_earliest: NotRequired[Any]
    start_latest: NotRequired[Any]
    start_precision: NotRequired[Any]
    uncertain: NotRequired[Any]
    updated_at: NotRequired[Any]
    url: NotRequired[Any]
    version: NotRequired[Any]


class DocumentPatch(TypedDict):
    """The fields to change of a record as in `DocumentCreate`; null removes a value."""

    slug: NotRequired[Slug | None]
    title: NotRequired[str | None]
    author: NotRequired[str | None]
    publisher: NotRequired[str | None]
    published_on: NotRequired[str | None]
    language: NotRequired[str | None]
    source_url: NotRequired[str | None]
    voice: NotRequired[Voice | None]
    sha256: NotRequired[str | None]
    identifiers: NotRequired[Identifiers | None]
    citations: NotRequired[list[Citation] | None]
    derived: NotRequired[Derived | None]
    text: NotRequired[str | None]


class OfficePatch(TypedDict):
    """The fields to change of a record as in `OfficeCreate`; null removes a value."""

    slug: NotRequired[Slug | None]
    name: NotRequired[str | None]
    organization: NotRequired[str | None]
    city: NotRequired[str | None]
    country: NotRequired[str | None]
    opened_on: NotRequired[str | None]
    summary: NotRequired[str | None]
    identifiers: NotRequired[Identifiers | None]
    citations: NotRequired[list[Citation] | None]
    derived: NotRequired[Derived | None]


class FocusAreaPatch(TypedDict):
    """The fields to change of a record as in `FocusAreaCreate`; null removes a
    value."""

    slug: NotRequired[Slug | None]
    name: NotRequired[str | None]
    aliases: NotRequired[list[str] | None]
    label_languages: NotRequired[dict[str, str] | None]
    broader_slugs: NotRequired[list[Slug] | None]
    related_slugs: NotRequired[list[Slug] | None]
    identifiers: NotRequired[Identifiers | None]
    citations: NotRequired[list[Citation] | None]
    derived: NotRequired[Derived | None]


class InitiativePatch(TypedDict):
    """The fields to change of a record as in `InitiativeCreate`; null removes a
    value."""

    slug: NotRequired[Slug | None]
    title: NotRequired[str | None]
    kind: NotRequired[Kind | None]
    modality: NotRequired[Modality | None]
    office_slug: NotRequired[Slug | None]
    focus_area_slugs: NotRequired[list[Slug] | None]
    identifiers: NotRequired[Identifiers | None]
    citations: NotRequired[list[Citation] | None]
    derived: NotRequired[Derived | None]


class ExpectedOutcomePatch(TypedDict):
    """The fields to change of a record as in `ExpectedOutcomeCreate`; null removes a
    value."""

    slug: NotRequired[Slug | None]
    statement: NotRequired[str | None]
    modality: NotRequired[Modality | None]
    office_slug: NotRequired[Slug | None]
    focus_area_slugs: NotRequired[list[Slug] | None]
    initiative_slug: NotRequired[Slug | None]
    identifiers: NotRequired[Identifiers | None]
    citations: NotRequired[list[Citation] | None]
    derived: NotRequired[Derived | None]


class TimelineItemPatch(TypedDict):
    """The fields to change of a record as in `TimelineItemCreate`; null removes a
    value."""

    slug: NotRequired[Slug | None]
    title: NotRequired[str | None]
    modality: NotRequired[Modality | None]
    office_slug: NotRequired[Slug | None]
    focus_area_slugs: NotRequired[list[Slug] | None]
    initiative_slug: NotRequired[Slug | None]
    expected_outcome_slug: NotRequired[Slug | None]
    wording: NotRequired[str | None]
    start_edtf: NotRequired[str | None]
    start_kind: NotRequired[StartKind | None]
    end_edtf: NotRequired[str | None]
    end_kind: NotRequired[EndKind | None]
    recurrence: NotRequired[str | None]
    identifiers: NotRequired[Identifiers | None]
    citations: NotRequired[list[Citation] | None]
    derived: NotRequired[Derived | None]


Collection = Literal[
    "documents",
    "offices",
    "focus-areas",
    "initiatives",
    "expected-outcomes",
    "timeline-items",
]

Derived = dict[str, str]
"""The reason for each field that no quote supports."""

DraftFormat = Literal["txt", "md", "html", "docx", "pdf"]

EndKind = Literal["dated", "by", "open", "unknown", "same"]
"""Whether the end is `dated`, a deadline (`by`: at the latest then, perhaps
earlier), `open` (it goes on), `unknown`, or the `same` period as the start."""

Identifiers = list[Identifier]
"""Identifiers that sources give the record, each once; others may have them."""

Instant = str
"""An instant in UTC."""

Kind = Literal["objective", "initiative", "cooperation", "recommendation"]
"""How the document presents the initiative: as an `objective` of the office, an
`initiative`, an area of `cooperation`, or a `recommendation`."""

Modality = Literal["occurred", "stated", "prospective", "required", "recommended"]
"""How the document asserts the claim: `occurred` (it happened), `stated` (it is
so), `prospective` (it is expected or intended), `required` (it is a duty: somebody
shall or must do it) or `recommended` (somebody should do it)."""

Operation = Literal["create", "update", "delete"]

Precision = Literal["day", "month", "season", "quarter", "half", "year", "decade", "century"]
"""How precise the document is about this side of the item."""

ProposalOrigin = Literal["rule", "model", "person"]

ProposalState = Literal["proposed", "accepted", "edited", "rejected"]

RecordType = Literal[
    "document", "office", "focus_area", "initiative", "expected_outcome", "timeline_item"
]

Slug = str
"""Identifier of a record, unique within its type; it never changes."""

StartKind = Literal["dated", "open", "unknown"]
"""Whether the start is `dated`, `open` (it has always been so) or `unknown`."""

Voice = Literal["issuer", "about"]
"""`issuer`: the body writes about itself. `about`: another author does."""
