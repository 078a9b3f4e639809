"""Sessions of curators: begin one with a key, find it by its token, end it.

A token has 256 random bits, and only its SHA-256 is stored. A session ends after eight hours, after
an hour without a request, with its key, or when the curator signs out.
"""

import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.access.principals import Principal, digest_key, identify, make_principal
from app.store.models import ApiKey, CuratorSession
from app.store.sessions import read_session, write_session, write_unlogged

LIFETIME = timedelta(hours=8)
MAX_IDLE = timedelta(hours=1)
# Precision of "last used": it is written at most once in this time.
LAST_USED_PRECISION = timedelta(minutes=1)
TOKEN_BYTES = 32


def begin_session(engine: Engine, key: str, previous_token: str | None = None) -> str:
    """The token of a new session. The session of `previous_token`, if there is one, ends.

    Raises Unauthenticated for a key that is not valid."""
    principal = identify(engine, f"Bearer {key}")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = datetime.now(UTC)
    session_row = CuratorSession(
        token_sha256=digest_key(token),
        key_prefix=principal.id,
        created_at=now,
        last_used_at=now,
        expires_at=now + LIFETIME,
    )
    with write_session(engine) as session:
        session.execute(delete(CuratorSession).where(CuratorSession.expires_at <= now))
        if previous_token is not None:
            digest = digest_key(previous_token)
            session.execute(
                delete(CuratorSession).where(CuratorSession.token_sha256 == digest)
            )
        session.add(session_row)
        session.commit()
    return token


def find_principal(engine: Engine, token: str) -> Principal | None:
    """Who is signed in with this token; None if the session has ended, or never was."""
    digest = digest_key(token)
    now = datetime.now(UTC)
    with read_session(engine) as session:
        row = session.get(CuratorSession, digest)
        if row is None or not _is_open(row, now):
            return None
        key = session.get(ApiKey, row.key_prefix)
        principal = make_principal(key, now) if key is not None else None
        last_used_at = row.last_used_at
    if principal is not None and now - last_used_at >= LAST_USED_PRECISION:
        _record_use(engine, digest, now)
    return principal


def end_session(engine: Engine, token: str) -> None:
    """End the session with this token, if there is one."""
    statement = delete(CuratorSession).where(CuratorSession.token_sha256 == digest_key(token))
    with write_session(engine) as session:
        session.execute(statement)
        session.commit()


def _is_open(row: CuratorSession, now: datetime) -> bool:
    return now < row.expires_at and now - row.last_used_at < MAX_IDLE


def _record_use(engine: Engine, digest: str, now: datetime) -> None:
    """Store when the session was used; skipped if that would wait for a writer."""
    statement = update(CuratorSession).where(CuratorSession.token_sha256 == digest)
    with suppress(DBAPIError, PoolTimeout), write_unlogged(engine) as connection:
        connection.execute(statement.values(last_used_at=now))
