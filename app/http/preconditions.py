"""Preconditions of a change (RFC 9110 §13.1): the version of the record that it applies to.

`If-Match` compares the version, which is the first part of an ETag: a record has several
representations, each with an ETag of its own, and all of them have the same version.
"""

import re
from dataclasses import dataclass

from starlette.datastructures import Headers

from app.errors import InvalidRequest, PreconditionRequired, StaleVersion

_TAG = re.compile(r'(?:W/)?"(\d{1,19})(?:-[^"]*)?"')
IF_MATCH = "If-Match"
IF_NONE_MATCH = "If-None-Match"


@dataclass(frozen=True)
class Precondition:
    """The record must be `absent`, or exist with one of these versions (None: any)."""

    versions: frozenset[int] | None = None
    absent: bool = False

    def check(self, name: str, version: int | None) -> None:
        """Raise StaleVersion unless the precondition holds for the record `name`, which has this
        version, or does not exist."""
        if self.absent and version is not None:
            detail = (
                f"{name} exists, at version {version}, and {IF_NONE_MATCH} requires that it does "
                "not. Nothing was written."
            )
            raise StaleVersion.at(detail, header=IF_NONE_MATCH, version=version)
        if not self.absent and version is None:
            detail = (
                f"{name} does not exist, and {IF_MATCH} requires that it does. "
                "Nothing was written."
            )
            raise StaleVersion.at(detail, header=IF_MATCH, version=None)
        if self.versions is not None and version not in self.versions:
            expected = " or ".join(str(number) for number in sorted(self.versions))
            detail = (
                f"{name} is at version {version}, not {expected}. Nothing was written: read it "
                "again, and retry."
            )
            raise StaleVersion.at(detail, header=IF_MATCH, version=version)


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
    versions = set()
    for text in match.split(","):
        tag = _TAG.fullmatch(text.strip())
        if tag is None:
            detail = f'{IF_MATCH} is {match[:80]!r}. Use the ETag of a record, or its version: "3".'
            raise InvalidRequest.at(detail, header=IF_MATCH)
        versions.add(int(tag[1]))
    return Precondition(frozenset(versions))


def require_precondition(
    precondition: Precondition | None, name: str, version: int | None
) -> None:
    """Raise PreconditionRequired without a precondition, StaleVersion unless it holds."""
    if precondition is not None:
        precondition.check(name, version)
    elif version is None:
        detail = f"{name} does not exist. Send {IF_NONE_MATCH}: * to create it."
        raise PreconditionRequired.at(detail, header=IF_NONE_MATCH, version=None)
    else:
        detail = f"Send {IF_MATCH} with the ETag of the version of {name} that you read."
        raise PreconditionRequired.at(detail, header=IF_MATCH, version=version)
