"""The endpoint of the timeline as a calendar."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Request, Response

from app.catalog.timeline_items import CalendarQuery
from app.errors import InvalidRequest
from app.http.accept import STREAMED_TEXT
from app.http.exports import ExportResponse, export_tag
from app.http.problems import problem_responses
from app.http.routing import make_router
from app.http.services import base_url_of, services_of
from app.http.session import SessionDep, require_as_of
from app.http.whole_responses import bytes_response

if TYPE_CHECKING:
    from app.export.calendar import CalendarExport

router = make_router(prefix="/v1", tags=["timeline items"])

MEDIA_TYPE = "text/calendar"
# A calendar with more events is streamed as an export is.
MAX_INLINE_EVENTS = 1_000


@router.get(
    "/timeline.ics",
    response_class=Response,
    responses={
        200: {
            "content": {MEDIA_TYPE: {"schema": STREAMED_TEXT}},
            "description": "A calendar (RFC 5545).",
        },
        **problem_responses(InvalidRequest),
    },
)
def get_calendar(
    request: Request,
    _: SessionDep,
    query: Annotated[CalendarQuery, Query()],
) -> Response:
    """Subscribe to the timeline: each item with a known start as an all-day event."""
    # Imported at the first request: icalendar takes a tenth of the start of a server.
    from app.export.calendar import export_calendar  # noqa: PLC0415
    from app.export.calendar_events import Feed  # noqa: PLC0415

    # The session itself is not used: it sets `request.state.engine` to the base that `as_of` names.
    settings = services_of(request).settings
    feed = Feed(
        base_url=base_url_of(request),
        identity=settings.base_url,
        ttl=timedelta(seconds=settings.feed_ttl_seconds),
        cancelled_for=timedelta(days=settings.cancelled_days),
    )
    calendar = export_calendar(request.state.engine, query, feed)
    try:
        return _calendar_response(request, query, calendar)
    except BaseException:
        calendar.export.close()
        raise


def _calendar_response(
    request: Request,
    query: CalendarQuery,
    calendar: "CalendarExport",
) -> Response:
    export = calendar.export
    require_as_of(request, export)
    if calendar.items > MAX_INLINE_EVENTS:
        slots = services_of(request).export_slots
        slots.acquire()
        tag = f"{export_tag(query, 'ics')} {calendar.mark}"
        return ExportResponse(export, slots, "timeline.ics", MEDIA_TYPE, tag)
    text = b"".join(export.body)
    export.close()
    return bytes_response(text, export.stamp.number, media_type=MEDIA_TYPE)
