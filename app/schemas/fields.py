"""The types of fields, each documented once: every schema and query uses these."""

from datetime import date, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, TypeAdapter

from app import vocabulary as v
from app.schemas.countries import make_pattern
from app.schemas.validators import (
    check_as_of,
    check_country_form,
    check_edtf_date,
    check_edtf_side,
    check_flag,
    check_integer,
    check_period,
    check_storable,
    is_revision,
    parse_country,
    parse_date,
    parse_instant,
    parse_language,
    remove_duplicates,
    split_commas,
)
from app.text.quotes import MAX_QUOTE_CHARACTERS

T = TypeVar("T")

MAX_PAGE_RECORDS = 200
# Beyond 2,704 bytes PostgreSQL refuses a text in an index; a character has at most 4.
MAX_SORTED_CHARACTERS = 600

STORABLE = AfterValidator(check_storable)

# Bounds come before validators, because the JSON Schema would not have them otherwise.
Text = Annotated[str, STORABLE]
# Strict schemas would refuse a date as JSON has it: as text.
FullDate = Annotated[date, Field(strict=False), BeforeValidator(parse_date)]
Instant = Annotated[datetime, Field(description="An instant in UTC.")]
Since = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    PlainSerializer(
        lambda instant: instant.isoformat().replace("+00:00", "Z"), when_used="json"
    ),
]
AsOf = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(check_as_of)]
Flag = Annotated[bool, BeforeValidator(check_flag)]
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE_RECORDS), BeforeValidator(check_integer)]
# The values of one filter; enough for a page of slugs.
Values = Annotated[list[T], Field(max_length=200)]
CommaList = Annotated[list[T], Field(max_length=200), BeforeValidator(split_commas)]
# For lists in which a duplicate means nothing.
CommaSet = Annotated[CommaList[T], AfterValidator(remove_duplicates)]
# A record in a query, by its slug or, for focus areas, by any label.
Name = Annotated[str, Field(max_length=600), STORABLE]

