"""The cookie of a session: only for our own pages under `/curate`, and only over TLS.

Over plain HTTP a cookie could be read on its way, so it is set on this machine's own addresses
only, under another name (RFC 6265bis §4.1.3.1: a name with `__Secure-` needs TLS)."""

import ipaddress

from fastapi import Request, Response

from app.access.curator_sessions import LIFETIME
from app.errors import Forbidden
from app.http.services import services_of

PATH = "/curate"
SECURE_NAME = "__Secure-curate"
LOOPBACK_NAME = "curate"


def read_token(request: Request) -> str | None:
    """The token that the browser sends; None without one, and if it sends several."""
    name = SECURE_NAME if _is_secure(request) else LOOPBACK_NAME
    tokens = []
    for header in request.headers.getlist("cookie"):
        for pair in header.split(";"):
            key, _, token = pair.strip().partition("=")
            if key == name:
                tokens.append(token)
    # Another host of the same domain can add a cookie, and nothing tells which one is ours.
    return tokens[0] if len(tokens) == 1 else None


def set_token(request: Request, response: Response, token: str) -> None:
    """Set the cookie of a session."""
    _set(request, response, token, int(LIFETIME.total_seconds()))


def remove_token(request: Request, response: Response) -> None:
    """Have the browser forget the cookie."""
    _set(request, response, "", 0)


def require_private_transport(request: Request) -> None:
    """Raise Forbidden for a connection over which a key must not be sent."""
    if _is_secure(request) or _is_loopback(request.url.hostname or ""):
        return
    raise Forbidden(
        "Signing in needs HTTPS, or this machine's own address: over plain HTTP others could read "
        "the key. Open the page by its https:// address."
    )


def _set(request: Request, response: Response, token: str, seconds: int) -> None:
    is_secure = _is_secure(request)
    response.set_cookie(
        SECURE_NAME if is_secure else LOOPBACK_NAME,
        token,
        max_age=seconds,
        path=f"{services_of(request).settings.path_prefix}{PATH}",
        secure=is_secure,
        httponly=True,
        samesite="strict",
    )


def _is_secure(request: Request) -> bool:
    # A proxy that ends TLS may speak plain HTTP with this server.
    base_url = services_of(request).settings.base_url or ""
    return request.url.scheme == "https" or base_url.startswith("https://")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
