"""What may a curator say of a record? Its curated fields, whole, and the words that support them.

These are the records of a bundle and the bodies of writes. Versions, instants and computed bounds
are not theirs to set. Types are strict: "12" is not 12.
"""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from app.schemas import fields as f


class Strict(BaseModel):
    """Nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Citation(Strict):
    """Words of a document that bear out fields of a record (W3C Web Annotation selectors)."""

    model_config = ConfigDict(from_attributes=True)

    document_slug: Annotated[f.Slug, Field(description="The document that is quoted.")]
    section: f.Section
    exact: Annotated[f.Prose, Field(description="The words, as they stand in the text.")]
    prefix: Annotated[
        str, Field(max_length=200, description="What stands just before them."), f.STORABLE
    ]
    suffix: Annotated[
        str, Field(max_length=200, description="What stands just after them."), f.STORABLE
    ]
    start: Annotated[
        int,
        Field(ge=0, le=2**31 - 1, description="Position of the first of them, in code points."),
    ]
    end: Annotated[int, Field(ge=1, le=2**31 - 1, description="Position after the last of them.")]
    supports: f.Supports


Citations = Annotated[
    list[Citation], Field(max_length=1_000, description="The words that bear the fields out.")
]


class RecordCreate(Strict):
    """What a curator gives of every record.

    Each type spells out its fields in the order in which a person reads them; `citations` and
    `derived` close every record."""

    # The texts that must equal a supporting quote, the main one first.
    QUOTED: ClassVar[tuple[str, ...]] = ()

    slug: f.Slug
    if TYPE_CHECKING:
        citations: list[Citation]
        derived: dict[str, str]


class DocumentCreate(RecordCreate):
    """A text that makes claims. It needs no citations: it is what is cited."""

    title: f.Line
    author: f.Line | None = None
    publisher: f.Line | None = None
    published_on: f.FullDate | None = None
    language: f.Language
    source_url: f.SourceUrl | None = None
    voice: f.Voice
    sha256: f.Sha256
    text: f.DocumentText | None = None
    citations: Annotated[list[Citation], Field(max_length=0, description="Always empty.")] = []
    derived: f.Derived = {}


class OfficeCreate(RecordCreate):
    """A body with a place, about which documents make claims."""

    QUOTED = ("name",)

    name: f.Line
    organization: Annotated[f.Line, Field(description="The body that the office belongs to.")]
    city: f.Line
    country: f.Country
    opened_on: f.FullDate | None = None
    summary: f.Prose | None = None
    citations: Citations = []
    derived: f.Derived = {}


class FocusAreaCreate(RecordCreate):
    """A concept that claims are about (SKOS)."""

    QUOTED = ("name", "aliases")

    name: Annotated[f.Label, Field(description="What it is called first of all (SKOS prefLabel).")]
    aliases: Annotated[
        list[f.Label],
        Field(max_length=200, description="What else the documents call it (SKOS altLabel)."),
    ] = []
    broader_slugs: Annotated[
        list[f.Slug],
        Field(
            max_length=200,
            description="Focus areas that it is a part or a kind of (SKOS broader). No cycle.",
        ),
    ] = []
    related_slugs: Annotated[
        list[f.Slug],
        Field(
            max_length=200,
            description="Focus areas that belong with it (SKOS related). Each names the other.",
        ),
    ] = []
    citations: Citations = []
    derived: f.Derived = {}


class InitiativeCreate(RecordCreate):
    """Something an office does, aims at, might do, or is advised to do."""

    QUOTED = ("title",)

    title: f.Line
    kind: f.Kind
    modality: f.Modality
    office_slug: f.OfficeSlug
    focus_area_slugs: f.FocusAreaSlugs = []
    citations: Citations = []
    derived: f.Derived = {}


class ExpectedOutcomeCreate(RecordCreate):
    """What is expected to come of it."""

    QUOTED = ("statement",)

    statement: f.Line
    modality: f.Modality
    office_slug: f.OfficeSlug
    focus_area_slugs: f.FocusAreaSlugs = []
    initiative_slug: f.InitiativeSlug | None = None
    citations: Citations = []
    derived: f.Derived = {}


class TimelineItemCreate(RecordCreate):
    """What is claimed for when: the document's wording and what it means, side by side."""

    QUOTED = ("title", "wording")

    title: f.Line
    modality: f.Modality
    office_slug: f.OfficeSlug
    focus_area_slugs: f.FocusAreaSlugs = []
    initiative_slug: f.InitiativeSlug | None = None
    expected_outcome_slug: f.OutcomeSlug | None = None
    wording: f.Wording
    start_edtf: f.EdtfSide | None = None
    start_kind: f.StartKind
    end_edtf: f.EdtfSide | None = None
    end_kind: f.EndKind
    citations: Citations = []
    derived: f.Derived = {}
