"""The options of each call. Written by `make clients` from openapi.json; do not edit it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypedDict

from communique_client.messages import IfMatch
from communique_client.types import (
    Collection,
    EndKind,
    Kind,
    Modality,
    Precision,
    ProposalOrigin,
    ProposalState,
    RecordType,
    Slug,
    Voice,
)


class GetOverviewOptions(TypedDict, total=False):
    """Options of `get_overview`."""

    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""


class ListDocumentsOptions(TypedDict, total=False):
    """Options of `list_documents`."""

    language: str | Sequence[str]
    """In one of these languages (BCP 47; case is ignored)."""
    voice: Voice | Sequence[Voice]
    """With one of these voices."""
    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    q: str
    """Full text: every word must occur, in any regular form (English stems), with or
    without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is
    literal. Searches the record's own text, its quotes and identifiers, and the names
    and aliases of its focus areas. The best match comes first, unless `sort` is
    given."""
    slug: str | Sequence[str]
    """One of these records. A slug of no record matches nothing."""
    identifier: str | Sequence[str]
    """With one of these identifiers: the value, or `scheme:value`. They are compared
    exactly; an identifier of no record matches nothing."""
    updated_since: str | date
    """Changed at this instant or later (RFC 3339, or a date: UTC)."""
    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    sort: (
        Literal[
            "relevance",
            "title",
            "-title",
            "published_on",
            "-published_on",
            "slug",
            "-slug",
            "created_at",
            "-created_at",
            "updated_at",
            "-updated_at",
        ]
        | Sequence[
            Literal[
                "relevance",
                "title",
                "-title",
                "published_on",
                "-published_on",
                "slug",
                "-slug",
                "created_at",
                "-created_at",
                "updated_at",
                "-updated_at",
            ]
        ]
    )
    """Sort keys, separated by commas; `-` before a key reverses it. The default is
    `title`, or `relevance` with `q`; ties are sorted by slug."""
    facet: Literal["language", "voice"] | Sequence[Literal["language", "voice"]]
    """Facets to count by, separated by commas; each is counted under every filter
    except its own."""


class ExportDocumentsOptions(ListDocumentsOptions, total=False):
    """Options of exports of `list_documents`."""

    fields: str | Sequence[str]
    """Columns of an export, separated by commas."""
    bom: bool
    """Begin a CSV with a byte order mark, which Excel needs to read UTF-8."""
    escape_formulas: bool
    """Put `'` before a CSV cell that a spreadsheet would run as a formula: text that
    starts with `=`, `+`, `-`, `@`, also full-width and after white space, with a tab or
    with a line end."""


class CreateDocumentOptions(TypedDict, total=False):
    """Options of `create_document`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class GetDocumentOptions(TypedDict, total=False):
    """Options of `get_document`."""

    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""


class ReplaceDocumentOptions(TypedDict, total=False):
    """Options of `replace_document`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class PatchDocumentOptions(TypedDict, total=False):
    """Options of `patch_document`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class DeleteDocumentOptions(TypedDict, total=False):
    """Options of `delete_document`."""

    cascade: bool
    """Also delete the records that need this one (they name it in a single field, or
    cite it), and the records that need those. Lists that name a deleted record lose the
    name. Needs a key of scope `admin`."""
    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class GetDocumentTextOptions(TypedDict, total=False):
    """Options of `get_document_text`."""

    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    range: str
    if_range: str


class ListOfficesOptions(TypedDict, total=False):
    """Options of `list_offices`."""

    document: str | Sequence[str]
    """Citing one of these documents (slug)."""
    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    q: str
    """Full text: every word must occur, in any regular form (English stems), with or
    without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is
    literal. Searches the record's own text, its quotes and identifiers, and the names
    and aliases of its focus areas. The best match comes first, unless `sort` is
    given."""
    slug: str | Sequence[str]
    """One of these records. A slug of no record matches nothing."""
    identifier: str | Sequence[str]
    """With one of these identifiers: the value, or `scheme:value`. They are compared
    exactly; an identifier of no record matches nothing."""
    updated_since: str | date
    """Changed at this instant or later (RFC 3339, or a date: UTC)."""
    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    country: str | Sequence[str]
    """In one of these countries (ISO 3166-1 alpha-2)."""
    has_city: bool
    """Whether there is a city."""
    has_country: bool
    """Whether there is a country."""
    has_initiative: bool
    """Whether there is an initiative that is about the office."""
    has_timeline: bool
    """Whether there is a timeline item that is about the office."""
    sort: (
        Literal[
            "relevance",
            "name",
            "-name",
            "organization",
            "-organization",
            "city",
            "-city",
            "country",
            "-country",
            "opened_on",
            "-opened_on",
            "slug",
            "-slug",
            "created_at",
            "-created_at",
            "updated_at",
            "-updated_at",
        ]
        | Sequence[
            Literal[
                "relevance",
                "name",
                "-name",
                "organization",
                "-organization",
                "city",
                "-city",
                "country",
                "-country",
                "opened_on",
                "-opened_on",
                "slug",
                "-slug",
                "created_at",
                "-created_at",
                "updated_at",
                "-updated_at",
            ]
        ]
    )
    """Sort keys, separated by commas; `-` before a key reverses it. The default is
    `name`, or `relevance` with `q`; ties are sorted by slug."""
    facet: Literal["country", "document"] | Sequence[Literal["country", "document"]]
    """Facets to count by, separated by commas; each is counted under every filter
    except its own."""


