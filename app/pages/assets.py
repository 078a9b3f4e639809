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

_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
# Swagger UI, for the page of the API.
_SWAGGER_FILES = ("swagger-ui-bundle.js", "swagger-ui.css")
_CACHE_CONTROL = "public, max-age=31536000, immutable"


class Assets:
    """Files by their names. Their address has a digest of all of them."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.digest = hashlib.sha256(b"\0".join(files.values())).hexdigest()[:12]

    def path(self, name: str) -> str:
        """The path of a file. Raises KeyError if there is no such file."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.digest}/{name}"

    def make_routes(self) -> list[Route]:
        """A route for each file, which needs no key: the files contain nothing of the base."""
        routes = []
        for name, content in self.files.items():
            route = Route(self.path(name), _make_endpoint(name, content))
            route.app = FixedResponse(route.app)
            routes.append(route)
        return routes


def read_files(folder: Path) -> dict[str, bytes]:
    """The style sheets, scripts and pictures of a folder."""
    files = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in _MEDIA_TYPES:
            files[path.name] = path.read_bytes()
    return files


def _make_endpoint(name: str, content: bytes) -> Callable[[Request], Response]:
    media_type = _MEDIA_TYPES[Path(name).suffix]
    headers = {**POLICY_HEADERS, "Cache-Control": _CACHE_CONTROL}

    def send_file(_request: Request) -> Response:
        return Response(
            content,
            media_type=media_type,
            headers=headers,
        )

    return send_file


def _read_swagger() -> dict[str, bytes]:
    resources = importlib.resources.files("fastapi_swagger") / "resources"
    return {name: (resources / name).read_bytes() for name in _SWAGGER_FILES}


_ASSETS = Assets({**read_files(Path(__file__).parent / "static"), **_read_swagger()})
asset_path = _ASSETS.path
make_asset_routes = _ASSETS.make_routes
