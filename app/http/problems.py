"""Problem details (RFC 9457): how every error looks over HTTP."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Response
from pydantic import BaseModel, Field

from app.errors import (
    Gone,
    KnowledgeBaseError,
    ProblemItem,
    RangeNotSatisfiable,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)

MAX_LISTED_PROBLEMS = 1_000
RETRY_AFTER_SECONDS = 5
MEDIA_TYPE = "application/problem+json"
# The key of a documented response with its name among the components of the OpenAPI document.
RESPONSE_NAME = "x-name"


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: Annotated[
        str,
        Field(
            description="A URN for the kind.", examples=["urn:communique:problem:not-found"]
        ),
    ]
    title: Annotated[str, Field(description="The kind, in words.", examples=["Not found"])]
    status: Annotated[int, Field(examples=[404])]
    detail: Annotated[str, Field(description="What is wrong this time, and what to do.")]
    instance: Annotated[str, Field(description="The path of the request.")]
    code: Annotated[str, Field(description="The kind, stable.", examples=["not-found"])]
    errors: Annotated[
        list[ProblemItem],
        Field(
            max_length=MAX_LISTED_PROBLEMS,
            description="Each thing that is wrong, where there are several.",
        ),
    ]


def problem_responses(*errors: type[KnowledgeBaseError]) -> dict[int | str, dict[str, Any]]:
    """The errors of an endpoint, for its documentation; every one may also be Unavailable."""
    documented: tuple[type[KnowledgeBaseError], ...] = (
        *errors,
        Unavailable,
        KnowledgeBaseError,
    )
    by_status: dict[int, list[type[KnowledgeBaseError]]] = {}
    for error in dict.fromkeys(documented):
        by_status.setdefault(error.status, []).append(error)
    responses: dict[int | str, dict[str, Any]] = {}
    for status in sorted(by_status):
        responses[status] = _describe_errors(by_status[status])
    return responses


def _describe_errors(errors: list[type[KnowledgeBaseError]]) -> dict[str, Any]:
    errors = sorted(errors, key=lambda error: error.code)
    names = [error.code.title().replace("-", "") for error in errors]
    summaries = [str(error.__doc__).split("\n")[0] for error in errors]
    return {
        "description": " ".join(summaries),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        RESPONSE_NAME: "Or".join(names),
    }


def render_problem(path: str, error: KnowledgeBaseError) -> Response:
    """The error as the response to a request for this path."""
    problem = Problem(
        type=f"urn:communique:problem:{error.code}",
        title=error.title,
        status=error.status,
        detail=str(error),
        instance=quote(path),
        code=error.code,
        errors=list(error.problems[:MAX_LISTED_PROBLEMS]),
    )
    return Response(
        problem.model_dump_json(exclude_none=True),
        error.status,
        problem_headers(error),
        media_type=MEDIA_TYPE,
    )


def problem_headers(error: KnowledgeBaseError) -> dict[str, str]:
    """The header fields that a response with the error has besides those of its body."""
    match error:
        case Unavailable():
            return {"Retry-After": str(RETRY_AFTER_SECONDS)}
        case Unauthenticated():
            return {"WWW-Authenticate": "Bearer"}
        case UnsupportedMediaType():
            return dict(error.offers)
        case RangeNotSatisfiable():
            # RFC 9110 §15.5.17.
            return {"Content-Range": f"bytes */{error.size}"}
        case Gone(history=str(history)):
            # The link relation of RFC 5829.
            return {"Link": f'<{quote(history)}>; rel="version-history"'}
        case _:
            return {}
