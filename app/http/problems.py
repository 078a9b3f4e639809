"""How does an error look over HTTP? Problem details (RFC 9457), whichever layer it is from."""

import logging
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Response
from pydantic import BaseModel, Field

from app.errors import (
    Gone,
    KnowledgeBaseError,
    ProblemItem,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)

# Mistakes of form that are named in one answer: a request may have thousands.
NAMED_AT_ONCE = 20
# Of everything that is wrong.
NAMED_AT_MOST = 1_000
MEDIA_TYPE = "application/problem+json"
# What PostgreSQL calls them (appendix A of its manual).
UNDEFINED_TABLE, READ_ONLY, NOT_SUPPORTED = "42P01", "25006", "0A000"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

log = logging.getLogger("communique")


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: Annotated[
        str, Field(description="A URN for the kind.", examples=["urn:communique:problem:not-found"])
    ]
    title: Annotated[str, Field(description="The kind, in words.", examples=["Not found"])]
    status: Annotated[int, Field(examples=[404])]
    detail: Annotated[str, Field(description="What is wrong this time, and what to do.")]
    instance: Annotated[str, Field(description="The path that was asked for.")]
    code: Annotated[str, Field(description="The kind, stable.", examples=["not-found"])]
    errors: Annotated[
        list[ProblemItem],
        Field(
            max_length=NAMED_AT_MOST,
            description="Each thing that is wrong, where there are several.",
        ),
    ] = []


def problem_responses(*errors: type[KnowledgeBaseError]) -> dict[int | str, dict[str, Any]]:
    """The errors of an endpoint, for its documentation; every one may also be Unavailable."""
    by_status: dict[int, list[type[KnowledgeBaseError]]] = {}
    every: tuple[type[KnowledgeBaseError], ...] = (*errors, Unavailable, KnowledgeBaseError)
    for error in dict.fromkeys(every):
        by_status.setdefault(error.status, []).append(error)
    schema = {"$ref": "#/components/schemas/Problem"}
    not_http = {
        "description": (
            "Said by the HTTP parser: this is no HTTP, or its address is longer than 64 kB."
        ),
        "content": {"text/plain": {"schema": {"type": "string", "maxLength": 1000}}},
    }
    described: dict[int | str, dict[str, Any]] = {
        status: {
            "description": " ".join(str(error.__doc__).split("\n")[0] for error in found),
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status, found in sorted(by_status.items())
    }
    return {400: not_http, **described}


def render_problem(path: str, error: KnowledgeBaseError) -> Response:
    """The error as a response to a request for this path."""
    problem = Problem(
        type=f"urn:communique:problem:{error.code}",
        title=error.title,
        status=error.status,
        detail=str(error),
        instance=quote(path),
        code=error.code,
        errors=list(error.problems[:NAMED_AT_MOST]),
    )
    content = problem.model_dump_json(exclude_none=True)
    headers = {}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = "5"
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, UnsupportedMediaType):
        headers["Accept"] = error.accepted
    if isinstance(error, Gone):
        # The link relation of RFC 5829.
        headers["Link"] = f'<{quote(error.history)}>; rel="version-history"'
    return Response(content, error.status, headers, media_type=MEDIA_TYPE)
