"""Error handlers: every error that leaves the application is problem details, or a page."""

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
from app.http.admission import query_fields
from app.http.problems import render_problem
from app.http.services import services_of
from app.http.twins import is_data, list_pages
from app.schemas.validation_messages import describe_error, pointer
from app.store.base_file import BaseFileChanged
from app.store.engine import show_url
from app.store.revisions import read_revision
from app.store.sessions import read_session

# A request may have thousands of errors; a client needs the first of them.
MAX_VALIDATION_PROBLEMS = 20
# SQLSTATE codes (PostgreSQL manual, appendix A).
UNDEFINED_TABLE = "42P01"
READ_ONLY_TRANSACTION = "25006"
FEATURE_NOT_SUPPORTED = "0A000"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

log = logging.getLogger("communique")


def install_handlers(app: FastAPI) -> None:
    """Have the application render all errors as problem details, or as pages."""
    app.add_exception_handler(KnowledgeBaseError, _handle_knowledge_base_error)
    app.add_exception_handler(RequestValidationError, _handle_validation_error)
    app.add_exception_handler(HTTPException, _handle_http_exception)
    app.add_exception_handler(DBAPIError, _handle_database_error)
    app.add_exception_handler(PoolTimeout, _handle_database_error)
    app.add_exception_handler(Exception, _handle_unexpected_error)


def _render(request: Request, error: KnowledgeBaseError) -> Response:
    """The error as a page where the client asks for one, else as problem details."""
    page = services_of(request).error_page(request, error)
    return page or render_problem(request.url.path, error)


def _handle_knowledge_base_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, KnowledgeBaseError)
    response = _render(request, error)
    # After a server error the database may be down, and clients without a key learn nothing of it.
    if error.status < 500 and not isinstance(error, Unauthenticated):
        _add_revision(request, response)
    return response


def _handle_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = [_describe(request, item) for item in error.errors()[:MAX_VALIDATION_PROBLEMS]]
    response = _render(request, InvalidRequest.of(problems))
    _add_revision(request, response)
    return response


def _add_revision(request: Request, response: Response) -> None:
    """Add the revision of the base, or with `as_of` of the historical base; without effect while
    the database does not respond."""
    engine = getattr(request.state, "engine", services_of(request).engine)
    with suppress(SQLAlchemyError), read_session(engine) as session:
        response.headers["Communique-Revision"] = str(read_revision(session))


def _describe(request: Request, error: Any) -> ProblemItem:
    part, *path = error["loc"]
    if part == "body":
        location = pointer(path)
        return ProblemItem(f"{location!r} {describe_error(error)}", pointer=location)
    name = str(path[0]) if path else str(part)
    fields = query_fields(request)
    if error["type"] == "extra_forbidden":
        detail = f"Unknown parameter {name!r}.{suggest(name, fields)}"
    else:
        message = describe_error(error, fields)
        separator = "" if message.startswith("is ") else ":"
        detail = f"Parameter {name!r}{separator} {message}"
    if part == "header":
        return ProblemItem(detail, header=name)
    return ProblemItem(detail, parameter=name)


def _handle_http_exception(request: Request, error: Exception) -> Response:
    """The errors of the router itself: no such path, or not with this method."""
    assert isinstance(error, HTTPException)
    path = request.url.path
    if error.status_code == HTTPStatus.NOT_FOUND:
        paths = [known for known in request.app.openapi()["paths"] if "{" not in known]
        if not is_data(path):
            paths += list_pages()
        detail = f"There is nothing at {path!r}.{suggest(path, paths)}"
        return _render(request, NotFound(detail))
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(_allowed_methods(request))
        detail = f"{path!r} takes {allowed}, not {request.method}."
        response = _render(request, MethodNotAllowed(detail))
        response.headers["Allow"] = allowed
        return response
    problem = KnowledgeBaseError(error.detail)
    problem.status = error.status_code
    problem.title = HTTPStatus(error.status_code).phrase
    problem.code = problem.title.lower().replace(" ", "-")
    return _render(request, problem)


def _allowed_methods(request: Request) -> list[str]:
    """The methods of all routes of the path, sorted."""
    allowed = set()
    for method in METHODS:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            allowed.add(method)
    # Routes do not list it: `app.http.read_middleware` turns HEAD into GET.
    if "GET" in allowed:
        allowed.add("HEAD")
    return sorted(allowed)


def _handle_database_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, PoolTimeout) and not _is_unavailable(error):
        raise error
    base = show_url(services_of(request).engine.url)
    log.error("%s failed at %s: %s", base, request.url.path, error)
    detail = "The database does not respond. Try again in a moment."
    original = getattr(error, "orig", None)
    if isinstance(original, BaseFileChanged):
        detail = str(original)
    if _is_replica(error):
        detail = (
            "This server's database is a replica, which is read-only. Write to the primary's."
        )
    return _render(request, Unavailable(detail))


def _is_unavailable(error: Exception) -> bool:
    """Whether the database is down, not a base, without the schema, or a replica. Any other
    database error is a bug."""
    # Not `isinstance`: IntegrityError and ProgrammingError are subclasses of DatabaseError.
    if type(error) in (OperationalError, InterfaceError, DatabaseError):
        return True
    return _sqlstate(error) == UNDEFINED_TABLE or _is_replica(error)


def _is_replica(error: Exception) -> bool:
    """Whether PostgreSQL refused a write, or the start of a write transaction, on a replica."""
    state = _sqlstate(error)
    if state == FEATURE_NOT_SUPPORTED:
        return "during recovery" in str(error)
    return state == READ_ONLY_TRANSACTION


def _sqlstate(error: Exception) -> str | None:
    state: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state


# Starlette passes the error; a client must not see its message.
def _handle_unexpected_error(request: Request, error: Exception) -> Response:  # noqa: ARG001
    detail = "Something unexpected happened here. It was logged."
    response = _render(request, KnowledgeBaseError(detail))
    # Starlette calls this handler outside of all middleware, `app.http.read_middleware` included.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
