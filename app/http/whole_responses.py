"""Responses whose body is complete, with their ETag and revision."""

from fastapi import Response

from app.queries.record_tags import digest


def bytes_response(
    body: bytes,
    revision: int,
    *,
    tag: str | None = None,
    media_type: str = "application/json",
) -> Response:
    """A whole body. Its ETag is `tag` (the revision by default) and a digest of the body."""
    if tag is None:
        tag = str(revision)
    headers = {
        "ETag": f'"{tag}-{digest(body)}"',
        "Communique-Revision": str(revision),
        # RFC 9111 §5.2.2.4: a client may store the response, and must revalidate it before reuse.
        "Cache-Control": "no-cache",
    }
    return Response(body, media_type=media_type, headers=headers)