# A name or title. The bound keeps it sortable by an index on both engines.
Line = Annotated[
    str, Field(min_length=1, max_length=MAX_SORTED_CHARACTERS, pattern=r"\S"), STORABLE
]
# The text of a claim, which may be a paragraph. Its first MAX_SORTED_CHARACTERS are sorted.
ClaimText = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S"), STORABLE]
# A line that can be printed in a log or a table.
OneLine = Annotated[Line, Field(pattern=r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$")]
Prose = Annotated[
    str, Field(min_length=1, max_length=MAX_QUOTE_CHARACTERS, pattern=r"\S"), STORABLE
]

Slug = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+$",
        max_length=80,
        description="Identifier of a record, unique within its type; it never changes.",
        examples=["counter-terrorism"],
    ),
    STORABLE,
]
Voice = Annotated[
    v.Voice,
    Field(
        description="`issuer`: the body writes about itself. `about`: another author does.",
    ),
]
Kind = Annotated[
    v.Kind,
    Field(
        description=(
            "How the document presents the initiative: as an `objective` of the office, an "
            "`initiative`, an area of `cooperation`, or a `recommendation`."
        ),
        examples=["objective"],
    ),
]
Modality = Annotated[
    v.Modality,
    Field(
        description=(
            "How the document asserts the claim: `occurred` (it happened), `stated` (it is so), "
            "`prospective` (it is expected or intended), `required` (it is a duty: somebody shall "
            "or must do it) or `recommended` (somebody should do it)."
        ),
        examples=["recommended"],
    ),
]
StartKind = Annotated[
    v.StartKind,
    Field(
        description="Whether the start is `dated`, `open` (it has always been so) or `unknown`."
    ),
]
EndKind = Annotated[
    v.EndKind,
    Field(
        description=(
            "Whether the end is `dated`, a deadline (`by`: at the latest then, perhaps earlier), "
            "`open` (it goes on), `unknown`, or the `same` period as the start."
        )
    ),
]
Precision = Annotated[
    v.Precision,
    Field(description="How precise the document is about this side of the item."),
]
EdtfSide = Annotated[
    str,
    Field(
        max_length=30,
        description="One side of the item as EDTF (ISO 8601-2, Library of Congress profile).",
        examples=["2025-36"],
    ),
    STORABLE,
]
# A date that a record has beside its claims. Unlike a side of a timeline item, it stands alone.
RecordDate = Annotated[
    str,
    Field(
        min_length=1,
        max_length=30,
        description=(
            "A day, month, quarter, season or year in EDTF (ISO 8601-2): `2023-05-17`, `2023-05`, "
            "`2023-34`, `2023`, `2023~` (approximate), `2023?` (uncertain)."
        ),
        examples=["2023-05"],
    ),
    AfterValidator(check_edtf_side),
    STORABLE,
]
EdtfInterval = Annotated[
    str,
    Field(min_length=1, max_length=60),
    AfterValidator(check_period),
    STORABLE,
]
EdtfDate = Annotated[
    str,
    Field(min_length=1, max_length=30),
    AfterValidator(check_edtf_date),
    STORABLE,
]
OfficeSlug = Annotated[
    Slug,
    Field(description="The office that the claim is about; null if the document names none."),
]
FocusAreaSlugs = Annotated[
    list[Slug],
    Field(
        max_length=200, description="The focus areas of the claim, in the curator's order."
    ),
]
InitiativeSlug = Annotated[
    Slug, Field(description="The initiative that the claim belongs to.")
]
OutcomeSlug = Annotated[Slug, Field(description="The expected outcome that the item dates.")]
Supports = Annotated[
    list[Annotated[str, Field(max_length=80), STORABLE]],
    Field(
        min_length=1,
        max_length=50,
        description="The fields of the record that the quoted words support.",
        examples=[["title", "focus_area_slugs"]],
    ),
]
CitationLink = Annotated[
    str | None,
    Field(
        description=(
            "Address of the words: the document's `source_url` with a text fragment; null without "
            "a `source_url`."
        ),
        examples=["https://example.org/report#:~:text=fictional%20words"],
    ),
]
_CONTROLS = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
IdentifierScheme = Annotated[
    str,
    Field(
        min_length=1,
        max_length=60,
        pattern=rf"^[^\s:{_CONTROLS}]+$",
        description="Who or what gives the identifier: a word without `:` and white space.",
        examples=["IATI"],
    ),
    STORABLE,
]
IdentifierValue = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        pattern=rf"^[^\s{_CONTROLS}]([^{_CONTROLS}]*[^\s{_CONTROLS}])?$",
        description="The identifier itself, on one line, exactly as the source writes it.",
        examples=["ZZ-FICTION-0042"],
    ),
    STORABLE,
]
Section = Annotated[
    list[Line],
    Field(
        max_length=50,
        description=(
            "The headings above the quoted words, outermost first, each a whole line of the text; "
            "for words on a heading line, the headings above that line. Where a line stands "
            "several times, the nearest above is meant. Marks of Markdown may be left out."
        ),
    ),
]
Derived = Annotated[
    dict[str, Prose],
    Field(
        max_length=50,
        description="The reason for each field that no quote supports.",
        examples=[{"country": "ISO code of the country that the text names"}],
    ),
]
# Targets of the United Nations are named by sentences of more than 300 characters.
Label = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S"), STORABLE]
Wording = Annotated[
    Line,
    Field(description="The document's own words for the time.", examples=["2025 Q4 – 2027"]),
]
Recurrence = Annotated[
    str,
    Field(
        pattern=r"^FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY)(;INTERVAL=([2-9]|[1-9][0-9]{1,2}))?$",
        max_length=25,
        description=(
            "How often it recurs: a rule of RFC 5545 with FREQ and, above 1, INTERVAL; null if "
            "nothing recurs."
        ),
        examples=["FREQ=MONTHLY;INTERVAL=3"],
    ),
    STORABLE,
]
Country = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]{2}$",
        max_length=2,
        description="ISO 3166-1 alpha-2 code, and XK for Kosovo.",
        examples=["JO"],
    ),
    BeforeValidator(check_country_form),
    STORABLE,
]
# The filter ignores case.
CountryName = Annotated[
    str,
    Field(pattern=make_pattern(), max_length=2),
    BeforeValidator(parse_country),
    STORABLE,
]
LanguageTag = Annotated[
    str,
    Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35),
    BeforeValidator(parse_language),
    STORABLE,
]
Language = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        description="Language of the text (BCP 47).",
        examples=["en"],
    ),
    BeforeValidator(parse_language),
    STORABLE,
]
LabelLanguages = Annotated[
    dict[Label, Language],
    Field(
        max_length=201,
        description=(
            "The languages (BCP 47) of the name and of aliases. A label that is not here is in "
            "the language of the cited documents."
        ),
        examples=[{"Berufsbildung": "de"}],
    ),
]
SourceUrl = Annotated[
    str,
    Field(
        pattern=r"^https?://\S+$",
        max_length=2000,
        description="Address of the text.",
    ),
    STORABLE,
]
Sha256 = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        max_length=64,
        description=(
            "SHA-256 of the cited text in UTF-8, or of a file with a byte order mark before it. "
            "Citations give positions in this text, where the mark does not count."
        ),
    ),
    STORABLE,
]
DocumentText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=10_000_000,
        description="The text itself, if it may be republished.",
    ),
    STORABLE,
]


def read_as_of(value: str) -> int | datetime:
    """The revision number or the instant of a valid `as_of`."""
    if is_revision(value):
        return int(value)
    return TypeAdapter(Since).validate_python(value)
