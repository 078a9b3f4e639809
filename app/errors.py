"""Every error that a caller can act on.

KnowledgeBaseError
├── MalformedRequest    the request is not valid HTTP
├── Unauthenticated     the request needs a valid key
├── Forbidden           the key does not allow the operation
├── ForeignOrigin       a page of another site sent the request, or it names another host
├── NotFound            the record does not exist, and never did
├── Gone                the record was deleted
├── MethodNotAllowed    the path does not support the method
├── NotAcceptable       no requested media type is available
├── RangeNotSatisfiable   the text has none of the requested bytes
├── UnsupportedMediaType   the endpoint does not accept the media type or coding of the body
├── TooLarge            the body exceeds the limit of this server
├── InvalidRequest      a parameter is unknown or has an invalid value
│   ├── InvalidCursor   the cursor is malformed, or belongs to another query
│   ├── CannotLookBack  the base of an earlier revision is not available
│   └── KeyReused       an idempotency key was used before, with another request
├── InvalidRecords      records break the rules of the model; lists every problem
│   ├── UnreadableBundle   the file is not JSON, or not a bundle
│   └── UnreadableBody  the body is not valid JSON, or nested too deeply
├── UnreadableFile      a file to be read as a document is damaged, or exceeds a limit
├── PreconditionRequired   the change lacks the version that it applies to
├── StaleVersion        the record has changed since the caller read it
├── AlreadyExists       the record to be created exists
├── StillRunning        another request with the same idempotency key is in progress
├── StillReferenced     other records refer to the record to be deleted
├── Unavailable         the database does not respond
└── CannotStart         a command cannot do its work; never reaches HTTP
    └── ModelFailed     a language model was not asked, or did not answer as it was asked

A class describes when the error occurs, and has its HTTP status and stable code (RFC 9457). The
message of an instance names the value at fault and what to do next.
"""

import re
from ast import literal_eval
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nsmallest
from typing import Annotated, Any, Self

from pydantic import Field


@dataclass(frozen=True)
class ProblemItem:
    """One problem of a request or a file."""

    detail: str
    pointer: Annotated[str | None, Field(description="Where in the body (RFC 6901).")] = None
    parameter: str | None = None
    header: str | None = None
    version: Annotated[
        int | None,
        Field(description="The version that the record has, if another was expected."),
    ] = None


def count_problems(problems: Sequence[ProblemItem]) -> str:
    """`1 problem`, `2 problems`."""
    return f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"


def summarize(problems: Sequence[ProblemItem]) -> str:
    """The first problem of a rejected write, and the number of all."""
    first = problems[0].detail
    if len(problems) == 1:
        return f"{first} Nothing was written."
    return f"{count_problems(problems)}, the first: {first} Nothing was written."


class KnowledgeBaseError(Exception):
    """An unexpected error occurred, and was logged.

    Also the root of the tree; `str()` of an instance is the RFC 9457 `detail`. `reason` is what is
    wrong; the detail also has the path of `history`, where the versions of the record are."""

    status = 500
    code = "internal-error"
    title = "Internal error"

    def __init__(
        self,
        reason: str,
        problems: Sequence[ProblemItem] = (),
        history: str | None = None,
    ) -> None:
        detail = reason
        if history is not None:
            detail = f"{reason} Its history is at {history}."
        super().__init__(detail)
        self.reason = reason
        self.problems = tuple(problems)
        self.history = history

    @classmethod
    def at(cls, detail: str, **place: Any) -> Self:
        """The error with one problem; `place` has fields of ProblemItem."""
        return cls(detail, [ProblemItem(detail, **place)])

    @classmethod
    def of(cls, problems: Sequence[ProblemItem]) -> Self:
        """The error with these problems; its detail is the detail of each."""
        return cls(" ".join(problem.detail for problem in problems), problems)


class MalformedRequest(KnowledgeBaseError):
    """The request is not valid HTTP: it names no host, several, or none that can be."""

    status = 400
    code = "malformed-request"
    title = "Malformed request"


class Unauthenticated(KnowledgeBaseError):
    """The request needs a valid key."""

    status = 401
    code = "unauthenticated"
    title = "A key is needed"


