"""The tools for agents under clients of others: the MCP inspector and the conformance suite."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.helpers.agents import BEFORE, NEWEST
from tests.helpers.bases import SqliteBases
from tests.helpers.command_line import COMMAND
from tests.helpers.mcp_oracles import inspect, needs_mcp_oracles, run_scenario
from tests.helpers.servers import serving

ERAS = ("modern", "legacy")
STATEMENTS = [{"quote": "Enhanced tactical readiness", "said_as": "prospective"}]
# They ask for tools of a server that is made for the suite: one that needs a capability of the
# client, one that streams, and one that logs. This server has none of these.
OF_OTHER_TOOLS = {
    "sep-2575-server-rejects-undeclared-capability",
    "sep-2575-missing-capability-http-400",
    "sep-2575-http-server-no-independent-requests-on-stream",
    "sep-2575-server-no-log-without-loglevel",
}
# Those that ask for nothing which only a server made for the suite has.
SCENARIOS = [
    *(
        (version, scenario)
        for version in (NEWEST, BEFORE)
        for scenario in (
            "completion-complete",
            "tools-list",
            "resources-list",
            "prompts-list",
            "dns-rebinding-protection",
        )
    ),
    (NEWEST, "server-stateless"),
    (NEWEST, "caching"),
    (NEWEST, "http-header-validation"),
    (NEWEST, "sep-2164-resource-not-found"),
    (BEFORE, "server-initialize"),
    (BEFORE, "ping"),
]


@pytest.fixture(scope="module")
def url(plain_bases: SqliteBases) -> str:
    return plain_bases.make("seeded")


@pytest.fixture(scope="module")
def server(url: str) -> Iterator[httpx.Client]:
    with serving(url) as client:
        yield client


@pytest.mark.accept
@needs_mcp_oracles
@pytest.mark.parametrize(("version", "scenario"), SCENARIOS)
def test_scenario_of_the_conformance_suite(
    server: httpx.Client, tmp_path: Path, version: str, scenario: str
) -> None:
    checks = run_scenario(tmp_path, f"{server.base_url}/mcp", scenario, version)
    failed = {name for name, status in checks.items() if status in ("FAILURE", "WARNING")}
    assert failed <= OF_OTHER_TOOLS
    assert "SUCCESS" in checks.values()


def over_http(server: httpx.Client) -> list[str]:
    return ["--server-url", f"{server.base_url}/mcp", "--transport", "http"]


def over_standard_streams(url: str) -> list[str]:
    options = ["-e", f"COMMUNIQUE_DATABASE_URL={url}"]
    if path := os.environ.get("PYTHONPATH"):
        # The inspector hands on few variables by itself, and refuses one without a value.
        options += ["-e", f"PYTHONPATH={path}"]
    return [*options, *COMMAND, "mcp"]


@pytest.mark.accept
@needs_mcp_oracles
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("transport", ["http", "stdio"])
def test_inspector_uses_the_tools(
    server: httpx.Client, url: str, tmp_path: Path, era: str, transport: str
) -> None:
    target = over_http(server) if transport == "http" else over_standard_streams(url)
    listed = inspect(tmp_path, era, target, "--method", "tools/list", "--strict")
    assert len(listed["tools"]) == 6
    statements = f"statements={json.dumps(STATEMENTS)}"
    called = inspect(
        tmp_path,
        era,
        target,
        *("--method", "tools/call", "--tool-name", "check", "--tool-arg", statements),
    )
    assert called["structuredContent"]["statements"][0]["overstated"] is True
    prompted = inspect(
        tmp_path,
        era,
        target,
        *("--method", "prompts/get", "--prompt-name", "cited_answer"),
        *("--prompt-args", "question=What is recommended?"),
    )
    assert "What is recommended?" in prompted["messages"][0]["content"]["text"]


@pytest.mark.accept
@needs_mcp_oracles
@pytest.mark.parametrize("era", ERAS)
def test_inspector_reads_a_record(server: httpx.Client, tmp_path: Path, era: str) -> None:
    uri = f"{server.base_url}/v1/focus-areas/training"
    read = inspect(
        tmp_path, era, over_http(server), "--method", "resources/read", "--uri", uri
    )
    assert json.loads(read["contents"][0]["text"])["slug"] == "training"
