"""The timeline: by when, how precisely, and how surely? A picture, and the same as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Request, Response

from app.catalog.timeline_items import TIMELINE_ITEMS, TimelineItemQuery
from app.http.session import SessionDep
from app.pages import words
from app.pages.addresses import ListAddress, make_address
from app.pages.facets import (
    Chip,
    Choice,
    Choices,
    FacetView,
    make_chips,
    make_facets,
    read_list_choices,
)
from app.pages.frame import Link, make_frame
from app.pages.picture import Picture, make_picture
from app.pages.rendering import View, page_response
from app.pages.routing import make_page_router
from app.pages.row_limits import limit_rows
from app.pages.takeaways import Takeaway, take_list
from app.queries.facets import count_quick_periods
from app.queries.pages import RecordPage, read_page
from app.queries.period_counts import PeriodCounts
from app.schemas.read import TimelineItemDetail

router = make_page_router()
# Above a page of more items, a strip shows how many there are in each period.
MAX_ITEMS_WITHOUT_STRIP = 200
# Of more periods, the strip has longer ones.
MAX_PERIODS = 40
_LONGER_PERIODS = (12, 120)
_FACETS = ["modality", "focus_area"]
# The picture of an item is larger than a row of a list.
MAX_ROWS = 50


@dataclass(frozen=True)
class Period:
    """A quarter, year or decade of the strip; `top` and `height` are percentages."""

    label: str
    count: int
    x: float
    width: float
    top: float
    height: float
    path: str


@dataclass(frozen=True)
class TimelinePage(View):
    """One page of timeline items in order of their start."""

    template = "timeline.html"

    facets: tuple[FacetView, ...]
    chips: tuple[Chip, ...]
    modalities: tuple[str, ...]
    areas: tuple[Choice, ...]
    active_areas: tuple[str, ...]
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
    limited = limit_rows(
        request,
        query,
        MAX_ROWS,
    )
    if limited is not None:
        return limited
    page = read_page(
        session,
        TIMELINE_ITEMS,
        query.model_copy(update={"facet": []}),
    )
    address = make_address(make_frame(request, page.fields["revision"]))
    strip: tuple[Period, ...] = ()
    if (page.fields["total"] or 0) > MAX_ITEMS_WITHOUT_STRIP:
        counts = count_quick_periods(session, query)
        strip = _make_strip(counts, address)
    choices = read_list_choices(
        session,
        TIMELINE_ITEMS,
        query,
        _FACETS,
    )
    view = _make_page(
        request,
        query,
        page,
        choices,
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
    choices: Mapping[str, Choices],
    strip: tuple[Period, ...],
) -> TimelinePage:
    address = make_address(make_frame(request, page.fields["revision"]))
    items = [TimelineItemDetail.model_validate_json(item) for item in page.items]
    facets = make_facets(
        choices,
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
        areas=tuple(choices["focus_area"].choices),
        active_areas=tuple(query.focus_area),
        overlaps=next(iter(address.values("overlaps")), ""),
        is_certain=query.match == "certain",
        total=words.describe_total(
            page.fields["total"],
            page.fields["total_is_exact"],
            "item",
        ),
        strip=strip,
        picture=make_picture(items, query.overlaps),
        next_path=next_path,
        takeaways=take_list(request, "/v1/timeline-items", has_calendar=True),
    )


def _make_strip(
    counts: PeriodCounts | None,
    address: ListAddress,
) -> tuple[Period, ...]:
    """The counts in order of time: by quarter, or by year or decade if there are many."""
    if counts is None:
        return ()
    numbers = _list_counts(counts)
    for months in _LONGER_PERIODS:
        if len(numbers) > MAX_PERIODS:
            counts = counts.coarsen(months)
            numbers = _list_counts(counts)
    if not 0 < len(numbers) <= MAX_PERIODS:
        return ()
    places = {value: counts.parse(value) for value in numbers}
    labels = counts.label(list(numbers))
    first = min(places.values())
    width = 100 / (max(places.values()) - first + 1)
    highest = max(numbers.values())
    periods = []
    for value, count in numbers.items():
        height = round(100 * count / highest, 1)
        period = Period(
            label=labels[value],
            count=count,
            # A period without items is a gap.
            x=round((places[value] - first) * width, 2),
            width=round(width, 2),
            top=round(100 - height, 1),
            height=height,
            path=address.only("overlaps", value),
        )
        periods.append(period)
    return tuple(periods)


def _list_counts(counts: PeriodCounts) -> dict[str, int]:
    """The periods with an item, in order of time."""
    numbers = {}
    for value, number in counts.count().items():
        if value is not None:
            numbers[value] = number
    return numbers
