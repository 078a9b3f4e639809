"""The route of a read, whose parameters pydantic reads without FastAPI.

An endpoint is declared as for FastAPI, which makes the OpenAPI from the declaration. But to read
the parameters and to resolve the dependencies, FastAPI takes longer than the database takes for
most queries. A plain endpoint has a path, one query model, the request and a session at most: its
requests are read here, with the same values and the same errors. Others are left to FastAPI.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_origin

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy.orm import Session
from starlette.types import Receive, Scope, Send

from app.http.admission import admit
from app.http.session import get_session, open_session
from app.http.web_links import LinkedRoute, add_links, describe

Errors = list[Any]


class ReadRoute(APIRoute):
    """A route that reads the requests to a plain endpoint."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.plain_endpoint: PlainEndpoint | None = None
        if self.methods == {"GET"} and _is_plain(self.dependant):
            self.plain_endpoint = _make_endpoint(self.dependant)
            self.linked = self._describe_links(self.plain_endpoint)

    def _describe_links(self, endpoint: "PlainEndpoint") -> LinkedRoute:
        description = ""
        if isinstance(self.response_model, type) and self.include_in_schema:
            description = describe(self.response_model.__name__)
        query = endpoint.query
        has_as_of = query is not None and "as_of" in query.model.model_fields
        return LinkedRoute(description, has_as_of)

    async def handle(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Respond to a request for the path of the route."""
        if self.plain_endpoint is None or scope["method"] != "GET":
            await super().handle(scope, receive, send)
            return
        response = await self.plain_endpoint.respond(Request(scope, receive, send))
        add_links(
            response,
            self.linked,
            scope["path"],
            scope["query_string"].decode(),
        )
        await response(scope, receive, send)


@dataclass(frozen=True)
class QueryParameter:
    """The argument of an endpoint that is its query model; `lists` are the parameters that may be
    repeated."""

    name: str
    model: type[BaseModel]
    lists: frozenset[str]

    def read(self, request: Request) -> BaseModel:
        """The query of the request. Raises ValidationError."""
        repeated: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            repeated.setdefault(name, []).append(value)
        values: dict[str, Any] = {}
        for name, texts in repeated.items():
            is_list = name in self.lists or len(texts) > 1
            values[name] = texts if is_list else texts[0]
        return self.model.model_validate(values)


@dataclass(frozen=True)
class PlainEndpoint:
    """A function that takes these arguments and returns a Response, and is run in a thread."""

    function: Callable[..., Response]
    path: Mapping[str, TypeAdapter[Any]]
    query: QueryParameter | None
    request_name: str | None
    session_name: str | None

    async def respond(self, request: Request) -> Response:
        """The response to a request.

        Raises RequestValidationError for invalid parameters, and what the endpoint raises."""
        await admit(request)
        if self.session_name is None:
            return await run_in_threadpool(self.function, **self._read_arguments(request))
        async with open_session(request) as session:
            arguments = self._read_arguments(request)
            arguments[self.session_name] = session
            return await run_in_threadpool(self._call, session, arguments)

    def _call(self, session: Session, arguments: Mapping[str, Any]) -> Response:
        # Closed in the thread: to end a transaction may take a round trip to the database.
        with session:
            return self.function(**arguments)

    def _read_arguments(self, request: Request) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        errors: Errors = []
        for name, adapter in self.path.items():
            try:
                arguments[name] = adapter.validate_python(request.path_params[name])
            except ValidationError as error:
                errors += _locate(error, "path", name)
        if self.query is not None:
            try:
                arguments[self.query.name] = self.query.read(request)
            except ValidationError as error:
                errors += _locate(error, "query")
        if errors:
            raise RequestValidationError(errors)
        if self.request_name is not None:
            arguments[self.request_name] = request
        return arguments


def _locate(error: ValidationError, *location: str) -> Errors:
    """The errors with their place in the request, as FastAPI names it."""
    errors: Errors = []
    for item in error.errors(include_url=False):
        errors.append({**item, "loc": (*location, *item["loc"])})
    return errors


def _is_plain(dependant: Dependant) -> bool:
    if dependant.header_params or dependant.cookie_params or dependant.body_params:
        return False
    if any(
        dependency.call not in (admit, get_session) for dependency in dependant.dependencies
    ):
        return False
    assert dependant.call is not None
    returns_response = inspect.signature(dependant.call).return_annotation is Response
    return returns_response and not inspect.iscoroutinefunction(dependant.call)


def _make_endpoint(dependant: Dependant) -> PlainEndpoint:
    assert dependant.call is not None
    path: dict[str, TypeAdapter[Any]] = {}
    for parameter in dependant.path_params:
        field = parameter.field_info
        type_: Any = Annotated[field.annotation, field]
        path[parameter.name] = TypeAdapter(type_)
    session_names = []
    for dependency in dependant.dependencies:
        if dependency.call is get_session:
            session_names.append(dependency.name)
    return PlainEndpoint(
        dependant.call,
        path,
        _make_query(dependant.query_params),
        dependant.request_param_name,
        session_names[0] if session_names else None,
    )


def _make_query(parameters: Sequence[Any]) -> QueryParameter | None:
    if not parameters:
        return None
    (parameter,) = parameters
    model: type[BaseModel] = parameter.field_info.annotation
    lists = set()
    for name, field in model.model_fields.items():
        if get_origin(field.annotation) is list:
            lists.add(name)
    return QueryParameter(parameter.name, model, frozenset(lists))
