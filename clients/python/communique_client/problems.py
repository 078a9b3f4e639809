"""The problems, by their `code`. Written by `make clients` from app/errors.py; do not edit it."""

from communique_client.errors import (
    KINDS,
    CommuniqueError,
    Problem,
    UnexpectedResponse,
    Unreachable,
)

__all__ = [
    "KINDS",
    "AlreadyExists",
    "CannotLookBack",
    "CommuniqueError",
    "Forbidden",
    "ForeignOrigin",
    "Gone",
    "InternalError",
    "InvalidCursor",
    "InvalidRecords",
    "InvalidRequest",
    "KeyReused",
    "MalformedRequest",
    "MethodNotAllowed",
    "ModelFailed",
    "NotAcceptable",
    "NotFound",
    "PreconditionRequired",
    "Problem",
    "RangeNotSatisfiable",
    "StaleVersion",
    "StillReferenced",
    "StillRunning",
    "TooLarge",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedResponse",
    "Unreachable",
    "UnreadableBody",
    "UnreadableFile",
    "UnsupportedMediaType",
]


class InternalError(Problem):
    """An unexpected error occurred, and was logged."""

    code = "internal-error"


class MalformedRequest(Problem):
    """The request is not valid HTTP: it names no host, several, or none that can be."""

    code = "malformed-request"


class Unauthenticated(Problem):
    """The request needs a valid key."""

    code = "unauthenticated"


class Forbidden(Problem):
    """The key is valid, but its scope does not allow the operation."""

    code = "forbidden"


class ForeignOrigin(Problem):
    """The request comes from a page of another site, or names a host that is not this
    server."""

    code = "foreign-origin"


class NotFound(Problem):
    """The record does not exist, and never did; or the revision did not change it."""

    code = "not-found"


class Gone(Problem):
    """The record was deleted. Its history remains."""

    code = "gone"


class MethodNotAllowed(Problem):
    """The path does not support the method."""

    code = "method-not-allowed"


class NotAcceptable(Problem):
    """The response is not available in any requested media type."""

    code = "not-acceptable"


class UnsupportedMediaType(Problem):
    """The endpoint does not accept the media type, or the coding, of the body."""

    code = "unsupported-media-type"


class RangeNotSatisfiable(Problem):
    """The text has none of the requested bytes. `size` is the number of those that it
    has."""

    code = "range-not-satisfiable"


class TooLarge(Problem):
    """The body exceeds the limit of this server."""

    code = "too-large"


class InvalidRequest(Problem):
    """A parameter is unknown, or its value is invalid."""

    code = "invalid-request"


class InvalidCursor(InvalidRequest):
    """The cursor is malformed, or belongs to another query."""

    code = "invalid-cursor"


class CannotLookBack(InvalidRequest):
    """The base of that revision or instant is not available: it did not exist, or is
    too large."""

    code = "cannot-look-back"


class KeyReused(InvalidRequest):
    """The idempotency key was used before, with another request."""

    code = "idempotency-key-reused"


class InvalidRecords(Problem):
    """Records break the rules of the model. Nothing was written."""

    code = "invalid-records"


class UnreadableBody(InvalidRecords):
    """The body is not valid JSON, or nested too deeply."""

    code = "unreadable-body"


class UnreadableFile(Problem):
    """A file cannot be read as a document: it has another format, is damaged, or
    exceeds a limit."""

    code = "unreadable-file"


class PreconditionRequired(Problem):
    """The change lacks the version that it applies to."""

    code = "precondition-required"


class StaleVersion(Problem):
    """The record does not have the version that the change applies to. Nothing was
    written."""

    code = "stale-version"


class AlreadyExists(Problem):
    """The record to be created exists already. Nothing was written."""

    code = "already-exists"


class StillRunning(Problem):
    """Another request with the same idempotency key is in progress."""

    code = "still-running"


class StillReferenced(Problem):
    """Other records refer to the record to be deleted. Nothing was written."""

    code = "still-referenced"


class Unavailable(Problem):
    """The database does not respond, or does not have this version's schema."""

    code = "unavailable"


class ModelFailed(Problem):
    """A language model cannot be asked, exceeds a limit, or does not answer as it was
    asked."""

    code = "model-failed"
