"""Pins, wheel and Dockerfile: does the project install and run elsewhere?"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.helpers.command_line import environment, free_port, stopped_at_the_end
from tests.helpers.paths import ROOT


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
    subprocess.run(
        [*pip, "--constraint", str(pins), *packages], check=True, capture_output=True
    )
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
    when = [*command, "when", "d'ici 2030", "--language", "fr"]
    printed = subprocess.run(when, env=plain, capture_output=True, check=True).stdout
    assert json.loads(printed)["end_kind"] == "by"
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
    return [
        (w, rest)
        for w, _, rest in (line.partition(" ") for line in text.splitlines() if line)
    ]


def stages() -> list[list[tuple[str, str]]]:
    stages: list[list[tuple[str, str]]] = []
    for word, arguments in instructions():
        if word == "FROM":
            stages.append([])
        stages[-1].append((word, arguments))
    return stages


def test_dockerfile_ends_without_rights_and_without_build_tools() -> None:
    build, final = stages()
    assert build[0][1].endswith(" AS build")
    words = [word for word, _ in final]
    assert dict(final)["USER"] == "10001"
    assert "useradd --system --uid 10001" in dict(final)["RUN"]
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
    for word, arguments in build:
        if word == "RUN":
            command = ["sh", "-ec", moved(arguments, folder)]
            env = {**os.environ, "PATH": path}
            subprocess.run(command, cwd=source, env=env, check=True, capture_output=True)
        elif word == "COPY":
            *names, target = arguments.split()
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
    settings = dict(
        part.split("=", 1) for part in shlex.split(moved(dict(final)["ENV"], tmp_path))
    )
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
