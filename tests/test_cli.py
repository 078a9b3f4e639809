"""The command line, as real processes: what is printed where, exit codes, and no traceback."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.text.quotes import digest
from tests.helpers import fictional
from tests.helpers.command_line import (
    COMMAND,
    environment,
    error_of,
    free_port,
    run,
    stopped_at_the_end,
)
from tests.helpers.paths import SEED


def test_load_shows_writes_and_then_has_nothing_to_do(blank_url: str, tmp_path: Path) -> None:
    path = fictional.write(tmp_path / "bundle.json", fictional.base())
    assert run(blank_url, "migrate").returncode == 0
    dry = run(blank_url, "load", path, "--dry-run")
    assert dry.returncode == 0
    assert "+ office strelsau: 'Office'" in dry.stdout
    assert "5 to create, 0 to update, 0 to delete. Nothing was written." in dry.stdout
    done = run(blank_url, "load", path, "--author", "a test")
    assert done.stdout == "5 to create, 0 to update, 0 to delete. Written as revision 1.\n"
    again = run(blank_url, "load", path)
    assert again.stdout == "Nothing to change: the base says it already (revision 1).\n"


def test_when_reads_a_wording_or_says_what_it_needs() -> None:
    unused = "sqlite:///unused.db"
    year = ["--fiscal-year", "2026=2025-10-01"]
    read = json.loads(run(unused, "when", "by the end of FY2027", *year).stdout)
    assert (read["end_edtf"], read["start_kind"], read["edtf"]) == (
        "2027-09-30~",
        "unknown",
        "/2027-09-30~",
    )
    assert "'by' names the latest end" in read["derived"]["end_edtf"]
    assert "Give it with --anchor." in error_of(run(unused, "when", "within 18 months"))
    assert "'soon' is not understood" in error_of(run(unused, "when", "soon"))
    for wrong in ("26=2025-10-01", "2024=2024-02-29", "2026=October"):
        done = run(unused, "when", "FY2027", "--fiscal-year", wrong)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{wrong!r} is not the name of a fiscal year and its first day" in done.stderr


def test_log_and_show_say_what_was_done(empty_url: str, tmp_path: Path) -> None:
    first = fictional.base(initiatives=[fictional.record("initiative", "dig")])
    run(empty_url, "load", fictional.write(tmp_path / "first.json", first), "--author", "Flavia")
    second = fictional.base(initiatives=[fictional.record("initiative", "dig", title="Dig deep")])
    second["initiatives"][0]["derived"]["kind"] = "a better reason"
    del second["focus_areas"][2]
    run(empty_url, "load", fictional.write(tmp_path / "second.json", second), "--prune")
    newest, oldest = run(empty_url, "log").stdout.splitlines()
    assert re.fullmatch(r" +2  \d{4}-.*Z  command line: Load second.json \(~1, -1\)", newest)
    assert re.fullmatch(r" +1  \d{4}-.*Z  Flavia: Load first.json \(\+6\)", oldest)
    assert run(empty_url, "log", "--limit", 1).stdout.splitlines() == [newest]
    assert run(empty_url, "show", 2).stdout.splitlines() == [
        newest,
        "~ initiative dig",
        "    title: 'Initiative' → 'Dig deep'",
        "    derived/kind: 'fictional' → 'a better reason'",
        "- focus_area trade",
    ]
    of_record = run(empty_url, "log", "initiatives/dig").stdout.splitlines()
    assert [line.rpartition(" (")[2] for line in of_record] == [
        "update, version 2)",
        "create, version 1)",
    ]
    shown = run(empty_url, "show", 1, "initiatives/dig").stdout.splitlines()
    assert shown == [oldest, "+ initiative dig: 'Initiative'"]
    assert "did not change offices/strelsau" in error_of(
        run(empty_url, "show", 2, "offices/strelsau")
    )
    assert "There is no revision 3: the base is at 2." in error_of(run(empty_url, "show", 3))
    assert "Did you mean 'offices'?" in error_of(run(empty_url, "log", "ofices/x"))


def test_dry_run_shows_each_field_that_would_change(empty_url: str, tmp_path: Path) -> None:
    first = fictional.base(initiatives=[fictional.record("initiative", "dig")])
    run(empty_url, "load", fictional.write(tmp_path / "first.json", first))
    second = fictional.base(initiatives=[fictional.record("initiative", "dig", title="Dig deep")])
    del second["focus_areas"][2]
    path = fictional.write(tmp_path / "second.json", second)
    kept = run(empty_url, "load", path, "--dry-run")
    assert "~ initiative dig\n    title: 'Initiative' → 'Dig deep'\n" in kept.stdout
    assert "0 to create, 1 to update, 0 to delete" in kept.stdout
    pruned = run(empty_url, "load", path, "--dry-run", "--prune")
    assert "- focus_area trade\n" in pruned.stdout
    done = run(empty_url, "load", path, "--prune")
    assert "0 to create, 1 to update, 1 to delete. Written as revision 2." in done.stdout


def test_dry_run_over_no_base_makes_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/base.db"
    dry = run(url, "load", SEED, "--dry-run")
    assert "68 to create, 0 to update, 0 to delete. Nothing was written." in dry.stdout
    assert "does not exist" in error_of(run(url, "export"))
    assert "No such file" in error_of(run(url, "load", tmp_path / "nothing.json"))
    assert list(tmp_path.iterdir()) == []


def test_broken_bundle_lists_all_problems_and_writes_nothing(
    empty_url: str, tmp_path: Path
) -> None:
    bundle = fictional.base(
        initiatives=[
            fictional.record("initiative", "a", office_slug="nowhere"),
            fictional.record("initiative", "b", kind="wish"),
        ]
    )
    path = fictional.write(tmp_path / "bundle.json", bundle)
    for command in (("load", path), ("load", path, "--dry-run"), ("check", path)):
        done = run(empty_url, *command)
        assert done.returncode == 1
        assert "bundle.json has 2 problems." in done.stderr
        assert "/initiatives/0/office_slug: initiative 'a': there is no office" in done.stderr
        assert "/initiatives/1/kind: initiative 'b': 'kind' 'wish' is not one" in done.stderr
        assert "Traceback" not in done.stderr
    exported = run(empty_url, "export")
    assert not any(json.loads(exported.stdout).values())


def test_export_writes_the_seed_again(seeded_url: str, tmp_path: Path) -> None:
    assert run(seeded_url, "export").stdout == SEED.read_text(encoding="utf-8")
    target = tmp_path / "base.json"
    assert run(seeded_url, "export", target).returncode == 0
    assert target.read_bytes() == SEED.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["base.json"]


def test_export_that_cannot_be_written_says_so(seeded_url: str, tmp_path: Path) -> None:
    assert "cannot be written" in error_of(run(seeded_url, "export", tmp_path / "no" / "base.json"))


def test_export_follows_links_keeps_the_mode_and_leaves_devices_alone(
    seeded_url: str, tmp_path: Path
) -> None:
    target, link, pipe = tmp_path / "target.json", tmp_path / "link.json", tmp_path / "pipe"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    assert run(seeded_url, "export", link).returncode == 0
    assert link.is_symlink()
    assert target.read_bytes() == SEED.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o640
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    assert run(seeded_url, "export", pipe).returncode == 0
    assert reader.communicate(timeout=60)[0] == SEED.read_bytes()
    assert pipe.is_fifo()
    assert "is a folder" in error_of(run(seeded_url, "export", tmp_path))
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk_is_one_clear_line(seeded_url: str) -> None:
    for command in (("export",), ("openapi",), ("check", SEED)):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*COMMAND, *map(str, command)],
                env=environment(seeded_url),
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert done.stderr == (
            "communique: The output cannot be written: No space left on device.\n"
        )


def test_output_is_utf_8_whatever_the_terminal(seeded_url: str) -> None:
    done = subprocess.run(
        [*COMMAND, "export"],
        env=environment(seeded_url, PYTHONIOENCODING="ascii"),
        capture_output=True,
        check=False,
    )
    assert done.stdout == SEED.read_bytes()


def test_other_text_is_recognized_as_such(tmp_path: Path) -> None:
    text = "A text.\nIt says something.\n"
    document = fictional.record("document", "memorandum", sha256=digest(text))
    path = fictional.write(tmp_path / "b.json", {"documents": [document]})
    copies = {
        "begins with a byte order mark": "\ufeff" + text,
        "has CRLF line ends": text.replace("\n", "\r\n"),
        "lacks a last line break": text.removesuffix("\n"),
        "which no document of the bundle has": "Something else.",
    }
    for words, copy in copies.items():
        given = tmp_path / "text.txt"
        given.write_bytes(copy.encode())
        done = run("sqlite:///unused.db", "check", path, "--document", given)
        assert done.returncode == 1
        assert words in done.stderr
        assert "1 problem." in done.stderr


def test_check_prints_the_counts() -> None:
    done = run("sqlite:///unused.db", "check", SEED)
    assert (done.returncode, done.stderr) == (0, "")
    counts = {name: len(found) for name, found in json.loads(SEED.read_text("utf-8")).items()}
    for name, count in counts.items():
        assert re.search(rf"^ *{count} {name}$", done.stdout, re.MULTILINE)
    assert done.stdout.endswith("No problems.\n")


@contextmanager
def served(url: str, *args: str) -> Iterator[str]:
    """The address of a server process over this base."""
    port = free_port()
    command = [*COMMAND, "serve", "--port", str(port), *args]
    with stopped_at_the_end(command, environment(url)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Communiqué serves revision 1 of ")
        yield f"http://127.0.0.1:{port}"


def test_processes_that_start_together_make_one_base(blank_url: str) -> None:
    starting = [
        subprocess.Popen(
            [*COMMAND, "load", str(SEED)],
            env=environment(blank_url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    done = [(*process.communicate(timeout=120), process.returncode) for process in starting]
    assert [(errors, code) for _, errors, code in done] == [("", 0)] * 3
    assert sorted(printed.split(":")[0].split(",")[0] for printed, _, _ in done) == [
        "68 to create",
        "Nothing to change",
        "Nothing to change",
    ]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_migrates_loads_the_seed_and_serves(blank_url: str, workers: str) -> None:
    with served(blank_url, "--workers", workers) as address:
        deadline = time.monotonic() + 30
        answer = httpx.get(f"{address}/v1", timeout=30)
        while answer.status_code != 200 and time.monotonic() < deadline:
            answer = httpx.get(f"{address}/v1", timeout=30)
        assert answer.json()["counts"]["initiatives"] == 26
    with served(blank_url) as address:
        assert httpx.get(f"{address}/v1", timeout=30).json()["revision"] == 1


def test_serve_leaves_a_base_that_has_content_alone(empty_url: str, tmp_path: Path) -> None:
    run(empty_url, "load", fictional.write(tmp_path / "b.json", fictional.base()))
    with served(empty_url) as address:
        assert httpx.get(f"{address}/v1", timeout=30).json()["counts"]["focus-areas"] == 3


def test_port_in_use_is_one_clear_line_and_makes_no_base(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(f"sqlite:///{tmp_path}/base.db", "serve", "--port", port)
    assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use" in error_of(done)
    assert list(tmp_path.iterdir()) == []


BAD_SETTINGS = [
    ({"COMMUNIQUE_DATABSE_URL": "x"}, "Did you mean 'COMMUNIQUE_DATABASE_URL'?"),
    ({"communique_prt": "5"}, "communique_prt is not a setting"),
    ({"COMMUNIQUE_HOST": ""}, "COMMUNIQUE_HOST=''"),
    ({"COMMUNIQUE_DATABASE_URL": "postgresql+psycopg://u:pw@host:54x/b"}, "is not a database"),
    ({"COMMUNIQUE_DATABASE_URL": "sqlite:///file:x?mode=memory&uri=true"}, "is not a plain file"),
    ({"COMMUNIQUE_PORT": "web"}, "COMMUNIQUE_PORT='web'"),
    ({"COMMUNIQUE_DATABASE_URL": "nonsense"}, "is not a database URL"),
    ({"COMMUNIQUE_DATABASE_URL": "mysql://x/y"}, "names 'mysql'"),
    ({"COMMUNIQUE_DATABASE_URL": "sqlite://"}, "in memory"),
    (
        {"COMMUNIQUE_DATABASE_URL": "postgresql+psycopg://u:pw@127.0.0.1:1/b"},
        "does not answer",
    ),
    ({"COMMUNIQUE_DATABASE_URL": "sqlite:////nowhere/at/all/b.db"}, "no folder that may be"),
]


@pytest.mark.parametrize(("setting", "words"), BAD_SETTINGS)
def test_bad_setting_is_one_clear_line(setting: dict[str, str], words: str) -> None:
    url = setting.pop("COMMUNIQUE_DATABASE_URL", "sqlite:///unused.db")
    message = error_of(run(url, "migrate", **setting))
    assert words in message
    assert message.count("\n") == 1
    assert "pw@" not in message


def test_generated_documents_are_compared(tmp_path: Path) -> None:
    old = tmp_path / "openapi.json"
    old.write_text("{}")
    message = error_of(run("sqlite:///unused.db", "openapi", "--check", old))
    assert "is not current. Run `make openapi`" in message


def test_reader_that_has_seen_enough_gets_no_traceback(seeded_url: str) -> None:
    process = subprocess.Popen(
        [*COMMAND, "export"],
        env=environment(seeded_url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert errors == b""
