"""Which version of a record is a change meant for (RFC 9110 §13.1)?

`If-Match` compares the version, the first part of an ETag: a record may be shown in several ways,
each with a tag of its own, and all of them are the same version.
"""

import re
from dataclasses import dataclass

from starlette.datastructures import Headers

from app.errors import InvalidRequest, PreconditionRequired, StaleVersion

_TAG = re.compile(r'(?:W/)?"(\d{1,19})(?:-[^"]*)?"')
IF_MATCH, IF_NONE_MATCH = "If-Match", "If-None-Match"


@dataclass(frozen=True)
class Precondition:
    """What must hold of the record. `versions`: it has one of these; None: any. `absent`: there is
    none."""

    versions: frozenset[int] | None = None
    absent: bool = False

    def check(self, name: str, version: int | None) -> None:
        """Raise StaleVersion unless it holds of the record `name`, which is at this version, or
        not there."""
        if self.absent and version is not None:
            said = f"{name} is there, at version {version}, though {IF_NONE_MATCH} says it is not."
            raise _stale(f"{said} Nothing was written.", IF_NONE_MATCH, version)
        if not self.absent and version is None:
            said = f"{name} is not there, though {IF_MATCH} says it is. Nothing was written."
            raise _stale(said, IF_MATCH, None)
        if self.versions is not None and version not in self.versions:
            listed = " or ".join(map(str, sorted(self.versions)))
            said = f"{name} is at version {version}, not {listed}. Nothing was written: "
            raise _stale(f"{said}read it again, and try again.", IF_MATCH, version)


def _stale(said: str, header: str, version: int | None) -> StaleVersion:
    return StaleVersion.at(said, header=header, version=version)


def read_precondition(headers: Headers) -> Precondition | None:
    """What the request says; None: nothing. Raises InvalidRequest for what cannot be compared."""
    match = ", ".join(headers.getlist(IF_MATCH)).strip()
    none_match = ", ".join(headers.getlist(IF_NONE_MATCH)).strip()
    if match and none_match:
        raise _unusable(IF_MATCH, f"and {IF_NONE_MATCH} do not go together. Send one of them")
    if none_match:
        if none_match != "*":
            raise _unusable(
                IF_NONE_MATCH, f"is {none_match[:80]!r}. With a change it can only be *"
            )
        return Precondition(absent=True)
    return _read_match(match) if match else None


def _read_match(match: str) -> Precondition:
    if match == "*":
        return Precondition()
    tags = [_TAG.fullmatch(tag.strip()) for tag in match.split(",")]
    versions = [int(tag[1]) for tag in tags if tag is not None]
    if len(versions) < len(tags):
        raise _unusable(
            IF_MATCH, f'is {match[:80]!r}. It takes the ETag of a record, or its version: "3"'
        )
    return Precondition(frozenset(versions))


def _unusable(header: str, said: str) -> InvalidRequest:
    detail = f"{header} {said}."
    return InvalidRequest.at(detail, header=header)


def require_precondition(precondition: Precondition | None, name: str, version: int | None) -> None:
    """Raise PreconditionRequired without a precondition, StaleVersion unless it holds."""
    if precondition is None:
        header = IF_NONE_MATCH if version is None else IF_MATCH
        if version is None:
            said = f"{name} is not there. Send {IF_NONE_MATCH}: * to create it."
        else:
            said = f"Say which version of {name} is meant: send {IF_MATCH} with the ETag you read."
        raise PreconditionRequired.at(said, header=header, version=version)
    precondition.check(name, version)
