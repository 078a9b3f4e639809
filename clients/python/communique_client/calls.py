"""The calls of the API. Written by `make clients` from openapi.json; do not edit it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeVar, Unpack

from communique_client.messages import Body, Call, segment
from communique_client.options import (
    AddDraftProposalOptions,
    CreateChangesetOptions,
    CreateDocumentOptions,
    CreateDraftOptions,
    CreateExpectedOutcomeOptions,
    CreateFocusAreaOptions,
    CreateInitiativeOptions,
    CreateOfficeOptions,
    CreateTimelineItemOptions,
    DecideDraftProposalsOptions,
    DeleteDocumentOptions,
    DeleteDraftOptions,
    DeleteExpectedOutcomeOptions,
    DeleteFocusAreaOptions,
    DeleteInitiativeOptions,
    DeleteOfficeOptions,
    DeleteTimelineItemOptions,
    EstimateModelRunOptions,
    ExportCrosstabOptions,
    ExportDocumentsOptions,
    ExportExpectedOutcomesOptions,
    ExportFocusAreasOptions,
    ExportInitiativesOptions,
    ExportOfficesOptions,
    ExportSearchOptions,
    ExportTimelineItemsOptions,
    GetAtomOptions,
    GetCalendarOptions,
    GetCrosstabOptions,
    GetDocumentOptions,
    GetDocumentTextOptions,
    GetExpectedOutcomeOptions,
    GetFocusAreaOptions,
    GetInitiativeOptions,
    GetOfficeOptions,
    GetOverviewOptions,
    GetTimelineItemOptions,
    ListChangesOptions,
    ListDocumentsOptions,
    ListDraftProposalsOptions,
    ListDraftsOptions,
    ListExpectedOutcomesOptions,
    ListFocusAreasOptions,
    ListInitiativesOptions,
    ListOfficesOptions,
    ListRecordRevisionsOptions,
    ListRevisionsOptions,
    ListTimelineItemsOptions,
    PatchDocumentOptions,
    PatchDraftProposalOptions,
    PatchExpectedOutcomeOptions,
    PatchFocusAreaOptions,
    PatchInitiativeOptions,
    PatchOfficeOptions,
    PatchTimelineItemOptions,
    PublishDraftOptions,
    ReplaceDocumentOptions,
    ReplaceExpectedOutcomeOptions,
    ReplaceFocusAreaOptions,
    ReplaceInitiativeOptions,
    ReplaceOfficeOptions,
    ReplaceTimelineItemOptions,
    RestoreBaseOptions,
    RestoreRecordOptions,
    SearchOptions,
)
from communique_client.types import (
    ChangePage,
    ChangeRead,
    Changeset,
    ChangesetChecked,
    ChangesetRead,
    Collection,
    Coverage,
    Crosstab,
    Decisions,
    DecisionsMade,
    DocumentCreate,
    DocumentDetail,
    DocumentPage,
    DocumentPatch,
    DraftDetail,
    DraftPage,
    DraftRead,
    ExpectedOutcomeCreate,
    ExpectedOutcomeDetail,
    ExpectedOutcomePage,
    ExpectedOutcomePatch,
    FocusAreaCreate,
    FocusAreaDetail,
    FocusAreaPage,
    FocusAreaPatch,
    Health,
    InitiativeCreate,
    InitiativeDetail,
    InitiativePage,
    InitiativePatch,
    ModelEstimate,
    OfficeCreate,
    OfficeDetail,
    OfficePage,
    OfficePatch,
    Outline,
    Overview,
    ProposalCreate,
    ProposalPage,
    ProposalPatch,
    ProposalRead,
    PublicationChecked,
    PublicationRead,
    RecordRevisionDetail,
    RecordRevisionPage,
    RecordRevisionRead,
    RevisionPage,
    RevisionRead,
    SearchPage,
    SearchRow,
    TimelineItemCreate,
    TimelineItemDetail,
    TimelineItemPage,
    TimelineItemPatch,
    Verification,
)

T = TypeVar("T")


class Calls:
    """One method for each operation of the API, and one for the items of each list."""

    def _perform(self, call: Call[T]) -> T:
        raise NotImplementedError

    def _iterate(self, call: Call[Any]) -> Iterator[Any]:
        raise NotImplementedError

    def get_overview(self, **options: Unpack[GetOverviewOptions]) -> Overview:
        """Get an overview of the base: counts, documents, current revision, links."""
        return self._perform(Call[Overview]("GET", "/v1", options, takes=("as_of",)))

    def get_liveness(self) -> Health:
        """Check that the process responds, without the database."""
        return self._perform(Call[Health]("GET", "/livez"))

    def get_readiness(self) -> Health:
        """Check that the database responds and has the schema of this software."""
        return self._perform(Call[Health]("GET", "/readyz"))

    def list_documents(self, **options: Unpack[ListDocumentsOptions]) -> DocumentPage:
        """List documents: texts that make claims."""
        return self._perform(
            Call[DocumentPage]("GET", "/v1/documents", options, takes=("as_of",))
        )

    def iter_documents(
        self, **options: Unpack[ListDocumentsOptions]
    ) -> Iterator[DocumentDetail]:
        """The items of all pages of `list_documents`. `limit` is the size of a page."""
        return self._iterate(
            Call[DocumentPage]("GET", "/v1/documents", options, takes=("as_of",))
        )

    def export_documents(
        self,
        format: Literal["csv", "ndjson", "parquet"],
        **options: Unpack[ExportDocumentsOptions],
    ) -> bytes:
        """All rows of `list_documents` as a file."""
        return self._perform(
            Call[bytes](
                "GET",
                "/v1/documents",
                {"format": format, **options},
                reading="bytes",
                takes=("as_of",),
            )
        )

    def create_document(
        self, body: DocumentCreate, **options: Unpack[CreateDocumentOptions]
    ) -> DocumentDetail:
        """Create a document."""
        return self._perform(
            Call[DocumentDetail](
                "POST",
                "/v1/documents",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def get_document(
        self, slug: str, **options: Unpack[GetDocumentOptions]
    ) -> DocumentDetail:
        """Get one document."""
        return self._perform(
            Call[DocumentDetail](
                "GET", f"/v1/documents/{segment(slug)}", options, takes=("as_of",)
            )
        )

    def replace_document(
        self, slug: str, body: DocumentCreate, **options: Unpack[ReplaceDocumentOptions]
    ) -> DocumentDetail:
        """Replace a document, or create it. A record may be sent back as it was read."""
        return self._perform(
            Call[DocumentDetail](
                "PUT",
                f"/v1/documents/{segment(slug)}",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def patch_document(
        self, slug: str, body: DocumentPatch, **options: Unpack[PatchDocumentOptions]
    ) -> DocumentDetail:
        """Change some fields of a document (JSON Merge Patch)."""
        return self._perform(
            Call[DocumentDetail](
                "PATCH",
                f"/v1/documents/{segment(slug)}",
                options,
                body=Body(body, "application/merge-patch+json"),
                takes=("idempotency_key",),
            )
        )

    def delete_document(self, slug: str, **options: Unpack[DeleteDocumentOptions]) -> None:
        """Delete a document; its history stays."""
        return self._perform(
            Call[None](
                "DELETE",
                f"/v1/documents/{segment(slug)}",
                options,
                reading="nothing",
                takes=("idempotency_key",),
            )
        )

    def get_document_text(self, slug: str, **options: Unpack[GetDocumentTextOptions]) -> str:
        """Get the text of a document in UTF-8, or one range of its bytes."""
        return self._perform(
            Call[str](
                "GET",
                f"/v1/documents/{segment(slug)}/text",
                options,
                reading="text",
                takes=("as_of",),
            )
        )

    def verify_document(self, slug: str, content: bytes | str) -> Verification:
        """Compare every citation of a document with the text in the body; nothing is
        written."""
        return self._perform(
            Call[Verification](
                "POST",
                f"/v1/documents/{segment(slug)}/verify",
                body=Body(content, "text/plain"),
            )
        )

    def list_offices(self, **options: Unpack[ListOfficesOptions]) -> OfficePage:
        """List offices: bodies with a place, about which documents make claims."""
        return self._perform(
            Call[OfficePage]("GET", "/v1/offices", options, takes=("as_of",))
        )

    def iter_offices(self, **options: Unpack[ListOfficesOptions]) -> Iterator[OfficeDetail]:
        """The items of all pages of `list_offices`. `limit` is the size of a page."""
        return self._iterate(
            Call[OfficePage]("GET", "/v1/offices", options, takes=("as_of",))
        )

    def export_offices(
        self,
        format: Literal["csv", "ndjson", "parquet"],
        **options: Unpack[ExportOfficesOptions],
    ) -> bytes:
        """All rows of `list_offices` as a file."""
        return self._perform(
            Call[bytes](
                "GET",
                "/v1/offices",
                {"format": format, **options},
                reading="bytes",
                takes=("as_of",),
            )
        )

    def create_office(
        self, body: OfficeCreate, **options: Unpack[CreateOfficeOptions]
    ) -> OfficeDetail:
        """Create an office."""
        return self._perform(
            Call[OfficeDetail](
                "POST",
                "/v1/offices",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def get_office(self, slug: str, **options: Unpack[GetOfficeOptions]) -> OfficeDetail:
        """Get one office, with the related records named in `include`."""
        return self._perform(
            Call[OfficeDetail](
                "GET", f"/v1/offices/{segment(slug)}", options, takes=("as_of",)
            )
        )

    def replace_office(
        self, slug: str, body: OfficeCreate, **options: Unpack[ReplaceOfficeOptions]
    ) -> OfficeDetail:
        """Replace an office, or create it. A record may be sent back as it was read."""
        return self._perform(
            Call[OfficeDetail](
                "PUT",
                f"/v1/offices/{segment(slug)}",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def patch_office(
        self, slug: str, body: OfficePatch, **options: Unpack[PatchOfficeOptions]
    ) -> OfficeDetail:
        """Change some fields of an office (JSON Merge Patch)."""
        return self._perform(
            Call[OfficeDetail](
                "PATCH",
                f"/v1/offices/{segment(slug)}",
                options,
                body=Body(body, "application/merge-patch+json"),
                takes=("idempotency_key",),
            )
        )

    def delete_office(self, slug: str, **options: Unpack[DeleteOfficeOptions]) -> None:
        """Delete an office; its history stays."""
        return self._perform(
            Call[None](
                "DELETE",
                f"/v1/offices/{segment(slug)}",
                options,
                reading="nothing",
                takes=("idempotency_key",),
            )
        )

    def list_focus_areas(self, **options: Unpack[ListFocusAreasOptions]) -> FocusAreaPage:
        """List focus areas: concepts that claims are about."""
        return self._perform(
            Call[FocusAreaPage]("GET", "/v1/focus-areas", options, takes=("as_of",))
        )

    def iter_focus_areas(
        self, **options: Unpack[ListFocusAreasOptions]
    ) -> Iterator[FocusAreaDetail]:
        """The items of all pages of `list_focus_areas`. `limit` is the size of a page."""
        return self._iterate(
            Call[FocusAreaPage]("GET", "/v1/focus-areas", options, takes=("as_of",))
        )

    def export_focus_areas(
        self,
        format: Literal["csv", "ndjson", "parquet"],
        **options: Unpack[ExportFocusAreasOptions],
    ) -> bytes:
        """All rows of `list_focus_areas` as a file."""
        return self._perform(
            Call[bytes](
                "GET",
                "/v1/focus-areas",
                {"format": format, **options},
                reading="bytes",
                takes=("as_of",),
            )
        )

    def create_focus_area(
        self, body: FocusAreaCreate, **options: Unpack[CreateFocusAreaOptions]
    ) -> FocusAreaDetail:
        """Create a focus area."""
        return self._perform(
            Call[FocusAreaDetail](
                "POST",
                "/v1/focus-areas",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def get_focus_area(
        self, slug: str, **options: Unpack[GetFocusAreaOptions]
    ) -> FocusAreaDetail:
        """Get one focus area; with all its includes, every claim about it."""
        return self._perform(
            Call[FocusAreaDetail](
                "GET", f"/v1/focus-areas/{segment(slug)}", options, takes=("as_of",)
            )
        )

    def replace_focus_area(
        self, slug: str, body: FocusAreaCreate, **options: Unpack[ReplaceFocusAreaOptions]
    ) -> FocusAreaDetail:
        """Replace a focus area, or create it. A record may be sent back as it was read."""
        return self._perform(
            Call[FocusAreaDetail](
                "PUT",
                f"/v1/focus-areas/{segment(slug)}",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def patch_focus_area(
        self, slug: str, body: FocusAreaPatch, **options: Unpack[PatchFocusAreaOptions]
    ) -> FocusAreaDetail:
        """Change some fields of a focus area (JSON Merge Patch)."""
        return self._perform(
            Call[FocusAreaDetail](
                "PATCH",
                f"/v1/focus-areas/{segment(slug)}",
                options,
                body=Body(body, "application/merge-patch+json"),
                takes=("idempotency_key",),
            )
        )

    def delete_focus_area(self, slug: str, **options: Unpack[DeleteFocusAreaOptions]) -> None:
        """Delete a focus area; its history stays."""
        return self._perform(
            Call[None](
                "DELETE",
                f"/v1/focus-areas/{segment(slug)}",
                options,
                reading="nothing",
                takes=("idempotency_key",),
            )
        )

    def list_initiatives(self, **options: Unpack[ListInitiativesOptions]) -> InitiativePage:
        """List initiatives: things that somebody does, aims at, might do, must or should
        do."""
        return self._perform(
            Call[InitiativePage]("GET", "/v1/initiatives", options, takes=("as_of",))
        )

    def iter_initiatives(
        self, **options: Unpack[ListInitiativesOptions]
    ) -> Iterator[InitiativeDetail]:
        """The items of all pages of `list_initiatives`. `limit` is the size of a page."""
        return self._iterate(
            Call[InitiativePage]("GET", "/v1/initiatives", options, takes=("as_of",))
        )

    def export_initiatives(
        self,
        format: Literal["csv", "ndjson", "parquet"],
        **options: Unpack[ExportInitiativesOptions],
    ) -> bytes:
        """All rows of `list_initiatives` as a file."""
        return self._perform(
            Call[bytes](
                "GET",
                "/v1/initiatives",
                {"format": format, **options},
                reading="bytes",
                takes=("as_of",),
            )
        )

    def create_initiative(
        self, body: InitiativeCreate, **options: Unpack[CreateInitiativeOptions]
    ) -> InitiativeDetail:
        """Create an initiative."""
        return self._perform(
            Call[InitiativeDetail](
                "POST",
                "/v1/initiatives",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def get_initiative(
        self, slug: str, **options: Unpack[GetInitiativeOptions]
    ) -> InitiativeDetail:
        """Get one initiative, with the related records named in `include`."""
        return self._perform(
            Call[InitiativeDetail](
                "GET", f"/v1/initiatives/{segment(slug)}", options, takes=("as_of",)
            )
        )

    def replace_initiative(
        self, slug: str, body: InitiativeCreate, **options: Unpack[ReplaceInitiativeOptions]
    ) -> InitiativeDetail:
        """Replace an initiative, or create it. A record may be sent back as it was read."""
        return self._perform(
            Call[InitiativeDetail](
                "PUT",
                f"/v1/initiatives/{segment(slug)}",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def patch_initiative(
        self, slug: str, body: InitiativePatch, **options: Unpack[PatchInitiativeOptions]
    ) -> InitiativeDetail:
        """Change some fields of an initiative (JSON Merge Patch)."""
        return self._perform(
            Call[InitiativeDetail](
                "PATCH",
                f"/v1/initiatives/{segment(slug)}",
                options,
                body=Body(body, "application/merge-patch+json"),
                takes=("idempotency_key",),
            )
        )

    def delete_initiative(
        self, slug: str, **options: Unpack[DeleteInitiativeOptions]
    ) -> None:
        """Delete an initiative; its history stays."""
        return self._perform(
            Call[None](
                "DELETE",
                f"/v1/initiatives/{segment(slug)}",
                options,
                reading="nothing",
                takes=("idempotency_key",),
            )
        )

    def list_expected_outcomes(
        self, **options: Unpack[ListExpectedOutcomesOptions]
    ) -> ExpectedOutcomePage:
        """List expected outcomes: results that documents expect."""
        return self._perform(
            Call[ExpectedOutcomePage](
                "GET", "/v1/expected-outcomes", options, takes=("as_of",)
            )
        )

    def iter_expected_outcomes(
        self, **options: Unpack[ListExpectedOutcomesOptions]
    ) -> Iterator[ExpectedOutcomeDetail]:
        """The items of all pages of `list_expected_outcomes`. `limit` is the size of a
        page."""
        return self._iterate(
            Call[ExpectedOutcomePage](
                "GET", "/v1/expected-outcomes", options, takes=("as_of",)
            )
        )

    def export_expected_outcomes(
        self,
        format: Literal["csv", "ndjson", "parquet"],
        **options: Unpack[ExportExpectedOutcomesOptions],
    ) -> bytes:
        """All rows of `list_expected_outcomes` as a file."""
        return self._perform(
            Call[bytes](
                "GET",
                "/v1/expected-outcomes",
                {"format": format, **options},
                reading="bytes",
                takes=("as_of",),
            )
        )

    def create_expected_outcome(
        self, body: ExpectedOutcomeCreate, **options: Unpack[CreateExpectedOutcomeOptions]
    ) -> ExpectedOutcomeDetail:
        """Create an expected outcome."""
        return self._perform(
            Call[ExpectedOutcomeDetail](
                "POST",
                "/v1/expected-outcomes",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def get_expected_outcome(
        self, slug: str, **options: Unpack[GetExpectedOutcomeOptions]
    ) -> ExpectedOutcomeDetail:
        """Get one expected outcome, with the related records named in `include`."""
        return self._perform(
            Call[ExpectedOutcomeDetail](
                "GET", f"/v1/expected-outcomes/{segment(slug)}", options, takes=("as_of",)
            )
        )

    def replace_expected_outcome(
        self,
        slug: str,
        body: ExpectedOutcomeCreate,
        **options: Unpack[ReplaceExpectedOutcomeOptions],
    ) -> ExpectedOutcomeDetail:
        """Replace an expected outcome, or create it. A record may be sent back as it was
        read."""
        return self._perform(
            Call[ExpectedOutcomeDetail](
                "PUT",
                f"/v1/expected-outcomes/{segment(slug)}",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def patch_expected_outcome(
        self,
        slug: str,
        body: ExpectedOutcomePatch,
        **options: Unpack[PatchExpectedOutcomeOptions],
    ) -> ExpectedOutcomeDetail:
        """Change some fields of an expected outcome (JSON Merge Patch)."""
        return self._perform(
            Call[ExpectedOutcomeDetail](
                "PATCH",
                f"/v1/expected-outcomes/{segment(slug)}",
                options,
                body=Body(body, "application/merge-patch+json"),
                takes=("idempotency_key",),
            )
        )

    def delete_expected_outcome(
        self, slug: str, **options: Unpack[DeleteExpectedOutcomeOptions]
    ) -> None:
        """Delete an expected outcome; its history stays."""
        return self._perform(
            Call[None](
                "DELETE",
                f"/v1/expected-outcomes/{segment(slug)}",
                options,
                reading="nothing",
                takes=("idempotency_key",),
            )
        )

    def list_timeline_items(
        self, **options: Unpack[ListTimelineItemsOptions]
    ) -> TimelineItemPage:
        """List timeline items: dated claims, in order of time."""
        return self._perform(
            Call[TimelineItemPage]("GET", "/v1/timeline-items", options, takes=("as_of",))
        )

    def iter_timeline_items(
        self, **options: Unpack[ListTimelineItemsOptions]
    ) -> Iterator[TimelineItemDetail]:
        """The items of all pages of `list_timeline_items`. `limit` is the size of a
        page."""
        return self._iterate(
            Call[TimelineItemPage]("GET", "/v1/timeline-items", options, takes=("as_of",))
        )

    def export_timeline_items(
        self,
        format: Literal["csv", "ndjson", "parquet"],
        **options: Unpack[ExportTimelineItemsOptions],
    ) -> bytes:
        """All rows of `list_timeline_items` as a file."""
        return self._perform(
            Call[bytes](
                "GET",
                "/v1/timeline-items",
                {"format": format, **options},
                reading="bytes",
                takes=("as_of",),
            )
        )

    def create_timeline_item(
        self, body: TimelineItemCreate, **options: Unpack[CreateTimelineItemOptions]
    ) -> TimelineItemDetail:
        """Create a timeline item."""
        return self._perform(
            Call[TimelineItemDetail](
                "POST",
                "/v1/timeline-items",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def get_timeline_item(
        self, slug: str, **options: Unpack[GetTimelineItemOptions]
    ) -> TimelineItemDetail:
        """Get one timeline item, with the related records named in `include`."""
        return self._perform(
            Call[TimelineItemDetail](
                "GET", f"/v1/timeline-items/{segment(slug)}", options, takes=("as_of",)
            )
        )

    def replace_timeline_item(
        self,
        slug: str,
        body: TimelineItemCreate,
        **options: Unpack[ReplaceTimelineItemOptions],
    ) -> TimelineItemDetail:
        """Replace a timeline item, or create it. A record may be sent back as it was
        read."""
        return self._perform(
            Call[TimelineItemDetail](
                "PUT",
                f"/v1/timeline-items/{segment(slug)}",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def patch_timeline_item(
        self, slug: str, body: TimelineItemPatch, **options: Unpack[PatchTimelineItemOptions]
    ) -> TimelineItemDetail:
        """Change some fields of a timeline item (JSON Merge Patch)."""
        return self._perform(
            Call[TimelineItemDetail](
                "PATCH",
                f"/v1/timeline-items/{segment(slug)}",
                options,
                body=Body(body, "application/merge-patch+json"),
                takes=("idempotency_key",),
            )
        )

    def delete_timeline_item(
        self, slug: str, **options: Unpack[DeleteTimelineItemOptions]
    ) -> None:
        """Delete a timeline item; its history stays."""
        return self._perform(
            Call[None](
                "DELETE",
                f"/v1/timeline-items/{segment(slug)}",
                options,
                reading="nothing",
                takes=("idempotency_key",),
            )
        )

    def get_calendar(self, **options: Unpack[GetCalendarOptions]) -> str:
        """Subscribe to the timeline: each item with a known start as an all-day event."""
        return self._perform(
            Call[str]("GET", "/v1/timeline.ics", options, reading="text", takes=("as_of",))
        )

    def search(self, **options: Unpack[SearchOptions]) -> SearchPage:
        """Search records of all types; without `q`, list every claim as one flat, cited
        table."""
        return self._perform(Call[SearchPage]("GET", "/v1/search", options, takes=("as_of",)))

    def iter_search(self, **options: Unpack[SearchOptions]) -> Iterator[SearchRow]:
        """The items of all pages of `search`. `limit` is the size of a page."""
        return self._iterate(Call[SearchPage]("GET", "/v1/search", options, takes=("as_of",)))

    def export_search(
        self,
        format: Literal["csv", "ndjson", "parquet"],
        **options: Unpack[ExportSearchOptions],
    ) -> bytes:
        """All rows of `search` as a file."""
        return self._perform(
            Call[bytes](
                "GET",
                "/v1/search",
                {"format": format, **options},
                reading="bytes",
                takes=("as_of",),
            )
        )

    def get_crosstab(self, **options: Unpack[GetCrosstabOptions]) -> Crosstab:
        """Count the records of a collection by two of its facets."""
        return self._perform(Call[Crosstab]("GET", "/v1/crosstab", options, takes=("as_of",)))

    def export_crosstab(
        self, format: Literal["csv"], **options: Unpack[ExportCrosstabOptions]
    ) -> bytes:
        """All rows of `get_crosstab` as a file."""
        return self._perform(
            Call[bytes](
                "GET",
                "/v1/crosstab",
                {"format": format, **options},
                reading="bytes",
                takes=("as_of",),
            )
        )

    def list_changes(self, **options: Unpack[ListChangesOptions]) -> ChangePage:
        """List the changes since a revision or token, deletions included, in the order of
        the log."""
        return self._perform(Call[ChangePage]("GET", "/v1/changes", options))

    def iter_changes(self, **options: Unpack[ListChangesOptions]) -> Iterator[ChangeRead]:
        """The items of all pages of `list_changes`. `limit` is the size of a page."""
        return self._iterate(Call[ChangePage]("GET", "/v1/changes", options))

    def get_atom(self, **options: Unpack[GetAtomOptions]) -> str:
        """Read the latest changes in a feed reader, the newest first."""
        return self._perform(Call[str]("GET", "/v1/changes.atom", options, reading="text"))

    def list_revisions(self, **options: Unpack[ListRevisionsOptions]) -> RevisionPage:
        """List the revisions of the base, the newest first: author, instant, message,
        counts."""
        return self._perform(Call[RevisionPage]("GET", "/v1/revisions", options))

    def iter_revisions(
        self, **options: Unpack[ListRevisionsOptions]
    ) -> Iterator[RevisionRead]:
        """The items of all pages of `list_revisions`. `limit` is the size of a page."""
        return self._iterate(Call[RevisionPage]("GET", "/v1/revisions", options))

    def get_revision(self, number: int) -> RevisionRead:
        """Get one revision of the base."""
        return self._perform(Call[RevisionRead]("GET", f"/v1/revisions/{segment(number)}"))

    def list_record_revisions(
        self, collection: Collection, slug: str, **options: Unpack[ListRecordRevisionsOptions]
    ) -> RecordRevisionPage:
        """List the revisions of a record, the newest first; also of a deleted record."""
        return self._perform(
            Call[RecordRevisionPage](
                "GET", f"/v1/{segment(collection)}/{segment(slug)}/revisions", options
            )
        )

    def iter_record_revisions(
        self, collection: Collection, slug: str, **options: Unpack[ListRecordRevisionsOptions]
    ) -> Iterator[RecordRevisionRead]:
        """The items of all pages of `list_record_revisions`. `limit` is the size of a
        page."""
        return self._iterate(
            Call[RecordRevisionPage](
                "GET", f"/v1/{segment(collection)}/{segment(slug)}/revisions", options
            )
        )

    def get_record_revision(
        self, collection: Collection, slug: str, number: int
    ) -> RecordRevisionDetail:
        """Get a record as it was at one of its revisions, and how that differs from the one
        before."""
        return self._perform(
            Call[RecordRevisionDetail](
                "GET",
                f"/v1/{segment(collection)}/{segment(slug)}/revisions/{segment(number)}",
            )
        )

    def restore_base(
        self, number: int, **options: Unpack[RestoreBaseOptions]
    ) -> ChangesetRead:
        """Restore the whole base to an earlier revision, as a new revision. `If-Match`
        holds the number of the current revision, or its ETag. Needs a key of scope
        `admin`."""
        return self._perform(
            Call[ChangesetRead](
                "POST",
                f"/v1/revisions/{segment(number)}/restore",
                options,
                takes=("idempotency_key",),
            )
        )

    def restore_record(
        self,
        collection: Collection,
        slug: str,
        number: int,
        **options: Unpack[RestoreRecordOptions],
    ) -> (
        DocumentDetail
        | OfficeDetail
        | FocusAreaDetail
        | InitiativeDetail
        | ExpectedOutcomeDetail
        | TimelineItemDetail
    ):
        """Restore a record to one of its revisions, as a new revision."""
        return self._perform(
            Call[
                DocumentDetail
                | OfficeDetail
                | FocusAreaDetail
                | InitiativeDetail
                | ExpectedOutcomeDetail
                | TimelineItemDetail
            ](
                "POST",
                f"/v1/{segment(collection)}/{segment(slug)}/revisions/{segment(number)}/restore",
                options,
                takes=("idempotency_key",),
            )
        )

    def create_changeset(
        self, body: Changeset, **options: Unpack[CreateChangesetOptions]
    ) -> ChangesetRead:
        """Change many records of any types: all of them, or none."""
        return self._perform(
            Call[ChangesetRead](
                "POST",
                "/v1/changesets",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def validate_create_changeset(self, body: Changeset) -> ChangesetChecked:
        """What `create_changeset` would do, and every problem. Nothing is written."""
        return self._perform(
            Call[ChangesetChecked](
                "POST",
                "/v1/changesets",
                {"validate_only": True},
                body=Body(body, "application/json"),
            )
        )

    def list_drafts(self, **options: Unpack[ListDraftsOptions]) -> DraftPage:
        """List the drafts, the newest first. Needs a key."""
        return self._perform(Call[DraftPage]("GET", "/v1/drafts", options))

    def iter_drafts(self, **options: Unpack[ListDraftsOptions]) -> Iterator[DraftRead]:
        """The items of all pages of `list_drafts`. `limit` is the size of a page."""
        return self._iterate(Call[DraftPage]("GET", "/v1/drafts", options))

    def create_draft(
        self,
        content: bytes | str,
        media_type: Literal[
            "text/plain",
            "text/markdown",
            "text/html",
            "application/xhtml+xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/pdf",
        ],
        **options: Unpack[CreateDraftOptions],
    ) -> DraftDetail:
        """Draft a document: the file is the body, and `Content-Type` says what it is. The
        same file is the same draft."""
        return self._perform(
            Call[DraftDetail](
                "POST",
                "/v1/drafts",
                options,
                body=Body(content, media_type),
                takes=("idempotency_key",),
            )
        )

    def estimate_model_run(
        self,
        content: bytes | str,
        media_type: Literal[
            "text/plain",
            "text/markdown",
            "text/html",
            "application/xhtml+xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/pdf",
        ],
        **options: Unpack[EstimateModelRunOptions],
    ) -> ModelEstimate:
        """Tell what asking the language model about a document would need: the file is the
        body, as for a draft. Nothing is asked, and nothing is stored."""
        return self._perform(
            Call[ModelEstimate](
                "POST",
                "/v1/drafts/model-estimate",
                options,
                body=Body(content, media_type),
                takes=("idempotency_key",),
            )
        )

    def get_draft(self, draft: str) -> DraftDetail:
        """Get one draft: counts by state, type and flag, warnings, what was left out. Needs
        a key."""
        return self._perform(Call[DraftDetail]("GET", f"/v1/drafts/{segment(draft)}"))

    def delete_draft(self, draft: str, **options: Unpack[DeleteDraftOptions]) -> None:
        """Abandon a draft: its text and proposals are deleted, and published records
        stay."""
        return self._perform(
            Call[None](
                "DELETE",
                f"/v1/drafts/{segment(draft)}",
                options,
                reading="nothing",
                takes=("idempotency_key",),
            )
        )

    def get_draft_text(self, draft: str) -> str:
        """Get the text that the citations of a draft are of. Needs a key."""
        return self._perform(
            Call[str]("GET", f"/v1/drafts/{segment(draft)}/text", reading="text")
        )

    def get_draft_outline(self, draft: str) -> Outline:
        """Get the blocks of the text of a draft, with their positions. Needs a key."""
        return self._perform(Call[Outline]("GET", f"/v1/drafts/{segment(draft)}/outline"))

    def get_draft_coverage(self, draft: str) -> Coverage:
        """Get what became of every character of the text of a draft, and what may be
        missed. Needs a key."""
        return self._perform(Call[Coverage]("GET", f"/v1/drafts/{segment(draft)}/coverage"))

    def list_draft_proposals(
        self, draft: str, **options: Unpack[ListDraftProposalsOptions]
    ) -> ProposalPage:
        """List the proposals of a draft. Needs a key."""
        return self._perform(
            Call[ProposalPage]("GET", f"/v1/drafts/{segment(draft)}/proposals", options)
        )

    def iter_draft_proposals(
        self, draft: str, **options: Unpack[ListDraftProposalsOptions]
    ) -> Iterator[ProposalRead]:
        """The items of all pages of `list_draft_proposals`. `limit` is the size of a
        page."""
        return self._iterate(
            Call[ProposalPage]("GET", f"/v1/drafts/{segment(draft)}/proposals", options)
        )

    def add_draft_proposal(
        self, draft: str, body: ProposalCreate, **options: Unpack[AddDraftProposalOptions]
    ) -> ProposalRead:
        """Add a claim or focus area that was missed: its type and its words are enough."""
        return self._perform(
            Call[ProposalRead](
                "POST",
                f"/v1/drafts/{segment(draft)}/proposals",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def get_draft_proposal(self, draft: str, number: int) -> ProposalRead:
        """Get one proposal of a draft. Needs a key."""
        return self._perform(
            Call[ProposalRead](
                "GET", f"/v1/drafts/{segment(draft)}/proposals/{segment(number)}"
            )
        )

    def patch_draft_proposal(
        self,
        draft: str,
        number: int,
        body: ProposalPatch,
        **options: Unpack[PatchDraftProposalOptions],
    ) -> ProposalRead:
        """Decide on a proposal, or correct its record (JSON Merge Patch). The rules of
        records judge it."""
        return self._perform(
            Call[ProposalRead](
                "PATCH",
                f"/v1/drafts/{segment(draft)}/proposals/{segment(number)}",
                options,
                body=Body(body, "application/merge-patch+json"),
                takes=("idempotency_key",),
            )
        )

    def decide_draft_proposals(
        self, draft: str, body: Decisions, **options: Unpack[DecideDraftProposalsOptions]
    ) -> DecisionsMade:
        """Decide on many proposals of a draft at once: by number, type, section, rule, flag
        or score."""
        return self._perform(
            Call[DecisionsMade](
                "POST",
                f"/v1/drafts/{segment(draft)}/decisions",
                options,
                body=Body(body, "application/json"),
                takes=("idempotency_key",),
            )
        )

    def publish_draft(
        self, draft: str, **options: Unpack[PublishDraftOptions]
    ) -> PublicationRead:
        """Publish what is accepted of a draft as one revision. What the base has already is
        used."""
        return self._perform(
            Call[PublicationRead](
                "POST",
                f"/v1/drafts/{segment(draft)}/publish",
                options,
                takes=("idempotency_key",),
            )
        )

    def validate_publish_draft(self, draft: str) -> PublicationChecked:
        """What `publish_draft` would do, and every problem. Nothing is written."""
        return self._perform(
            Call[PublicationChecked](
                "POST", f"/v1/drafts/{segment(draft)}/publish", {"validate_only": True}
            )
        )
