"""Who is it that asks, and what may they do?

The one place that turns what a request brings into a `Principal`. Today that is an API key. Another
way to say who one is, such as OpenID Connect, is one more branch of `identify`, and no more.

A key is `cmq_PREFIX_SECRET`: the prefix is public and finds the row, the secret has 256 random bits
and only the SHA-256 of the whole key is kept. A slow hash would add nothing: there is no guessing
such a secret.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.db import fleeting, reading, writing
from app.errors import Forbidden, InvalidRequest, NotFound, Unauthenticated, suggest
from app.models import ApiKey
from app.vocabulary import Scope

_KEY = re.compile(r"(cmq_[a-z2-7]{8})_[A-Za-z0-9_-]{43}")
# What a key that does not exist is compared with, so that it takes as long as one that does.
_NOBODY = "0" * 64
# How exact "last used" is: reading is to stay reading.
USED_WITHIN = timedelta(minutes=1)
LONGEST_NAME = 200
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True)
class Principal:
    """Who asks: the name stands as author in the log, `id` tells two of one name apart."""

    id: str
    name: str
    scope: Scope

    def require(self, scope: Scope) -> None:
        """Raise Forbidden unless the scope is covered: each covers the ones before it."""
        if SCOPES.index(self.scope) < SCOPES.index(scope):
            raise Forbidden(
                f"This needs a key of scope {scope!r}; the scope of {self.id!r} is {self.scope!r}."
            )


def identify(engine: Engine, authorization: str) -> Principal:
    """Whoever the field `Authorization` names. Raises Unauthenticated, always in the same words:
    whether a key is misspelt, unknown, expired or revoked is for its owner to know."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Authorization must be a key: `Authorization: Bearer cmq_…`.")
    found = _find_key(engine, token.strip())
    if found is None:
        raise _not_good()
    return found


def _find_key(engine: Engine, token: str) -> Principal | None:
    shaped = _KEY.fullmatch(token)
    now = datetime.now(UTC)
    with reading(engine) as session:
        key = session.get(ApiKey, shaped[1] if shaped else "")
        same = hmac.compare_digest(_digest(token), key.sha256 if key is not None else _NOBODY)
        if key is None or not same or not _is_good(key, now):
            return None
        principal = Principal(key.prefix, key.name, _scope(key.scope))
        used = key.last_used_at
    if used is None or now - used >= USED_WITHIN:
        _note_use(engine, principal.id, now)
    return principal


def _is_good(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def _scope(name: str) -> Scope:
    return next(scope for scope in SCOPES if scope == name)


def _note_use(engine: Engine, prefix: str, now: datetime) -> None:
    """Remember when the key was used, unless that would wait: for a writer, or for good where the
    base can only be read."""
    used = update(ApiKey).where(ApiKey.prefix == prefix).values(last_used_at=now)
    try:
        with fleeting(engine) as connection:
            connection.execute(used)
    except (DBAPIError, PoolTimeout):
        pass


def is_good(session: Session, principal: Principal) -> bool:
    """Whether the key of somebody who was identified a while ago is still good."""
    key = session.get(ApiKey, principal.id, populate_existing=True)
    return key is not None and _is_good(key, datetime.now(UTC))


def require_good(session: Session, principal: Principal) -> None:
    """Raise Unauthenticated if the key is good no more: it may have been revoked since the request
    began."""
    if not is_good(session, principal):
        raise _not_good()


def _not_good() -> Unauthenticated:
    return Unauthenticated("The key is not good here: misspelt, expired or revoked.")


def _digest(key: str) -> str:
    # Of whatever came: a header may hold any bytes.
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()


def create_key(
    engine: Engine, name: str, scope: Scope, lasts: timedelta | None = None
) -> tuple[str, ApiKey]:
    """A new key, which is known only now, and what is kept of it.

    Raises InvalidRequest for a name that is empty, or more than a line. Several keys may have one
    name: that is how one takes the place of another."""
    if not name.strip():
        raise InvalidRequest("The name is empty. Say who will answer for what the key writes.")
    if not name.isprintable() or len(name) > LONGEST_NAME:
        raise InvalidRequest(f"A name is one line of {LONGEST_NAME} characters at most.")
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    prefix = "cmq_" + "".join(secrets.choice(letters) for _ in range(8))
    key = f"{prefix}_{secrets.token_urlsafe(32)}"
    now = datetime.now(UTC)
    kept = ApiKey(
        prefix=prefix,
        name=name.strip(),
        scope=scope,
        sha256=_digest(key),
        created_at=now,
        expires_at=now + lasts if lasts is not None else None,
    )
    with writing(engine) as session:
        session.add(kept)
        session.commit()
    return key, kept


def list_keys(engine: Engine) -> list[ApiKey]:
    """What is kept of every key, the oldest first; of revoked ones too."""
    with reading(engine) as session:
        return list(session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.prefix)))


def revoke_key(engine: Engine, prefix: str) -> ApiKey:
    """Make the key with this prefix useless, at once and for good. Raises NotFound."""
    with writing(engine) as session:
        key = session.get(ApiKey, prefix)
        if key is None:
            known = session.scalars(select(ApiKey.prefix)).all()
            raise NotFound(f"There is no key {prefix!r}.{suggest(prefix, known)}")
        key.revoked_at = key.revoked_at or datetime.now(UTC)
        session.commit()
        return key
