"""The style sheet, the script and the icon of the pages: files that never change at their address.

Their address has a digest of all of them, so a browser may keep them for ever (RFC 8246)."""

import hashlib
import importlib.resources
from collections.abc import Callable
from pathlib import Path

from fastapi import Request, Response
from starlette.routing import Route

from app.http.fixed_responses import FixedResponse
from app.pages.policy import POLICY_HEADERS

_FOLDER = Path(__file__).parent / "static"
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
# Swagger UI, for the page of the API.
_SWAGGER_FILES = ("swagger-ui-bundle.js", "swagger-ui.css")
_CACHE_CONTROL = "public, max-age=31536000, immutable"


def _read_files() -> dict[str, bytes]:
    files = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _MEDIA_TYPES:
            files[path.name] = path.read_bytes()
    resources = importlib.resources.files("fastapi_swagger") / "resources"
    for name in _SWAGGER_FILES:
        files[name] = (resources / name).read_bytes()
    return files


_FILES = _read_files()
_DIGEST = hashlib.sha256(b"\0".join(_FILES.values())).hexdigest()[:12]


def asset_path(name: str) -> str:
    """The path of a file. Raises KeyError if there is no such file."""
    if name not in _FILES:
        raise KeyError(name)
    return f"/static/{_DIGEST}/{name}"


def make_asset_routes() -> list[Route]:
    """A route for each file, which needs no key: the files contain nothing of the base."""
    routes = []
    for name in _FILES:
        route = Route(asset_path(name), _make_endpoint(name))
        route.app = FixedResponse(route.app)
        routes.append(route)
    return routes


def _make_endpoint(name: str) -> Callable[[Request], Response]:
    media_type = _MEDIA_TYPES[Path(name).suffix]
    headers = {**POLICY_HEADERS, "Cache-Control": _CACHE_CONTROL}

    def send_file(_request: Request) -> Response:
        return Response(
            _FILES[name],
            media_type=media_type,
            headers=headers,
        )

    return send_file
