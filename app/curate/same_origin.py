"""Refuses forms that a page of another site sends in the name of a curator (CSRF).

Browsers say where a request comes from (W3C Fetch Metadata). `SameSite=Strict` keeps the cookie
from requests of other sites; this check also holds for other hosts of the same site."""

from urllib.parse import urlsplit

from fastapi import Request

from app.errors import Forbidden
from app.http.services import services_of


def require_same_origin(request: Request) -> None:
    """Raise Forbidden unless one of our own pages has sent the form."""
    if not _is_same_origin(request):
        raise Forbidden(
            "This form does not come from a page of this server, so nothing was done. Open the "
            "page here, and send it from there."
        )


def _is_same_origin(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    # An older browser, which sends Origin with every form (RFC 6454 §7.3).
    return _has_own_origin(request)


def _has_own_origin(request: Request) -> bool:
    origin = urlsplit(request.headers.get("origin", "")).netloc
    base_url = services_of(request).settings.base_url or ""
    own = {request.headers.get("host", ""), urlsplit(base_url).netloc}
    return origin != "" and origin in own
