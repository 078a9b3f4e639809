"""How is this process configured, and where are the files it ships with?"""

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import CannotStart, suggest

PREFIX = "COMMUNIQUE_"


class Settings(BaseSettings):
    """Environment variables with the prefix `COMMUNIQUE_`; nothing else configures the server."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    database_url: str = Field(
        "sqlite:///communique.db",
        description="SQLAlchemy URL: `sqlite:///FILE` or `postgresql+psycopg://…`.",
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address that `serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that `serve` listens on; 0 is any.")
    workers: int = Field(1, ge=1, le=256, description="Processes that `serve` answers with.")
    pool_size: int = Field(
        20, ge=1, le=1000, description="Database connections that one process keeps at most."
    )
    base_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*[^/?#\s])?$",
        description=(
            "Where users find this server, such as `https://kb.example.org`: what calendars and "
            "feeds name. By default the address that the request names."
        ),
    )
    public_reads: bool = Field(True, description="Whether reading needs no key.")
    max_body_bytes: int = Field(
        33_554_432,
        ge=1_024,
        le=1_073_741_824,
        description="How large the body of a request may be; a larger one is a 413.",
    )
    max_changes: int = Field(
        10_000, ge=1, le=1_000_000, description="Records that one change list may change."
    )
    max_depth: int = Field(
        32, ge=8, le=200, description="How deep objects and lists of a body may be nested."
    )
    max_page_size: int = Field(
        200, ge=50, le=200, description="What `limit` may be at most, where a list is a page."
    )
    cache_bytes: int = Field(
        33_554_432,
        ge=0,
        le=1_099_511_627_776,
        description="Memory that one process keeps answers in; 0 keeps none.",
    )
    cache_staleness_ms: int = Field(
        1_000,
        ge=20,
        le=3_600_000,
        description=(
            "How old an answer may be that is kept, on PostgreSQL, when others write; on SQLite "
            "none is."
        ),
    )
    shared_max_age_seconds: int = Field(
        0,
        ge=0,
        le=31_536_000,
        description=(
            "How long a shared cache, such as a CDN, may answer without asking (`s-maxage`)."
        ),
    )
    as_of_max_records: int = Field(
        100_000,
        ge=0,
        le=100_000_000,
        description="Records that a base of the past may have to be answered from (`as_of`).",
    )
    as_of_bases: int = Field(
        4, ge=1, le=100, description="Bases of the past that one process keeps at once."
    )
    feed_ttl_seconds: int = Field(
        3_600, ge=60, le=2_592_000, description="How long a calendar client may keep the calendar."
    )
    cancelled_days: int = Field(
        30, ge=0, le=3_650, description="How long a calendar shows a deleted item as cancelled."
    )
    poll_seconds: float = Field(
        0.5, ge=0.05, le=60, description="How often streams of changes look for a new revision."
    )
    heartbeat_seconds: float = Field(
        15, ge=0.1, le=600, description="After how long a silent stream says that it is there."
    )
    shutdown_seconds: int = Field(
        10,
        ge=0,
        le=3_600,
        description="How long a server that is told to stop waits for answers that go on.",
    )
    lock_timeout_seconds: int = Field(
        30, ge=1, le=3600, description="How long a write waits for another write to end."
    )


def read_settings(**given: object) -> Settings:
    """Settings from the environment, where `given` values that are not None come first.

    Raises CannotStart for a value that cannot be used, and for a variable with our prefix that is
    not a setting: a misspelt COMMUNIQUE_DATABASE_URL must not open another base.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    ours = (name for name in os.environ if name.upper().startswith(PREFIX))
    unknown = sorted(name for name in ours if name.upper() not in known)
    if unknown:
        raise CannotStart(f"{unknown[0]} is not a setting.{suggest(unknown[0], known)}")
    try:
        # Of whatever type: pydantic judges it, and names it below.
        return Settings(**{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise CannotStart(f"{name}={first['input']!r}: {first['msg']}.") from None


def shipped(name: str) -> Path:
    """A file or folder that comes with the software (`data/seed.json`, `migrations`): in the
    installed package where there is one, else at the top of the repository."""
    packaged = Path(__file__).parent / "_shipped" / name
    return packaged if packaged.exists() else Path(__file__).parent.parent / name