class ExportOfficesOptions(ListOfficesOptions, total=False):
    """Options of exports of `list_offices`."""

    fields: str | Sequence[str]
    """Columns of an export, separated by commas."""
    bom: bool
    """Begin a CSV with a byte order mark, which Excel needs to read UTF-8."""
    escape_formulas: bool
    """Put `'` before a CSV cell that a spreadsheet would run as a formula: text that
    starts with `=`, `+`, `-`, `@`, also full-width and after white space, with a tab or
    with a line end."""


class CreateOfficeOptions(TypedDict, total=False):
    """Options of `create_office`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class GetOfficeOptions(TypedDict, total=False):
    """Options of `get_office`."""

    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    include: (
        Literal["initiatives", "expected_outcomes", "timeline_items"]
        | Sequence[Literal["initiatives", "expected_outcomes", "timeline_items"]]
    )
    """Related records to include in each record, separated by commas."""


class ReplaceOfficeOptions(TypedDict, total=False):
    """Options of `replace_office`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class PatchOfficeOptions(TypedDict, total=False):
    """Options of `patch_office`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class DeleteOfficeOptions(TypedDict, total=False):
    """Options of `delete_office`."""

    cascade: bool
    """Also delete the records that need this one (they name it in a single field, or
    cite it), and the records that need those. Lists that name a deleted record lose the
    name. Needs a key of scope `admin`."""
    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class ListFocusAreasOptions(TypedDict, total=False):
    """Options of `list_focus_areas`."""

    document: str | Sequence[str]
    """Citing one of these documents (slug)."""
    label_language: str | Sequence[str]
    """With a label in one of these languages (BCP 47; case is ignored); `de` covers
    `de-AT`."""
    broader: str | Sequence[str]
    """Directly narrower than one of these focus areas: slug, name or any alias."""
    focus_area: str | Sequence[str]
    """About one of these focus areas, or narrower ones: slug, name or any alias. Case,
    spaces, and punctuation between letters are ignored; accents, too, where only one
    focus area is meant."""
    narrower: bool
    """Whether `focus_area` covers narrower focus areas."""
    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    q: str
    """Full text: every word must occur, in any regular form (English stems), with or
    without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is
    literal. Searches the record's own text, its quotes and identifiers, and the names
    and aliases of its focus areas. The best match comes first, unless `sort` is
    given."""
    slug: str | Sequence[str]
    """One of these records. A slug of no record matches nothing."""
    identifier: str | Sequence[str]
    """With one of these identifiers: the value, or `scheme:value`. They are compared
    exactly; an identifier of no record matches nothing."""
    updated_since: str | date
    """Changed at this instant or later (RFC 3339, or a date: UTC)."""
    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    has_initiative: bool
    """Whether there is an initiative about it or a narrower focus area."""
    has_timeline: bool
    """Whether there is a timeline item about it or a narrower focus area."""
    sort: (
        Literal[
            "relevance",
            "name",
            "-name",
            "slug",
            "-slug",
            "created_at",
            "-created_at",
            "updated_at",
            "-updated_at",
        ]
        | Sequence[
            Literal[
                "relevance",
                "name",
                "-name",
                "slug",
                "-slug",
                "created_at",
                "-created_at",
                "updated_at",
                "-updated_at",
            ]
        ]
    )
    """Sort keys, separated by commas; `-` before a key reverses it. The default is
    `name`, or `relevance` with `q`; ties are sorted by slug."""
    include: Literal["broader", "related"] | Sequence[Literal["broader", "related"]]
    """Related records to include in each record, separated by commas."""
    facet: (
        Literal["focus_area", "broader", "document"]
        | Sequence[Literal["focus_area", "broader", "document"]]
    )
    """Facets to count by, separated by commas; each is counted under every filter
    except its own."""


class ExportFocusAreasOptions(ListFocusAreasOptions, total=False):
    """Options of exports of `list_focus_areas`."""

    fields: str | Sequence[str]
    """Columns of an export, separated by commas."""
    bom: bool
    """Begin a CSV with a byte order mark, which Excel needs to read UTF-8."""
    escape_formulas: bool
    """Put `'` before a CSV cell that a spreadsheet would run as a formula: text that
    starts with `=`, `+`, `-`, `@`, also full-width and after white space, with a tab or
    with a line end."""


class CreateFocusAreaOptions(TypedDict, total=False):
    """Options of `create_focus_area`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class GetFocusAreaOptions(TypedDict, total=False):
    """Options of `get_focus_area`."""

    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    include: (
        Literal[
            "broader",
            "related",
            "narrower",
            "initiatives",
            "expected_outcomes",
            "timeline_items",
        ]
        | Sequence[
            Literal[
                "broader",
                "related",
                "narrower",
                "initiatives",
                "expected_outcomes",
                "timeline_items",
            ]
        ]
    )
    """Related records to include in each record, separated by commas."""


