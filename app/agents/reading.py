"""What a tool reads: the base, and the addresses that its answer names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from anyio import Lock
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.http.session import historical_engine
from app.log.as_of.historical_bases import HistoricalBases
from app.log.as_of.resolve import ResolvedAsOf, resolve_as_of
from app.queries.statement_check import read_key
from app.rules.changes import Key
from app.store.sessions import read_session

T = TypeVar("T")

# What stands before the path of a record's data, and not before that of its page.
DATA_PATH = "/v1"


@dataclass(frozen=True)
class Addresses:
    """`base_url` is the address of the server, without a final slash."""

    base_url: str

    def page(self, id_: str) -> str:
        """The address of the page of a record, for people."""
        return f"{self.base_url}/{id_}"

    def data(self, id_: str) -> str:
        """The address of the record itself."""
        return f"{self.base_url}{DATA_PATH}/{id_}"


def record_id(path: str) -> str:
    """The identifier of a record, such as `initiatives/SLUG`, from its path `/v1/…`."""
    return path.removeprefix(f"{DATA_PATH}/")


def find_key(name: str) -> Key:
    """The type and slug of a record, named by its identifier or by an address of it.

    Raises NotFound."""
    try:
        path = unquote(urlsplit(name).path)
        segments = path.strip("/").split("/")
        return read_key("/".join(segments[-2:]))
    except ValueError as error:
        raise NotFound(f"{error} `search` gives the ids of records.") from None


@dataclass(frozen=True)
class Reading:
    """One state of the base, for one answer."""

    session: Session
    addresses: Addresses


Read = Callable[[Reading], T]


@dataclass(frozen=True)
class AgentBase:
    """A base that agents read; what they share is as in `app.http.services`."""

    engine: Engine
    historical_bases: HistoricalBases
    as_of_lock: Lock
    addresses: Addresses

    async def read(self, as_of: str | None, read: Read[T]) -> T:
        """Read the base as it is, or as it was at `as_of`, in another thread."""
        if as_of is None:
            return await run_in_threadpool(self._read, self.engine, read)
        resolved = await run_in_threadpool(self._resolve, as_of)
        if resolved.is_current:
            return await run_in_threadpool(self._read, self.engine, read)
        async with historical_engine(self, resolved.stamp) as engine:
            return await run_in_threadpool(self._read, engine, read)

    def _resolve(self, as_of: str) -> ResolvedAsOf:
        with read_session(self.engine) as session:
            return resolve_as_of(session, as_of)

    def _read(self, engine: Engine, read: Read[T]) -> T:
        with read_session(engine) as session:
            return read(Reading(session, self.addresses))
