"""What the project promises around the code: README, docs, pins, wheel, Dockerfile."""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from app.catalog import CATALOG
from app.cli import cli
from app.errors import KnowledgeBaseError
from app.schemas.entities import Bundle
from app.settings import PREFIX, Settings
from tests.helpers.bases import SqliteBases
from tests.helpers.command_line import environment, free_port, stopped_at_the_end
from tests.helpers.paths import ROOT, SEED
from tests.helpers.servers import serving
from tools import tables

README = (ROOT / "README.md").read_text(encoding="utf-8")
QUERYING = (ROOT / "docs" / "querying.md").read_text(encoding="utf-8")
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
CURATING = (ROOT / "docs" / "curating.md").read_text(encoding="utf-8")
TIMELINE = (ROOT / "docs" / "timeline.md").read_text(encoding="utf-8")

# Set-up itself: what these do is tried by hand in a fresh clone, and by CI.
NOT_RUN_HERE = {"make run", "make test"}


def examples(page: str = README) -> list[tuple[str, str]]:
    """The commands of a page with the output shown below each, in order."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = example.partition("\n")
            found.append((command, output))
    return found


def matches(shown: str, printed: str) -> bool:
    """Whether the output is as shown, where … stands for anything."""
    pattern = re.escape(shown.strip()).replace(re.escape("…"), ".*")
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's examples use curl")
def test_examples_of_the_docs_print_what_they_show(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    for name in ("data", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    plain = environment("")
    del plain["COMMUNIQUE_DATABASE_URL"]
    (tmp_path / "bases").mkdir()
    with serving(SqliteBases(tmp_path / "bases").make("seeded")) as client:
        address = str(client.base_url).removeprefix("http://")
        for command, shown in [
            *examples(),
            *examples(QUERYING),
            *examples(TIMELINE),
            *examples(CURATING),
        ]:
            if command in NOT_RUN_HERE:
                continue
            if command.startswith("export "):
                name, _, value = command.removeprefix("export ").partition("=")
                plain[name] = value
                continue
            here = command.replace("localhost:8000", address)
            done = subprocess.run(
                ["sh", "-c", here],
                cwd=tmp_path,
                env=plain,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, ""), command
            assert matches(shown, done.stdout), f"{command} printed: {done.stdout}"
    assert (tmp_path / "base.json").read_bytes() == SEED.read_bytes()


def test_make_run_serves_and_prints_what_the_readme_shows(tmp_path: Path) -> None:
    shown = dict(examples())["make run"]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    plan = subprocess.run(
        ["make", "-n", "run"], cwd=ROOT, env=outside, capture_output=True, text=True, check=True
    ).stdout
    command = plan.strip().splitlines()[-1]
    assert command == ".venv/bin/communique serve"
    port = free_port()
    (tmp_path / ".venv").symlink_to(sys.prefix)
    plain = environment("", COMMUNIQUE_PORT=str(port))
    del plain["COMMUNIQUE_DATABASE_URL"]
    with stopped_at_the_end(command.split(), env=plain, cwd=tmp_path) as process:
        assert process.stdout is not None
        printed = "".join(process.stdout.readline() for _ in range(5))
        assert printed == shown.replace(":8000", f":{port}")
        answer = httpx.get(f"http://127.0.0.1:{port}/v1/focus-areas", timeout=30)
    assert answer.json()["items"][0]["citations"]


def test_readme_counts_what_is_in_the_seed() -> None:
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    counts = [len(records) for records in seed.values()]
    citations = sum(len(r["citations"]) for records in seed.values() for r in records)
    said = re.search(
        r"Amman: (\d+) document, (\d+) office, (\d+)\s+focus areas, (\d+) initiatives, "
        r"(\d+) expected outcomes, (\d+) timeline items and (\d+) citations",
        README,
    )
    assert said is not None
    assert [int(number) for number in said.groups()] == [*counts, citations]


def test_every_setting_is_in_the_readme() -> None:
    for name, field in Settings.model_fields.items():
        default = f"`{field.default}`" if field.default is not None else "none"
        row = f"| `{PREFIX}{name.upper()}` | {default} |"
        assert row in README


def test_every_command_is_in_the_docs() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    documented = README + contributing + (ROOT / "Makefile").read_text(encoding="utf-8")
    for name in cli.commands:
        assert re.search(rf"communique {name}\b", documented), name


def test_tables_of_the_docs_are_current() -> None:
    page = tables.PAGE.read_text(encoding="utf-8")
    assert tables.insert_tables(page) == page
    for resource in CATALOG:
        for name in (*resource.where, *resource.order, *resource.facets, *resource.includes):
            assert f"`{name}`" in page


def test_mirror_of_the_docs_is_the_one_that_is_tested() -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", TIMELINE, re.DOTALL)
    assert shown == (ROOT / "examples" / "mirror.py").read_text(encoding="utf-8")


def test_recipe_in_typescript_is_the_one_that_is_compiled() -> None:
    compiled = (ROOT / "tools" / "openapi" / "recipe.ts").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```typescript\n(.*?)```", QUERYING, re.DOTALL)
    assert shown in compiled


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
            shown = recipe.replace("http://localhost:8000", here)
            if isinstance(last, ast.Expr):
                lines = shown.splitlines()
                lines[last.lineno - 1] = f"result = {lines[last.lineno - 1]}"
                shown = "\n".join(lines) + "\nresult = result.fetchall()"
            exec(compile(shown, "recipe", "exec"), results[-1])
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

    elsewhere = {"cannot-start", "unreadable-bundle"}
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


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-build"])
def test_dependencies_are_pinned_with_hashes_and_name_no_registry(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=[a-z0-9])", text) if "==" in entry]
    assert len(entries) > 4
    for entry in entries:
        assert re.match(r"[a-z0-9.\-\[\]]+==[^ ]+", entry)
        assert "--hash=sha256:" in entry
    assert "://" not in text
    assert "index" not in text


def python_without_project(folder: Path, *packages: str) -> Path:
    """The Python of a new environment with these packages at the pinned versions."""
    pins = folder / "pins.txt"
    pinned = re.findall(
        r"^([a-z0-9.\-]+==[^ ;\\]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE
    )
    pins.write_text("\n".join(pinned))
    subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
    python = folder / "env" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--constraint", str(pins), *packages], check=True, capture_output=True)
    return python


@pytest.mark.accept
def test_wheel_works_by_itself(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("communique-*.whl")
    python = python_without_project(tmp_path, str(wheel))
    empty = tmp_path / "empty"
    empty.mkdir()
    command = [str(python.parent / "communique")]
    port = free_port()
    plain = environment("", COMMUNIQUE_PORT=str(port))
    del plain["COMMUNIQUE_DATABASE_URL"]
    with stopped_at_the_end([*command, "serve"], env=plain, cwd=empty) as process:
        assert process.stdout is not None
        assert "serves revision 1" in process.stdout.readline()
        overview = httpx.get(f"http://127.0.0.1:{port}/v1", timeout=30).json()
    assert overview["counts"]["initiatives"] == 26
    assert (empty / "communique.db").exists()
    done = subprocess.run(
        [*command, "migrate"],
        env=environment("postgresql+psycopg://nobody@127.0.0.1/x"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "needs psycopg: pip install 'communique[postgresql]'" in done.stderr


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined, without comments."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [(w, rest) for w, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for word, rest in instructions():
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest))
    return found


def test_dockerfile_ends_without_rights_and_without_build_tools() -> None:
    build, final = stages()
    assert build[0][1].endswith(" AS build")
    words = [word for word, _ in final]
    assert dict(final)["USER"] == "communique"
    assert words.index("USER") < words.index("CMD")
    assert "HEALTHCHECK" in words
    assert [rest for word, rest in final if word == "COPY"] == [
        "--from=build /opt/communique /opt/communique"
    ]
    (run,) = [rest for word, rest in final if word == "RUN"]
    assert "pip uninstall" in run
    assert not re.search(r"apt|gcc|pip install|hatch", run)


def replay(build: list[tuple[str, str]], folder: Path) -> None:
    """Every RUN and COPY of a stage, with the folders of the image below this one."""
    allowed = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    source = folder / "src"
    source.mkdir()
    for word, rest in build:
        if word == "RUN":
            command = ["sh", "-ec", moved(rest, folder)]
            env = {**os.environ, "PATH": path}
            subprocess.run(command, cwd=source, env=env, check=True, capture_output=True)
        elif word == "COPY":
            *names, target = rest.split()
            assert set(names) <= set(allowed)
            for name in names:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                copy(ROOT / name, source / target)


def moved(text: str, folder: Path) -> str:
    return re.sub(r"(?<![\w.])/(opt|data|src)\b", rf"{folder}/\1", text)


def succeeds(command: list[str | Path], env: dict[str, str]) -> bool:
    return subprocess.run(command, env=env, capture_output=True, check=False).returncode == 0


@pytest.mark.accept
def test_dockerfile_when_its_steps_are_replayed(tmp_path: Path) -> None:
    """The first stage whole; then ENV, HEALTHCHECK and CMD of the second."""
    build, final = stages()
    replay(build, tmp_path)
    settings = dict(part.split("=", 1) for part in shlex.split(moved(dict(final)["ENV"], tmp_path)))
    settings["PATH"] = settings["PATH"].replace("$PATH", os.environ["PATH"])
    port = free_port()
    env = environment("", **settings, COMMUNIQUE_PORT=str(port))
    for tool in ("pip", "hatchling"):
        assert not succeeds(["python3", "-c", f"import {tool}"], env)
    check = json.loads(dict(final)["HEALTHCHECK"].partition("CMD ")[2])
    check = [part.replace(":8000", f":{port}") for part in check]
    (tmp_path / "data").mkdir()
    command = json.loads(dict(final)["CMD"])
    with stopped_at_the_end(command, env=env, cwd=tmp_path / "data") as process:
        assert process.stdout is not None
        assert "serves revision 1" in process.stdout.readline()
        deadline = time.monotonic() + 20
        while not succeeds(check, env):
            assert time.monotonic() < deadline
        assert (tmp_path / "data" / "communique.db").exists()
    assert not succeeds(check, env)


def test_nothing_in_the_engine_knows_the_first_document() -> None:
    words = re.compile(r"nato|amman|jordan|middle east", re.IGNORECASE)
    for folder in ("app", "migrations"):
        for file in (ROOT / folder).rglob("*.py"):
            assert not words.search(file.read_text(encoding="utf-8")), file
