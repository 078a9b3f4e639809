"""The Python client's examples run, and its generated modules are what openapi.json says."""

import importlib.util
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from communique_client import Client
from tests.helpers.bases import SqliteBases
from tests.helpers.clients import Site, serving_site
from tests.helpers.docs import is_shown
from tests.helpers.paths import ROOT
from tools.python_client.__main__ import PACKAGE, write_modules

CLIENT = ROOT / "clients" / "python"
EXAMPLES = CLIENT / "examples"
# Each example with the output shown below it, if any is.
EXAMPLE = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)
PAGES = {
    page: EXAMPLE.findall((ROOT / page).read_text(encoding="utf-8"))
    for page in ("clients/python/README.md", "docs/clients.md")
}


@pytest.fixture(scope="module")
def site(plain_bases: SqliteBases) -> Iterator[Site]:
    """A server over the seed, which the examples of the README write to."""
    with serving_site(plain_bases.make("seeded")) as site:
        yield site


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    with Client(site.proxy.url, key=site.key) as client:
        yield client


@pytest.mark.parametrize("page", PAGES)
def test_examples_print_what_the_docs_show(
    site: Site, subtests: pytest.Subtests, page: str
) -> None:
    assert len(PAGES[page]) >= 2
    names: dict[str, Any] = {}
    for code, expected in PAGES[page]:
        real = code.replace("http://localhost:8000", site.proxy.url)
        real = real.replace("cmq_…", site.key)
        with subtests.test(code), redirect_stdout(io.StringIO()) as output:
            exec(compile(real, page, "exec"), names)
            assert is_shown(expected, output.getvalue()), output.getvalue()
    for value in names.values():
        if isinstance(value, Client):
            value.close()


def run_python(*arguments: str | Path, folder: Path) -> str:
    """What a program prints that can import the client; it must succeed without a warning."""
    finished = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:__main__", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CLIENT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, ""), finished.stdout
    return finished.stdout


@pytest.mark.accept
def test_analyst_gets_tables_and_a_plot(site: Site, tmp_path: Path) -> None:
    printed = run_python(EXAMPLES / "analyst.py", site.proxy.url, "plot.png", folder=tmp_path)
    only = "Only recommended: cultural-exchange, surveillance-systems, technology-transfer"
    assert only in printed
    assert "Intelligence sharing platform" in printed
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def load_uses() -> Any:
    spec = importlib.util.spec_from_file_location("five_uses", EXAMPLES / "five_uses.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_five_uses_do_what_they_say(site: Site, client: Client) -> None:
    uses = load_uses()
    listed = site.server.get("/v1/initiatives?limit=200").json()["items"]
    slug = "expand-joint-training-programs"
    page = site.server.get("/v1/initiatives?focus_area=training&facet=kind").json()
    buckets = page["facets"]["kind"]["buckets"]
    assert uses.count_by_kind(client, "training").keys() <= {b["value"] for b in buckets}
    assert uses.list_titles(client, 10) == [claim["title"] for claim in listed]
    office, words = uses.quote(client, slug)
    assert office == "NATO Liaison Office in Amman"
    assert words == [claim["title"] for claim in listed if claim["slug"] == slug]
    changed, position = uses.follow(client, 0)
    assert sorted(changed) == sorted(claim["slug"] for claim in listed)
    claim = client.get_initiative(slug)
    assert uses.rename(client, claim, "Expand training", "Shortened") is None
    assert uses.rename(client, claim, "Expand it", "Shortened again") == 2
    assert uses.follow(client, position)[0] == [slug]


def check_types(program: Path, code: str) -> str:
    """What mypy --strict says of the code."""
    program.write_text(code, encoding="utf-8")
    cache = ROOT / ".mypy_cache"
    finished = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(cache), str(program)],
        cwd=program.parent,
        env={**os.environ, "MYPYPATH": str(CLIENT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return finished.stdout


@pytest.mark.accept
@pytest.mark.parametrize("page", PAGES)
def test_examples_have_the_types_of_the_client(tmp_path: Path, page: str) -> None:
    code = "\n".join(code for code, _ in PAGES[page])
    assert "Success" in check_types(tmp_path / "example.py", code)


@pytest.mark.accept
@pytest.mark.parametrize(
    ("use", "error"),
    [
        ('client.list_initiatives(modality="recommended")["revision"] + 1', None),
        ('client.list_initiatives(modality="recomended")', "arg-type"),
        ('client.list_initiatives(modalty="recommended")', "call-arg"),
        ('client.get_office("a")["nmae"]', "typeddict-item"),
        ('client.get_office("a")["city"].upper()', "union-attr"),
        ('client.create_office({"slug": "a"})', "typeddict-item"),
        ('client.patch_office("a", {"cty": "b"}, if_match=1)', "typeddict-unknown-key"),
        ("next(client.iter_search()).title", "attr-defined"),
    ],
)
def test_type_checker_refuses_mistakes(tmp_path: Path, use: str, error: str | None) -> None:
    code = f"from communique_client import Client\n\nclient = Client('http://a')\n{use}\n"
    expected = "Success" if error is None else f"[{error}]"
    assert expected in check_types(tmp_path / "program.py", code)


def test_generated_modules_are_current() -> None:
    for name, text in write_modules().items():
        assert (PACKAGE / name).read_text(encoding="utf-8") == text


@pytest.mark.accept
def test_wheel_of_the_client_is_typed_and_needs_httpx_alone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=CLIENT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("communique_client-*.whl")
    target = tmp_path / "installed"
    install = ["install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True, capture_output=True)
    assert (target / "communique_client" / "py.typed").exists()
    (metadata,) = target.glob("*.dist-info/METADATA")
    needed = re.findall(r"^Requires-Dist: (\S+)(.*)$", metadata.read_text(), re.MULTILINE)
    assert [name for name, rest in needed if "extra" not in rest] == ["httpx>=0.28"]
    assert (CLIENT / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