class Forbidden(KnowledgeBaseError):
    """The key is valid, but its scope does not allow the operation."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class ForeignOrigin(KnowledgeBaseError):
    """The request comes from a page of another site, or names a host that is not this server."""

    status = 403
    code = "foreign-origin"
    title = "Foreign origin"


class NotFound(KnowledgeBaseError):
    """The record does not exist, and never did; or the revision did not change it."""

    status = 404
    code = "not-found"
    title = "Not found"


class Gone(KnowledgeBaseError):
    """The record was deleted. Its history remains."""

    status = 410
    code = "gone"
    title = "Deleted"


class MethodNotAllowed(KnowledgeBaseError):
    """The path does not support the method."""

    status = 405
    code = "method-not-allowed"
    title = "Method not allowed"


class NotAcceptable(KnowledgeBaseError):
    """The response is not available in any requested media type."""

    status = 406
    code = "not-acceptable"
    title = "Not acceptable"


class UnsupportedMediaType(KnowledgeBaseError):
    """The endpoint does not accept the media type, or the coding, of the body."""

    status = 415
    code = "unsupported-media-type"
    title = "Unsupported media type"

    def __init__(self, detail: str, header: str, offers: Mapping[str, str]) -> None:
        """`header` is the field at fault, `offers` are fields that say what is accepted."""
        super().__init__(detail, [ProblemItem(detail, header=header)])
        self.offers = offers


class RangeNotSatisfiable(KnowledgeBaseError):
    """The text has none of the requested bytes. `size` is the number of those that it has."""

    status = 416
    code = "range-not-satisfiable"
    title = "Range not satisfiable"

    def __init__(self, detail: str, size: int) -> None:
        super().__init__(detail)
        self.size = size


class TooLarge(KnowledgeBaseError):
    """The body exceeds the limit of this server."""

    status = 413
    code = "too-large"
    title = "Too large"


class InvalidRequest(KnowledgeBaseError):
    """A parameter is unknown, or its value is invalid."""

    status = 422
    code = "invalid-request"
    title = "Invalid request"


class InvalidCursor(InvalidRequest):
    """The cursor is malformed, or belongs to another query."""

    code = "invalid-cursor"
    title = "Invalid cursor"


class CannotLookBack(InvalidRequest):
    """The base of that revision or instant is not available: it did not exist, or is too large."""

    code = "cannot-look-back"
    title = "Cannot look back"


class KeyReused(InvalidRequest):
    """The idempotency key was used before, with another request."""

    code = "idempotency-key-reused"
    title = "Idempotency key reused"


class InvalidRecords(KnowledgeBaseError):
    """Records break the rules of the model. Nothing was written."""

    status = 422
    code = "invalid-records"
    title = "Invalid records"


class UnreadableBundle(InvalidRecords):
    """The file is not JSON, or not a bundle."""

    code = "unreadable-bundle"
    title = "Unreadable bundle"


class UnreadableBody(InvalidRecords):
    """The body is not valid JSON, or nested too deeply."""

    code = "unreadable-body"
    title = "Unreadable body"


class UnreadableFile(KnowledgeBaseError):
    """A file cannot be read as a document: it has another format, is damaged, or exceeds a limit.

    Nothing was written."""

    status = 422
    code = "unreadable-file"
    title = "Unreadable file"


class PreconditionRequired(KnowledgeBaseError):
    """The change lacks the version that it applies to."""

    status = 428
    code = "precondition-required"
    title = "Precondition required"


class StaleVersion(KnowledgeBaseError):
    """The record does not have the version that the change applies to. Nothing was written."""

    status = 412
    code = "stale-version"
    title = "Precondition failed"


class AlreadyExists(KnowledgeBaseError):
    """The record to be created exists already. Nothing was written."""

    status = 409
    code = "already-exists"
    title = "Already exists"


class StillRunning(KnowledgeBaseError):
    """Another request with the same idempotency key is in progress."""

    status = 409
    code = "still-running"
    title = "Still running"


class StillReferenced(KnowledgeBaseError):
    """Other records refer to the record to be deleted. Nothing was written."""

    status = 409
    code = "still-referenced"
    title = "Still referenced"


class Unavailable(KnowledgeBaseError):
    """The database does not respond, or does not have this version's schema."""

    status = 503
    code = "unavailable"
    title = "Unavailable"


class CannotStart(KnowledgeBaseError):
    """The command cannot do its work: because of a path, a port, a setting or a newer base."""

    code = "cannot-start"
    title = "Cannot start"


class ModelFailed(CannotStart):
    """A language model cannot be asked, exceeds a limit, or does not answer as it was asked.

    Nothing was written but the answers that can be used again."""

    status = 502
    code = "model-failed"
    title = "Model failed"


# Names that a suggestion lists: no list has as many parameters.
MAX_LISTED_NAMES = 40
# Names that are compared to find the nearest. Comparing more takes longer than the hint is worth.
MAX_COMPARED_NAMES = 2_000


def suggest(text: str, names: Iterable[str]) -> str:
    """` Did you mean 'x'?` with the nearest of `names`; else ` Known: …` with the first of them;
    "" where there are no names.

    The nearest is the one spelt most alike, else the shortest that contains the text."""
    candidates = _select_candidates(text, set(names))
    folded = {name.casefold(): name for name in candidates}
    nearest = _find_nearest(text.casefold(), list(folded))
    if nearest is not None:
        return f" Did you mean {folded[nearest]!r}?"
    if not candidates:
        return ""
    listed = ", ".join(repr(name) for name in candidates[:MAX_LISTED_NAMES])
    ellipsis = ", …" if len(candidates) > MAX_LISTED_NAMES else ""
    return f" Known: {listed}{ellipsis}."


_SUGGESTION = re.compile(r" Did you mean ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\?")


def find_suggestion(detail: str) -> str | None:
    """The name that `suggest` put into the detail of a problem; None without one."""
    match = _SUGGESTION.search(detail)
    if match is None:
        return None
    name: str = literal_eval(match[1])
    return name


def remove_suggestion(detail: str) -> str:
    """The detail without the question that `suggest` put into it."""
    return _SUGGESTION.sub("", detail)


def _select_candidates(text: str, names: set[str]) -> list[str]:
    """The names to compare, sorted; of too many, those closest in length."""
    if len(names) > MAX_COMPARED_NAMES:
        closest = nsmallest(
            MAX_COMPARED_NAMES, names, key=lambda name: abs(len(name) - len(text))
        )
        names = set(closest)
    return sorted(names, key=lambda name: (name.casefold(), name))


def _find_nearest(text: str, names: Sequence[str]) -> str | None:
    close = get_close_matches(text, names, n=1, cutoff=0.75)
    if close:
        return close[0]
    containing = [name for name in names if text in name]
    if len(text) > 2 and containing:
        return min(containing, key=len)
    return None
