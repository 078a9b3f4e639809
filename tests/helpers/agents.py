"""An agent: a client of the tools, in this process or over HTTP."""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio
import httpx
from anyio import Lock
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult
from pydantic import BaseModel
from sqlalchemy import Engine

from app.agents.reading import Addresses, AgentBase
from app.agents.server import make_server
from app.log.as_of.historical_bases import HistoricalBases
from app.settings import Settings

T = TypeVar("T")
Json = dict[str, Any]

ADDRESS = "http://kb.example.org"
NEWEST = "2026-07-28"
BEFORE = "2025-11-25"
VERSIONS = (NEWEST, BEFORE)


@dataclass(frozen=True)
class Answer:
    """The answer of a tool: its JSON, its text, and its length in bytes as it is sent."""

    content: Json
    text: str
    is_error: bool
    size: int


class Agent:
    """Uses the tools over a base."""

    def __init__(self, base: AgentBase, version: str = "auto") -> None:
        self.base = base
        self.version = version

    def ask(self, request: Callable[[Client], Awaitable[T]]) -> T:
        """What the request returns, with a new connection. Raises MCPError."""

        async def connect() -> T | MCPError:
            async with Client(make_server(self.base), mode=self.version) as client:
                try:
                    return await request(client)
                except MCPError as error:
                    # The client would put it into groups of exceptions.
                    return error

        result = anyio.run(connect)
        if isinstance(result, MCPError):
            raise result
        return result

    def call(self, tool: str, **arguments: Any) -> Answer:
        """The answer of a tool, with which its text must agree."""
        result = self.ask(lambda client: client.call_tool(tool, arguments))
        return read_answer(result)

    def answer(self, tool: str, **arguments: Any) -> Json:
        """The JSON of an answer that is no error."""
        answer = self.call(tool, **arguments)
        assert not answer.is_error, answer.text
        return answer.content

    def error(self, tool: str, **arguments: Any) -> str:
        """The text of an answer that is an error."""
        answer = self.call(tool, **arguments)
        assert answer.is_error, answer.text
        return answer.text


def read_answer(result: CallToolResult) -> Answer:
    (block,) = result.content
    assert block.type == "text"
    if result.is_error:
        assert result.structured_content is None
    else:
        assert json.loads(block.text) == result.structured_content
    return Answer(
        result.structured_content, block.text, result.is_error, size_as_sent(result)
    )


def size_as_sent(result: BaseModel) -> int:
    """The bytes of a result in JSON, with other characters than ASCII escaped."""
    fields = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    return len(json.dumps(fields, separators=(",", ":")))


@contextmanager
def agent_of(engine: Engine, version: str = "auto") -> Iterator[Agent]:
    """An agent that reads the base in this process."""
    settings = Settings(database_url=engine.url.render_as_string(hide_password=False))
    with closing(HistoricalBases(engine, settings)) as bases:
        yield Agent(AgentBase(engine, bases, Lock(), Addresses(ADDRESS)), version)


def post(
    client: httpx.Client,
    method: str,
    params: Json | None = None,
    *,
    version: str = NEWEST,
    **headers: Any,
) -> httpx.Response:
    """One message over HTTP, in a version of the protocol."""
    sent = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": version}
    params = dict(params or {})
    if version == NEWEST:
        sent["Mcp-Method"] = method
        if "name" in params:
            sent["Mcp-Name"] = params["name"]
        params["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return client.post("/mcp", json=message, headers={**sent, **headers})


def call_over_http(client: httpx.Client, tool: str, arguments: Json, **options: str) -> Json:
    """The result of a tool over HTTP."""
    params = {"name": tool, "arguments": arguments}
    response = post(client, "tools/call", params, **options).raise_for_status()
    result: Json = response.json()["result"]
    return result
