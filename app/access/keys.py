"""API keys: create, list and revoke them."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.access.principals import digest_key
from app.errors import InvalidRequest, NotFound, suggest
from app.store.models import ApiKey
from app.store.sessions import read_session, write_session
from app.vocabulary import Scope

MAX_NAME_CHARACTERS = 200
# Base32, lower case: easy to read aloud.
_PREFIX_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def create_key(
    engine: Engine,
    name: str,
    scope: Scope,
    lifetime: timedelta | None = None,
) -> tuple[str, ApiKey]:
    """As `add_key`, in a transaction of its own."""
    with write_session(engine) as session:
        key, row = add_key(session, name, scope, lifetime)
        session.commit()
    return key, row


def add_key(
    session: Session,
    name: str,
    scope: Scope,
    lifetime: timedelta | None = None,
) -> tuple[str, ApiKey]:
    """A new key, which cannot be read again later, and its row. The caller commits.

    Several keys may have one name, so that one can replace another. Raises InvalidRequest for a
    name that is empty, or not a single line."""
    if not name.strip():
        raise InvalidRequest(
            "The name is empty. Say who will answer for what the key writes."
        )
    if not name.isprintable() or len(name) > MAX_NAME_CHARACTERS:
        raise InvalidRequest(
            f"A name is one line of {MAX_NAME_CHARACTERS} characters at most."
        )
    letters = [secrets.choice(_PREFIX_ALPHABET) for _ in range(8)]
    prefix = "cmq_" + "".join(letters)
    key = f"{prefix}_{secrets.token_urlsafe(32)}"
    created_at = datetime.now(UTC)
    expires_at = None
    if lifetime is not None:
        expires_at = created_at + lifetime
    row = ApiKey(
        prefix=prefix,
        name=name.strip(),
        scope=scope,
        sha256=digest_key(key),
        created_at=created_at,
        expires_at=expires_at,
    )
    session.add(row)
    return key, row


def list_keys(engine: Engine) -> list[ApiKey]:
    """The rows of all keys, revoked ones included, oldest first."""
    with read_session(engine) as session:
        statement = select(ApiKey).order_by(ApiKey.created_at, ApiKey.prefix)
        return list(session.scalars(statement))


def revoke_key(engine: Engine, prefix: str) -> ApiKey:
    """As `end_key`, in a transaction of its own."""
    with write_session(engine) as session:
        key = end_key(session, prefix)
        session.commit()
        return key


def end_key(session: Session, prefix: str) -> ApiKey:
    """End the validity of the key with this prefix, permanently. The caller commits.

    Raises NotFound."""
    key = session.get(ApiKey, prefix)
    if key is None:
        prefixes = session.scalars(select(ApiKey.prefix)).all()
        raise NotFound(f"There is no key {prefix!r}.{suggest(prefix, prefixes)}")
    if key.revoked_at is None:
        key.revoked_at = datetime.now(UTC)
    return key
