"""Preconditions (RFC 9110 §13.1): the state of the record that a request applies to.

`If-Match` names the state by its ETag, or by its version alone. Of two bases with the same version,
such as one that was restored from a backup, only the ETag tells which one a client has read.
"""

from dataclasses import dataclass

from starlette.datastructures import Headers

from app.errors import InvalidRequest, PreconditionRequired, StaleVersion
from app.http.etags import names_representation, split_tags
from app.queries.record_tags import names_record

IF_MATCH = "If-Match"
IF_NONE_MATCH = "If-None-Match"


@dataclass(frozen=True)
class Precondition:
    """The record must be `absent`, or exist in a state that one of these tags names (None: any)."""

    tags: tuple[str, ...] | None = None
    absent: bool = False

    def check(self, name: str, current: str | None) -> None:
        """Raise StaleVersion unless the precondition holds for the record `name`; `current` is its
        `record_tag`, None if it does not exist."""
        version = _version_of(current)
        if self.absent and current is not None:
            detail = (
                f"{name} exists, at version {version}, and {IF_NONE_MATCH} requires that it does "
                "not. Nothing was written."
            )
            raise StaleVersion.at(detail, header=IF_NONE_MATCH, version=version)
        if not self.absent and current is None:
            detail = (
                f"{name} does not exist, and {IF_MATCH} requires that it does. "
                "Nothing was written."
            )
            raise StaleVersion.at(detail, header=IF_MATCH, version=None)
        if self.tags is None or current is None:
            return
        if not any(names_record(tag, current) for tag in self.tags):
            detail = (
                f'{name} is at version {version} with the ETag "{current}", not at '
                f"{_shorten(', '.join(self.tags))}. Nothing was written: read it again, and retry."
            )
            raise StaleVersion.at(detail, header=IF_MATCH, version=version)


def _version_of(tag: str | None) -> int | None:
    if tag is None:
        return None
    version, _, _ = tag.partition("-")
    return int(version)


def _shorten(text: str) -> str:
    if len(text) <= 80:
        return text
    return f"{text[:79]}…"


def read_precondition(headers: Headers) -> Precondition | None:
    """The precondition of a request. Raises InvalidRequest if it cannot be compared."""
    match = ", ".join(headers.getlist(IF_MATCH)).strip()
    none_match = ", ".join(headers.getlist(IF_NONE_MATCH)).strip()
    if match and none_match:
        detail = f"{IF_MATCH} and {IF_NONE_MATCH} do not go together. Send one of them."
        raise InvalidRequest.at(detail, header=IF_MATCH)
    if match:
        return _read_match(match)
    if not none_match:
        return None
    if none_match != "*":
        detail = f"{IF_NONE_MATCH} is {none_match[:80]!r}. For a change it can only be *."
        raise InvalidRequest.at(detail, header=IF_NONE_MATCH)
    return Precondition(absent=True)


def _read_match(match: str) -> Precondition:
    if match == "*":
        return Precondition()
    return Precondition(tuple(_read_tags(match)))


def _read_tags(match: str) -> list[str]:
    tags = split_tags(match)
    if tags is None:
        detail = (
            f'{IF_MATCH} is {match[:80]!r}. Use the ETag of a record, or its version: "3".'
        )
        raise InvalidRequest.at(detail, header=IF_MATCH)
    return tags


def check_read(headers: Headers, etag: str | None) -> None:
    """Raise StaleVersion unless `If-Match` of a read, if there is one, names the ETag of the
    response; InvalidRequest if it is not a list of tags."""
    match = ", ".join(headers.getlist(IF_MATCH)).strip()
    if match in ("", "*"):
        return
    tags = _read_tags(match)
    if etag is None or not any(names_representation(tag, etag) for tag in tags):
        detail = (
            f"The ETag of this is {etag or 'missing'}, and {IF_MATCH} is {_shorten(match)}."
        )
        raise StaleVersion.at(detail, header=IF_MATCH)


def require_precondition(
    precondition: Precondition | None, name: str, current: str | None
) -> None:
    """Raise PreconditionRequired without a precondition, StaleVersion unless it holds."""
    if precondition is not None:
        precondition.check(name, current)
    elif current is None:
        detail = f"{name} does not exist. Send {IF_NONE_MATCH}: * to create it."
        raise PreconditionRequired.at(detail, header=IF_NONE_MATCH, version=None)
    else:
        detail = f"Send {IF_MATCH} with the ETag of the version of {name} that you read."
        raise PreconditionRequired.at(detail, header=IF_MATCH, version=_version_of(current))
