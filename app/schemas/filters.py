"""The filters of lists, in groups that queries combine."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.fields import (
    AsOf,
    CountryName,
    EdtfDate,
    EdtfInterval,
    EndKind,
    Flag,
    FullDate,
    Kind,
    LanguageTag,
    Modality,
    Name,
    Precision,
    Recurrence,
    Since,
    Text,
    Values,
    Voice,
)
from app.vocabulary import Match

# Filters that the full-text index evaluates, for every list in the same way.
SEARCH_FILTERS = frozenset({"q"})
# Parameters that change the meaning of other filters.
MODIFIERS = frozenset({"narrower", "match"})
# Filters whose meaning depends on `match`.
MATCH_FILTERS = (
    "overlaps",
    "active_on",
    "starts_after",
    "starts_before",
    "ends_after",
    "ends_before",
    "due_before",
    "due_after",
)
# All filters about time.
TIME_FILTERS = (
    *MATCH_FILTERS,
    *("end_kind", "precision", "approximate", "recurrence", "has_recurrence"),
)


def presence_field(thing: str) -> Any:
    """A filter `has_…`, for the documentation."""
    return Field(description=f"Whether there is {thing}.", examples=[True])


class Query(BaseModel):
    """Parameters of one endpoint. An unknown parameter is an error: none is silently ignored."""

    model_config = ConfigDict(extra="forbid")


class PastQuery(Query):
    """Reads the current base, or a historical one."""

    as_of: Annotated[
        AsOf | None,
        Field(
            description=(
                "Read the base as it was at this revision (its number), or at this instant (RFC "
                "3339, or a date for its first instant in UTC)."
            ),
            examples=["1"],
        ),
    ] = None


class RecordFilter(PastQuery):
    """By properties of every record."""

    q: Annotated[
        Text | None,
        Field(
            max_length=10_000,
            description=(
                "Full text: every word must occur, in any regular form (English stems), with or "
                'without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is '
                "literal. Searches the record's own text, its quotes and identifiers, and the "
                "names and aliases of its focus areas. The best match comes first, unless `sort` "
                "is given."
            ),
            examples=["open dat*"],
        ),
    ] = None
    slug: Annotated[
        Values[Name],
        Field(description="One of these records. A slug of no record matches nothing."),
    ] = []
    identifier: Annotated[
        Values[Name],
        Field(
            description=(
                "With one of these identifiers: the value, or `scheme:value`. They are compared "
                "exactly; an identifier of no record matches nothing."
            ),
            examples=[["IATI:ZZ-FICTION-0042"]],
        ),
    ] = []
    updated_since: Annotated[
        Since | None,
        Field(
            description="Changed at this instant or later (RFC 3339, or a date: UTC).",
            examples=["2026-01-31T12:00:00Z"],
        ),
    ] = None


class CitedFilter(Query):
    """By cited document."""

    document: Annotated[
        Values[Name],
        Field(
            description="Citing one of these documents (slug).", examples=[["science-plan"]]
        ),
    ] = []


class FocusAreaFilter(Query):
    """By focus area."""

    focus_area: Annotated[
        Values[Name],
        Field(
            description=(
                "About one of these focus areas, or narrower ones: slug, name or any alias. Case, "
                "spaces, and punctuation between letters are ignored; accents, too, where only one "
                "focus area is meant."
            ),
            examples=[["Open Data"]],
        ),
    ] = []
    narrower: Annotated[
        Flag, Field(description="Whether `focus_area` covers narrower focus areas.")
    ] = True


class CountryFilter(Query):
    """By the country of an office."""

    country: Annotated[
        Values[CountryName],
        Field(
            description="With an office in one of these countries (ISO 3166-1 alpha-2).",
            examples=[["BV"]],
        ),
    ] = []


class ClaimFilter(FocusAreaFilter, CountryFilter, CitedFilter):
    """By properties of every claim: office, focus areas, modality, citations."""

    office: Annotated[
        Values[Name],
        Field(
            description="About one of these offices (slug).", examples=[["office-of-science"]]
        ),
    ] = []
    has_office: Annotated[Flag | None, presence_field("an office that it is about")] = None
    modality: Annotated[
        Values[Modality],
        Field(description="Asserted in one of these ways.", examples=[["recommended"]]),
    ] = []


class TimeFilter(Query):
    """By the dates of a claim."""

    overlaps: Annotated[
        EdtfInterval | None,
        Field(
            description=(
                "Overlapping this period (EDTF): `2026`, `2026-35`, `2026-04/2026-06`, `2026/..`."
            ),
            examples=["2026-04/2026-06"],
        ),
    ] = None
    active_on: Annotated[
        FullDate | None,
        Field(description="Covering this day.", examples=["2026-04-21"]),
    ] = None
    starts_after: Annotated[
        EdtfDate | None,
        Field(description="Starts later than this day or period (EDTF).", examples=["2026"]),
    ] = None
    starts_before: Annotated[
        EdtfDate | None,
        Field(
            description="Starts earlier than this day or period (EDTF).", examples=["2026-04"]
        ),
    ] = None
    ends_after: Annotated[
        EdtfDate | None,
        Field(
            description="Ends later than this day or period (EDTF), or never.",
            examples=["2026-12"],
        ),
    ] = None
    ends_before: Annotated[
        EdtfDate | None,
        Field(description="Ends earlier than this day or period (EDTF).", examples=["2028"]),
    ] = None
    due_before: Annotated[
        FullDate | None,
        Field(
            description="With a deadline whose last day is before this day.",
            examples=["2031-01-01"],
        ),
    ] = None
    due_after: Annotated[
        FullDate | None,
        Field(
            description="With a deadline whose last day is after this day.",
            examples=["2026-12-31"],
        ),
    ] = None
    match: Annotated[
        Match,
        Field(
            description=(
                "Whether the filters of dates must hold in some reading of the dates (`possible`: "
                "an open side has no bound, an unknown one may be any day) or in every reading "
                "(`certain`: approximate, uncertain and derived dates are never certain)."
            )
        ),
    ] = "possible"
    end_kind: Annotated[
        Values[EndKind],
        Field(
            description=(
                "With an end that is `dated`, a deadline (`by`), `open` (it goes on), `unknown`, "
                "or the `same` period as the start."
            ),
            examples=[["open"]],
        ),
    ] = []
    precision: Annotated[
        Values[Precision],
        Field(
            description="With a start or an end of one of these precisions.",
            examples=[["quarter"]],
        ),
    ] = []
    approximate: Annotated[
        Flag | None,
        Field(
            description=(
                "Whether a side is approximate: `~`, `%`, or a season without a hemisphere."
            ),
            examples=[False],
        ),
    ] = None
    recurrence: Annotated[
        Values[Recurrence],
        Field(
            description="Recurring by one of these rules (RFC 5545).",
            examples=[["FREQ=MONTHLY;INTERVAL=3"]],
        ),
    ] = []
    has_recurrence: Annotated[Flag | None, presence_field("a rule by which it recurs")] = None


class InitiativeFilter(Query):
    """By the initiative that a record belongs to."""

    initiative: Annotated[
        Values[Name],
        Field(
            description="Of one of these initiatives (slug).",
            examples=[["open-data-programme"]],
        ),
    ] = []


class OutcomeFilter(Query):
    """By the expected outcome that a record dates."""

    expected_outcome: Annotated[
        Values[Name],
        Field(
            description="Of one of these expected outcomes (slug).",
            examples=[["published-data-sets"]],
        ),
    ] = []


class KindFilter(Query):
    """By the kind of an initiative."""

    kind: Annotated[
        Values[Kind], Field(description="Of one of these kinds.", examples=[["objective"]])
    ] = []


class LabelFilter(Query):
    """By the languages of the labels of a focus area."""

    label_language: Annotated[
        Values[LanguageTag],
        Field(
            description=(
                "With a label in one of these languages (BCP 47; case is ignored); `de` covers "
                "`de-AT`."
            ),
            examples=[["fr"]],
        ),
    ] = []


class BroaderFilter(Query):
    """By the directly broader focus area."""

    broader: Annotated[
        Values[Name],
        Field(
            description="Directly narrower than one of these focus areas: slug, name or any alias.",
            examples=[["Research"]],
        ),
    ] = []


class TextFilter(Query):
    """By the language and voice of a document."""

    language: Annotated[
        Values[LanguageTag],
        Field(
            description="In one of these languages (BCP 47; case is ignored).",
            examples=[["en"]],
        ),
    ] = []
    voice: Annotated[Values[Voice], Field(description="With one of these voices.")] = []
