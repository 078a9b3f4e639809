"""The page of one record: what exactly does it say, and which words bear out each field?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from sqlalchemy.orm import Session

from app.catalog import CATALOG
from app.catalog.resource import Resource
from app.http.session import SessionDep
from app.pages import words
from app.pages.claims import AnyClaim, Claim, main_text, make_claim, record_path
from app.pages.entries import Entry, Ledger
from app.pages.frame import Link
from app.pages.picture import Picture, make_picture
from app.pages.quotes import Documents, load_documents, make_quotes
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.pages.takeaways import Takeaway, take_record
from app.pages.versions import Version, list_versions
from app.queries.records import read_record
from app.schemas.filters import PastQuery
from app.schemas.paging import Related
from app.schemas.read import DocumentRead, RecordRead, TimelineItemRead
from app.schemas.record_types import ENTITIES

router = make_page_router()
PathSlug = Annotated[str, Path(max_length=600)]
# Types with a page of their own.
_OWN_PAGES = ("document", "focus_area")
# The relations of records to claims about them, in the order of the page.
_CLAIM_TYPES = ("initiative", "expected_outcome", "timeline_item")


@dataclass(frozen=True)
class ClaimGroup:
    """The claims of one type about a record: the first of them, and the path of all."""

    label: str
    claims: tuple[Claim, ...]
    total: int
    path: str


@dataclass(frozen=True)
class RecordPage(View):
    """One record. `silent` lists what the document does not say."""

    template = "record.html"

    crumbs: tuple[Link, ...]
    type_label: str
    kind: str | None
    modality: str | None
    picture: Picture | None
    entries: tuple[Entry, ...]
    silent: str
    groups: tuple[ClaimGroup, ...]
    versions: tuple[Version, ...]
    takeaways: tuple[Takeaway, ...]
    quote_count: int


def _make_endpoint(resource: Resource) -> Callable[..., Response]:
    def show_record(
        request: Request,
        session: SessionDep,
        slug: PathSlug,
        _query: Annotated[PastQuery, Query()],
    ) -> Response:
        record = read_detail(
            session,
            resource,
            slug,
        )
        return page_response(
            request,
            session,
            _make_page(
                request,
                session,
                resource,
                record,
            ),
        )

    return show_record


for _resource in CATALOG:
    if _resource.type_ not in _OWN_PAGES:
        router.add_api_route(f"/{_resource.name}/{{slug}}", _make_endpoint(_resource))


def read_detail(
    session: Session,
    resource: Resource,
    slug: str,
    relations: Sequence[str] | None = None,
) -> Any:
    """One record with these relations, or all records that it can be shown with. Raises NotFound or
    Gone."""
    query = PastQuery()
    if relations is None:
        relations = [*resource.includes, *resource.listings]
    if relations:
        query = resource.detail_query.model_validate({"include": relations})
    text = read_record(
        session,
        resource,
        slug,
        query,
    ).to_json()
    return resource.detail.model_validate_json(text)


def _make_page(
    request: Request,
    session: Session,
    resource: Resource,
    record: Any,
) -> RecordPage:
    entity = ENTITIES[resource.type_]
    groups = _read_groups(record)
    claims = [claim for _, related in groups for claim in related.items]
    citations = [citation for owner in (record, *claims) for citation in owner.citations]
    documents = load_documents(session, citations)
    ledger = Ledger(record, make_quotes(record, documents))
    ledger.fill(list(entity.create.model_fields))
    return RecordPage(
        title=main_text(record),
        downloads=(_csv_link(resource, record),),
        crumbs=_make_crumbs(resource, record),
        type_label=words.TYPES[resource.type_].label,
        kind=getattr(
            record,
            "kind",
            None,
        ),
        modality=getattr(
            record,
            "modality",
            None,
        ),
        picture=_make_picture(record),
        entries=tuple(ledger.entries),
        silent=", ".join(ledger.silent),
        groups=_make_groups(
            resource,
            record.slug,
            groups,
            documents,
        ),
        versions=list_versions(
            session,
            resource,
            record.slug,
        ),
        takeaways=take_record(
            request,
            record.url,
            _list_cited(record, documents),
            getattr(record, "edtf", None),
        ),
        quote_count=len(record.citations),
    )


def _read_groups(record: RecordRead) -> list[tuple[str, Related[AnyClaim]]]:
    """The claims that name the record, by type."""
    groups = []
    for type_ in _CLAIM_TYPES:
        related = getattr(
            record,
            f"{type_}s",
            None,
        )
        if related is not None:
            groups.append((type_, related))
    return groups


def _make_groups(
    resource: Resource,
    slug: str,
    groups: Sequence[tuple[str, Related[AnyClaim]]],
    documents: Documents,
) -> tuple[ClaimGroup, ...]:
    views = []
    for type_, related in groups:
        group = ClaimGroup(
            label=words.TYPES[type_].meaning,
            claims=tuple(make_claim(claim, documents) for claim in related.items),
            total=related.total,
            path=f"/{ENTITIES[type_].collection}?{resource.type_}={slug}",
        )
        views.append(group)
    return tuple(views)


def _make_picture(record: RecordRead) -> Picture | None:
    """The picture of a record with dates."""
    if not isinstance(record, TimelineItemRead):
        return None
    return make_picture([record])


def _list_cited(
    record: RecordRead,
    documents: Documents,
) -> list[DocumentRead]:
    """The documents that the record itself cites, each once."""
    slugs = dict.fromkeys(citation.document_slug for citation in record.citations)
    return [documents[slug] for slug in slugs]


def _make_crumbs(
    resource: Resource,
    record: Any,
) -> tuple[Link, ...]:
    crumbs = [Link(words.TYPES[resource.type_].meaning, f"/{resource.name}")]
    office = getattr(
        record,
        "office",
        None,
    )
    if office is not None:
        crumbs.append(Link(office.name, record_path(office)))
    return tuple(crumbs)


def _csv_link(
    resource: Resource,
    record: RecordRead,
) -> Link:
    return Link("CSV", f"/v1/{resource.name}?slug={record.slug}&format=csv")