class ReplaceFocusAreaOptions(TypedDict, total=False):
    """Options of `replace_focus_area`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class PatchFocusAreaOptions(TypedDict, total=False):
    """Options of `patch_focus_area`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class DeleteFocusAreaOptions(TypedDict, total=False):
    """Options of `delete_focus_area`."""

    cascade: bool
    """Also delete the records that need this one (they name it in a single field, or
    cite it), and the records that need those. Lists that name a deleted record lose the
    name. Needs a key of scope `admin`."""
    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class ListInitiativesOptions(TypedDict, total=False):
    """Options of `list_initiatives`."""

    kind: Kind | Sequence[Kind]
    """Of one of these kinds."""
    document: str | Sequence[str]
    """Citing one of these documents (slug)."""
    country: str | Sequence[str]
    """With an office in one of these countries (ISO 3166-1 alpha-2)."""
    focus_area: str | Sequence[str]
    """About one of these focus areas, or narrower ones: slug, name or any alias. Case,
    spaces, and punctuation between letters are ignored; accents, too, where only one
    focus area is meant."""
    narrower: bool
    """Whether `focus_area` covers narrower focus areas."""
    office: str | Sequence[str]
    """About one of these offices (slug)."""
    has_office: bool
    """Whether there is an office that it is about."""
    modality: Modality | Sequence[Modality]
    """Asserted in one of these ways."""
    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    q: str
    """Full text: every word must occur, in any regular form (English stems), with or
    without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is
    literal. Searches the record's own text, its quotes and identifiers, and the names
    and aliases of its focus areas. The best match comes first, unless `sort` is
    given."""
    slug: str | Sequence[str]
    """One of these records. A slug of no record matches nothing."""
    identifier: str | Sequence[str]
    """With one of these identifiers: the value, or `scheme:value`. They are compared
    exactly; an identifier of no record matches nothing."""
    updated_since: str | date
    """Changed at this instant or later (RFC 3339, or a date: UTC)."""
    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    has_expected_outcome: bool
    """Whether there is an expected outcome that belongs to it."""
    has_timeline: bool
    """Whether there is a timeline item that belongs to it."""
    sort: (
        Literal[
            "relevance",
            "title",
            "-title",
            "kind",
            "-kind",
            "modality",
            "-modality",
            "office",
            "-office",
            "slug",
            "-slug",
            "created_at",
            "-created_at",
            "updated_at",
            "-updated_at",
        ]
        | Sequence[
            Literal[
                "relevance",
                "title",
                "-title",
                "kind",
                "-kind",
                "modality",
                "-modality",
                "office",
                "-office",
                "slug",
                "-slug",
                "created_at",
                "-created_at",
                "updated_at",
                "-updated_at",
            ]
        ]
    )
    """Sort keys, separated by commas; `-` before a key reverses it. The default is
    `title`, or `relevance` with `q`; ties are sorted by slug."""
    include: Literal["office", "focus_areas"] | Sequence[Literal["office", "focus_areas"]]
    """Related records to include in each record, separated by commas."""
    facet: (
        Literal["office", "country", "focus_area", "kind", "modality", "document"]
        | Sequence[Literal["office", "country", "focus_area", "kind", "modality", "document"]]
    )
    """Facets to count by, separated by commas; each is counted under every filter
    except its own."""


class ExportInitiativesOptions(ListInitiativesOptions, total=False):
    """Options of exports of `list_initiatives`."""

    fields: str | Sequence[str]
    """Columns of an export, separated by commas."""
    bom: bool
    """Begin a CSV with a byte order mark, which Excel needs to read UTF-8."""
    escape_formulas: bool
    """Put `'` before a CSV cell that a spreadsheet would run as a formula: text that
    starts with `=`, `+`, `-`, `@`, also full-width and after white space, with a tab or
    with a line end."""


