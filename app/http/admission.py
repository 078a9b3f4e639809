"""Checks of every request, before its endpoint and its other dependencies."""

from collections import Counter
from typing import Annotated, get_origin

from fastapi import Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.access import principals
from app.errors import InvalidRequest, Unauthenticated
from app.http.read_middleware import SENDER, ResponseSender
from app.http.services import services_of
from app.schemas.fields import MAX_PAGE_RECORDS
from app.schemas.filters import Query as EmptyQuery

# The tag of endpoints that are never public, whatever the settings say.
PRIVATE_TAG = "drafts"
# The tag of pages that identify a curator by the cookie of a session (`app.curate`).
CURATE_TAG = "curate"
# For an endpoint without parameters: all are unknown then, and refused.
NoParameters = Annotated[EmptyQuery, Query()]


async def admit(request: Request) -> None:
    """Set `request.state.principal`; refuse a request without access, a parameter or header that
    is repeated though it has one value, and a page that is too large.

    One dependency for all: FastAPI spends time on each."""
    await _identify(request)
    _refuse_repeated_parameters(request)
    _refuse_repeated_headers(request)
    _refuse_large_page(request)


async def _identify(request: Request) -> None:
    request.state.principal = None
    tags = getattr(request.scope.get("route"), "tags", ())
    # Monitors have no keys.
    if "health" in tags:
        return
    if PRIVATE_TAG in tags or CURATE_TAG in tags:
        sender: ResponseSender = request.scope[SENDER]
        sender.is_private = True
    if CURATE_TAG in tags:
        return
    credentials = request.headers.getlist("authorization")
    if len(credentials) > 1:
        raise Unauthenticated("Authorization is given more than once. Give one key.")
    services = services_of(request)
    if credentials:
        request.state.principal = await run_in_threadpool(
            principals.identify,
            services.engine,
            credentials[0],
        )
    elif not services.settings.public_reads or PRIVATE_TAG in tags:
        raise missing_key()


def missing_key() -> Unauthenticated:
    """The error of a request that needs a key and has none."""
    return Unauthenticated("This needs a key: `Authorization: Bearer cmq_…`.")


def _refuse_repeated_parameters(request: Request) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    if len(set(names)) == len(names):
        return
    counts = Counter(names)
    repeated = [name for name, count in counts.items() if count > 1]
    fields = query_fields(request)
    for name in repeated:
        # An unknown parameter is refused with all the others, by its query model.
        if name in fields and get_origin(fields[name].annotation) is not list:
            detail = f"Parameter {name!r} is given {counts[name]} times. Give it once."
            raise InvalidRequest.at(detail, parameter=name)


def _refuse_repeated_headers(request: Request) -> None:
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    for parameter in route.dependant.header_params:
        count = len(request.headers.getlist(parameter.alias))
        if count > 1:
            detail = f"Header {parameter.alias!r} is given {count} times. Give it once."
            raise InvalidRequest.at(detail, header=parameter.alias)


def _refuse_large_page(request: Request) -> None:
    limit = request.query_params.get("limit", "")
    largest = services_of(request).settings.max_page_size
    # Above MAX_PAGE_RECORDS the query model refuses it.
    is_large = limit.isdecimal() and largest < int(limit[:10]) <= MAX_PAGE_RECORDS
    if is_large and "limit" in query_fields(request):
        detail = f"Parameter 'limit' is {limit}; the largest here is {largest}."
        raise InvalidRequest.at(detail, parameter="limit")


def query_fields(request: Request) -> dict[str, FieldInfo]:
    """The query parameters of the request's endpoint, by name."""
    route = request.scope.get("route")
    fields: dict[str, FieldInfo] = {}
    if isinstance(route, APIRoute):
        for parameter in route.dependant.query_params:
            model = parameter.field_info.annotation
            if isinstance(model, type) and issubclass(model, BaseModel):
                fields |= model.model_fields
    return fields
