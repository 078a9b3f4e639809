"""The settings of a process, and the files that ship with it."""

import os
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import CannotStart, suggest

PREFIX = "COMMUNIQUE_"

_BASE_URL = re.compile(r"https?://[^/?#\s\"<>\\]+(?:/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)*")
_KEY = re.compile(r"[\x21-\x7e]+")
# Its value is not repeated in a message.
_SECRETS = frozenset({"model_key"})


def _read_base_url(value: object) -> object:
    """The address without a final slash."""
    if not isinstance(value, str):
        return value
    address = value.rstrip("/")
    if not _BASE_URL.fullmatch(address):
        raise ValueError(
            "is not an address such as https://kb.example.org or https://example.org/kb, without "
            "parameters"
        )
    return address


def _read_key(value: object) -> object:
    """The key as an HTTP header can have it."""
    if isinstance(value, str) and not _KEY.fullmatch(value):
        raise ValueError(
            "has other characters than a key has: letters, digits and signs of ASCII"
        )
    return value


class Settings(BaseSettings):
    """Environment variables with the prefix `COMMUNIQUE_`; nothing else configures the server."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    database_url: str = Field(
        "sqlite:///communique.db",
        description="SQLAlchemy URL: `sqlite:///FILE` or `postgresql+psycopg://…`.",
    )
    host: str = Field(
        "127.0.0.1", min_length=1, description="Address that `serve` listens on."
    )
    port: int = Field(
        8000, ge=0, le=65535, description="Port that `serve` listens on; 0 is any."
    )
    workers: int = Field(1, ge=1, le=256, description="Processes that `serve` starts.")
    pool_size: int = Field(
        20, ge=1, le=1000, description="Largest number of database connections per process."
    )
    base_url: Annotated[str | None, BeforeValidator(_read_base_url)] = Field(
        None,
        description=(
            "Public address of this server, such as `https://kb.example.org`, for the links of "
            "calendars and feeds; by default, the address of the request. With a path, as in "
            "`https://example.org/kb`, all links have it."
        ),
    )
    public_reads: bool = Field(True, description="Whether reading is allowed without a key.")
    max_body_bytes: int = Field(
        33_554_432,
        ge=1_024,
        le=1_073_741_824,
        description="Largest request body; a larger one gets a 413.",
    )
    max_changes: int = Field(
        10_000,
        ge=1,
        le=1_000_000,
        description="Largest number of records that one request changes.",
    )
    max_depth: int = Field(
        32,
        ge=8,
        le=200,
        description="Deepest nesting of objects and lists in a request body.",
    )
    max_page_size: int = Field(
        200, ge=50, le=200, description="Largest `limit` of a page, 50 to 200."
    )
    cache_bytes: int = Field(
        33_554_432,
        ge=0,
        le=1_099_511_627_776,
        description="Memory for cached responses per process; 0 turns the cache off.",
    )
    cache_staleness_ms: int = Field(
        1_000,
        ge=20,
        le=3_600_000,
        description=(
            "How long a cached response may be served after another process has written "
            "(PostgreSQL only)."
        ),
    )
    shared_max_age_seconds: int = Field(
        0,
        ge=0,
        le=31_536_000,
        description=(
            "How long a shared cache, such as a CDN, may serve a response without revalidation "
            "(`s-maxage`)."
        ),
    )
    as_of_max_records: int = Field(
        100_000,
        ge=0,
        le=100_000_000,
        description="Largest number of records in a historical base (`as_of`).",
    )
    as_of_bases: int = Field(
        4, ge=1, le=100, description="Historical bases that one process caches."
    )
    feed_ttl_seconds: int = Field(
        3_600,
        ge=60,
        le=2_592_000,
        description="How long a calendar client may cache the calendar.",
    )
    cancelled_days: int = Field(
        30,
        ge=0,
        le=3_650,
        description="How long a calendar shows a deleted item as cancelled.",
    )
    poll_seconds: float = Field(
        0.5, ge=0.05, le=60, description="How often change streams poll for a new revision."
    )
    heartbeat_seconds: float = Field(
        15,
        ge=0.1,
        le=600,
        description="How long a stream is silent before it sends a heartbeat.",
    )
    shutdown_seconds: int = Field(
        10,
        ge=0,
        le=3_600,
        description="How long a stopping server waits for responses in progress.",
    )
    lock_timeout_seconds: int = Field(
        30, ge=1, le=3600, description="How long a write waits for the write lock."
    )
    file_max_bytes: int = Field(
        33_554_432,
        ge=1_024,
        le=1_073_741_824,
        description="Largest file that is read as a document.",
    )
    file_max_characters: int = Field(
        5_000_000,
        ge=1_000,
        le=100_000_000,
        description="Longest text that is read from a file, in characters.",
    )
    file_max_memory_bytes: int = Field(
        1_073_741_824,
        ge=268_435_456,
        le=68_719_476_736,
        description="Memory of the process that reads a file.",
    )
    file_max_seconds: int = Field(
        60, ge=1, le=3_600, description="How long the process that reads a file may take."
    )

    model_url: Annotated[str | None, BeforeValidator(_read_base_url)] = Field(
        None,
        description=(
            "Address of a language model that `draft --model` and `POST /v1/drafts?model=true` "
            "ask, such as `https://models.example.org/v1`: it speaks the chat completions of "
            "OpenAI."
        ),
    )
    model_name: str | None = Field(
        None, min_length=1, max_length=200, description="Name of the language model."
    )
    model_key: Annotated[SecretStr | None, BeforeValidator(_read_key)] = Field(
        None, description="Key that the language model's server wants, if any."
    )
    model_max_tokens: int = Field(
        200_000,
        ge=1_000,
        le=100_000_000,
        description="Most tokens of one draft with a model, prompts and answers together.",
    )
    model_max_answer_tokens: int = Field(
        8_192,
        ge=256,
        le=1_000_000,
        description="Most tokens of one answer of the language model.",
    )
    model_max_requests: int = Field(
        50,
        ge=1,
        le=10_000,
        description="Most requests of one draft with a model, repeated ones included.",
    )
    model_max_seconds: int = Field(
        600,
        ge=1,
        le=86_400,
        description="How long one draft may wait for the language model.",
    )
    draft_max_proposals: int = Field(
        10_000,
        ge=1,
        le=100_000,
        description="Largest number of proposals of one draft on the server.",
    )

    @property
    def path_prefix(self) -> str:
        """The path of the public address, such as `/kb`; empty where it has none."""
        return urlsplit(self.base_url or "").path


def read_settings(**overrides: object) -> Settings:
    """Settings from the environment; `overrides` that are not None take precedence.

    Raises CannotStart for an invalid value, and for a variable with our prefix that is not a
    setting: a misspelt COMMUNIQUE_DATABASE_URL must not open another base."""
    _reject_unknown_variables()
    values: dict[str, Any] = {}
    for name, value in overrides.items():
        if value is not None:
            values[name] = value
    try:
        return Settings(**values)
    except ValidationError as error:
        problem = error.errors()[0]
        variable = PREFIX + str(problem["loc"][0]).upper()
        reason = problem["msg"].removeprefix("Value error, ")
        if problem["loc"][0] in _SECRETS:
            raise CannotStart(f"{variable}: {reason}.") from None
        raise CannotStart(f"{variable}={problem['input']!r}: {reason}.") from None


def _reject_unknown_variables() -> None:
    variables = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        upper = name.upper()
        if upper.startswith(PREFIX) and upper not in variables:
            raise CannotStart(f"{name} is not a setting.{suggest(name, variables)}")


def shipped(name: str) -> Path:
    """A file or folder that comes with the software (`data/seed.json`, `migrations`): in the
    installed package, or at the top of the repository."""
    package = Path(__file__).parent
    packaged = package / "_shipped" / name
    if packaged.exists():
        return packaged
    return package.parent / name
