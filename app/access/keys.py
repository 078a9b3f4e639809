"""API keys: create, list and revoke them."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select

from app.access.principals import digest_key
from app.errors import InvalidRequest, NotFound, suggest
from app.store.models import ApiKey
from app.store.sessions import read_session, write_session
from app.vocabulary import Scope

MAX_NAME_CHARACTERS = 200
# Base32, lower case: easy to read aloud.
_PREFIX_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def create_key(
    engine: Engine, name: str, scope: Scope, lifetime: timedelta | None = None
) -> tuple[str, ApiKey]:
    """A new key, which cannot be read again later, and its row.

    Several keys may have one name, so that one can replace another. Raises InvalidRequest for a
    name that is empty, or not a single line."""
    if not name.strip():
        raise InvalidRequest("The name is empty. Say who will answer for what the key writes.")
    if not name.isprintable() or len(name) > MAX_NAME_CHARACTERS:
        raise InvalidRequest(f"A name is one line of {MAX_NAME_CHARACTERS} characters at most.")
    prefix = "cmq_" + "".join(secrets.choice(_PREFIX_ALPHABET) for _ in range(8))
    key = f"{prefix}_{secrets.token_urlsafe(32)}"
    now = datetime.now(UTC)
    row = ApiKey(
        prefix=prefix,
        name=name.strip(),
        scope=scope,
        sha256=digest_key(key),
        created_at=now,
        expires_at=now + lifetime if lifetime is not None else None,
    )
    with write_session(engine) as session:
        session.add(row)
        session.commit()
    return key, row


def list_keys(engine: Engine) -> list[ApiKey]:
    """The rows of all keys, revoked ones included, oldest first."""
    with read_session(engine) as session:
        return list(session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.prefix)))


def revoke_key(engine: Engine, prefix: str) -> ApiKey:
    """Make the key with this prefix useless, at once and for good. Raises NotFound."""
    with write_session(engine) as session:
        key = session.get(ApiKey, prefix)
        if key is None:
            prefixes = session.scalars(select(ApiKey.prefix)).all()
            raise NotFound(f"There is no key {prefix!r}.{suggest(prefix, prefixes)}")
        key.revoked_at = key.revoked_at or datetime.now(UTC)
        session.commit()
        return key
