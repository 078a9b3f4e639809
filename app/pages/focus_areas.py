"""The tree of focus areas, and the dossier of each: all that is claimed about one thing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app.catalog.focus_areas import FOCUS_AREAS, FocusAreaQuery
from app.errors import Gone, NotFound
from app.http.session import SessionDep
from app.pages import words
from app.pages.claims import Claim, make_claim, record_path
from app.pages.counts import (
    CLAIM_RESOURCES,
    AreaCounts,
    ModalityCount,
    count_areas,
    count_modalities,
    list_counts,
    make_area,
)
from app.pages.frame import Link
from app.pages.picture import Picture, make_picture
from app.pages.quotes import Documents, Quote, load_documents, make_quotes
from app.pages.records import PathSlug, read_detail
from app.pages.rendering import View, page_response
from app.pages.results import make_list_view
from app.pages.routing import PageRoute
from app.pages.takeaways import Takeaway, take_focus_area
from app.pages.versions import Version, list_versions
from app.queries.labels import resolve_label
from app.queries.pages import read_page
from app.schemas.filters import PastQuery
from app.schemas.read import FocusAreaRead, RecordRead, TimelineItemRead
from app.schemas.write import Citation
from app.store.revisions import read_revision

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# Of more focus areas, the page is a list as of any other collection.
MAX_TREE_AREAS = 200
_HEADINGS = {
    "initiative": "What is done or planned",
    "expected_outcome": "What is expected of it",
    "timeline_item": "When",
}
_EMPTY = {
    "initiative": "No document names an initiative here.",
    "expected_outcome": "No document names an outcome here.",
    "timeline_item": "No document gives a time here. That is not the same as never.",
}


@dataclass(frozen=True)
class TreeNode:
    """A focus area in the tree, under one of its broader ones."""

    area: AreaCounts
    children: tuple["TreeNode", ...]


@dataclass(frozen=True)
class TreePage(View):
    """All focus areas."""

    template = "tree.html"

    nodes: tuple[TreeNode, ...]
    total: int


@dataclass(frozen=True)
class DossierGroup:
    """The claims of one type: the first of them, how many there are, and the path of all."""

    type_: str
    heading: str
    claims: tuple[Claim, ...]
    total: int
    path: str
    empty: str
    picture: Picture | None


@dataclass(frozen=True)
class NamedQuote:
    """A quote that names the focus area, and what it supports."""

    quote: Quote
    supports: str


@dataclass(frozen=True)
class DossierPage(View):
    """Everything about one focus area and its narrower ones."""

    template = "dossier.html"

    slug: str
    aliases: str
    broader: tuple[Link, ...]
    narrower: tuple[Link, ...]
    related: tuple[Link, ...]
    total: int
    counts: tuple[ModalityCount, ...]
    groups: tuple[DossierGroup, ...]
    named: tuple[NamedQuote, ...]
    reasons: tuple[str, ...]
    versions: tuple[Version, ...]
    takeaways: tuple[Takeaway, ...]


@router.get("/focus-areas")
def list_focus_areas(
    request: Request,
    session: SessionDep,
    query: Annotated[FocusAreaQuery, Query()],
) -> Response:
    """The focus areas as a tree; with filters, or of very many, as a list."""
    if query.model_fields_set <= {"as_of"}:
        view = _make_tree(session)
        if view is not None:
            return page_response(
                request,
                session,
                view,
            )
    return page_response(
        request,
        session,
        make_list_view(
            request,
            session,
            FOCUS_AREAS,
            query,
        ),
    )


@router.get("/focus-areas/{slug}")
def show_dossier(
    request: Request,
    session: SessionDep,
    slug: PathSlug,
    _query: Annotated[PastQuery, Query()],
) -> Response:
    """All that documents claim about one focus area."""
    try:
        area = read_detail(
            session,
            FOCUS_AREAS,
            slug,
        )
    except (NotFound, Gone) as error:
        # As the data do: `slug` may be a label, or that of an area that was merged into another.
        current_slug = resolve_label(
            session,
            slug,
            is_exact=isinstance(error, Gone),
        )
        if current_slug is None:
            raise
        return _redirect(
            request,
            session,
            current_slug,
        )
    return page_response(
        request,
        session,
        _make_dossier(request, session, area),
    )


def _redirect(
    request: Request,
    session: Session,
    slug: str,
) -> Response:
    path = f"/focus-areas/{slug}"
    if request.url.query:
        path = f"{path}?{request.url.query}"
    headers = {"Communique-Revision": str(read_revision(session))}
    return RedirectResponse(path, headers=headers)


def _make_tree(session: Session) -> TreePage | None:
    """The tree; None if there are too many focus areas."""
    query = FocusAreaQuery(limit=MAX_TREE_AREAS)
    page = read_page(
        session,
        FOCUS_AREAS,
        query,
    )
    if page.fields["next"] is not None:
        return None
    areas = [FocusAreaRead.model_validate_json(item) for item in page.items]
    counts = count_areas(session, count_modalities(session).total())
    for area in areas:
        counts.setdefault(
            area.slug,
            make_area(
                area.slug,
                area.name,
                0,
                Counter(),
            ),
        )
    children: dict[str, list[str]] = {}
    for area in areas:
        for broader in area.broader_slugs or [""]:
            children.setdefault(broader, []).append(area.slug)
    nodes = _make_nodes(
        "",
        children,
        counts,
    )
    return TreePage(
        "Focus areas",
        (),
        nodes,
        len(areas),
    )


def _make_nodes(
    slug: str,
    children: dict[str, list[str]],
    counts: dict[str, AreaCounts],
) -> tuple[TreeNode, ...]:
    nodes = []
    # No focus area is broader than itself, at any distance, so this ends.
    for child in children.get(slug, ()):
        nodes.append(
            TreeNode(
                counts[child],
                _make_nodes(
                    child,
                    children,
                    counts,
                ),
            )
        )
    return tuple(nodes)


@dataclass(frozen=True)
class AreaClaims:
    """The first claims of each type about a focus area, how many there are, and the modalities of
    all of them."""

    claims: dict[str, list[Any]]
    totals: dict[str, int]
    counter: Counter[str]

    @property
    def citations(self) -> list[Citation]:
        """The citations of all claims."""
        citations: list[Citation] = []
        for claims in self.claims.values():
            for claim in claims:
                citations += claim.citations
        return citations


def _read_claims(
    session: Session,
    slug: str,
) -> AreaClaims:
    about = AreaClaims(
        {},
        {},
        Counter(),
    )
    parameters = {"focus_area": [slug], "facet": ["modality"], "count": "exact"}
    for resource in CLAIM_RESOURCES:
        query = resource.query.model_validate(parameters)
        page = read_page(
            session,
            resource,
            query,
        )
        records = [resource.detail.model_validate_json(item) for item in page.items]
        about.claims[resource.type_] = records
        about.totals[resource.type_] = page.fields["total"]
        for bucket in page.fields["facets"]["modality"].buckets:
            about.counter[bucket.value] += bucket.count
    return about


def _make_dossier(
    request: Request,
    session: Session,
    area: Any,
) -> DossierPage:
    about = _read_claims(session, area.slug)
    documents = load_documents(session, [*area.citations, *about.citations])
    quotes = make_quotes(area, documents)
    return DossierPage(
        title=area.name,
        downloads=_make_downloads(area.slug),
        slug=area.slug,
        aliases=", ".join(area.aliases),
        broader=_make_links(area.broader),
        narrower=_make_links(area.narrower.items),
        related=_make_links(area.related),
        total=about.counter.total(),
        counts=tuple(count for count in list_counts(about.counter) if count.count),
        groups=_make_groups(
            area.slug,
            about,
            documents,
        ),
        named=_name_quotes(area, quotes),
        reasons=tuple(area.derived.values()),
        versions=list_versions(session, FOCUS_AREAS, area.slug),
        takeaways=take_focus_area(request, area.slug),
    )


def _make_groups(
    slug: str,
    about: AreaClaims,
    documents: Documents,
) -> tuple[DossierGroup, ...]:
    groups = []
    for resource in CLAIM_RESOURCES:
        type_ = resource.type_
        claims = about.claims[type_]
        group = DossierGroup(
            type_=type_,
            heading=_HEADINGS[type_],
            claims=tuple(make_claim(claim, documents) for claim in claims),
            total=about.totals[type_],
            path=f"/{resource.name}?focus_area={slug}",
            empty=_EMPTY[type_],
            picture=_make_picture(claims),
        )
        groups.append(group)
    return tuple(groups)


def _make_picture(claims: Sequence[RecordRead]) -> Picture | None:
    """The picture of claims with dates; None for others, and without any."""
    items = [claim for claim in claims if isinstance(claim, TimelineItemRead)]
    if not items:
        return None
    return make_picture(items)


def _make_links(areas: Sequence[FocusAreaRead]) -> tuple[Link, ...]:
    return tuple(Link(area.name, record_path(area)) for area in areas)


def _name_quotes(
    area: FocusAreaRead,
    quotes: Sequence[Quote],
) -> tuple[NamedQuote, ...]:
    named = []
    for citation, quote in zip(
        area.citations,
        quotes,
        strict=True,
    ):
        labels = [words.LABELS[name].lower() for name in citation.supports]
        named.append(NamedQuote(quote, ", ".join(labels)))
    return tuple(named)


def _make_downloads(slug: str) -> tuple[Link, ...]:
    return (
        Link("CSV", f"/v1/search?focus_area={slug}&format=csv"),
        Link("Calendar", f"/v1/timeline.ics?focus_area={slug}"),
    )
