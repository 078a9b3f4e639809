"""The OpenAPI document against the running server (schemathesis), and what tools expect of it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from tests.helpers import fictional
from tests.helpers.bases import filled
from tests.helpers.examples import FACTOR
from tests.helpers.paths import ROOT
from tests.helpers.servers import serving

# More in `make fuzz`; see `helpers/schemathesis_hooks.py` for what a schema cannot say.
EXAMPLES = 2 * FACTOR
# It never ends; tests/test_stream.py asks it.
ENDLESS = "/v1/changes/stream"


@pytest.fixture(scope="module")
def document() -> Any:
    app: FastAPI = create_app(Settings(database_url="sqlite:///unused.db"))
    return app.openapi()


def operations(document: Any, *, reads: bool) -> int:
    methods = [method for found in document["paths"].values() for method in found]
    return sum((method == "get") == reads for method in methods)


@pytest.mark.accept
def test_server_keeps_what_the_document_promises(
    varied: httpx.Client, document: Any, tmp_path: Path
) -> None:
    """All checks of schemathesis of what reads: examples, coverage, fuzzing, stateful."""
    options = ["--include-method", "GET", "--exclude-path", ENDLESS]
    options += ["--max-examples", str(EXAMPLES)]
    minimum = 300
    if FACTOR == 1 and varied.app.state.services.engine.dialect.name == "postgresql":  # type: ignore[attr-defined]
        # The boundaries of each parameter take a minute; `make fuzz` tries them here too.
        options += [
            "--phases",
            "examples,fuzzing,stateful",
            "--max-examples",
            str(4 * EXAMPLES),
        ]
        minimum = 100
    tested, generated = try_out(varied, tmp_path, options)
    assert tested == operations(document, reads=True) - 1
    assert generated > minimum


@pytest.mark.accept
def test_writes_keep_what_the_document_promises(
    plain_url: str, document: Any, tmp_path: Path
) -> None:
    """The same of what writes, whatever is sent. That a valid request is carried out is not asked
    for: which version a record has, and what names it, no schema says."""
    with serving(filled(plain_url, fictional.varied()), scope="admin") as client:
        options = ["--exclude-method", "GET", "--exclude-checks", "positive_data_acceptance"]
        options += ["--max-examples", str(EXAMPLES), "--phases", "examples,fuzzing"]
        options += ["--header", f"Authorization: {client.headers['authorization']}"]
        tested, generated = try_out(client, tmp_path, options)
        assert tested == operations(document, reads=False)
        assert generated > 20


def try_out(client: httpx.Client, folder: Path, options: list[str]) -> tuple[int, int]:
    """How many operations schemathesis tested without finding fault, and with how many
    requests."""
    if "CI" in os.environ:
        options = [*options, "--seed", "1"]
    program = str(Path(sys.executable).parent / "schemathesis")
    address = f"{client.base_url}/openapi.json"
    done = subprocess.run(
        [program, "run", address, "--checks", "all", "--no-color", *options],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.helpers.schemathesis_hooks",
        },
        capture_output=True,
        text=True,
        timeout=3_000,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    tested = re.search(r"Tested: (\d+)", done.stdout)
    generated = re.search(r"(\d+) generated", done.stdout)
    assert tested is not None
    assert generated is not None
    print(done.stdout[done.stdout.rindex("SUMMARY") :])  # noqa: T201  (for `pytest -rP`)
    return int(tested[1]), int(generated[1])


def test_operations_say_what_they_do(document: Any) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    ids = []
    for path, operations in document["paths"].items():
        for operation in operations.values():
            ids.append(operation["operationId"])
            assert re.fullmatch(r"[a-z_]+", operation["operationId"])
            assert operation["summary"], path
            assert operation["description"], path
            assert set(operation["tags"]) <= tags
    assert len(ids) == len(set(ids))


def test_everything_is_bounded_and_nothing_is_misspelt(document: Any) -> None:
    """A bound that pydantic could not translate would stand under Python's name for it."""
    bounds = {"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"}
    for schema in find_schemas(document):
        assert not {"ge", "le", "gt", "lt", "min_length", "max_length"} & set(schema)
        if schema["type"] == "string" and not {"enum", "const"} & set(schema):
            assert "maxLength" in schema
        if schema["type"] == "array":
            assert "maxItems" in schema
        if schema["type"] == "integer":
            assert {"minimum", "maximum", "format"} <= set(schema)
        assert all(schema[name] == int(schema[name]) for name in bounds & set(schema))


def find_schemas(node: Any) -> Any:
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            yield node
        node = list(node.values())
    for child in node if isinstance(node, list) else ():
        yield from find_schemas(child)


def test_examples_are_valid_where_a_base_has_what_they_name(
    varied: httpx.Client, document: Any
) -> None:
    """Each example of each parameter by itself, with what it needs beside it."""
    examples = 0
    for path, operations in document["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            for value in parameter["schema"].get("examples", ()):
                if "{" in path or path in ("/v1/crosstab", ENDLESS):
                    continue
                query = {parameter["name"]: value}
                if parameter["name"] == "fields":
                    query["format"] = "csv"
                response = varied.get(path, params=query)
                assert response.status_code == 200, (path, query, response.text)
                examples += 1
    assert examples > 60
