"""Routers: every request to their routes is admitted first.

The application takes the routes as they are. `include_router` would build each of them a second
time, at the first request that is no plain read."""

from typing import Any

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from app.http.admission import admit
from app.http.read_route import ReadRoute


def make_router(route_class: type[APIRoute] = ReadRoute, **options: Any) -> APIRouter:
    """A router with these options of FastAPI."""
    return APIRouter(
        route_class=route_class,
        dependencies=[Depends(admit)],
        generate_unique_id_function=_operation_id,
        **options,
    )


def _operation_id(route: APIRoute) -> str:
    return route.name
