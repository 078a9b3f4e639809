"""Error handlers: every error that leaves the application is problem details."""

import logging
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.errors import (
    InvalidRequest,
    KnowledgeBaseError,
    MethodNotAllowed,
    NotFound,
    ProblemItem,
    Unauthenticated,
    Unavailable,
    suggest,
)
from app.http.parameters import query_fields
from app.http.problems import render_problem
from app.http.services import services_of
from app.schemas.validation_messages import describe_error, pointer
from app.store.revisions import read_revision
from app.store.sessions import read_session

# Mistakes of form that are named in one answer: a request may have thousands.
NAMED_AT_ONCE = 20
# What PostgreSQL calls them (appendix A of its manual).
UNDEFINED_TABLE, READ_ONLY, NOT_SUPPORTED = "42P01", "25006", "0A000"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

log = logging.getLogger("communique")


def install_handlers(app: FastAPI) -> None:
    """Every error that leaves the application is problem details."""
    app.add_exception_handler(KnowledgeBaseError, _knowledge_base_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(PoolTimeout, _database_error)
    app.add_exception_handler(Exception, _unexpected_error)


def _knowledge_base_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, KnowledgeBaseError)
    response = render_problem(request.url.path, error)
    # A base that has just failed is not asked once more, and nothing of it is said to strangers.
    quiet = error.status >= 500 or isinstance(error, Unauthenticated)
    return response if quiet else _at_revision(request, response)


def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    mistakes = [_mistake(request, found) for found in error.errors()[:NAMED_AT_ONCE]]
    refusal = render_problem(request.url.path, InvalidRequest.of(mistakes))
    return _at_revision(request, refusal)


def _at_revision(request: Request, response: Response) -> Response:
    """Say which revision the base has, as every answer from it does, or had in the past that was
    asked; nothing if it cannot tell."""
    engine = getattr(request.state, "engine", services_of(request).engine)
    with suppress(SQLAlchemyError), read_session(engine) as session:
        response.headers["Communique-Revision"] = str(read_revision(session))
    return response


def _mistake(request: Request, error: Any) -> ProblemItem:
    place, *path = error["loc"]
    if place == "body":
        return ProblemItem(f"{pointer(path)!r} {describe_error(error)}", pointer=pointer(path))
    name = str(path[0]) if path else str(place)
    known = query_fields(request.scope.get("route"))
    what = describe_error(error, known)
    detail = f"Parameter {name!r}{'' if what.startswith('is ') else ':'} {what}"
    if error["type"] == "extra_forbidden":
        detail = f"Unknown parameter {name!r}.{suggest(name, known)}"
    return (
        ProblemItem(detail, header=name)
        if place == "header"
        else ProblemItem(detail, parameter=name)
    )


def _http_error(request: Request, error: Exception) -> Response:
    """What the router says by itself: no such path, or not with this method."""
    assert isinstance(error, HTTPException)
    path = request.url.path
    if error.status_code == HTTPStatus.NOT_FOUND:
        paths = [path for path in request.app.openapi()["paths"] if "{" not in path]
        return render_problem(
            path, NotFound(f"There is nothing at {path!r}.{suggest(path, paths)}")
        )
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = _allowed_methods(request)
        response = render_problem(
            path, MethodNotAllowed(f"{path!r} takes {allowed}, not {request.method}.")
        )
        response.headers["Allow"] = allowed
        return response
    failure = KnowledgeBaseError(error.detail)
    failure.status, failure.title = error.status_code, HTTPStatus(error.status_code).phrase
    failure.code = failure.title.lower().replace(" ", "-")
    return render_problem(path, failure)


def _allowed_methods(request: Request) -> str:
    """Of every route of the path; HEAD is wherever GET is, though routes do not list it."""
    scopes = {method: {**request.scope, "method": method} for method in METHODS}
    allowed = {
        method
        for method, scope in scopes.items()
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
    }
    return ", ".join(sorted(allowed | ({"HEAD"} if "GET" in allowed else set())))


def _database_error(request: Request, error: Exception) -> Response:
    if not (isinstance(error, PoolTimeout) or _is_unavailable(error)):
        raise error
    log.error("The database failed at %s: %s", request.url.path, error)
    said = "The database does not answer. Try again in a moment."
    if _is_replica(error):
        said = (
            "This server's database is a replica, which can only be read. Write to the primary's."
        )
    return render_problem(request.url.path, Unavailable(said))


def _is_unavailable(error: Exception) -> bool:
    """Whether it is the database that is not there, not a base, without the schema, or a replica;
    any other failure is ours."""
    plain_failure = type(error) in (OperationalError, InterfaceError, DatabaseError)
    return plain_failure or _sqlstate(error) == UNDEFINED_TABLE or _is_replica(error)


def _is_replica(error: Exception) -> bool:
    """Whether PostgreSQL says that it only follows another: where it writes, or at the very
    beginning of what may."""
    begins = _sqlstate(error) == NOT_SUPPORTED and "during recovery" in str(error)
    return begins or _sqlstate(error) == READ_ONLY


def _sqlstate(error: Exception) -> str | None:
    state: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state


# Starlette hands the error over; the caller must not see what it says.
def _unexpected_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    # Answered outside of all middleware, so it brings the header of `api.edge` along.
    response = render_problem(
        request.url.path, KnowledgeBaseError("Something unexpected happened here. It was logged.")
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
