"""The page that shows every endpoint, with Swagger UI from the package `fastapi-swagger`."""

from fastapi import Request, Response
from starlette.routing import Route

from app.http.fixed_responses import FixedResponse
from app.pages.assets import asset_path
from app.pages.policy import POLICY_HEADERS
from app.pages.rendering import MEDIA_TYPE, render_template

PATH = "/docs"


def make_docs_route(prefix: str) -> Route:
    """The route of the page, which needs no key: it contains nothing of the base. `prefix` is the
    path of the public address."""
    body = render_template("docs.html", prefix=prefix, assets=asset_path)

    def show_docs(_request: Request) -> Response:
        return Response(body, headers=POLICY_HEADERS, media_type=MEDIA_TYPE)

    route = Route(PATH, show_docs)
    route.app = FixedResponse(route.app)
    return route
