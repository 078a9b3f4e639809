"""Parsers of others, in JavaScript: `make test` installs them where there is npm."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.helpers.paths import ROOT

FOLDER = ROOT / "tools" / "oracles"
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (FOLDER / "node_modules").is_dir(),
    reason="needs node, and its packages in tools/oracles: run `make oracles`",
)


def ask(script: str, text: str) -> list[Any]:
    """What the script prints about the text, a JSON value a line."""
    done = subprocess.run(
        ["node", str(FOLDER / script)],
        input=text.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    # Not splitlines(), which knows more ends of lines than JSON.
    return [json.loads(line) for line in done.stdout.decode().split("\n") if line]
