"""Positions in the change feed, and the tokens that encode them.

Revisions have no gaps and become visible in order (`app.changes.apply`). So a revision and a
position in it say how far a client has read, and no change can appear before that later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.cursors import cursor_scope, decode_cursor, encode_cursor
from app.errors import InvalidCursor, InvalidRequest
from app.store.revisions import (
    NO_REVISION,
    RevisionStamp,
    read_latest_stamp,
    read_revision,
    read_stamp,
)

NOW = "now"
# The position after the last change of any revision.
END = 2**31 - 1
# A longer `since` is refused unread: no revision number has as many digits.
_MAX_REVISION_DIGITS = 18
# Where a problem with `since` is, unless the caller says otherwise.
_SINCE_PARAMETER = {"parameter": "since"}


@dataclass(frozen=True)
class FeedPosition:
    """How far a client has read: `position` is that of its last change within the revision."""

    stamp: RevisionStamp
    position: int = END


def find_position(
    session: Session,
    since: str | None,
    types: Sequence[str],
    source: Mapping[str, Any] = _SINCE_PARAMETER,
) -> FeedPosition:
    """The position that `since` means: a revision, a token, `now`, or None for the beginning.

    `source` is the parameter or header that an error names."""
    if since is None:
        return FeedPosition(NO_REVISION)
    if since == NOW:
        return find_end(session)
    if since.isascii() and since.isdecimal():
        return _find_revision(session, since, source)
    position = _read_token(since, types, source)
    check_position(session, position, source)
    return position


def find_end(session: Session) -> FeedPosition:
    """The position after the latest change."""
    return FeedPosition(read_latest_stamp(session))


def _find_revision(
    session: Session,
    since: str,
    source: Mapping[str, Any],
) -> FeedPosition:
    latest = read_revision(session)
    if len(since) > _MAX_REVISION_DIGITS or int(since) > latest:
        detail = (
            f"There is no revision {since[:80]} yet: the base is at {latest}. If your copy is "
            "ahead, it is of another base: make a new copy."
        )
        raise InvalidRequest.at(detail, **source)
    return FeedPosition(read_stamp(session, int(since)))


def _read_token(
    since: str,
    types: Sequence[str],
    source: Mapping[str, Any],
) -> FeedPosition:
    try:
        number, position, created_at = decode_cursor(_scope(types), since, [int, int, str])
        assert isinstance(number, int)
        assert isinstance(position, int)
        if 0 <= number <= END and 0 <= position <= END:
            return FeedPosition(RevisionStamp(number, str(created_at)), position)
    except InvalidCursor:
        # The detail below names the ways to get a token.
        pass
    detail = (
        f"{since[:80]!r} is not a revision number, not 'now', and not a token for these types. Use "
        "the `next` or `delta` of a page, or the `id` of an event, unchanged and with the same "
        "`type`; or make a new copy."
    )
    raise InvalidCursor.at(detail, **source)


def check_position(
    session: Session,
    position: FeedPosition,
    source: Mapping[str, Any] = _SINCE_PARAMETER,
) -> None:
    """Raise InvalidCursor for a position in another base."""
    number = position.stamp.number
    if read_stamp(session, number) != position.stamp:
        detail = (
            f"The token of revision {number} comes from another base, or from before this one was "
            "restored to an earlier state. Make a new copy: take an export, then `since` its "
            "revision."
        )
        raise InvalidCursor.at(detail, **source)


def write_token(position: FeedPosition, types: Sequence[str]) -> str:
    """The position as text, valid for requests with the same types."""
    stamp = position.stamp
    return encode_cursor(_scope(types), [stamp.number, position.position, stamp.created_at])


def _scope(types: Sequence[str]) -> str:
    return cursor_scope("changes", sorted(set(types)))
