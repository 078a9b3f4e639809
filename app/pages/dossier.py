"""The dossier of a focus area: all that is claimed about one thing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app.catalog.focus_areas import FOCUS_AREAS
from app.errors import Gone, NotFound
from app.http.session import SessionDep
from app.pages import words
from app.pages.claims import Claim, make_claim, record_path
from app.pages.counts import CLAIM_RESOURCES, ModalityCount, count_area, list_counts
from app.pages.frame import Link
from app.pages.picture import Picture, make_picture
from app.pages.quotes import Documents, Quote, load_documents, make_quotes
from app.pages.records import PathSlug, read_detail
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.pages.takeaways import Takeaway, take_focus_area
from app.pages.versions import Version, list_versions
from app.queries.labels import resolve_label
from app.queries.pages import read_page
from app.schemas.filters import PastQuery
from app.schemas.read import FocusAreaRead, RecordRead, TimelineItemRead
from app.schemas.write import Citation
from app.store.revisions import read_revision

router = make_page_router()
# Claims of each type. The list of all of them is a link away.
MAX_CLAIMS = 15
# Claims are read apart, as fewer of them are shown.
_RELATIONS = [*FOCUS_AREAS.includes, "narrower"]
_HEADINGS = {
    "initiative": "What is done, planned or advised",
    "expected_outcome": "What may come of it",
    "timeline_item": "When",
}

_EMPTY = {
    "initiative": "No document names an initiative here.",
    "expected_outcome": "No document names an outcome here.",
    "timeline_item": "No document gives a time here. That is not the same as never.",
}


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
            _RELATIONS,
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


@dataclass(frozen=True)
class AreaClaims:
    """The first claims of each type about a focus area, how many there are, and the modalities of
    all of them if they were counted."""

    claims: dict[str, list[Any]]
    totals: dict[str, int]
    counter: Counter[str] | None

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
        count_area(session, slug),
    )
    parameters = {"focus_area": [slug], "count": "exact", "limit": MAX_CLAIMS}
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
        total=sum(about.totals.values()),
        counts=_list_counts(about.counter),
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


def _list_counts(counter: Counter[str] | None) -> tuple[ModalityCount, ...]:
    """The modalities that claims have; all of them, without numbers, if they were not counted."""
    if counter is None:
        return tuple(replace(count, count=None) for count in list_counts({}))
    return tuple(count for count in list_counts(counter) if count.count)


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
