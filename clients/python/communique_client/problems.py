"""Every error of the client.

CommuniqueError
├── Unreachable           no complete response has arrived, whatever was tried
├── UnexpectedResponse    the response is not that of a Communiqué server
└── Problem               the server refused the request; `code` says why (RFC 9457)
    ├── MalformedRequest      the request is not valid HTTP
    ├── Unauthenticated       the request needs a valid key
    ├── Forbidden             the key does not allow the operation
    ├── ForeignOrigin         the request names a host that is not that of the server
    ├── NotFound              the record does not exist, and never did
    ├── Gone                  the record was deleted
    ├── MethodNotAllowed      the path does not support the method
    ├── NotAcceptable         the media type is not available
    ├── AlreadyExists         the record to be created exists
    ├── StillReferenced       other records refer to the record to be deleted
    ├── StillRunning          a request with the same idempotency key is in progress
    ├── StaleVersion          the record has changed since it was read
    ├── TooLarge              the body exceeds the limit of the server
    ├── UnsupportedMediaType  the endpoint does not accept the media type of the body
    ├── RangeNotSatisfiable   the text has none of the requested bytes
    ├── InvalidRequest        a parameter is unknown or has an invalid value
    │   ├── InvalidCursor         the cursor or feed token belongs to another query or base
    │   ├── CannotLookBack        the base of an earlier revision is not available
    │   └── KeyReused             the idempotency key was used with another request
    ├── InvalidRecords        records break the rules of the model
    │   └── UnreadableBody        the body is not valid JSON, or nested too deeply
    ├── UnreadableFile        a file to be read as a document is damaged, or too large
    ├── PreconditionRequired  the change lacks the version that it applies to
    ├── Unavailable           the server or its database does not respond
    └── InternalError         a fault of the server

A code that this version of the client does not know is a plain `Problem`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from communique_client.messages import Response, read_retry_after

if TYPE_CHECKING:
    from communique_client.types import ProblemItem

# Of a response that is no problem, an error shows so many characters.
MAX_SHOWN_CHARACTERS = 200


class CommuniqueError(Exception):
    """The root of all errors of the client."""


class Unreachable(CommuniqueError):
    """No complete response has arrived. A write may have been executed nevertheless: send it again
    with the same `idempotency_key` to know, and it is executed once."""

    def __init__(self, request: str, reason: str, idempotency_key: str | None) -> None:
        super().__init__(f"{request}: {reason}")
        self.idempotency_key = idempotency_key


class UnexpectedResponse(CommuniqueError):
    """The response is not that of a Communiqué server, but of a proxy or of another server."""

    def __init__(self, request: str, response: Response) -> None:
        text = response.content[: 4 * MAX_SHOWN_CHARACTERS].decode("utf-8", "replace")
        excerpt = text[:MAX_SHOWN_CHARACTERS]
        super().__init__(
            f"{request}: {response.status} is not the response of a Communiqué server: "
            f"{excerpt!r}. Check the address, and the proxies before it."
        )
        self.status = response.status


class Problem(CommuniqueError):
    """The server refused the request. `str()` names what is wrong and what to do next."""

    code = ""

    def __init__(
        self, request: str, document: dict[str, Any], retry_after_seconds: float = 0.0
    ) -> None:
        """`document` is a problem (RFC 9457); its members may be missing."""
        self.status: int = document.get("status", 0)
        self.title: str = document.get("title", "")
        self.detail: str = document.get("detail", "")
        self.code = document.get("code", "")
        self.errors: list[ProblemItem] = document.get("errors", [])
        # When the server wants the request again; 0 where it does not say.
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"{request}: {self.status} {self.code}. {self.detail}")


class MalformedRequest(Problem):
    """The request is not valid HTTP."""

    code = "malformed-request"


class Unauthenticated(Problem):
    """The request needs a valid key: give one to the client."""

    code = "unauthenticated"


class Forbidden(Problem):
    """The key is valid, but its scope does not allow the operation."""

    code = "forbidden"


class ForeignOrigin(Problem):
    """The request names a host that is not that of the server, or came from another site."""

    code = "foreign-origin"


class NotFound(Problem):
    """The record does not exist, and never did."""

    code = "not-found"


class Gone(Problem):
    """The record was deleted. Its history remains."""

    code = "gone"


class MethodNotAllowed(Problem):
    """The path does not support the method: the server is older than the client."""

    code = "method-not-allowed"


class NotAcceptable(Problem):
    """The response is not available in the media type."""

    code = "not-acceptable"


class AlreadyExists(Problem):
    """The record to be created exists already. Nothing was written."""

    code = "already-exists"


class StillReferenced(Problem):
    """Other records refer to the record to be deleted; `errors` names them."""

    code = "still-referenced"


class StillRunning(Problem):
    """A request with the same idempotency key is in progress, for longer than the client waits."""

    code = "still-running"


class StaleVersion(Problem):
    """The record has changed since it was read. Read it again, and decide anew."""

    code = "stale-version"

    @property
    def version(self) -> int | None:
        """The version that the record has now; None where the server does not say it."""
        return self.errors[0].get("version") if self.errors else None


class TooLarge(Problem):
    """The body exceeds the limit of the server."""

    code = "too-large"


class UnsupportedMediaType(Problem):
    """The endpoint does not accept the media type of the body."""

    code = "unsupported-media-type"


class RangeNotSatisfiable(Problem):
    """The text has none of the requested bytes."""

    code = "range-not-satisfiable"


class InvalidRequest(Problem):
    """A parameter is unknown, or its value is invalid."""

    code = "invalid-request"


class InvalidCursor(InvalidRequest):
    """The cursor belongs to another query, or the feed token to another base: make a new copy."""

    code = "invalid-cursor"


class CannotLookBack(InvalidRequest):
    """The base of that revision or instant is not available."""

    code = "cannot-look-back"


class KeyReused(InvalidRequest):
    """The idempotency key was used before, with another request."""

    code = "idempotency-key-reused"


class InvalidRecords(Problem):
    """Records break the rules of the model; `errors` has every problem. Nothing was written."""

    code = "invalid-records"


class UnreadableBody(InvalidRecords):
    """The body is not valid JSON, or nested too deeply."""

    code = "unreadable-body"


class UnreadableFile(Problem):
    """A file cannot be read as a document."""

    code = "unreadable-file"


class PreconditionRequired(Problem):
    """The change lacks the version that it applies to: give `if_match`."""

    code = "precondition-required"


class Unavailable(Problem):
    """The server or its database does not respond."""

    code = "unavailable"


class InternalError(Problem):
    """A fault of the server, which it has logged."""

    code = "internal-error"


def _all_kinds(kind: type[Problem]) -> Iterator[type[Problem]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _all_kinds(child)


KINDS = {kind.code: kind for kind in _all_kinds(Problem)}


def read_problem(request: str, response: Response) -> CommuniqueError:
    """The error of a response that is no success, by its `code`."""
    try:
        document = json.loads(response.content)
    except ValueError:
        return UnexpectedResponse(request, response)
    if not isinstance(document, dict) or "code" not in document:
        return UnexpectedResponse(request, response)
    kind = KINDS.get(document["code"], Problem)
    return kind(request, document, read_retry_after(response.headers))
