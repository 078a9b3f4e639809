"""API keys, the sessions of curators, and the stored responses of requests with an idempotency key.

None is content of the base: they make no revision and are in no bundle.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.columns import text_key
from app.store.models.base import Base, in_vocabulary
from app.vocabulary import Scope


class ApiKey(Base):
    """An API key, found by its `prefix` and checked by a digest; the key itself is not stored."""

    __tablename__ = "api_key"

    prefix: Mapped[str] = mapped_column(text_key(40), primary_key=True)
    name: Mapped[str] = mapped_column(text_key(200))
    scope: Mapped[str]
    sha256: Mapped[str] = mapped_column(text_key(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    __table_args__ = (
        in_vocabulary("scope", Scope),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )


class CuratorSession(Base):
    """A curator who is signed in with a key in a browser. The token of the cookie is not stored,
    only its digest."""

    __tablename__ = "curator_session"

    token_sha256: Mapped[str] = mapped_column(text_key(64), primary_key=True)
    key_prefix: Mapped[str] = mapped_column(ForeignKey("api_key.prefix", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index(None, "expires_at"),
        Index(None, "key_prefix"),
        CheckConstraint("length(token_sha256) = 64", name="token_sha256"),
    )


class StoredResponse(Base):
    """The response to a request with an idempotency key. Without `status` the request is still
    running; `started_at` tells it from a later request that took over its row."""

    __tablename__ = "kept_answer"

    sender: Mapped[str] = mapped_column(text_key(40), primary_key=True)
    key: Mapped[str] = mapped_column(text_key(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(text_key(64))
    started_at: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[dict[str, str]]
    body: Mapped[str]

    __table_args__ = (Index(None, "started_at"),)