class CreateInitiativeOptions(TypedDict, total=False):
    """Options of `create_initiative`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class GetInitiativeOptions(TypedDict, total=False):
    """Options of `get_initiative`."""

    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    include: (
        Literal["office", "focus_areas", "expected_outcomes", "timeline_items"]
        | Sequence[Literal["office", "focus_areas", "expected_outcomes", "timeline_items"]]
    )
    """Related records to include in each record, separated by commas."""


class ReplaceInitiativeOptions(TypedDict, total=False):
    """Options of `replace_initiative`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class PatchInitiativeOptions(TypedDict, total=False):
    """Options of `patch_initiative`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class DeleteInitiativeOptions(TypedDict, total=False):
    """Options of `delete_initiative`."""

    cascade: bool
    """Also delete the records that need this one (they name it in a single field, or
    cite it), and the records that need those. Lists that name a deleted record lose the
    name. Needs a key of scope `admin`."""
    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class ListExpectedOutcomesOptions(TypedDict, total=False):
    """Options of `list_expected_outcomes`."""

    initiative: str | Sequence[str]
    """Of one of these initiatives (slug)."""
    document: str | Sequence[str]
    """Citing one of these documents (slug)."""
    country: str | Sequence[str]
    """With an office in one of these countries (ISO 3166-1 alpha-2)."""
    focus_area: str | Sequence[str]
    """About one of these focus areas, or narrower ones: slug, name or any alias. Case,
    spaces, and punctuation between letters are ignored; accents, too, where only one
    focus area is meant."""
    narrower: bool
    """Whether `focus_area` covers narrower focus areas."""
    office: str | Sequence[str]
    """About one of these offices (slug)."""
    has_office: bool
    """Whether there is an office that it is about."""
    modality: Modality | Sequence[Modality]
    """Asserted in one of these ways."""
    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    q: str
    """Full text: every word must occur, in any regular form (English stems), with or
    without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is
    literal. Searches the record's own text, its quotes and identifiers, and the names
    and aliases of its focus areas. The best match comes first, unless `sort` is
    given."""
    slug: str | Sequence[str]
    """One of these records. A slug of no record matches nothing."""
    identifier: str | Sequence[str]
    """With one of these identifiers: the value, or `scheme:value`. They are compared
    exactly; an identifier of no record matches nothing."""
    updated_since: str | date
    """Changed at this instant or later (RFC 3339, or a date: UTC)."""
    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    has_initiative: bool
    """Whether there is an initiative that it belongs to."""
    has_timeline: bool
    """Whether there is a timeline item that dates it."""
    sort: (
        Literal[
            "relevance",
            "statement",
            "-statement",
            "modality",
            "-modality",
            "office",
            "-office",
            "slug",
            "-slug",
            "created_at",
            "-created_at",
            "updated_at",
            "-updated_at",
        ]
        | Sequence[
            Literal[
                "relevance",
                "statement",
                "-statement",
                "modality",
                "-modality",
                "office",
                "-office",
                "slug",
                "-slug",
                "created_at",
                "-created_at",
                "updated_at",
                "-updated_at",
            ]
        ]
    )
    """Sort keys, separated by commas; `-` before a key reverses it. The default is
    `statement`, or `relevance` with `q`; ties are sorted by slug."""
    include: (
        Literal["office", "focus_areas", "initiative"]
        | Sequence[Literal["office", "focus_areas", "initiative"]]
    )
    """Related records to include in each record, separated by commas."""
    facet: (
        Literal["office", "country", "focus_area", "modality", "document", "initiative"]
        | Sequence[
            Literal["office", "country", "focus_area", "modality", "document", "initiative"]
        ]
    )
    """Facets to count by, separated by commas; each is counted under every filter
    except its own."""


class ExportExpectedOutcomesOptions(ListExpectedOutcomesOptions, total=False):
    """Options of exports of `list_expected_outcomes`."""

    fields: str | Sequence[str]
    """Columns of an export, separated by commas."""
    bom: bool
    """Begin a CSV with a byte order mark, which Excel needs to read UTF-8."""
    escape_formulas: bool
    """Put `'` before a CSV cell that a spreadsheet would run as a formula: text that
    starts with `=`, `+`, `-`, `@`, also full-width and after white space, with a tab or
    with a line end."""


class CreateExpectedOutcomeOptions(TypedDict, total=False):
    """Options of `create_expected_outcome`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class GetExpectedOutcomeOptions(TypedDict, total=False):
    """Options of `get_expected_outcome`."""

    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    include: (
        Literal["office", "focus_areas", "initiative", "timeline_items"]
        | Sequence[Literal["office", "focus_areas", "initiative", "timeline_items"]]
    )
    """Related records to include in each record, separated by commas."""


class ReplaceExpectedOutcomeOptions(TypedDict, total=False):
    """Options of `replace_expected_outcome`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class PatchExpectedOutcomeOptions(TypedDict, total=False):
    """Options of `patch_expected_outcome`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class DeleteExpectedOutcomeOptions(TypedDict, total=False):
    """Options of `delete_expected_outcome`."""

    cascade: bool
    """Also delete the records that need this one (they name it in a single field, or
    cite it), and the records that need those. Lists that name a deleted record lose the
    name. Needs a key of scope `admin`."""
    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class ListTimelineItemsOptions(TypedDict, total=False):
    """Options of `list_timeline_items`."""

    overlaps: str
    """Overlapping this period (EDTF): `2026`, `2026-35`, `2026-04/2026-06`,
    `2026/..`."""
    active_on: str | date
    """Covering this day."""
    starts_after: str
    """Starts later than this day or period (EDTF)."""
    starts_before: str
    """Starts earlier than this day or period (EDTF)."""
    ends_after: str
    """Ends later than this day or period (EDTF), or never."""
    ends_before: str
    """Ends earlier than this day or period (EDTF)."""
    due_before: str | date
    """With a deadline whose last day is before this day."""
    due_after: str | date
    """With a deadline whose last day is after this day."""
    match: Literal["possible", "certain"]
    """Whether the filters of dates must hold in some reading of the dates (`possible`:
    an open side has no bound, an unknown one may be any day) or in every reading
    (`certain`: approximate, uncertain and derived dates are never certain)."""
    end_kind: EndKind | Sequence[EndKind]
    """With an end that is `dated`, a deadline (`by`), `open` (it goes on), `unknown`,
    or the `same` period as the start."""
    precision: Precision | Sequence[Precision]
    """With a start or an end of one of these precisions."""
    approximate: bool
    """Whether a side is approximate: `~`, `%`, or a season without a hemisphere."""
    recurrence: str | Sequence[str]
    """Recurring by one of these rules (RFC 5545)."""
    has_recurrence: bool
    """Whether there is a rule by which it recurs."""
    expected_outcome: str | Sequence[str]
    """Of one of these expected outcomes (slug)."""
    initiative: str | Sequence[str]
    """Of one of these initiatives (slug)."""
    document: str | Sequence[str]
    """Citing one of these documents (slug)."""
    country: str | Sequence[str]
    """With an office in one of these countries (ISO 3166-1 alpha-2)."""
    focus_area: str | Sequence[str]
    """About one of these focus areas, or narrower ones: slug, name or any alias. Case,
    spaces, and punctuation between letters are ignored; accents, too, where only one
    focus area is meant."""
    narrower: bool
    """Whether `focus_area` covers narrower focus areas."""
    office: str | Sequence[str]
    """About one of these offices (slug)."""
    has_office: bool
    """Whether there is an office that it is about."""
    modality: Modality | Sequence[Modality]
    """Asserted in one of these ways."""
    has_initiative: bool
    """Whether there is an initiative that it belongs to."""
    has_expected_outcome: bool
    """Whether there is an expected outcome that it dates."""
    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    q: str
    """Full text: every word must occur, in any regular form (English stems), with or
    without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is
    literal. Searches the record's own text, its quotes and identifiers, and the names
    and aliases of its focus areas. The best match comes first, unless `sort` is
    given."""
    slug: str | Sequence[str]
    """One of these records. A slug of no record matches nothing."""
    identifier: str | Sequence[str]
    """With one of these identifiers: the value, or `scheme:value`. They are compared
    exactly; an identifier of no record matches nothing."""
    updated_since: str | date
    """Changed at this instant or later (RFC 3339, or a date: UTC)."""
    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    sort: (
        Literal[
            "relevance",
            "start",
            "-start",
            "end",
            "-end",
            "title",
            "-title",
            "modality",
            "-modality",
            "office",
            "-office",
            "slug",
            "-slug",
            "created_at",
            "-created_at",
            "updated_at",
            "-updated_at",
        ]
        | Sequence[
            Literal[
                "relevance",
                "start",
                "-start",
                "end",
                "-end",
                "title",
                "-title",
                "modality",
                "-modality",
                "office",
                "-office",
                "slug",
                "-slug",
                "created_at",
                "-created_at",
                "updated_at",
                "-updated_at",
            ]
        ]
    )
    """Sort keys, separated by commas; `-` before a key reverses it. The default is
    `start`, or `relevance` with `q`; ties are sorted by slug."""
    include: (
        Literal["office", "focus_areas", "initiative", "expected_outcome"]
        | Sequence[Literal["office", "focus_areas", "initiative", "expected_outcome"]]
    )
    """Related records to include in each record, separated by commas."""
    facet: (
        Literal[
            "office",
            "country",
            "focus_area",
            "modality",
            "document",
            "initiative",
            "expected_outcome",
            "end_kind",
            "recurrence",
            "year",
            "quarter",
        ]
        | Sequence[
            Literal[
                "office",
                "country",
                "focus_area",
                "modality",
                "document",
                "initiative",
                "expected_outcome",
                "end_kind",
                "recurrence",
                "year",
                "quarter",
            ]
        ]
    )
    """Facets to count by, separated by commas; each is counted under every filter
    except its own."""


