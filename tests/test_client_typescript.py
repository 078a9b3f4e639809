"""The TypeScript client: its types, five uses of it, its README, and its example in a browser."""

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.helpers.bases import SqliteBases
from tests.helpers.paths import ROOT
from tests.helpers.servers import serving
from tests.helpers.typescript import (
    FOLDER,
    build_client,
    compile_project,
    needs_npm,
    run_node,
    use,
)

pytestmark = needs_npm
PAGES = ("clients/typescript/README.md", "docs/clients.md")
# Each example with the output shown below it.
EXAMPLE = re.compile(r"```ts\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
EXAMPLES: list[tuple[str, str]] = [
    example for page in PAGES for example in EXAMPLE.findall((ROOT / page).read_text("utf-8"))
]


@pytest.fixture(scope="module")
def server(plain_bases: SqliteBases) -> Iterator[httpx.Client]:
    """A server over the seed, for a client that may write."""
    build_client()
    with serving(plain_bases.make("seeded"), scope="admin") as server:
        yield server


def key_of(server: httpx.Client) -> str:
    return server.headers["authorization"].removeprefix("Bearer ")


@pytest.mark.accept
def test_types_are_those_of_the_openapi_document(tmp_path: Path) -> None:
    """`make clients` writes them."""
    current = tmp_path / "schema.ts"
    run_node(
        "node_modules/openapi-typescript/bin/cli.js",
        "../../openapi.json",
        *("--root-types", "--root-types-no-schema-prefix"),
        *("--output", str(current)),
    )
    committed = FOLDER / "src" / "schema.ts"
    assert committed.read_text("utf-8") == current.read_text("utf-8")


@pytest.mark.accept
def test_client_and_its_uses_compile_with_every_flag() -> None:
    """`test/mistakes.ts` has mistakes that the compiler must find."""
    compile_project("tsconfig.json")


@pytest.mark.accept
def test_five_uses(server: httpx.Client) -> None:
    printed = use("uses", str(server.base_url), key_of(server))
    assert printed["counts"] == facet_of(server)
    titles = [item["title"] for item in server.get("/v1/timeline-items").json()["items"]]
    assert printed["titles"] == titles
    area = server.get("/v1/focus-areas/training?include=initiatives").json()
    assert printed["dossier"] == {
        "quotes": [citation["exact"] for citation in area["citations"]],
        "titles": [item["title"] for item in area["initiatives"]["items"]],
    }
    office = "nato-liaison-office-amman"
    assert printed["written"] == {"written": 2}
    assert printed["stale"] == {"stale": 2}
    assert (printed["before"], printed["after"]) == ([office], [office])


def facet_of(server: httpx.Client) -> dict[str, int]:
    query = "focus_area=training&modality=recommended&modality=stated&facet=modality"
    facet = server.get(f"/v1/initiatives?{query}").json()["facets"]["modality"]
    counts = {bucket["value"]: bucket["count"] for bucket in facet["buckets"]}
    assert counts["recommended"] > 0
    return counts


@pytest.mark.accept
def test_base_under_a_path(plain_bases: SqliteBases) -> None:
    """The paths in responses have the path of the public address in front."""
    build_client()
    public = "https://kb.example/kb"
    with serving(plain_bases.make("seeded"), scope="read", base_url=public) as server:
        address = f"{str(server.base_url).rstrip('/')}/kb/"
        slugs = use("call", address, key_of(server), "items")["result"]
        assert len(slugs) == server.get("/v1/initiatives").json()["total"]
        changes = use("call", address, key_of(server), "follow")["result"]
        assert len(changes) > len(slugs)


@pytest.mark.accept
def test_examples_print_what_the_docs_show(plain_bases: SqliteBases) -> None:
    """Each is compiled as it stands, and run against a server over the seed."""
    build_client()
    # Within the package, so that the name of the client leads to it.
    with (
        tempfile.TemporaryDirectory(dir=FOLDER / "build") as name,
        serving(plain_bases.make("seeded"), scope="admin") as server,
    ):
        programs = compile_examples(Path(name), [code for code, _ in EXAMPLES])
        for program, (_, expected) in zip(programs, EXAMPLES, strict=True):
            code = program.read_text("utf-8")
            code = code.replace("http://localhost:8000", str(server.base_url).rstrip("/"))
            program.write_text(code.replace("cmq_…", key_of(server)), "utf-8")
            assert run_node(str(program)) == expected


def test_every_example_shows_what_it_prints() -> None:
    count = sum((ROOT / page).read_text("utf-8").count("```ts\n") for page in PAGES)
    assert len(EXAMPLES) == count > 8


def compile_examples(folder: Path, examples: list[str]) -> list[Path]:
    """The compiled programs, in a folder within `build`."""
    programs = []
    for number, code in enumerate(examples):
        (folder / f"{number}.ts").write_text(code, "utf-8")
        programs.append(folder / "out" / "build" / folder.name / f"{number}.js")
    options = {
        "rootDir": "../..",
        "outDir": "out",
        "paths": {"communique-client": ["../../src/index.ts"]},
    }
    config = {
        "extends": "../../tsconfig.test.json",
        "include": ["*.ts"],
        "compilerOptions": options,
    }
    (folder / "tsconfig.json").write_text(json.dumps(config), "utf-8")
    compile_project(str(folder / "tsconfig.json"))
    return programs
