"""What the docs promise is so: examples, tables, settings, commands, errors."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from jsonschema import Draft202012Validator

from app.agents.arguments import FILTER_NAMES
from app.agents.tools import TOOLS
from app.catalog import CATALOG
from app.cli import cli
from app.errors import KnowledgeBaseError
from app.schemas.record_types import Bundle
from app.settings import PREFIX, Settings
from tests.helpers.bases import SqliteBases
from tests.helpers.command_line import environment, free_port, stopped_at_the_end
from tests.helpers.docs import is_shown, read_examples
from tests.helpers.paths import ROOT, SEED
from tests.helpers.servers import serving
from tools import tables

PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in (
        *("README.md", "docs/querying.md", "docs/timeline.md", "docs/curating.md"),
        "docs/agents.md",
    )
}
README, QUERYING, TIMELINE, CURATING, AGENTS = PAGES.values()
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

# Set-up itself is tried by hand in a fresh clone, and by CI.
NOT_RUN_HERE = ("make run", "make test")


def plain_environment(**variables: str) -> dict[str, str]:
    """The variables of this process without any setting but those given."""
    environ = environment("", **variables)
    del environ["COMMUNIQUE_DATABASE_URL"]
    return environ


@pytest.mark.accept
@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's examples use curl")
@pytest.mark.parametrize("page", PAGES)
def test_examples_print_what_the_docs_show(
    plain_seeded_url: str, tmp_path: Path, subtests: pytest.Subtests, page: str
) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    for name in ("data", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    environ = plain_environment()
    with serving(plain_seeded_url) as client:
        address = str(client.base_url).removeprefix("http://")
        for command, expected in read_examples(PAGES[page]):
            if command in NOT_RUN_HERE:
                continue
            if command.startswith("export "):
                name, _, value = command.removeprefix("export ").partition("=")
                environ[name] = value
                continue
            with subtests.test(command):
                printed = run_example(
                    command.replace("localhost:8000", address), tmp_path, environ
                )
                assert is_shown(expected, printed), printed


def run_example(command: str, folder: Path, environ: dict[str, str]) -> str:
    """What the command prints; it must succeed without an error message."""
    finished = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout


@pytest.mark.parametrize(
    ("pattern", "printed", "matches"),
    [
        ('{"a":1,…}', '{"new": 0, "a": 1}', True),
        ('{"a":1,…}', '{"a": 2}', False),
        ('{"a":1}', '{"a": 1, "new": 0}', False),
        ('{"a":[1,…,3]}', '{"a": [1, 2, 2, 3]}', True),
        ('{"a":[…,3]}', '{"a": [1, 2]}', False),
        ('{"a":"b…"}', '{"a": "bc"}', True),
        ("a\n…\nc", "a\nb\nb\nc\n", True),
        ("a", "ab", False),
    ],
)
def test_ellipsis_stands_for_what_the_docs_leave_out(
    pattern: str, printed: str, matches: bool
) -> None:
    assert is_shown(pattern, printed) is matches


@pytest.mark.accept
def test_make_run_serves_and_prints_what_the_readme_shows(tmp_path: Path) -> None:
    expected = dict(read_examples(README))["make run"]
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE")
    }
    plan = subprocess.run(
        ["make", "-n", "run"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    command = plan.strip().splitlines()[-1]
    assert command == ".venv/bin/communique serve"
    port = free_port()
    (tmp_path / ".venv").symlink_to(sys.prefix)
    environ = plain_environment(COMMUNIQUE_PORT=str(port))
    with stopped_at_the_end(command.split(), env=environ, cwd=tmp_path) as process:
        assert process.stdout is not None
        lines = range(expected.count("\n"))
        printed = "".join(process.stdout.readline() for _ in lines)
        assert printed == expected.replace(":8000", f":{port}")
        page = httpx.get(f"http://127.0.0.1:{port}/v1/focus-areas", timeout=30).json()
    assert page["items"][0]["citations"]


def test_readme_counts_what_is_in_the_seed() -> None:
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    del seed["schema"]
    counts = [len(records) for records in seed.values()]
    citations = sum(len(r["citations"]) for records in seed.values() for r in records)
    sentence = re.search(
        r"Amman: (\d+) document, (\d+) office, (\d+)\s+focus areas, (\d+) initiatives, "
        r"(\d+) expected outcomes, (\d+) timeline items and (\d+) citations",
        README,
    )
    assert sentence is not None
    assert [int(number) for number in sentence.groups()] == [*counts, citations]


def test_every_setting_is_in_the_readme() -> None:
    for name, field in Settings.model_fields.items():
        default = f"`{field.default}`" if field.default is not None else "none"
        row = f"| `{PREFIX}{name.upper()}` | {default} |"
        assert row in README


def test_every_command_is_in_the_docs() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    documented = README + contributing + (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in cli.list_commands(click.Context(cli)):
        assert re.search(rf"communique {name}\b", documented), name


def test_tables_of_the_docs_are_current() -> None:
    page = tables.PAGE.read_text(encoding="utf-8")
    assert tables.insert_tables(page) == page
    for resource in CATALOG:
        orders = [name.removeprefix("-") for name in resource.order]
        for name in (*resource.where, *orders, *resource.facets, *resource.includes):
            assert f"`{name}`" in page


def test_every_tool_for_agents_is_in_the_docs_with_its_arguments() -> None:
    for name, tool in TOOLS.items():
        row = re.search(rf"^\| `{name}` \|.*", AGENTS, re.MULTILINE)
        assert row is not None
        for argument in tool.arguments.model_fields:
            place = AGENTS if argument in FILTER_NAMES else row[0]
            assert f"`{argument}`" in place, (name, argument)


def test_mirror_of_the_docs_is_the_one_that_is_tested() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TIMELINE, re.DOTALL)
    assert code == (ROOT / "examples" / "mirror.py").read_text(encoding="utf-8")


def test_recipe_in_typescript_is_the_one_that_is_compiled() -> None:
    compiled = (ROOT / "tools" / "openapi" / "recipe.ts").read_text(encoding="utf-8")
    (code,) = re.findall(r"```typescript\n(.*?)```", QUERYING, re.DOTALL)
    assert code in compiled


@pytest.mark.accept
def test_recipes_in_python_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recipes = re.findall(r"```python\n(.*?)```", QUERYING, re.DOTALL)
    (tmp_path / "bases").mkdir()
    with serving(SqliteBases(tmp_path / "bases").make("seeded")) as client:
        export = client.get("/v1/initiatives?format=parquet").raise_for_status()
        (tmp_path / "initiatives.parquet").write_bytes(export.content)
        total = client.get("/v1/search").json()["total"]
        here = str(client.base_url)
        results: list[dict[str, Any]] = []
        for recipe in recipes:
            results.append({})
            # The last expression is what a person would see.
            *_, last = ast.parse(recipe).body
            code = recipe.replace("http://localhost:8000", here)
            if isinstance(last, ast.Expr):
                lines = code.splitlines()
                lines[last.lineno - 1] = f"result = {lines[last.lineno - 1]}"
                code = "\n".join(lines) + "\nresult = result.fetchall()"
            exec(compile(code, "recipe", "exec"), results[-1])
    with_pandas, with_duckdb = results
    assert with_pandas["by_modality"].sum() == total
    claimed = json.loads(SEED.read_text(encoding="utf-8"))["initiatives"]
    areas = Counter(area for claim in claimed for area in claim["focus_area_slugs"])
    assert dict(with_duckdb["result"]).items() <= areas.items()
    assert with_duckdb["result"][0][1] == max(areas.values())


def test_every_error_of_a_request_is_in_the_docs() -> None:
    def tree(root: type[KnowledgeBaseError]) -> Iterator[type[KnowledgeBaseError]]:
        yield root
        for child in root.__subclasses__():
            yield from tree(child)

    elsewhere = {"cannot-start", "model-failed", "unreadable-bundle"}
    for error in tree(KnowledgeBaseError):
        if error.code not in elsewhere:
            assert f"| {error.status} | `{error.code}` |" in API


def test_schema_of_bundles_is_current() -> None:
    committed = (ROOT / "data" / "bundle.schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == Bundle.model_json_schema()


def test_seed_is_valid_by_the_schema_of_bundles() -> None:
    schema = json.loads((ROOT / "data" / "bundle.schema.json").read_text(encoding="utf-8"))
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(seed)) == []
    seed["initiatives"][0]["kind"] = "wish"
    assert list(Draft202012Validator(schema).iter_errors(seed))
