"""The timeline: by when, how precisely, and how surely? A picture, and the same as a table."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.catalog.timeline_items import TIMELINE_ITEMS, TimelineItemQuery
from app.http.session import SessionDep
from app.pages.addresses import ListAddress, make_address
from app.pages.facets import Chip, FacetView, make_chips, make_facets
from app.pages.frame import Link, make_frame
from app.pages.picture import Picture, make_picture
from app.pages.rendering import View, page_response
from app.pages.results import describe_total
from app.pages.routing import PageRoute
from app.pages.takeaways import Takeaway, take_list
from app.queries.pages import RecordPage, read_page
from app.schemas.paging import Facet
from app.schemas.read import TimelineItemDetail

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# Above a page of more items, a strip shows how many there are in each quarter or year.
MAX_ITEMS_WITHOUT_STRIP = 200
MAX_STRIP_QUARTERS = 40
_FACETS = ["modality", "focus_area"]
_PERIOD_FACETS = ["quarter", "year"]


@dataclass(frozen=True)
class Period:
    """A quarter or year of the strip; `height` is a percentage of the most frequent one."""

    label: str
    count: int
    x: float
    width: float
    height: float
    path: str


@dataclass(frozen=True)
class TimelinePage(View):
    """One page of timeline items in order of their start."""

    template = "timeline.html"

    facets: tuple[FacetView, ...]
    chips: tuple[Chip, ...]
    modalities: tuple[str, ...]
    focus_area: str
    overlaps: str
    is_certain: bool
    total: str
    strip: tuple[Period, ...]
    picture: Picture
    next_path: str | None
    takeaways: tuple[Takeaway, ...]


@router.get("/timeline")
def show_timeline(
    request: Request,
    session: SessionDep,
    query: Annotated[TimelineItemQuery, Query()],
) -> Response:
    """Timeline items as a picture and a table."""
    page = read_page(
        session,
        TIMELINE_ITEMS,
        query.model_copy(update={"facet": _FACETS}),
    )
    is_long = (page.fields["total"] or 0) > MAX_ITEMS_WITHOUT_STRIP
    strip: tuple[Period, ...] = ()
    address = make_address(make_frame(request, page.fields["revision"]))
    if is_long:
        counted = query.model_copy(
            update={"facet": _PERIOD_FACETS, "limit": 1, "cursor": None}
        )
        facets = read_page(
            session,
            TIMELINE_ITEMS,
            counted,
        ).fields["facets"]
        strip = _make_strip(facets, address)
    view = _make_page(
        request,
        query,
        page,
        address,
        strip,
    )
    return page_response(
        request,
        session,
        view,
    )


def _make_page(
    request: Request,
    query: TimelineItemQuery,
    page: RecordPage,
    address: ListAddress,
    strip: tuple[Period, ...],
) -> TimelinePage:
    items = [TimelineItemDetail.model_validate_json(item) for item in page.items]
    facets = make_facets(
        page.fields["facets"],
        _FACETS,
        address,
    )
    next_path = page.fields["next"]
    if next_path is not None:
        next_path = address.page(next_path)
    return TimelinePage(
        title="Timeline",
        downloads=(
            Link("CSV", f"/v1/timeline-items?{address.query(format='csv')}"),
            Link("Calendar", f"/v1/timeline.ics?{address.query()}"),
        ),
        facets=facets,
        chips=make_chips(address, facets),
        modalities=tuple(query.modality),
        focus_area=next(iter(query.focus_area), ""),
        overlaps=next(iter(address.values("overlaps")), ""),
        is_certain=query.match == "certain",
        total=describe_total(page.fields, "item"),
        strip=strip,
        picture=make_picture(items),
        next_path=next_path,
        takeaways=take_list(request, "/v1/timeline-items", has_calendar=True),
    )


def _make_strip(
    facets: dict[str, Facet],
    address: ListAddress,
) -> tuple[Period, ...]:
    """The counts by quarter, or by year if there are many quarters, in order of time."""
    facet = facets["quarter"]
    if facet.total_values > MAX_STRIP_QUARTERS:
        facet = facets["year"]
    buckets = facet.buckets
    if not buckets:
        return ()
    numbers = {bucket.value: _number_period(bucket.value) for bucket in buckets}
    first = min(numbers.values())
    width = 100 / (max(numbers.values()) - first + 1)
    highest = max(bucket.count for bucket in buckets)
    periods = []
    for bucket in sorted(buckets, key=lambda bucket: numbers[bucket.value]):
        period = Period(
            label=bucket.label,
            count=bucket.count,
            # A period without items is a gap.
            x=round((numbers[bucket.value] - first) * width, 3),
            width=round(width, 3),
            height=round(100 * bucket.count / highest, 1),
            path=address.only("overlaps", bucket.value),
        )
        periods.append(period)
    return tuple(periods)


def _number_period(value: str) -> int:
    """The number of a quarter (EDTF: `2026-33`) since the year 0, or of a year."""
    year, _, code = value.partition("-")
    if not code:
        return int(year)
    return 4 * int(year) + int(code)
