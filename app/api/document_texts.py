"""The text of a document as a response: complete, or one range of its bytes."""

from typing import Annotated, Any

from fastapi import Header, Request, Response
from sqlalchemy.orm import Session

from app.catalog.documents import DOCUMENTS
from app.errors import NotFound
from app.http.byte_ranges import ByteRange, read_range
from app.http.not_modified import is_not_modified
from app.http.read_middleware import SENDER
from app.queries.records import require_record
from app.store.document_texts import read_bytes, read_size
from app.store.revisions import read_revision

MEDIA_TYPE = "text/plain; charset=utf-8"
_SCHEMA = {"text/plain": {"schema": {"type": "string", "maxLength": 10_000_000}}}
TEXT_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The text in UTF-8.", "content": _SCHEMA},
    206: {"description": "The requested range of its bytes.", "content": _SCHEMA},
}
RangeHeader = Annotated[
    str | None,
    Header(
        alias="Range",
        max_length=1_000,
        description="One range of bytes (RFC 9110 §14.2), as in `bytes=0-999`.",
    ),
]
IfRangeHeader = Annotated[
    str | None,
    Header(
        alias="If-Range",
        max_length=1_000,
        description="The ETag of the text that the range continues; of another, all is sent.",
    ),
]


def text_response(
    request: Request,
    session: Session,
    slug: str,
    range_field: str | None,
    if_range: str | None,
) -> Response:
    """The text of the document, whose ETag is its SHA-256.

    Raises NotFound, also for a document whose text the base does not hold, Gone, or
    RangeNotSatisfiable."""
    document = require_record(session, DOCUMENTS, slug)
    if document["text_length"] is None:
        raise NotFound(
            f"The base does not hold the text of the document {slug!r}, only its SHA-256. "
            "Its `source_url`, if it has one, is where the text is."
        )
    sha256: str = document["sha256"]
    etag = f'"{sha256}"'
    size = read_size(session.connection(), sha256)
    part = None
    if _takes_ranges(request, etag):
        part = read_range(range_field, if_range, etag, size)
    response = _text_part(session, sha256, part or ByteRange(0, size, size))
    response.headers["ETag"] = etag
    if part is not None:
        response.status_code = 206
        response.headers["Content-Range"] = part.content_range
    return response


def _takes_ranges(request: Request, etag: str) -> bool:
    """Whether `Range` counts: not for HEAD (RFC 9110 §14.2), nor where the response is 304, as
    `If-None-Match` comes first (§13.2.2)."""
    none_match = ", ".join(request.headers.getlist("if-none-match"))
    is_head = request.scope[SENDER].without_body
    return not is_head and not is_not_modified(none_match, etag)


def _text_part(
    session: Session,
    sha256: str,
    part: ByteRange,
) -> Response:
    body = read_bytes(session.connection(), sha256, part.start, part.length)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-cache",
        "Communique-Revision": str(read_revision(session)),
        # A browser must not take a text that looks like a page for one.
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type=MEDIA_TYPE, headers=headers)