class ExportTimelineItemsOptions(ListTimelineItemsOptions, total=False):
    """Options of exports of `list_timeline_items`."""

    fields: str | Sequence[str]
    """Columns of an export, separated by commas."""
    bom: bool
    """Begin a CSV with a byte order mark, which Excel needs to read UTF-8."""
    escape_formulas: bool
    """Put `'` before a CSV cell that a spreadsheet would run as a formula: text that
    starts with `=`, `+`, `-`, `@`, also full-width and after white space, with a tab or
    with a line end."""


class CreateTimelineItemOptions(TypedDict, total=False):
    """Options of `create_timeline_item`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class GetTimelineItemOptions(TypedDict, total=False):
    """Options of `get_timeline_item`."""

    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    include: (
        Literal["office", "focus_areas", "initiative", "expected_outcome"]
        | Sequence[Literal["office", "focus_areas", "initiative", "expected_outcome"]]
    )
    """Related records to include in each record, separated by commas."""


class ReplaceTimelineItemOptions(TypedDict, total=False):
    """Options of `replace_timeline_item`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class PatchTimelineItemOptions(TypedDict, total=False):
    """Options of `patch_timeline_item`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class DeleteTimelineItemOptions(TypedDict, total=False):
    """Options of `delete_timeline_item`."""

    cascade: bool
    """Also delete the records that need this one (they name it in a single field, or
    cite it), and the records that need those. Lists that name a deleted record lose the
    name. Needs a key of scope `admin`."""
    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class GetCalendarOptions(TypedDict, total=False):
    """Options of `get_calendar`."""

    overlaps: str
    """Overlapping this period (EDTF): `2026`, `2026-35`, `2026-04/2026-06`,
    `2026/..`."""
    active_on: str | date
    """Covering this day."""
    starts_after: str
    """Starts later than this day or period (EDTF)."""
    starts_before: str
    """Starts earlier than this day or period (EDTF)."""
    ends_after: str
    """Ends later than this day or period (EDTF), or never."""
    ends_before: str
    """Ends earlier than this day or period (EDTF)."""
    due_before: str | date
    """With a deadline whose last day is before this day."""
    due_after: str | date
    """With a deadline whose last day is after this day."""
    match: Literal["possible", "certain"]
    """Whether the filters of dates must hold in some reading of the dates (`possible`:
    an open side has no bound, an unknown one may be any day) or in every reading
    (`certain`: approximate, uncertain and derived dates are never certain)."""
    end_kind: EndKind | Sequence[EndKind]
    """With an end that is `dated`, a deadline (`by`), `open` (it goes on), `unknown`,
    or the `same` period as the start."""
    precision: Precision | Sequence[Precision]
    """With a start or an end of one of these precisions."""
    approximate: bool
    """Whether a side is approximate: `~`, `%`, or a season without a hemisphere."""
    recurrence: str | Sequence[str]
    """Recurring by one of these rules (RFC 5545)."""
    has_recurrence: bool
    """Whether there is a rule by which it recurs."""
    expected_outcome: str | Sequence[str]
    """Of one of these expected outcomes (slug)."""
    initiative: str | Sequence[str]
    """Of one of these initiatives (slug)."""
    document: str | Sequence[str]
    """Citing one of these documents (slug)."""
    country: str | Sequence[str]
    """With an office in one of these countries (ISO 3166-1 alpha-2)."""
    focus_area: str | Sequence[str]
    """About one of these focus areas, or narrower ones: slug, name or any alias. Case,
    spaces, and punctuation between letters are ignored; accents, too, where only one
    focus area is meant."""
    narrower: bool
    """Whether `focus_area` covers narrower focus areas."""
    office: str | Sequence[str]
    """About one of these offices (slug)."""
    has_office: bool
    """Whether there is an office that it is about."""
    modality: Modality | Sequence[Modality]
    """Asserted in one of these ways."""
    has_initiative: bool
    """Whether there is an initiative that it belongs to."""
    has_expected_outcome: bool
    """Whether there is an expected outcome that it dates."""
    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    q: str
    """Full text: every word must occur, in any regular form (English stems), with or
    without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is
    literal. Searches the record's own text, its quotes and identifiers, and the names
    and aliases of its focus areas. The best match comes first, unless `sort` is
    given."""
    slug: str | Sequence[str]
    """One of these records. A slug of no record matches nothing."""
    identifier: str | Sequence[str]
    """With one of these identifiers: the value, or `scheme:value`. They are compared
    exactly; an identifier of no record matches nothing."""
    updated_since: str | date
    """Changed at this instant or later (RFC 3339, or a date: UTC)."""


class SearchOptions(TypedDict, total=False):
    """Options of `search`."""

    overlaps: str
    """Overlapping this period (EDTF): `2026`, `2026-35`, `2026-04/2026-06`,
    `2026/..`."""
    active_on: str | date
    """Covering this day."""
    starts_after: str
    """Starts later than this day or period (EDTF)."""
    starts_before: str
    """Starts earlier than this day or period (EDTF)."""
    ends_after: str
    """Ends later than this day or period (EDTF), or never."""
    ends_before: str
    """Ends earlier than this day or period (EDTF)."""
    due_before: str | date
    """With a deadline whose last day is before this day."""
    due_after: str | date
    """With a deadline whose last day is after this day."""
    match: Literal["possible", "certain"]
    """Whether the filters of dates must hold in some reading of the dates (`possible`:
    an open side has no bound, an unknown one may be any day) or in every reading
    (`certain`: approximate, uncertain and derived dates are never certain)."""
    end_kind: EndKind | Sequence[EndKind]
    """With an end that is `dated`, a deadline (`by`), `open` (it goes on), `unknown`,
    or the `same` period as the start."""
    precision: Precision | Sequence[Precision]
    """With a start or an end of one of these precisions."""
    approximate: bool
    """Whether a side is approximate: `~`, `%`, or a season without a hemisphere."""
    recurrence: str | Sequence[str]
    """Recurring by one of these rules (RFC 5545)."""
    has_recurrence: bool
    """Whether there is a rule by which it recurs."""
    kind: Kind | Sequence[Kind]
    """Of one of these kinds."""
    expected_outcome: str | Sequence[str]
    """Of one of these expected outcomes (slug)."""
    initiative: str | Sequence[str]
    """Of one of these initiatives (slug)."""
    document: str | Sequence[str]
    """Citing one of these documents (slug)."""
    country: str | Sequence[str]
    """With an office in one of these countries (ISO 3166-1 alpha-2)."""
    focus_area: str | Sequence[str]
    """About one of these focus areas, or narrower ones: slug, name or any alias. Case,
    spaces, and punctuation between letters are ignored; accents, too, where only one
    focus area is meant."""
    narrower: bool
    """Whether `focus_area` covers narrower focus areas."""
    office: str | Sequence[str]
    """About one of these offices (slug)."""
    has_office: bool
    """Whether there is an office that it is about."""
    modality: Modality | Sequence[Modality]
    """Asserted in one of these ways."""
    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    q: str
    """Full text: every word must occur, in any regular form (English stems), with or
    without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is
    literal. Searches the record's own text, its quotes and identifiers, and the names
    and aliases of its focus areas. The best match comes first, unless `sort` is
    given."""
    slug: str | Sequence[str]
    """One of these records. A slug of no record matches nothing."""
    identifier: str | Sequence[str]
    """With one of these identifiers: the value, or `scheme:value`. They are compared
    exactly; an identifier of no record matches nothing."""
    updated_since: str | date
    """Changed at this instant or later (RFC 3339, or a date: UTC)."""
    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    type: RecordType | Sequence[RecordType]
    """Of one of these types. By default every type with `q`, and the claims
    (`initiative`, `expected_outcome`, `timeline_item`) without."""
    has_initiative: bool
    """Whether there is an initiative that it belongs to, or is about."""
    has_expected_outcome: bool
    """Whether there is an expected outcome that belongs to it, or that it dates."""
    has_timeline: bool
    """Whether there is a timeline item that dates it, or is about it."""
    sort: (
        Literal[
            "relevance",
            "type",
            "-type",
            "text",
            "-text",
            "start",
            "-start",
            "end",
            "-end",
            "slug",
            "-slug",
            "updated_at",
            "-updated_at",
        ]
        | Sequence[
            Literal[
                "relevance",
                "type",
                "-type",
                "text",
                "-text",
                "start",
                "-start",
                "end",
                "-end",
                "slug",
                "-slug",
                "updated_at",
                "-updated_at",
            ]
        ]
    )
    """Sort keys, separated by commas; `-` before a key reverses it. The default is
    `type,text`, or `relevance` with `q`; ties are sorted by slug."""
    facet: (
        Literal["type", "office", "country", "focus_area", "kind", "modality", "document"]
        | Sequence[
            Literal["type", "office", "country", "focus_area", "kind", "modality", "document"]
        ]
    )
    """Facets to count by, separated by commas; each is counted under every filter
    except its own."""


class ExportSearchOptions(SearchOptions, total=False):
    """Options of exports of `search`."""

    fields: str | Sequence[str]
    """Columns of an export, separated by commas."""
    bom: bool
    """Begin a CSV with a byte order mark, which Excel needs to read UTF-8."""
    escape_formulas: bool
    """Put `'` before a CSV cell that a spreadsheet would run as a formula: text that
    starts with `=`, `+`, `-`, `@`, also full-width and after white space, with a tab or
    with a line end."""


class GetCrosstabOptions(TypedDict, total=False):
    """Options of `get_crosstab`."""

    overlaps: str
    """Overlapping this period (EDTF): `2026`, `2026-35`, `2026-04/2026-06`,
    `2026/..`."""
    active_on: str | date
    """Covering this day."""
    starts_after: str
    """Starts later than this day or period (EDTF)."""
    starts_before: str
    """Starts earlier than this day or period (EDTF)."""
    ends_after: str
    """Ends later than this day or period (EDTF), or never."""
    ends_before: str
    """Ends earlier than this day or period (EDTF)."""
    due_before: str | date
    """With a deadline whose last day is before this day."""
    due_after: str | date
    """With a deadline whose last day is after this day."""
    match: Literal["possible", "certain"]
    """Whether the filters of dates must hold in some reading of the dates (`possible`:
    an open side has no bound, an unknown one may be any day) or in every reading
    (`certain`: approximate, uncertain and derived dates are never certain)."""
    end_kind: EndKind | Sequence[EndKind]
    """With an end that is `dated`, a deadline (`by`), `open` (it goes on), `unknown`,
    or the `same` period as the start."""
    precision: Precision | Sequence[Precision]
    """With a start or an end of one of these precisions."""
    approximate: bool
    """Whether a side is approximate: `~`, `%`, or a season without a hemisphere."""
    language: str | Sequence[str]
    """In one of these languages (BCP 47; case is ignored)."""
    voice: Voice | Sequence[Voice]
    """With one of these voices."""
    broader: str | Sequence[str]
    """Directly narrower than one of these focus areas: slug, name or any alias."""
    label_language: str | Sequence[str]
    """With a label in one of these languages (BCP 47; case is ignored); `de` covers
    `de-AT`."""
    kind: Kind | Sequence[Kind]
    """Of one of these kinds."""
    expected_outcome: str | Sequence[str]
    """Of one of these expected outcomes (slug)."""
    initiative: str | Sequence[str]
    """Of one of these initiatives (slug)."""
    document: str | Sequence[str]
    """Citing one of these documents (slug)."""
    country: str | Sequence[str]
    """Of offices: In one of these countries (ISO 3166-1 alpha-2). Of initiatives,
    expected-outcomes, timeline-items: With an office in one of these countries (ISO
    3166-1 alpha-2)."""
    focus_area: str | Sequence[str]
    """About one of these focus areas, or narrower ones: slug, name or any alias. Case,
    spaces, and punctuation between letters are ignored; accents, too, where only one
    focus area is meant."""
    narrower: bool
    """Whether `focus_area` covers narrower focus areas."""
    office: str | Sequence[str]
    """About one of these offices (slug)."""
    modality: Modality | Sequence[Modality]
    """Asserted in one of these ways."""
    as_of: str | int | date
    """Read the base as it was at this revision (its number), or at this instant (RFC
    3339, or a date for its first instant in UTC)."""
    q: str
    """Full text: every word must occur, in any regular form (English stems), with or
    without accents; `"…"` is a phrase, a trailing `*` a prefix, everything else is
    literal. Searches the record's own text, its quotes and identifiers, and the names
    and aliases of its focus areas. The best match comes first, unless `sort` is
    given."""
    slug: str | Sequence[str]
    """One of these records. A slug of no record matches nothing."""
    identifier: str | Sequence[str]
    """With one of these identifiers: the value, or `scheme:value`. They are compared
    exactly; an identifier of no record matches nothing."""
    updated_since: str | date
    """Changed at this instant or later (RFC 3339, or a date: UTC)."""
    collection: Collection
    """What to count."""
    rows: Literal[
        "language",
        "voice",
        "country",
        "document",
        "office",
        "focus_area",
        "broader",
        "kind",
        "modality",
        "initiative",
        "expected_outcome",
        "end_kind",
        "recurrence",
    ]
    """A facet of the collection, for the rows."""
    columns: Literal[
        "language",
        "voice",
        "country",
        "document",
        "office",
        "focus_area",
        "broader",
        "kind",
        "modality",
        "initiative",
        "expected_outcome",
        "end_kind",
        "recurrence",
    ]
    """Another facet of it, for the columns."""
    has_initiative: bool
    """Of offices: Whether there is an initiative that is about the office. Of
    focus-areas: Whether there is an initiative about it or a narrower focus area. Of
    expected-outcomes, timeline-items: Whether there is an initiative that it belongs
    to."""
    has_expected_outcome: bool
    """Of initiatives: Whether there is an expected outcome that belongs to it. Of
    timeline-items: Whether there is an expected outcome that it dates."""
    has_timeline: bool
    """Of offices: Whether there is a timeline item that is about the office. Of
    focus-areas: Whether there is a timeline item about it or a narrower focus area. Of
    initiatives: Whether there is a timeline item that belongs to it. Of
    expected-outcomes: Whether there is a timeline item that dates it."""
    has_city: bool
    """Whether there is a city."""
    has_country: bool
    """Whether there is a country."""
    has_office: bool
    """Whether there is an office that it is about."""
    has_recurrence: bool
    """Whether there is a rule by which it recurs."""
    recurrence: str | Sequence[str]
    """Recurring by one of these rules (RFC 5545)."""


class ExportCrosstabOptions(GetCrosstabOptions, total=False):
    """Options of exports of `get_crosstab`."""

    bom: bool
    """Begin a CSV with a byte order mark, which Excel needs to read UTF-8."""
    escape_formulas: bool
    """Put `'` before a CSV cell that a spreadsheet would run as a formula: text that
    starts with `=`, `+`, `-`, `@`, also full-width and after white space, with a tab or
    with a line end."""


class ListChangesOptions(TypedDict, total=False):
    """Options of `list_changes`."""

    type: RecordType | Sequence[RecordType]
    """Changes of records of one of these types."""
    since: str | int
    """Where the changes begin: after a revision (its number, which every response and
    export has), after the `since` of a `next` or `delta`, after the event of this `id`,
    or `now`. By default, pages begin with the first change, and streams now."""
    limit: int
    """Maximum number of items."""


class StreamChangesOptions(TypedDict, total=False):
    """Options of `stream_changes`."""

    type: RecordType | Sequence[RecordType]
    """Changes of records of one of these types."""
    since: str | int
    """Where the changes begin: after a revision (its number, which every response and
    export has), after the `since` of a `next` or `delta`, after the event of this `id`,
    or `now`. By default, pages begin with the first change, and streams now."""


class GetAtomOptions(TypedDict, total=False):
    """Options of `get_atom`."""

    type: RecordType | Sequence[RecordType]
    """Changes of records of one of these types."""
    limit: int
    """Maximum number of items."""


class ListRevisionsOptions(TypedDict, total=False):
    """Options of `list_revisions`."""

    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    author: str | Sequence[str]
    """Written by one of these authors."""


class ListRecordRevisionsOptions(TypedDict, total=False):
    """Options of `list_record_revisions`."""

    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""


class RestoreBaseOptions(TypedDict, total=False):
    """Options of `restore_base`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class RestoreRecordOptions(TypedDict, total=False):
    """Options of `restore_record`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class CreateChangesetOptions(TypedDict, total=False):
    """Options of `create_changeset`."""

    idempotency_key: str


class ListDraftsOptions(TypedDict, total=False):
    """Options of `list_drafts`."""

    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    published: bool
    """Whether anything of the draft was published."""


class CreateDraftOptions(TypedDict, total=False):
    """Options of `create_draft`."""

    language: str
    """The language of the text (BCP 47), if the file does not tell it."""
    office: Slug
    """The office that the claims are about; it need not be in the base yet."""
    said_on: str | date
    """The day on which the document speaks, for wordings such as “next year”."""
    prose: bool
    """Propose claims from prose too, not only from lists and tables."""
    model: bool
    """Ask the language model of the server, too, if it has one. The text of the file
    goes to that model, which may only quote it."""
    idempotency_key: str


class EstimateModelRunOptions(TypedDict, total=False):
    """Options of `estimate_model_run`."""

    language: str
    """The language of the text (BCP 47), if the file does not tell it."""
    idempotency_key: str


class DeleteDraftOptions(TypedDict, total=False):
    """Options of `delete_draft`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class ListDraftProposalsOptions(TypedDict, total=False):
    """Options of `list_draft_proposals`."""

    limit: int
    """Maximum number of items."""
    cursor: str
    """Where this page begins: copied, unchanged, from `next` of the page before."""
    count: Literal["bounded", "exact", "none"]
    """How to count `total`: `bounded` stops at 10,000 and reports that, `exact` counts
    all, `none` does not count."""
    state: ProposalState | Sequence[ProposalState]
    """In one of these states."""
    type: RecordType | Sequence[RecordType]
    """Of one of these types."""
    origin: ProposalOrigin | Sequence[ProposalOrigin]
    """Proposed by one of these."""
    rule: str | Sequence[str]
    """Proposed by one of these rules."""
    section: str | Sequence[str]
    """Under a heading with these words, at any depth."""
    flag: str | Sequence[str]
    """With one of these flags."""
    sort: (
        Literal[
            "number", "-number", "position", "-position", "score", "-score", "type", "-type"
        ]
        | Sequence[
            Literal[
                "number",
                "-number",
                "position",
                "-position",
                "score",
                "-score",
                "type",
                "-type",
            ]
        ]
    )
    """Sort keys, most important first, separated by commas; `-` before a key reverses
    it. Ties are sorted by number."""


class AddDraftProposalOptions(TypedDict, total=False):
    """Options of `add_draft_proposal`."""

    idempotency_key: str


class PatchDraftProposalOptions(TypedDict, total=False):
    """Options of `patch_draft_proposal`."""

    if_match: IfMatch
    if_none_match: str
    idempotency_key: str


class DecideDraftProposalsOptions(TypedDict, total=False):
    """Options of `decide_draft_proposals`."""

    idempotency_key: str


class PublishDraftOptions(TypedDict, total=False):
    """Options of `publish_draft`."""

    idempotency_key: str
