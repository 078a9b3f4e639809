"""The tools over HTTP and over standard streams: keys, origins, limits, and both versions."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from app.access.keys import revoke_key
from app.access.principals import SCOPES
from app.agents.origins import check_origin
from app.errors import ForeignOrigin
from tests.helpers.agents import BEFORE, NEWEST, VERSIONS, call_over_http, post
from tests.helpers.bases import SqliteBases, engine_of, make_key
from tests.helpers.command_line import COMMAND, environment, error_of, run
from tests.helpers.servers import serving

STATEMENT = {"quote": "Enhanced tactical readiness", "said_as": "prospective"}


@pytest.fixture(scope="module")
def url(plain_bases: SqliteBases) -> str:
    """A base on SQLite that holds the seed: what carries the messages does not know the engine."""
    return plain_bases.make("seeded")


@pytest.fixture(scope="module")
def public(url: str) -> Iterator[httpx.Client]:
    with serving(url) as client:
        yield client


@pytest.fixture(scope="module")
def closed(url: str) -> Iterator[httpx.Client]:
    with serving(url, public_reads=False) as client:
        yield client


@pytest.mark.parametrize("version", VERSIONS)
def test_tools_answer_in_each_version(public: httpx.Client, version: str) -> None:
    listed = post(public, "tools/list", version=version).json()["result"]["tools"]
    assert len(listed) == 6
    result = call_over_http(public, "check", {"statements": [STATEMENT]}, version=version)
    assert result["structuredContent"]["statements"][0]["overstated"] is True
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]


def test_versions_say_the_same(public: httpx.Client) -> None:
    answers = []
    for version in VERSIONS:
        result = call_over_http(public, "search", {"query": "training"}, version=version)
        answers.append((result["content"], result["structuredContent"]))
    assert answers[0] == answers[1]


def test_server_keeps_no_session(public: httpx.Client) -> None:
    """The next request may go to another process."""
    client = {"name": "test", "version": "1"}
    params = {"protocolVersion": BEFORE, "capabilities": {}, "clientInfo": client}
    begun = post(public, "initialize", params, version=BEFORE)
    assert begun.json()["result"]["protocolVersion"] == BEFORE
    assert "mcp-session-id" not in begun.headers
    discovered = post(public, "server/discover").json()["result"]
    assert NEWEST in discovered["supportedVersions"]
    assert set(discovered["capabilities"]) == {"completions", "prompts", "resources", "tools"}
    for method in ("GET", "DELETE"):
        response = public.request(method, "/mcp")
        assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_addresses_are_those_of_the_server(public: httpx.Client, url: str) -> None:
    arguments = {"query": "training", "type": "initiative"}
    result = call_over_http(public, "search", arguments)["structuredContent"]["results"][0]
    assert result["url"] == f"{public.base_url}/{result['id']}"
    assert public.get(result["url"], headers={"Accept": "text/html"}).status_code == 200
    uri = post(public, "resources/list").json()["result"]["resources"][0]["uri"]
    assert public.get(uri).json()["slug"]
    with serving(url, base_url="https://kb.example.org/kb") as published:
        result = call_over_http(published, "search", arguments)["structuredContent"]
        assert result["results"][0]["url"].startswith(
            "https://kb.example.org/kb/initiatives/"
        )
        uri = post(published, "resources/list").json()["result"]["resources"][0]["uri"]
        assert uri.startswith("https://kb.example.org/kb/v1/")
        contents = post(published, "resources/read", {"uri": uri}, **{"Mcp-Name": uri})
        assert "result" in contents.json()


# --- Keys ---


def test_keys_are_those_of_all_endpoints(public: httpx.Client, closed: httpx.Client) -> None:
    url = str(closed.app.state.services.engine.url)  # type: ignore[attr-defined]
    assert post(closed, "tools/list").status_code == 401
    for scope in SCOPES:
        key = make_key(url, scope)
        for client in (public, closed):
            response = post(client, "tools/list", Authorization=f"Bearer {key}")
            assert response.status_code == 200
    with engine_of(url) as engine:
        revoke_key(engine, key[:12])
    for wrong in (key, "cmq_nonsense"):
        for client in (public, closed):
            response = post(client, "tools/list", Authorization=f"Bearer {wrong}")
            assert response.status_code == 401
            assert response.headers["www-authenticate"].startswith("Bearer")
            assert key not in response.text


# --- Origins ---


@pytest.mark.parametrize(
    ("host", "origin", "base_url", "is_allowed"),
    [
        # A program sends no origin.
        ("localhost:8000", None, None, True),
        ("127.0.0.1:8000", None, None, True),
        ("[::1]:8000", None, None, True),
        ("192.0.2.7:8000", None, None, True),
        ("kb.example.org", None, "https://kb.example.org/kb", True),
        ("KB.example.org:443", None, "https://kb.example.org", True),
        # A name that may have been made to lead here.
        ("kb.example.org", None, None, False),
        ("evil.example", None, "https://kb.example.org", False),
        ("localhost.evil.example", None, None, False),
        ("127.0.0.1.evil.example", None, None, False),
        # Pages of this machine, and of this server.
        ("localhost:8000", "http://localhost:6274", None, True),
        ("localhost:8000", "http://127.0.0.1:6274", None, True),
        ("192.0.2.7:8000", "http://192.0.2.7:8000", None, True),
        ("kb.example.org", "https://kb.example.org", "https://kb.example.org", True),
        # Pages of others.
        ("localhost:8000", "https://evil.example", None, False),
        ("localhost:8000", "http://localhost.evil.example", None, False),
        ("localhost:8000", "http://192.0.2.9", None, False),
        ("192.0.2.7:8000", "http://192.0.2.7:9000", None, False),
        ("localhost:8000", "null", None, False),
        ("localhost:8000", "", None, False),
        ("localhost:8000", "http://[", None, False),
        ("kb.example.org", "https://evil.example", "https://kb.example.org", False),
    ],
)
def test_pages_of_other_sites_are_refused(
    host: str, origin: str | None, base_url: str | None, is_allowed: bool
) -> None:
    if is_allowed:
        check_origin(host, origin, base_url)
        return
    with pytest.raises(ForeignOrigin):
        check_origin(host, origin, base_url)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}]
)
def test_foreign_request_is_refused_before_its_message(
    public: httpx.Client, version: str, headers: dict[str, str]
) -> None:
    response = post(public, "tools/list", None, version=version, **headers)
    assert response.status_code == 403
    assert response.json()["code"] == "foreign-origin"
    assert "access-control-allow-origin" not in response.headers


def test_page_of_another_site_gets_no_preflight(public: httpx.Client) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    response = public.options("/mcp", headers=headers)
    assert "POST" not in response.headers["access-control-allow-methods"]


# --- Limits ---


def test_message_has_limits(url: str) -> None:
    with serving(url, max_body_bytes=2_048) as client:
        small = post(client, "tools/list")
        assert small.status_code == 200
        statements = [{"quote": "x" * 3_000}]
        params = {"name": "check", "arguments": {"statements": statements}}
        large = post(client, "tools/call", params)
        assert large.status_code == 413
        assert "2048 bytes" in large.json()["detail"]

        def chunks() -> Iterator[bytes]:
            for _ in range(10):
                yield b" " * 1_000

        headers = {"Content-Type": "application/json"}
        assert client.post("/mcp", content=chunks(), headers=headers).status_code == 413


def test_largest_check_fits_into_a_message(public: httpx.Client) -> None:
    """25 statements of 10,000 characters, each of them escaped in JSON."""
    statements = [{"quote": "\x01" * 9_999 + "a"} for _ in range(25)]
    result = call_over_http(public, "check", {"statements": statements})
    assert result["structuredContent"]["failed"] == 25


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"jsonrpc":"2.0","id":1}', "application/json", 400),
        (b"\xff", "application/json", 400),
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_no_message_is_refused(
    public: httpx.Client, content: bytes, media_type: str, status: int, version: str
) -> None:
    headers = {
        "Content-Type": media_type,
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": version,
    }
    response = public.post("/mcp", content=content, headers=headers)
    assert response.status_code == status
    assert "Traceback" not in response.text


def test_unknown_parameter_is_refused(public: httpx.Client) -> None:
    response = public.post("/mcp?session=1", json={})
    assert (response.status_code, response.json()["code"]) == (422, "invalid-request")


def test_tools_leave_the_response_cache_as_it_is(public: httpx.Client) -> None:
    front: Any = public.front  # type: ignore[attr-defined]
    public.get("/v1/offices")
    before = list(front.responses)
    for version in VERSIONS:
        call_over_http(public, "search", {"query": "training"}, version=version)
    assert list(front.responses) == before
    assert before


def test_endpoint_is_not_in_openapi(public: httpx.Client) -> None:
    assert "/mcp" not in public.get("/openapi.json").json()["paths"]


# --- Standard streams ---


def start(url: str) -> StdioServerParameters:
    *arguments, code = COMMAND[1:]
    return StdioServerParameters(
        command=COMMAND[0],
        args=[*arguments, code, "mcp"],
        env=environment(url, COMMUNIQUE_PORT="8123"),
    )


@pytest.mark.parametrize("mode", [NEWEST, "legacy"])
@pytest.mark.accept
def test_command_serves_an_agent_over_standard_streams(url: str, mode: str) -> None:
    async def use() -> tuple[list[str], Any, Any]:
        async with Client(stdio_client(start(url)), mode=mode) as client:
            tools = await client.list_tools()
            found = await client.call_tool("search", {"query": "training", "limit": 1})
            past = await client.call_tool("describe", {"as_of": 1})
            return [tool.name for tool in tools.tools], found, past

    names, found, past = anyio.run(use)
    assert len(names) == 6
    assert found.structured_content["results"][0]["url"].startswith("http://127.0.0.1:8123/")
    assert past.structured_content["revision"] == 1


@pytest.mark.accept
def test_command_ends_with_its_client_or_by_ctrl_c(url: str) -> None:
    client = {"name": "test", "version": "1"}
    params = {"protocolVersion": BEFORE, "capabilities": {}, "clientInfo": client}
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    for is_interrupted in (True, False):
        process = subprocess.Popen(
            [*COMMAND, "mcp"],
            env=environment(url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["result"]["protocolVersion"] == BEFORE
        if is_interrupted:
            process.send_signal(signal.SIGINT)
        else:
            process.stdin.close()
        assert process.wait(timeout=60) == (-signal.SIGINT if is_interrupted else 0)
        process.stdin.close()
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        process.stderr.close()


def test_command_needs_a_base_with_a_schema(plain_bases: SqliteBases) -> None:
    assert "communique: " in error_of(run(plain_bases.make("blank"), "mcp"))


HIDE = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("mcp", "mcp_types"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
"""


@pytest.mark.accept
def test_without_the_extra_the_command_says_what_to_install(url: str) -> None:
    code = f"{HIDE}\nfrom app.cli import main\nmain(['mcp'])"
    finished = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert "pip install 'communique[mcp]'" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_without_the_extra_the_endpoint_says_what_to_install(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] == "mcp" or name == "app.agents.transports":
            monkeypatch.delitem(sys.modules, name)
    # As Python leaves it after an import that failed.
    monkeypatch.setitem(sys.modules, "mcp", None)
    with serving(url) as client:
        response = post(client, "tools/list")
    assert response.status_code == 404
    assert "pip install 'communique[mcp]'" in response.json()["detail"]


@pytest.mark.accept
def test_server_starts_without_the_library(tmp_path: Path) -> None:
    program = "import sys, app.cli.serve; print(*sys.modules, sep='\\n')"
    finished = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=environment(f"sqlite:///{tmp_path}/unused.db"),
    )
    modules = set(finished.stdout.split())
    assert "app.agents.router" in modules
    assert not modules & {"mcp", "mcp_types", "app.agents.reading", "app.agents.tools"}
