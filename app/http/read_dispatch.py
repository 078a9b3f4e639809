"""Finds the route of a plain read by its path alone.

FastAPI tries one route after the other, which takes longer than to look a record up."""

from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from app.http.read_route import ReadRoute


class ReadDispatch(BaseRoute):
    """Stands before all other routes. It matches a GET whose path has no parameter, or one that is
    its last segment; it leaves other requests to the other routes."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self.by_path: dict[str, ReadRoute] = {}
        # By the path before the last segment.
        self.by_parent: dict[str, ReadRoute] = {}
        for route in routes:
            if not isinstance(route, ReadRoute) or route.plain_endpoint is None:
                continue
            parent = _parent(route.path)
            if not route.param_convertors:
                self.by_path[route.path] = route
            elif "{" not in parent:
                self.by_parent[parent] = route

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The route for the path of a GET."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return Match.NONE, {}
        path: str = scope["path"]
        path = path.removeprefix(scope.get("root_path", ""))
        route = self.by_path.get(path)
        if route is None:
            route = self.by_parent.get(_parent(path))
        if route is None:
            return Match.NONE, {}
        # The route itself tells which segments are no parameter of its type.
        return route.matches(scope)

    async def handle(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Respond to a request that matches."""
        route: ReadRoute = scope["route"]
        await route.handle(scope, receive, send)


def _parent(path: str) -> str:
    parent, _, _ = path.rpartition("/")
    return parent
