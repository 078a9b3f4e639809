"""Clients of others over the tools for agents: `make accept` installs them where there is npm.

Both need Node.js 22.19 or newer, which comes as a package."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.paths import ROOT

MODULES = ROOT / "tools" / "mcp" / "node_modules"
NODE = MODULES / "node" / "bin" / "node"
needs_mcp_oracles = pytest.mark.skipif(
    not NODE.exists(), reason="needs the packages in tools/mcp: run `make mcp-oracles`"
)


def run_node(program: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of these packages. `folder` is for what it writes."""
    environ = {
        **os.environ,
        # It keeps files of its own there.
        "HOME": str(folder),
        "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}",
    }
    return subprocess.run(
        [str(NODE), str(MODULES / ".bin" / program), *arguments],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def inspect(folder: Path, era: str, target: list[str], *arguments: str) -> Any:
    """What the MCP inspector's command line prints, in an era of the protocol."""
    finished = run_node(
        "mcp-inspector", folder, "--cli", "--protocol-era", era, *target, *arguments
    )
    assert finished.stdout, finished.stderr
    return json.loads(finished.stdout)


def run_scenario(folder: Path, url: str, scenario: str, version: str) -> dict[str, str]:
    """The status of each check of a scenario of the conformance suite."""
    finished = run_node(
        "conformance",
        folder,
        *("server", "--url", url, "--scenario", scenario),
        *("--spec-version", version, "--output-dir", str(folder / "results")),
    )
    results = list((folder / "results").glob(f"*{scenario}*/checks.json"))
    assert results, finished.stdout + finished.stderr
    checks = json.loads(results[0].read_text(encoding="utf-8"))
    return {check["id"]: check["status"] for check in checks}
