"""Everything that can go wrong for a reason the caller can act on.

KnowledgeBaseError
├── Unauthenticated     a key is needed, and none that is good came
├── Forbidden           the key may not do this
├── NotFound            there is no such record, and never was
├── Gone                the record was deleted
├── MethodNotAllowed    the path exists, but not for this method
├── NotAcceptable       no media type that was asked for can be given
├── UnsupportedMediaType   the body is of another type than the endpoint takes
├── TooLarge            the body is larger than this server takes
├── InvalidRequest      a parameter is unknown or its value cannot be used
│   ├── InvalidCursor   the cursor belongs to another query, or to none
│   ├── CannotLookBack  the base as it was then cannot be had here
│   └── KeyReused       an idempotency key came with another request than before
├── InvalidRecords      records break the rules of the model; lists every problem
│   ├── UnreadableBundle   a bundle that is not JSON, or not a bundle
│   └── UnreadableBody  a body that is not JSON, or nested too deeply
├── PreconditionRequired   a change that does not say which version it is meant for
├── StaleVersion        the record was changed since the caller read it
├── AlreadyExists       a record was to be created that is there
├── StillRunning        a request with the same idempotency key is not done yet
├── StillReferenced     a record that others point to was to be deleted
├── Unavailable         the database does not answer
└── CannotStart         the command line cannot do its work here; never reaches HTTP

The class says when it happens, with its HTTP status and stable code (RFC 9457); the instance says
which value it was and what to do next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from heapq import nsmallest
from typing import Annotated, Any, Self

from pydantic import Field


@dataclass(frozen=True)
class ProblemItem:
    """One of the things that are wrong."""

    detail: str
    pointer: Annotated[str | None, Field(description="Where in the body (RFC 6901).")] = None
    parameter: str | None = None
    header: str | None = None
    version: Annotated[
        int | None, Field(description="The version that the record has, if another was expected.")
    ] = None


def count_problems(problems: Sequence[ProblemItem]) -> str:
    """`1 problem`, `2 problems`."""
    return f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"


def summarize(problems: Sequence[ProblemItem]) -> str:
    """The problems of a refused write in one sentence: the first of them, and how many."""
    first = problems[0].detail
    if len(problems) == 1:
        return f"{first} Nothing was written."
    return f"{count_problems(problems)}, the first: {first} Nothing was written."


class KnowledgeBaseError(Exception):
    """Something unexpected happened; it was logged.

    Also the root of the tree; `str()` of an instance is the RFC 9457 `detail`."""

    status = 500
    code = "internal-error"
    title = "Internal error"

    def __init__(self, detail: str, problems: Sequence[ProblemItem] = ()) -> None:
        super().__init__(detail)
        self.problems = tuple(problems)

    @classmethod
    def at(cls, detail: str, **place: Any) -> Self:
        """The error with one problem, at this place: fields of ProblemItem."""
        return cls(detail, [ProblemItem(detail, **place)])

    @classmethod
    def of(cls, problems: Sequence[ProblemItem]) -> Self:
        """The error with all these problems; its detail says each of them."""
        return cls(" ".join(problem.detail for problem in problems), problems)


class Unauthenticated(KnowledgeBaseError):
    """A key is needed, and none that is good came with the request."""

    status = 401
    code = "unauthenticated"
    title = "A key is needed"


class Forbidden(KnowledgeBaseError):
    """The key is good, but its scope does not cover this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFound(KnowledgeBaseError):
    """There is no such record, and never was."""

    status = 404
    code = "not-found"
    title = "Not found"


class Gone(KnowledgeBaseError):
    """The record was deleted; its history remains, at the path `history`."""

    status = 410
    code = "gone"
    title = "Deleted"

    def __init__(self, detail: str, history: str) -> None:
        super().__init__(detail)
        self.history = history


class MethodNotAllowed(KnowledgeBaseError):
    """The path exists, but not for this method."""

    status = 405
    code = "method-not-allowed"
    title = "Method not allowed"


class NotAcceptable(KnowledgeBaseError):
    """The answer cannot be given in any media type that was asked for."""

    status = 406
    code = "not-acceptable"
    title = "Not acceptable"


class UnsupportedMediaType(KnowledgeBaseError):
    """The body is of another media type than the endpoint takes."""

    status = 415
    code = "unsupported-media-type"
    title = "Unsupported media type"

    def __init__(self, detail: str, accepted: str) -> None:
        super().__init__(detail, [ProblemItem(detail, header="Content-Type")])
        self.accepted = accepted


class TooLarge(KnowledgeBaseError):
    """The body is larger than this server takes."""

    status = 413
    code = "too-large"
    title = "Too large"


class InvalidRequest(KnowledgeBaseError):
    """A parameter is unknown, or its value cannot be used."""

    status = 422
    code = "invalid-request"
    title = "Invalid request"


class InvalidCursor(InvalidRequest):
    """The cursor belongs to another query, or to none."""

    code = "invalid-cursor"
    title = "Invalid cursor"


class CannotLookBack(InvalidRequest):
    """The base as it was then cannot be had here: it was not yet, or is too large."""

    code = "cannot-look-back"
    title = "Cannot look back"


class KeyReused(InvalidRequest):
    """The idempotency key came with another request before."""

    code = "idempotency-key-reused"
    title = "Idempotency key reused"


class InvalidRecords(KnowledgeBaseError):
    """Records break the rules of the model. Nothing was written."""

    status = 422
    code = "invalid-records"
    title = "Invalid records"


class UnreadableBundle(InvalidRecords):
    """The file is not JSON, or not a bundle at all."""

    code = "unreadable-bundle"
    title = "Unreadable bundle"


class UnreadableBody(InvalidRecords):
    """The body is not JSON that can be used: misspelt, or nested too deeply."""

    code = "unreadable-body"
    title = "Unreadable body"


class PreconditionRequired(KnowledgeBaseError):
    """The change does not say which version it is meant for."""

    status = 428
    code = "precondition-required"
    title = "Precondition required"


class StaleVersion(KnowledgeBaseError):
    """The record is not at the version that the change is meant for. Nothing was written."""

    status = 412
    code = "stale-version"
    title = "Precondition failed"


class AlreadyExists(KnowledgeBaseError):
    """A record that is to be created is there already. Nothing was written."""

    status = 409
    code = "already-exists"
    title = "Already exists"


class StillRunning(KnowledgeBaseError):
    """A request with the same idempotency key is not done yet."""

    status = 409
    code = "still-running"
    title = "Still running"


class StillReferenced(KnowledgeBaseError):
    """A record that others point to was to be deleted. Nothing was written."""

    status = 409
    code = "still-referenced"
    title = "Still referenced"


class Unavailable(KnowledgeBaseError):
    """The database does not answer, or is not at this version's schema."""

    status = 503
    code = "unavailable"
    title = "Unavailable"


class CannotStart(KnowledgeBaseError):
    """The command cannot do its work here: a path, a port, a setting, a newer base."""

    code = "cannot-start"
    title = "Cannot start"


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


def _select_candidates(text: str, names: set[str]) -> list[str]:
    """The names to compare, sorted; of too many, those closest in length."""
    if len(names) > MAX_COMPARED_NAMES:
        closest = nsmallest(MAX_COMPARED_NAMES, names, key=lambda name: abs(len(name) - len(text)))
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
