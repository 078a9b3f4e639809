"""Which query parameters and headers does an endpoint take, and were they given once?"""

from collections import Counter
from typing import Annotated, get_origin

from fastapi import Query, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.errors import InvalidRequest
from app.http.services import services_of
from app.schemas.fields import MAX_PAGE_RECORDS
from app.schemas.filters import Query as EmptyQuery


async def refuse_repetition(request: Request) -> None:
    """Refuse what is given twice and has one value: which one was meant?"""
    route = request.scope.get("route")
    given = Counter(name for name, _ in request.query_params.multi_items())
    repeated = [name for name, number in given.items() if number > 1]
    # Looked at for them only: an endpoint has many.
    fields = query_fields(route) if repeated else {}
    for name in repeated:
        if name in fields and get_origin(fields[name].annotation) is not list:
            detail = f"Parameter {name!r} is given {given[name]} times. Give it once."
            raise InvalidRequest.at(detail, parameter=name)
    for name in header_names(route):
        number = len(request.headers.getlist(name))
        if number > 1:
            detail = f"Header {name!r} is given {number} times. Give it once."
            raise InvalidRequest.at(detail, header=name)


async def refuse_large_pages(request: Request) -> None:
    """Refuse a `limit` that the schema allows and this server does not."""
    most = services_of(request).settings.max_page_size
    given = request.query_params.get("limit", "")
    is_large = given.isdecimal() and most < int(given[:10]) <= MAX_PAGE_RECORDS
    if is_large and "limit" in query_fields(request.scope.get("route")):
        detail = f"Parameter 'limit' is {given}, and {most} is the most here."
        raise InvalidRequest.at(detail, parameter="limit")


def query_fields(route: object) -> dict[str, FieldInfo]:
    """The query parameters of an endpoint, by name."""
    if not isinstance(route, APIRoute):
        return {}
    return {
        name: field
        for parameter in route.dependant.query_params
        if isinstance(model := parameter.field_info.annotation, type)
        if issubclass(model, BaseModel)
        for name, field in model.model_fields.items()
    }


def header_names(route: object) -> list[str]:
    """The headers that an endpoint itself reads."""
    return [p.alias for p in route.dependant.header_params] if isinstance(route, APIRoute) else []


# For endpoints that take no parameters: any is unknown then, and refused.
NoParameters = Annotated[EmptyQuery, Query()]
