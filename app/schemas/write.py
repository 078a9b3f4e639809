"""Records as curators write them: the curated fields, and the citations that support these.

These are the records of a bundle and the bodies of writes. Versions, instants and computed bounds
are set by the base. Types are strict: "12" is not 12.
"""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from app.schemas import fields as f


class Strict(BaseModel):
    """Refuses unknown fields, and values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Citation(Strict):
    """Words of a document that support fields of a record (W3C Web Annotation selectors)."""

    model_config = ConfigDict(from_attributes=True)

    document_slug: Annotated[f.Slug, Field(description="The quoted document.")]
    section: f.Section
    exact: Annotated[f.Prose, Field(description="The quoted words, exactly as in the text.")]
    prefix: Annotated[
        str, Field(max_length=200, description="The text just before the words."), f.STORABLE
    ]
    suffix: Annotated[
        str, Field(max_length=200, description="The text just after the words."), f.STORABLE
    ]
    start: Annotated[
        int,
        Field(
            ge=0, le=2**31 - 1, description="Position of the first character, in code points."
        ),
    ]
    end: Annotated[
        int, Field(ge=1, le=2**31 - 1, description="Position after the last character.")
    ]
    supports: f.Supports


Citations = Annotated[
    list[Citation], Field(max_length=1_000, description="The quotes that support the fields.")
]


class Identifier(Strict):
    """An identifier that a source gives the record, such as an IATI code or the number of a
    target."""

    model_config = ConfigDict(from_attributes=True)

    scheme: f.IdentifierScheme
    value: f.IdentifierValue

    @property
    def text(self) -> str:
        """`scheme:value`, as the filter takes it."""
        return f"{self.scheme}:{self.value}"


Identifiers = Annotated[
    list[Identifier],
    Field(
        max_length=100,
        description="Identifiers that sources give the record, each once; others may have them.",
    ),
]


class RecordCreate(Strict):
    """The curated fields of every record.

    Each type lists its fields in the order in which a person reads them; `citations` and `derived`
    come last."""

    # The fields whose text must equal a supporting quote, the main one first.
    QUOTED: ClassVar[tuple[str, ...]] = ()

    slug: f.Slug
    if TYPE_CHECKING:
        identifiers: list[Identifier]
        citations: list[Citation]
        derived: dict[str, str]


class DocumentFields(RecordCreate):
    """The curated fields of a document without its text, which lists leave out."""

    title: f.Line
    author: f.Line | None = None
    publisher: f.Line | None = None
    published_on: f.RecordDate | None = None
    language: f.Language
    source_url: f.SourceUrl | None = None
    voice: f.Voice
    sha256: f.Sha256
    identifiers: Identifiers = []
    citations: Annotated[
        list[Citation], Field(max_length=0, description="Always empty.")
    ] = []
    derived: f.Derived = {}


class DocumentCreate(DocumentFields):
    """A text that makes claims. It has no citations of its own: other records cite it."""

    # The last field, because it may be as long as a book.
    text: f.DocumentText | None = None


class OfficeCreate(RecordCreate):
    """A body, perhaps with a place, about which documents make claims."""

    QUOTED = ("name",)

    name: f.Line
    organization: Annotated[f.Line, Field(description="The body that the office belongs to.")]
    city: f.Line | None = None
    country: f.Country | None = None
    opened_on: f.RecordDate | None = None
    summary: f.Prose | None = None
    identifiers: Identifiers = []
    citations: Citations = []
    derived: f.Derived = {}


class FocusAreaCreate(RecordCreate):
    """A concept that claims are about (SKOS)."""

    QUOTED = ("name", "aliases")

    name: Annotated[f.Label, Field(description="The preferred name (SKOS prefLabel).")]
    aliases: Annotated[
        list[f.Label],
        Field(max_length=200, description="Other names that documents use (SKOS altLabel)."),
    ] = []
    label_languages: f.LabelLanguages = {}
    broader_slugs: Annotated[
        list[f.Slug],
        Field(
            max_length=200,
            description="Focus areas of which this one is a part or kind (SKOS broader). No cycle.",
        ),
    ] = []
    related_slugs: Annotated[
        list[f.Slug],
        Field(
            max_length=200,
            description="Associated focus areas (SKOS related). Each of two names the other.",
        ),
    ] = []
    identifiers: Identifiers = []
    citations: Citations = []
    derived: f.Derived = {}


class InitiativeCreate(RecordCreate):
    """A thing that somebody does, aims at, might do, must do, or is advised to do."""

    QUOTED = ("title",)

    title: f.ClaimText
    kind: f.Kind
    modality: f.Modality
    office_slug: f.OfficeSlug | None = None
    focus_area_slugs: f.FocusAreaSlugs = []
    identifiers: Identifiers = []
    citations: Citations = []
    derived: f.Derived = {}


class ExpectedOutcomeCreate(RecordCreate):
    """A result that a document expects."""

    QUOTED = ("statement",)

    statement: f.ClaimText
    modality: f.Modality
    office_slug: f.OfficeSlug | None = None
    focus_area_slugs: f.FocusAreaSlugs = []
    initiative_slug: f.InitiativeSlug | None = None
    identifiers: Identifiers = []
    citations: Citations = []
    derived: f.Derived = {}


class TimelineItemCreate(RecordCreate):
    """A dated claim: the document's wording of the time, and its meaning as EDTF."""

    QUOTED = ("title", "wording")

    title: f.ClaimText
    modality: f.Modality
    office_slug: f.OfficeSlug | None = None
    focus_area_slugs: f.FocusAreaSlugs = []
    initiative_slug: f.InitiativeSlug | None = None
    expected_outcome_slug: f.OutcomeSlug | None = None
    wording: f.Wording
    start_edtf: f.EdtfSide | None = None
    start_kind: f.StartKind
    end_edtf: f.EdtfSide | None = None
    end_kind: f.EndKind
    recurrence: f.Recurrence | None = None
    identifiers: Identifiers = []
    citations: Citations = []
    derived: f.Derived = {}
