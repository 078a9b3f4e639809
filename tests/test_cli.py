"""The command line: what is printed where, exit codes, and no traceback.

Commands run in this process, except where the process is the point: signals, ports, pipes and
encodings (`tests/test_processes.py`).
"""

import json
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from app.text.quotes import digest
from tests.helpers import fictional
from tests.helpers.command_line import error_of, run
from tests.helpers.paths import SEED

pytestmark = pytest.mark.either_engine

# For commands that read no base.
UNUSED = "sqlite:///unused.db"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with an initiative `dig`."""
    initiatives = [fictional.record("initiative", "dig")]
    return fictional.write(tmp_path / "first.json", fictional.base(initiatives=initiatives))


@pytest.fixture
def second_bundle(tmp_path: Path) -> Path:
    """The same bundle, where `dig` has changed and the focus area `trade` is gone."""
    initiative = fictional.record("initiative", "dig", title="Dig deep")
    initiative["derived"]["kind"] = "a better reason"
    records = fictional.base(initiatives=[initiative])
    del records["focus_areas"][2]
    return fictional.write(tmp_path / "second.json", records)


@pytest.fixture
def loaded_url(empty_url: str, bundle: Path) -> str:
    """A base at revision 1, from `bundle`."""
    assert run(empty_url, "load", bundle, "--author", "Flavia").returncode == 0
    return empty_url


@pytest.fixture
def changed_url(loaded_url: str, second_bundle: Path) -> str:
    """A base at revision 2, from `second_bundle`."""
    assert run(loaded_url, "load", second_bundle, "--prune").returncode == 0
    return loaded_url


@pytest.mark.each_engine
def test_migrate_creates_a_base(blank_url: str) -> None:
    finished = run(blank_url, "migrate")
    assert finished.returncode == 0
    assert finished.stdout.endswith(" has the current schema.\n")


def test_load_counts_its_changes(empty_url: str, bundle: Path) -> None:
    finished = run(empty_url, "load", bundle)
    assert (
        finished.stdout == "6 to create, 0 to update, 0 to delete. Written as revision 1.\n"
    )


def test_load_of_the_same_bundle_changes_nothing(loaded_url: str, bundle: Path) -> None:
    finished = run(loaded_url, "load", bundle)
    assert finished.stdout == "Nothing to change: the base says it already (revision 1).\n"


def test_load_deletes_only_with_prune(loaded_url: str, second_bundle: Path) -> None:
    finished = run(loaded_url, "load", second_bundle)
    assert (
        finished.stdout == "0 to create, 1 to update, 0 to delete. Written as revision 2.\n"
    )
    finished = run(loaded_url, "load", second_bundle, "--prune")
    assert (
        finished.stdout == "0 to create, 0 to update, 1 to delete. Written as revision 3.\n"
    )


def test_dry_run_lists_records_that_would_be_created(empty_url: str, bundle: Path) -> None:
    printed = run(empty_url, "load", bundle, "--dry-run").stdout
    assert "+ office strelsau: 'Office'\n" in printed
    assert printed.endswith("6 to create, 0 to update, 0 to delete. Nothing was written.\n")


def test_dry_run_shows_each_field_that_would_change(
    loaded_url: str, second_bundle: Path
) -> None:
    printed = run(loaded_url, "load", second_bundle, "--dry-run").stdout
    assert "~ initiative dig\n    title: 'Initiative' → 'Dig deep'\n" in printed
    assert "0 to create, 1 to update, 0 to delete" in printed


def test_dry_run_with_prune_lists_deletions(loaded_url: str, second_bundle: Path) -> None:
    assert (
        "- focus_area trade\n"
        in run(loaded_url, "load", second_bundle, "--dry-run", "--prune").stdout
    )


def test_dry_run_creates_no_base(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/base.db"
    printed = run(url, "load", SEED, "--dry-run").stdout
    assert "68 to create, 0 to update, 0 to delete. Nothing was written." in printed
    assert list(tmp_path.iterdir()) == []


def test_reading_commands_create_no_base(tmp_path: Path) -> None:
    assert "does not exist" in error_of(run(f"sqlite:///{tmp_path}/base.db", "export"))
    assert list(tmp_path.iterdir()) == []


def test_missing_bundle_creates_no_base(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/base.db"
    assert "No such file" in error_of(run(url, "load", tmp_path / "nothing.json"))
    assert list(tmp_path.iterdir()) == []


def test_commands_close_their_base(plain_url: str) -> None:
    """SQLite removes its write-ahead log with the last connection."""
    run(plain_url, "load", SEED)
    run(plain_url, "log")
    file = plain_url.removeprefix("sqlite:///")
    assert not Path(f"{file}-wal").exists()


def test_log_lists_revisions_with_author_message_and_counts(changed_url: str) -> None:
    newest, oldest = run(changed_url, "log").stdout.splitlines()
    assert re.fullmatch(r" +2  \d{4}-.*Z  command line: Load second.json \(~1, -1\)", newest)
    assert re.fullmatch(r" +1  \d{4}-.*Z  Flavia: Load first.json \(\+6\)", oldest)


def test_log_stops_at_its_limit(changed_url: str) -> None:
    newest, _ = run(changed_url, "log").stdout.splitlines()
    assert run(changed_url, "log", "--limit", 1).stdout.splitlines() == [newest]


def test_log_of_a_record_lists_its_versions(changed_url: str) -> None:
    lines = run(changed_url, "log", "initiatives/dig").stdout.splitlines()
    operations = [line.rpartition(" (")[2] for line in lines]
    assert operations == ["update, version 2)", "create, version 1)"]


def test_log_suggests_the_collection(changed_url: str) -> None:
    assert "Did you mean 'offices'?" in error_of(run(changed_url, "log", "ofices/x"))


def test_show_prints_each_changed_field(changed_url: str) -> None:
    newest, _ = run(changed_url, "log").stdout.splitlines()
    assert run(changed_url, "show", 2).stdout.splitlines() == [
        newest,
        "~ initiative dig",
        "    title: 'Initiative' → 'Dig deep'",
        "    derived/kind: 'fictional' → 'a better reason'",
        "- focus_area trade",
    ]


def test_show_prints_one_record(changed_url: str) -> None:
    _, oldest = run(changed_url, "log").stdout.splitlines()
    lines = run(changed_url, "show", 1, "initiatives/dig").stdout.splitlines()
    assert lines == [oldest, "+ initiative dig: 'Initiative'"]


def test_show_refuses_a_record_that_the_revision_did_not_change(changed_url: str) -> None:
    finished = run(changed_url, "show", 2, "offices/strelsau")
    assert "did not change offices/strelsau" in error_of(finished)


def test_show_names_the_current_revision(changed_url: str) -> None:
    error = error_of(run(changed_url, "show", 3))
    assert "There is no revision 3: the base is at 2." in error


def test_when_prints_the_fields_of_a_timeline_item() -> None:
    year = ["--fiscal-year", "2026=2025-10-01"]
    item = json.loads(run(UNUSED, "when", "by the end of FY2027", *year).stdout)
    assert (item["start_kind"], item["end_kind"]) == ("unknown", "by")
    assert (item["end_earliest"], item["end_latest"]) == (None, "2027-09-30")
    assert item["edtf"] == "/2027-09-30~"
    assert item["derived"] == {"end_edtf": "fiscal year 2026 begins on 2025-10-01"}
    assert item["recurrence"] is None


def test_when_reads_other_languages() -> None:
    french = ["--language", "fr", "--anchor", "2026-03-15"]
    item = json.loads(run(UNUSED, "when", "tous les deux ans, dès 2026", *french).stdout)
    assert (item["start_edtf"], item["recurrence"]) == ("2026", "FREQ=YEARLY;INTERVAL=2")
    item = json.loads(run(UNUSED, "when", "dans un délai de deux ans", *french).stdout)
    assert (item["end_edtf"], item["end_kind"]) == ("2028-03~", "by")


def test_when_names_the_languages_that_there_are() -> None:
    error = error_of(run(UNUSED, "when", "2026", "--language", "it"))
    assert "There is no lexicon for the language 'it': there are de, en, fr." in error


def test_when_takes_the_year_of_a_heading() -> None:
    item = json.loads(run(UNUSED, "when", "August 14", "--year", "2017").stdout)
    assert item["start_edtf"] == "2017-08-14"
    assert item["derived"] == {"start_edtf": "the words name no year; it is 2017"}
    assert "Give it with --year." in error_of(run(UNUSED, "when", "August 14"))


def test_when_takes_the_month_in_which_fiscal_years_begin() -> None:
    item = json.loads(run(UNUSED, "when", "Q3 FY2026", "--fiscal-year-start", "10").stdout)
    assert (item["start_edtf"], item["end_edtf"]) == ("2026-04-01", "2026-06-30")
    reason = "fiscal years begin in October, and are named after the year in which they end"
    assert set(item["derived"].values()) == {reason}


def test_both_ways_to_give_a_fiscal_year_must_agree() -> None:
    both = ["--fiscal-year", "2026=2025-10-01", "--fiscal-year-start"]
    assert run(UNUSED, "when", "FY2026", *both, "10").returncode == 0
    finished = run(UNUSED, "when", "FY2026", *both, "4")
    assert finished.returncode == 2
    assert "4 is not the month of 2025-10-01" in finished.stderr


def test_when_names_the_event_that_it_needs() -> None:
    wording = "within 30 days of Receipt of the Report"
    error = error_of(run(UNUSED, "when", wording, "--anchor", "2026-03-15"))
    assert "needs the day of 'Receipt of the Report'. Write the date in its place" in error


def test_when_names_the_option_that_it_needs() -> None:
    assert "Give it with --anchor." in error_of(run(UNUSED, "when", "within 18 months"))


def test_when_refuses_a_wording_that_it_does_not_understand() -> None:
    assert "'soon' is not understood" in error_of(run(UNUSED, "when", "soon"))


@pytest.mark.parametrize("year", ["26=2025-10-01", "2024=2024-02-29", "2026=October"])
def test_fiscal_year_has_a_form(year: str) -> None:
    finished = run(UNUSED, "when", "FY2027", "--fiscal-year", year)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert f"{year!r} is not the name of a fiscal year and its first day" in finished.stderr


@pytest.mark.parametrize("command", [["load"], ["load", "--dry-run"], ["check"]])
def test_all_problems_of_a_bundle_are_listed(
    plain_url: str, tmp_path: Path, command: list[str]
) -> None:
    initiatives = [
        fictional.record("initiative", "a", office_slug="nowhere"),
        fictional.record("initiative", "b", kind="wish"),
    ]
    path = fictional.write(tmp_path / "bundle.json", fictional.base(initiatives=initiatives))
    finished = run(plain_url, *command, path)
    assert finished.returncode == 1
    assert "bundle.json has 2 problems." in finished.stderr
    assert "/initiatives/0/office_slug: initiative 'a': there is no office" in finished.stderr
    assert "/initiatives/1/kind: initiative 'b': 'kind' 'wish' is not one" in finished.stderr
    exported = json.loads(run(plain_url, "export").stdout)
    assert exported.pop("schema") == 3
    assert not any(exported.values())


def test_export_writes_the_seed_again(seeded_url: str, tmp_path: Path) -> None:
    target = tmp_path / "base.json"
    assert run(seeded_url, "export", target).returncode == 0
    assert target.read_bytes() == SEED.read_bytes()
    # No temporary file is left.
    assert [path.name for path in tmp_path.iterdir()] == ["base.json"]


def test_export_goes_to_standard_output_without_a_file(seeded_url: str) -> None:
    assert run(seeded_url, "export").stdout == SEED.read_text(encoding="utf-8")


def test_export_to_a_missing_folder_is_refused(plain_seeded_url: str, tmp_path: Path) -> None:
    finished = run(plain_seeded_url, "export", tmp_path / "no" / "base.json")
    assert "cannot be written" in error_of(finished)


def test_export_to_a_folder_is_refused(plain_seeded_url: str, tmp_path: Path) -> None:
    assert "is a folder" in error_of(run(plain_seeded_url, "export", tmp_path))


def test_export_follows_a_link_and_keeps_the_mode(
    plain_seeded_url: str, tmp_path: Path
) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    assert run(plain_seeded_url, "export", link).returncode == 0
    assert link.is_symlink()
    assert target.read_bytes() == SEED.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o640


def test_export_writes_into_a_named_pipe(plain_seeded_url: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    assert run(plain_seeded_url, "export", pipe).returncode == 0
    assert reader.communicate(timeout=60)[0] == SEED.read_bytes()
    assert pipe.is_fifo()


def test_check_refuses_a_text_that_is_not_the_cited_one(tmp_path: Path) -> None:
    document = fictional.record("document", "memorandum", sha256=digest("A text."))
    bundle = fictional.write(tmp_path / "b.json", {"documents": [document]})
    copy = tmp_path / "text.txt"
    copy.write_bytes(b"Something else.")
    finished = run(UNUSED, "check", bundle, "--document", copy)
    assert finished.returncode == 1
    assert "which no document of the bundle has" in finished.stderr
    assert "1 problem." in finished.stderr


def test_check_prints_the_counts() -> None:
    finished = run(UNUSED, "check", SEED)
    assert (finished.returncode, finished.stderr) == (0, "")
    bundle = json.loads(SEED.read_text("utf-8"))
    del bundle["schema"]
    for name, records in bundle.items():
        # The seed has one document and one office.
        noun = name if len(records) > 1 else name.removesuffix("s")
        assert re.search(rf"^ *{len(records)} {noun}$", finished.stdout, re.MULTILINE)
    assert finished.stdout.endswith("No problems.\n")


def test_port_in_use_is_one_clear_line_and_makes_no_base(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        error = error_of(run(f"sqlite:///{tmp_path}/base.db", "serve", "--port", port))
    assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use" in error
    assert list(tmp_path.iterdir()) == []


BAD_SETTINGS = [
    ({"COMMUNIQUE_DATABSE_URL": "x"}, "Did you mean 'COMMUNIQUE_DATABASE_URL'?"),
    ({"communique_prt": "5"}, "communique_prt is not a setting"),
    ({"COMMUNIQUE_HOST": ""}, "COMMUNIQUE_HOST=''"),
    (
        {"COMMUNIQUE_DATABASE_URL": "postgresql+psycopg://u:pw@host:54x/b"},
        "is not a database",
    ),
    (
        {"COMMUNIQUE_DATABASE_URL": "sqlite:///file:x?mode=memory&uri=true"},
        "is not a plain file",
    ),
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


@pytest.mark.parametrize(("settings", "detail"), BAD_SETTINGS)
def test_bad_setting_is_one_clear_line(settings: dict[str, str], detail: str) -> None:
    variables = {"COMMUNIQUE_DATABASE_URL": UNUSED} | settings
    error = error_of(run(variables.pop("COMMUNIQUE_DATABASE_URL"), "migrate", **variables))
    assert detail in error
    assert error.count("\n") == 1
    assert "pw@" not in error


@pytest.mark.accept
def test_generated_document_that_is_not_current_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_text("{}")
    error = error_of(run(UNUSED, "openapi", "--check", path))
    assert "is not current. Run `make openapi`" in error


def test_unknown_command_gets_a_suggestion() -> None:
    finished = run(UNUSED, "lgo")
    assert finished.returncode == 2
    assert "Did you mean 'log'?" in finished.stderr
