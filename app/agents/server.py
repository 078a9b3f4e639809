"""The server of the Model Context Protocol: what it offers, whatever carries the messages.

Imported only when agents are served, because the protocol's library is an extra (`mcp`) and takes
half a second to import.
"""

import logging
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Any, TypeVar

import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types.jsonrpc import INTERNAL_ERROR, INVALID_PARAMS
from sqlalchemy.exc import SQLAlchemyError

from app.agents import prompts
from app.agents.budget import write_text
from app.agents.reading import AgentBase, Reading
from app.agents.resources import (
    MAX_COMPLETIONS,
    MEDIA_TYPE,
    complete,
    list_resources,
    read_resource,
    uri_template,
)
from app.agents.schemas import input_schema
from app.agents.tools import INSTRUCTIONS, TOOLS, AgentTool, find_tool, run_tool
from app.errors import KnowledgeBaseError

T = TypeVar("T")
Context = ServerRequestContext[Any, Any]
Page = types.PaginatedRequestParams | None

log = logging.getLogger("communique")

UNAVAILABLE = "The database does not respond. Try again in a moment."
UNEXPECTED = "Something unexpected happened here. It was logged."
# Until the software changes, these lists stay the same for everybody.
_FIXED = CacheHint(ttl_ms=3_600_000, scope="public")


def make_server(base: AgentBase) -> Server[Any]:
    """A server over the base."""
    handlers = _Handlers(base)
    return Server(
        "communique",
        title="Communiqué",
        version=version("communique"),
        instructions=INSTRUCTIONS,
        cache_hints={
            "tools/list": _FIXED,
            "prompts/list": _FIXED,
            "resources/templates/list": _FIXED,
        },
        get_tool_input_schema=_find_schema,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        on_list_prompts=handlers.list_prompts,
        on_get_prompt=handlers.get_prompt,
        on_completion=handlers.complete,
    )


def _find_schema(name: str) -> dict[str, Any] | None:
    tool = TOOLS.get(name)
    return input_schema(tool.arguments) if tool is not None else None


def _list_tools() -> list[types.Tool]:
    return [_describe_tool(name, tool) for name, tool in TOOLS.items()]


def _describe_tool(name: str, tool: AgentTool) -> types.Tool:
    return types.Tool(
        name=name,
        title=tool.title,
        description=tool.description,
        input_schema=input_schema(tool.arguments),
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


class _Handlers:
    """One method for each request of the protocol."""

    def __init__(self, base: AgentBase) -> None:
        self.base = base

    async def list_tools(self, _context: Context, _page: Page) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_list_tools())

    async def call_tool(
        self, _context: Context, request: types.CallToolRequestParams
    ) -> types.CallToolResult:
        """The answer of a tool. What went wrong is said in the answer, so that the agent reads it;
        only an unknown tool is an error of the protocol."""
        try:
            tool = find_tool(request.name)
        except KnowledgeBaseError as error:
            raise MCPError(INVALID_PARAMS, str(error)) from None
        try:
            answer = await run_tool(self.base, tool, request.arguments or {})
        except Exception as error:
            return _make_error(describe_failure(error))
        text = types.TextContent(type="text", text=write_text(answer))
        return types.CallToolResult(content=[text], structured_content=answer)

    async def list_resources(
        self, _context: Context, page: Page
    ) -> types.ListResourcesResult:
        cursor = page.cursor if page is not None else None
        listed = await self._read(partial(list_resources, cursor))
        return types.ListResourcesResult.model_validate(listed)

    async def list_templates(
        self, _context: Context, _page: Page
    ) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            name="record",
            title="A record",
            uri_template=uri_template(self.base.addresses),
            description="A record with its citations, as /v1 has it.",
            mime_type=MEDIA_TYPE,
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(
        self, _context: Context, request: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        read = partial(read_resource, request.uri)
        text = await self._read(read, {"uri": request.uri})
        contents = types.TextResourceContents(
            uri=request.uri, mime_type=MEDIA_TYPE, text=text
        )
        return types.ReadResourceResult(contents=[contents])

    async def list_prompts(self, _context: Context, _page: Page) -> types.ListPromptsResult:
        question = types.PromptArgument(
            name="question", description="The question.", required=True
        )
        focus_area = types.PromptArgument(
            name="focus_area", description="Only claims about it.", required=False
        )
        prompt = types.Prompt(
            name=prompts.NAME,
            title=prompts.TITLE,
            description=prompts.DESCRIPTION,
            arguments=[question, focus_area],
        )
        return types.ListPromptsResult(prompts=[prompt])

    async def get_prompt(
        self, _context: Context, request: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        if request.name != prompts.NAME:
            detail = f"There is no prompt {request.name!r}. Did you mean {prompts.NAME!r}?"
            raise MCPError(INVALID_PARAMS, detail)
        try:
            text = prompts.write_prompt(request.arguments or {})
        except KnowledgeBaseError as error:
            raise MCPError(INVALID_PARAMS, str(error)) from None
        content = types.TextContent(type="text", text=text)
        message = types.PromptMessage(role="user", content=content)
        return types.GetPromptResult(description=prompts.DESCRIPTION, messages=[message])

    async def complete(
        self, _context: Context, request: types.CompleteRequestParams
    ) -> types.CompleteResult:
        argument = request.argument
        chosen: dict[str, str] = {}
        if request.context is not None:
            chosen = request.context.arguments or {}
        read = partial(complete, argument.name, argument.value, chosen.get("collection"))
        values = await self._read(read)
        has_more = len(values) == MAX_COMPLETIONS
        completion = types.Completion(values=values, has_more=has_more)
        return types.CompleteResult(completion=completion)

    async def _read(
        self, read: Callable[[Reading], T], subject: dict[str, str] | None = None
    ) -> T:
        """Read the base. Raises MCPError for what goes wrong, with the subject as its data."""
        try:
            return await self.base.read(None, read)
        except Exception as error:
            is_ours = isinstance(error, KnowledgeBaseError) and error.status < 500
            code = INVALID_PARAMS if is_ours else INTERNAL_ERROR
            raise MCPError(code, describe_failure(error), subject) from None


def describe_failure(error: Exception) -> str:
    """The failure as a sentence for the agent. Its reason is logged if it is not the agent's."""
    if isinstance(error, KnowledgeBaseError):
        return str(error)
    if isinstance(error, SQLAlchemyError):
        log.error("The database failed an agent: %s", error)
        return UNAVAILABLE
    log.error("A tool failed.", exc_info=error)
    return UNEXPECTED


def _make_error(detail: str) -> types.CallToolResult:
    text = types.TextContent(type="text", text=detail)
    return types.CallToolResult(content=[text], is_error=True)
