"""The OpenAPI document against the running server (schemathesis), and what tools expect of it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.catalog import CATALOG
from app.main import create_app
from app.settings import Settings
from tests.helpers import fictional
from tests.helpers.bases import filled
from tests.helpers.examples import FACTOR
from tests.helpers.openapi import follow, iterate_operations
from tests.helpers.paths import ROOT
from tests.helpers.servers import serving

pytestmark = pytest.mark.either_engine

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


# Twice as much, with each parameter and error written out at each operation.
MAX_BYTES_PER_OPERATION = 6_500
# Fields of responses that some responses do not have, besides those that `include` names.
SOMETIMES_ABSENT = {
    *("snippet", "text", "rank_is_bounded"),
    *("pointer", "parameter", "header", "version"),
    # Of a JSON Patch, a change list that was only checked, and a citation that was compared.
    *("from", "value", "difference", "moved", "nearest"),
}


def test_document_is_short(document: Any) -> None:
    operations = sum(1 for _ in iterate_operations(document))
    size = (ROOT / "openapi.json").stat().st_size
    assert size < MAX_BYTES_PER_OPERATION * operations


def test_errors_have_one_media_type_and_bodies_a_schema(document: Any) -> None:
    """The plain text of the HTTP parser is a sentence of the description."""
    assert "in plain text" in document["info"]["description"]
    bodies = 0
    for path, _, operation in iterate_operations(document):
        assert "400" not in operation["responses"]
        for response in [*operation["responses"].values(), operation.get("requestBody", {})]:
            for media_type, body in response.get("content", {}).items():
                assert body.get("schema"), (path, media_type)
                bodies += 1
    assert bodies > 400


def test_references_lead_to_components(document: Any) -> None:
    """Schemas that pydantic writes alone refer to `$defs`, which this document has not."""
    references = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(document)))
    for reference in references:
        assert reference.startswith("#/components/"), reference
        assert follow(document, {"$ref": reference})
    assert "$defs" not in json.dumps(document)


def test_fields_of_bodies_have_no_defaults(document: Any) -> None:
    """Generators of types take a field with a default for one that is always there."""
    for name, schema in document["components"]["schemas"].items():
        for field, property_ in schema.get("properties", {}).items():
            assert "default" not in property_, (name, field)


def test_responses_state_which_fields_they_always_have(document: Any) -> None:
    """Fields that are not required are those that some responses do not have."""
    included = {
        name for resource in CATALOG for name in [*resource.includes, *resource.listings]
    }
    for name, schema in response_schemas(document).items():
        optional = schema.get("properties", {}).keys() - set(schema.get("required", ()))
        assert optional <= SOMETIMES_ABSENT | included, name


def response_schemas(document: Any) -> dict[str, Any]:
    """The schemas of responses by name, without those of requests."""
    responses, requests = set[str](), set[str]()
    for _, _, operation in iterate_operations(document):
        responses |= find_names(document, operation["responses"])
        requests |= find_names(document, operation.get("requestBody", {}))
    names = sorted(responses - requests)
    return {name: document["components"]["schemas"][name] for name in names}


def find_names(document: Any, node: Any) -> set[str]:
    """The names of the schemas that the node refers to, directly or not."""
    names: set[str] = set()
    nodes = [node]
    while nodes:
        for name in re.findall(r"#/components/schemas/(\w+)", json.dumps(nodes.pop())):
            if name not in names:
                names.add(name)
                nodes.append(document["components"]["schemas"][name])
    return names


def test_document_is_made_once() -> None:
    app = create_app(Settings(database_url="sqlite:///unused.db"))
    assert app.openapi() is app.openapi()
    text = json.dumps(app.openapi())
    assert json.dumps(app.openapi()) == text


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


@pytest.mark.accept
def test_examples_are_valid_where_a_base_has_what_they_name(
    varied: httpx.Client, document: Any
) -> None:
    """Each example of each parameter by itself, with what it needs beside it."""
    examples = 0
    for path, method, operation in iterate_operations(document):
        if method != "get" or "{" in path or path in ("/v1/crosstab", ENDLESS):
            continue
        for parameter in operation["parameters"]:
            for value in parameter["schema"].get("examples", ()):
                query = {parameter["name"]: value}
                if parameter["name"] == "fields":
                    query["format"] = "csv"
                response = varied.get(path, params=query)
                assert response.status_code == 200, (path, query, response.text)
                examples += 1
    assert examples > 60
