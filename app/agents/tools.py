"""The six tools: their names, what agents read about them, their arguments, and what they do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError

from app.agents.arguments import (
    Arguments,
    ChangesArguments,
    CheckArguments,
    CountArguments,
    DescribeArguments,
    FetchArguments,
    SearchArguments,
)
from app.agents.budget import Json
from app.agents.changes import changes
from app.agents.check import check
from app.agents.count import count
from app.agents.describe import describe
from app.agents.fetch import fetch
from app.agents.mistakes import invalid_arguments
from app.agents.reading import AgentBase, Reading
from app.agents.search import search
from app.errors import NotFound, suggest

INSTRUCTIONS = """\
Claims of policy documents, each with the words that support it. Begin with `describe`. Say a \
claim no stronger than its modality: occurred > stated > prospective > required > recommended. \
Dates are ranges: keep the wording of the document. Quote verbatim and name the record's id. \
Before you answer, send all your quotes to `check`, each with `record` and `said_as`, and correct \
or drop what does not pass."""


@dataclass(frozen=True)
class AgentTool:
    """One tool. `run` reads the base and returns the answer."""

    title: str
    description: str
    arguments: type[Arguments]
    run: Callable[[Reading, Any], Json]


TOOLS: Mapping[str, AgentTool] = {
    "describe": AgentTool(
        "What the base holds",
        "What the base holds: counts, documents, modalities, focus areas with their aliases "
        "and broader ones. Call it first.",
        DescribeArguments,
        describe,
    ),
    "search": AgentTool(
        "Search claims and records",
        "Find records by words and filters, several values of one filter meaning any of them. Each "
        "result has id, title, url, modality, dates and a verbatim quote. Without query: every "
        "claim (initiative, expected_outcome, timeline_item) that meets the filters.",
        SearchArguments,
        search,
    ),
    "fetch": AgentTool(
        "Read one record",
        "One record in full: all its fields (office_slug: who claims it) and all its citations, "
        "with the fields that each supports. Of a document, also a part of its text, if the base "
        "holds it.",
        FetchArguments,
        fetch,
    ),
    "count": AgentTool(
        "Count by two dimensions",
        "Count the records of a collection by two dimensions, such as focus_area and modality. A "
        "record may be in several rows, and in those of broader focus areas; `all` counts each "
        "once.",
        CountArguments,
        count,
    ),
    "changes": AgentTool(
        "What changed",
        "What was written to the base: the latest changes, or with `since` those after it, in "
        "order.",
        ChangesArguments,
        changes,
    ),
    "check": AgentTool(
        "Check quotes before answering",
        "Check up to 25 quotes of your answer. Verdict: verbatim, differs (with the nearest words) "
        "or not_found; with the records that the words bear out and their modality. overstated: "
        "said_as is stronger than the modality. Only what passes may stay in the answer.",
        CheckArguments,
        check,
    ),
}


def find_tool(name: str) -> AgentTool:
    """The tool with this name. Raises NotFound."""
    if name not in TOOLS:
        raise NotFound(f"There is no tool {name!r}.{suggest(name, TOOLS)}")
    return TOOLS[name]


async def run_tool(base: AgentBase, tool: AgentTool, given: Mapping[str, Any]) -> Json:
    """The answer of a tool. Raises KnowledgeBaseError for arguments that cannot be used."""
    try:
        arguments = tool.arguments.model_validate(given)
    except ValidationError as error:
        raise invalid_arguments(error, tool.arguments) from None
    return await base.read(arguments.base_as_of, partial(_run, tool, arguments))


def _run(tool: AgentTool, arguments: Arguments, reading: Reading) -> Json:
    return tool.run(reading, arguments)
