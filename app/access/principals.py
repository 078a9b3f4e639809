"""Principals: who sends a request, and what may they do?

`identify` is the one place that turns the `Authorization` header into a `Principal`. Today that is
an API key. Another method, such as OpenID Connect, is one more branch of `identify` and one more
kind of principal.

A key is `cmq_PREFIX_SECRET`: the prefix is public and finds the row, the secret has 256 random
bits, and only the SHA-256 of the whole key is stored. A slow hash would add nothing, because such a
secret cannot be guessed.
"""

import hashlib
import hmac
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

from sqlalchemy import Engine, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.errors import Forbidden, Unauthenticated
from app.store.models import ApiKey
from app.store.sessions import read_session, write_unlogged
from app.vocabulary import Scope

_KEY = re.compile(r"(cmq_[a-z2-7]{8})_[A-Za-z0-9_-]{43}")
# A key that does not exist is compared with this digest, so that it takes as long as one that does.
_NO_KEY = "0" * 64
# Precision of "last used": it is written at most once in this time, so that reads rarely write.
LAST_USED_PRECISION = timedelta(minutes=1)
# In ascending order: each scope covers the ones before it.
SCOPES: tuple[Scope, ...] = get_args(Scope)
API_KEY = "api_key"


@dataclass(frozen=True)
class Principal:
    """The sender of a request. `name` is the author in the log; `id` tells principals of the same
    name apart; `kind` says how it was identified, and so how it can stop being valid."""

    id: str
    name: str
    scope: Scope
    kind: str = API_KEY

    def require(self, scope: Scope) -> None:
        """Raise Forbidden unless the principal's scope covers this one."""
        if SCOPES.index(self.scope) < SCOPES.index(scope):
            raise Forbidden(
                f"This needs a key of scope {scope!r}; the scope of {self.id!r} is {self.scope!r}."
            )

    def is_valid(self, session: Session) -> bool:
        """Whether a principal identified a while ago would be identified again now."""
        if self.kind != API_KEY:
            # Only a key can be revoked here.
            return True
        key = session.get(ApiKey, self.id, populate_existing=True)
        return key is not None and _is_active(key, datetime.now(UTC))

    def require_valid(self, session: Session) -> None:
        """Raise Unauthenticated if the principal is no longer valid: its key may have been revoked
        since the request began."""
        if not self.is_valid(session):
            raise _invalid_key()


def identify(engine: Engine, authorization: str) -> Principal:
    """The principal that the `Authorization` header names.

    Raises Unauthenticated, always in the same words: only the owner of a key should learn whether
    it is misspelt, unknown, expired or revoked."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Authorization must be a key: `Authorization: Bearer cmq_…`.")
    principal = _find_key(engine, token.strip())
    if principal is None:
        raise _invalid_key()
    return principal


def _find_key(engine: Engine, token: str) -> Principal | None:
    match = _KEY.fullmatch(token)
    # Every failure takes the same steps, so that their time tells nothing about a key.
    prefix = match[1] if match is not None else ""
    now = datetime.now(UTC)
    with read_session(engine) as session:
        key = session.get(ApiKey, prefix)
        stored_digest = key.sha256 if key is not None else _NO_KEY
        is_same = hmac.compare_digest(digest_key(token), stored_digest)
        if key is None or not is_same:
            return None
        principal = make_principal(key, now)
        if principal is None:
            return None
        last_used_at = key.last_used_at
    if last_used_at is None or now - last_used_at >= LAST_USED_PRECISION:
        _record_use(engine, principal.id, now)
    return principal


def make_principal(key: ApiKey, now: datetime) -> Principal | None:
    """The principal of a key; None if the key is expired or revoked."""
    if not _is_active(key, now):
        return None
    return Principal(key.prefix, key.name, _read_scope(key.scope))


def _is_active(key: ApiKey, now: datetime) -> bool:
    is_expired = key.expires_at is not None and key.expires_at <= now
    return key.revoked_at is None and not is_expired


def _read_scope(name: str) -> Scope:
    return next(scope for scope in SCOPES if scope == name)


def _record_use(
    engine: Engine,
    prefix: str,
    now: datetime,
) -> None:
    """Store when the key was used; skipped if that would wait for a writer, or on a replica."""
    statement = update(ApiKey).where(ApiKey.prefix == prefix).values(last_used_at=now)
    with suppress(DBAPIError, PoolTimeout), write_unlogged(engine) as connection:
        connection.execute(statement)


def _invalid_key() -> Unauthenticated:
    return Unauthenticated("The key is not good here: misspelt, expired or revoked.")


def digest_key(key: str) -> str:
    """The SHA-256 of a key, or of whatever bytes a header has in its place, as hexadecimal text."""
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()
