"""The pages of errors: what is wrong, in the words of the problem details, and what to do next."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import Request, Response

from app.errors import (
    Gone,
    KnowledgeBaseError,
    ProblemItem,
    find_suggestion,
    remove_suggestion,
)
from app.http.problems import problem_headers
from app.http.twins import is_data, page_path
from app.pages import words
from app.pages.frame import Link, make_frame
from app.pages.policy import POLICY_HEADERS
from app.pages.rendering import MEDIA_TYPE, View, render
from app.pages.routing import wants_page

# Sentences for programs.
_KNOWN_ADDRESSES = re.compile(r" Known: '/.*$")
_TITLES = {404: "Page not found", 410: "This record was deleted"}


@dataclass(frozen=True)
class ErrorPage(View):
    """An error. `details` are its problems, `suggestions` the addresses that may be meant,
    `history` the versions of a record."""

    template = "error.html"

    details: tuple[str, ...]
    suggestions: tuple[Link, ...]
    history: str | None
    is_deleted: bool


def render_error(
    request: Request,
    error: KnowledgeBaseError,
) -> Response | None:
    """The error as a page, for a client that asks for HTML where pages are; else None."""
    path: str = request.scope["path"]
    if is_data(path) or not wants_page(request):
        return None
    view = ErrorPage(
        title=_TITLES.get(error.status, error.title),
        downloads=(),
        details=tuple(_list_details(error)),
        suggestions=tuple(_suggest_addresses(request, error)),
        history=find_history(error),
        is_deleted=isinstance(error, Gone),
    )
    frame = make_frame(request, None)
    if frame.past is None:
        # A revision that there is not would be at fault on every page that a link leads to.
        frame = replace(frame, as_of=None)
    body = render(view, frame)
    headers = {**problem_headers(error), **POLICY_HEADERS, "Vary": "Accept"}
    return Response(
        body,
        error.status,
        headers,
        media_type=MEDIA_TYPE,
    )


def _list_details(error: KnowledgeBaseError) -> Iterator[str]:
    """What is wrong, without the sentences for which the page has a link, and with the fields as
    the pages name them."""
    details = [error.reason]
    if error.problems:
        details = [_name_field(problem) for problem in error.problems]
    for detail in details:
        yield _KNOWN_ADDRESSES.sub("", remove_suggestion(detail))


def _name_field(problem: ProblemItem) -> str:
    label = words.LABELS.get(problem.parameter or "")
    if label is None:
        return problem.detail
    return problem.detail.replace(f"Parameter {problem.parameter!r}", f"“{label}”")


def find_history(error: KnowledgeBaseError) -> str | None:
    """The page of the history that the error leads to."""
    if error.history is None:
        return None
    return page_path(error.history)


def _suggest_addresses(
    request: Request,
    error: KnowledgeBaseError,
) -> list[Link]:
    """The address of the request with each suggested name in the place of the one at fault."""
    path: str = request.scope["path"]
    query: str = request.scope["query_string"].decode()
    links = []
    if not error.problems:
        name = find_suggestion(str(error))
        if name is not None:
            links.append(
                Link(
                    name,
                    _replace_path(
                        path,
                        name,
                        query,
                    ),
                )
            )
    for problem in error.problems:
        name = find_suggestion(problem.detail)
        if name is not None and problem.parameter is not None:
            replaced = _replace_parameter(
                query,
                problem.parameter,
                problem.detail,
                name,
            )
            links.append(Link(name, f"{quote(path)}?{replaced}"))
    return links


def _replace_path(
    path: str,
    name: str,
    query: str,
) -> str:
    """The path that the error suggests: a whole one, or another record of the collection."""
    if not name.startswith("/"):
        parent, _, _ = path.rpartition("/")
        name = f"{parent}/{name}"
    if not query:
        return quote(name)
    return f"{quote(name)}?{query}"


def _replace_parameter(
    query: str,
    parameter: str,
    detail: str,
    name: str,
) -> str:
    """The query with the suggested name instead of the parameter, if that is unknown; else instead
    of the value that the detail quotes, or of all of them."""
    pairs = parse_qsl(query, keep_blank_values=True)
    is_unknown = detail.startswith("Unknown parameter")
    values = [value for key, value in pairs if key == parameter]
    quoted = [value for value in values if repr(value) in detail] or values
    replaced = []
    for key, value in pairs:
        if key == parameter and is_unknown:
            replaced.append((name, value))
        elif key == parameter and value in quoted:
            replaced.append((key, name))
        else:
            replaced.append((key, value))
    return urlencode(replaced)
