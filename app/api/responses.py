"""Responses with their ETag, revision and links: records, pages, exports, and any other schema."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.errors import InvalidCursor, InvalidRequest, NotAcceptable
from app.export.formats import FORMATS, check_parameters
from app.export.lists import Export, export_records
from app.http.accept import choose_format, format_responses
from app.http.exports import ExportResponse, export_tag
from app.http.problems import problem_responses
from app.http.services import services_of
from app.http.session import require_as_of
from app.http.whole_responses import bytes_response
from app.queries.loading import Json, RecordText
from app.queries.pages import read_page
from app.queries.paths import history_path
from app.queries.record_tags import record_tag
from app.schemas.paging import ListQuery
from app.store.revisions import read_revision
from app.vocabulary import Format

# What every list may respond with, besides its page.
LIST_RESPONSES = format_responses("csv", "ndjson", "parquet") | problem_responses(
    InvalidRequest, InvalidCursor, NotAcceptable
)
PathSlug = Annotated[str, Path(description="The record's slug.", max_length=600)]


def record_response(
    session: Session,
    resource: Resource,
    slug: str,
    record: RecordText,
) -> Response:
    """One record. Its ETag tells its state (`app.queries.record_tags`), for `If-Match`; `cite-as`
    leads to its version, whose address stays."""
    tag = record_tag(record) if record.related else str(record.version)
    response = bytes_response(record.to_json().encode(), read_revision(session), tag=tag)
    # What is included has versions of its own: `app.http.web_links` links to the whole as of now.
    if not record.related:
        versions = history_path(resource.model, slug)
        response.headers["Link"] = f'<{versions}/{record.revision}>; rel="cite-as"'
    return response


def list_response(
    request: Request,
    session: Session,
    resource: Resource,
    query: ListQuery,
) -> Response:
    """A list in the requested format: one page as JSON, or an export of every row."""
    format_ = choose_format(request, query.format)
    if format_ == "json":
        check_parameters(query, format_)
        page = read_page(session, resource, query)
        return page_response(page.to_json().encode(), page.fields)
    prefix = services_of(request).settings.path_prefix
    begin = partial(export_records, request.state.engine, resource, query, format_, prefix)
    return export_response(request, query, format_, resource.name, begin)


def page_response(body: bytes, page: Json) -> Response:
    """One page, whose revision and path of the next one are in `page`. Its ETag changes with the
    revision of the base only."""
    response = bytes_response(body, page["revision"])
    # A shared cache must not send the page to a client that wants CSV.
    response.headers["Vary"] = "Accept"
    if page["next"] is not None:
        # RFC 8288: clients can follow it without reading the body.
        response.headers["Link"] = f'<{page["next"]}>; rel="next"'
    return response


def export_response(
    request: Request,
    query: ListQuery,
    format_: Format,
    name: str,
    begin: Callable[[], Export],
) -> Response:
    """The export that `begin` returns, as a file of this name.

    Raises Unavailable if too many exports are running."""
    slots = services_of(request).export_slots
    # An export holds a connection until its client has taken everything: their number is bounded.
    with ExitStack() as on_failure:
        slots.acquire()
        on_failure.callback(slots.release)
        export = begin()
        on_failure.callback(export.close)
        require_as_of(request, export)
        # From here on the response closes the export, when the client has it or is gone.
        on_failure.pop_all()
    file_name = f"{name}.{format_}"
    media_type = FORMATS[format_].media_type
    tag = export_tag(query, format_)
    return ExportResponse(export, slots, file_name, media_type, tag)


def model_response(
    model: BaseModel, revision: int, *, exclude_unset: bool = False
) -> Response:
    """Any other schema. With `exclude_unset` the body has no defaults."""
    return bytes_response(
        model.model_dump_json(exclude_unset=exclude_unset).encode(), revision
    )
