"""The TypeScript client: its tools, and programs that use it."""

import fcntl
import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from tests.helpers.paths import ROOT

FOLDER = ROOT / "clients" / "typescript"
BUILT = FOLDER / "build" / ".built"
has_tools = shutil.which("node") is not None and (FOLDER / "node_modules").is_dir()
# CI has npm; there, a test without it fails.
needs_npm = pytest.mark.skipif(
    not has_tools and "CI" not in os.environ,
    reason="needs npm, and the packages of clients/typescript: run `make oracles`",
)


def run_node(*arguments: str) -> str:
    """What the program prints. It runs in the folder of the client."""
    done = subprocess.run(
        ["node", *arguments],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-4_000:]
    return done.stdout


def compile_project(project: str) -> None:
    """Run the compiler. Raises AssertionError with its errors."""
    run_node("node_modules/typescript/bin/tsc", "--project", project)


def build_client() -> None:
    """Compile the client and the programs of its tests, if they were changed since."""
    BUILT.parent.mkdir(exist_ok=True)
    # Processes of the tests share the result.
    with (BUILT.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if BUILT.exists() and BUILT.stat().st_mtime > _last_change():
            return
        compile_project("tsconfig.build.json")
        compile_project("tsconfig.test.json")
        BUILT.touch()


def _last_change() -> float:
    sources = [*FOLDER.glob("*.json"), *FOLDER.glob("src/*.ts"), *FOLDER.glob("test/*.ts")]
    return max(source.stat().st_mtime for source in sources)


def use(program: str, *arguments: str) -> Any:
    """The JSON that a program of `clients/typescript/test` prints."""
    return json.loads(run_node(f"build/test/{program}.js", *arguments))
