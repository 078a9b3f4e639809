"""The base behind a process: which library opens it, whose file it is, and is it still there?"""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app.changes.apply import write
from app.store import slow_reads
from app.store.sessions import read_session, write_session
from app.store.sqlite_library import LIBRARY, VERSION, has_wal_reset_defect
from tests.helpers import fictional
from tests.helpers.bases import PostgresqlBases, engine_of, fill, make_key, migrate_only
from tests.helpers.command_line import COMMAND, environment, error_of, run
from tests.helpers.paths import SEED
from tests.helpers.postgresql import BINARIES
from tests.helpers.problems import assert_problem
from tests.helpers.servers import serving

RELEASES = [
    ((3, 40, 1), True),
    ((3, 44, 5), True),
    ((3, 44, 6), False),
    ((3, 45, 0), True),
    ((3, 50, 6), True),
    ((3, 50, 7), False),
    ((3, 50, 8), False),
    ((3, 51, 2), True),
    ((3, 51, 3), False),
    ((3, 53, 0), False),
    ((4, 0, 0), False),
]


@pytest.mark.parametrize(("version", "is_defective"), RELEASES)
def test_releases_of_sqlite_with_the_wal_reset_defect(
    version: tuple[int, int, int], is_defective: bool
) -> None:
    assert has_wal_reset_defect(version) == is_defective


@pytest.mark.parametrize("path", ["/v1", "/v1?as_of=1"])
def test_overview_names_the_database_library(client: httpx.Client, path: str) -> None:
    database = client.get(path).raise_for_status().json()["database"]
    expected = {"engine": "sqlite", "library": LIBRARY, "version": VERSION}
    if database["engine"] == "postgresql":
        # The tests bring PostgreSQL 18.
        expected = {"engine": "postgresql", "library": "psycopg", "version": "18"}
    assert database == expected


@dataclass(frozen=True)
class Served:
    """A base that is served, and its file."""

    client: httpx.Client
    file: Path

    def create(self, slug: str) -> httpx.Response:
        return self.client.post("/v1/focus-areas", json=fictional.focus_area(slug))

    def read(self, slug: str) -> int:
        return self.client.get(f"/v1/focus-areas/{slug}").status_code


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A base at the path `base.db` of a folder that holds nothing else."""
    folder = tmp_path / "bases"
    folder.mkdir()
    file = move_base(make_base(tmp_path, "before"), folder / "base.db")
    with serving(f"sqlite:///{file}", scope="write") as client:
        yield Served(client, file)


def make_base(folder: Path, slug: str) -> Path:
    """The file of a new base with one focus area."""
    file = folder / f"{slug}.db"
    migrate_only(f"sqlite:///{file}")
    fill(f"sqlite:///{file}", {"focus_areas": [fictional.focus_area(slug)]})
    return file


def move_base(file: Path, target: Path) -> Path:
    """Move a base that is closed, so that it is one file."""
    assert not Path(f"{file}-wal").exists()
    return file.rename(target)


def assert_refused(served: Served) -> None:
    """Nothing is read or written, no file is created, and nobody is told where the base was."""
    responses = [
        served.create("refused"),
        served.client.get("/readyz"),
        served.client.get("/v1/focus-areas/before"),
    ]
    for response in responses:
        problem = assert_problem(response, 503, "unavailable")
        assert served.file.parent.name not in str(problem)
    assert not served.file.exists()


def test_base_that_is_removed_takes_no_write(served: Served, tmp_path: Path) -> None:
    assert served.create("kept").status_code == 201
    for suffix in ("", "-wal", "-shm"):
        Path(f"{served.file}{suffix}").rename(tmp_path / f"aside.db{suffix}")
    time.sleep(0.02)
    assert_refused(served)
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"aside.db{suffix}").rename(f"{served.file}{suffix}")
    assert (served.read("kept"), served.read("refused")) == (200, 404)
    assert served.create("later").status_code == 201


def test_base_whose_folder_is_renamed_takes_no_write(served: Served) -> None:
    folder = served.file.parent
    aside = folder.rename(folder.with_name("aside"))
    time.sleep(0.02)
    assert_refused(served)
    aside.rename(folder)
    assert served.create("later").status_code == 201


@pytest.mark.parametrize("as_link", [False, True], ids=["file", "symbolic link"])
@pytest.mark.accept
def test_base_that_replaces_another_is_read_and_written(
    served: Served, tmp_path: Path, as_link: bool
) -> None:
    other = make_base(tmp_path, "other")
    assert served.create("written-before").status_code == 201
    if as_link:
        link = tmp_path / "link"
        link.symlink_to(other)
        link.replace(served.file)
    else:
        other.replace(served.file)
    time.sleep(0.02)
    # The key is of the base that is gone.
    assert served.create("lost").status_code == 401
    key = make_key(f"sqlite:///{served.file}", "write")
    served.client.headers["Authorization"] = f"Bearer {key}"
    assert (served.read("before"), served.read("other")) == (404, 200)
    assert served.create("kept").status_code == 201
    assert count_areas(served.file) == 2


def count_areas(file: Path) -> int:
    """Focus areas of the base that a command finds at the path."""
    finished = run(f"sqlite:///{file}", "export")
    return len(json.loads(finished.stdout)["focus_areas"])


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
@pytest.mark.accept
def test_base_without_its_log_takes_no_write_and_loses_none(
    tmp_path: Path, suffix: str
) -> None:
    file = make_base(tmp_path, "before")
    with serving(f"sqlite:///{file}", scope="write") as client:
        served = Served(client, file)
        assert served.create("kept").status_code == 201
        Path(f"{file}{suffix}").unlink()
        assert_problem(served.create("refused"), 503, "unavailable")
        assert client.get("/readyz").status_code == 503
        assert not Path(f"{file}{suffix}").exists()
    assert count_areas(file) == 2


@pytest.mark.parametrize(
    ("moment", "detail"), [("before", "Nothing was written"), ("during", "it may be lost")]
)
@pytest.mark.accept
def test_base_replaced_at_a_commit_is_not_confirmed(
    tmp_path: Path, moment: str, detail: str
) -> None:
    file, other = make_base(tmp_path, "before"), make_base(tmp_path, "other")
    with engine_of(f"sqlite:///{file}") as engine, write_session(engine) as session:
        write(session, [fictional.create("focus_area", "late")], "test", "Too late")

        def replace(statement: str) -> None:
            if statement == "COMMIT":
                other.replace(file)

        driver: Any = session.connection().connection.driver_connection
        if moment == "before":
            other.replace(file)
        else:
            driver.set_trace_callback(replace)
        with pytest.raises(OperationalError, match=detail):
            session.commit()
        driver.set_trace_callback(None)
    assert count_areas(file) == 1


# Every command that opens a base.
COMMANDS = [
    ["serve", "--port", "0"],
    ["migrate"],
    ["load", str(SEED)],
    ["load", "--dry-run", str(SEED)],
    ["export"],
    ["log"],
    ["show", "1"],
    ["restore", "1"],
    ["reindex"],
    ["keys", "create", "Rassendyll", "--scope", "read"],
    ["keys", "list"],
]
FOREIGN_TABLES = [
    "CREATE TABLE album (title TEXT)",
    # Many programs keep the state of their migrations as we do, and some words are common.
    "CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE document (title TEXT)",
]


@pytest.mark.parametrize("statements", FOREIGN_TABLES)
def test_database_of_another_program_is_left_alone(blank_url: str, statements: str) -> None:
    driver = create_engine(blank_url, poolclass=NullPool)
    with driver.begin() as connection:
        for statement in statements.split(";"):
            connection.execute(text(statement))
    for command in COMMANDS:
        error = error_of(run(blank_url, *command))
        assert "it has the tables of another program (" in error
        assert error.count("\n") == 1
    with driver.connect() as connection:
        assert len(inspect(connection).get_table_names()) == statements.count("CREATE")
        if blank_url.startswith("sqlite"):
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            assert mode == "delete"


@pytest.mark.parametrize("content", ["a text", "a longer text " * 100])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_file_of_another_kind_is_left_alone(
    tmp_path: Path, command: list[str], content: str
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(content)
    error = error_of(run(f"sqlite:///{file}", *command))
    assert f"sqlite:///{file} cannot be used: file is not a database." in error
    assert error.count("\n") == 1
    assert file.read_text() == content
    assert list(tmp_path.iterdir()) == [file]


def test_served_base_is_not_replaced_by_the_database_of_another_program(
    served: Served, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    driver = create_engine(f"sqlite:///{other}", poolclass=NullPool)
    with driver.begin() as connection:
        connection.execute(text(FOREIGN_TABLES[0]))
    other.replace(served.file)
    time.sleep(0.02)
    for response in (served.create("refused"), served.client.get("/readyz")):
        assert_problem(response, 503, "unavailable")


@pytest.mark.accept
def test_backup_of_a_base_that_is_written_to_is_whole(served: Served, tmp_path: Path) -> None:
    """Of each backup the records are those that its revisions created."""
    url = f"sqlite:///{served.file}"
    with ThreadPoolExecutor(1) as pool:
        writing = [pool.submit(served.create, f"area-{number}") for number in range(40)]
        for number in range(4):
            file = tmp_path / f"backup-{number}.db"
            finished = run(url, "backup", file)
            (revision,) = re.findall(
                rf"Revision (\d+) of {url} is in {file}\.", finished.stdout
            )
            assert not list(tmp_path.glob(f"{file.name}-*"))
            assert count_areas(file) == int(revision)
        assert {response.result().status_code for response in writing} == {201}
    with serving(f"sqlite:///{file}", scope="write") as restored:
        assert restored.get("/v1").json()["counts"]["focus-areas"] == int(revision)
        created = restored.post("/v1/focus-areas", json=fictional.focus_area("later"))
        assert created.headers["Communique-Revision"] == str(int(revision) + 1)


def test_backup_replaces_a_file_only_if_asked(plain_seeded_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("precious")
    assert "replace it with --replace" in error_of(run(plain_seeded_url, "backup", file))
    assert file.read_text() == "precious"
    assert run(plain_seeded_url, "backup", file, "--replace").returncode == 0
    assert count_areas(file) == len(json.loads(SEED.read_text("utf-8"))["focus_areas"])
    assert list(tmp_path.iterdir()) == [file]


def test_backup_is_refused_where_it_cannot_be(plain_seeded_url: str, tmp_path: Path) -> None:
    base = plain_seeded_url.removeprefix("sqlite:///")
    refused = [
        (tmp_path, "is a folder"),
        (tmp_path / "absent" / "backup.db", "No such file or directory"),
        (base, "is the base itself"),
    ]
    for file, detail in refused:
        assert detail in error_of(run(plain_seeded_url, "backup", file, "--replace"))
    absent = f"sqlite:///{tmp_path}/absent.db"
    assert "does not exist" in error_of(run(absent, "backup", tmp_path / "backup.db"))
    assert list(tmp_path.iterdir()) == []


def test_backup_of_postgresql_names_the_command(
    postgresql_bases: PostgresqlBases, tmp_path: Path
) -> None:
    url = postgresql_bases.make("seeded").replace("postgres:@", "postgres:secret@")
    file = tmp_path / "the base.dump"
    error = error_of(run(url, "backup", file))
    assert "secret" not in error
    command = shlex.split(error[error.index("pg_dump") :])
    command[0] = str(BINARIES / "pg_dump")
    subprocess.run(command, check=True)
    assert file.read_bytes().startswith(b"PGDMP")


@pytest.fixture
def read_only(plain_seeded_url: str) -> Iterator[Path]:
    """A base in a folder that `as_reader` may read only."""
    with TemporaryDirectory(prefix="cq") as folder:
        file = Path(folder) / "base.db"
        shutil.copy(plain_seeded_url.removeprefix("sqlite:///"), file)
        Path(folder).chmod(0o555)
        file.chmod(0o444)
        yield file
        Path(folder).chmod(0o755)


# Root may write everywhere, but for these capabilities.
WITHOUT_RIGHTS = [
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-dac_override,-dac_read_search",
]


def as_reader(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the rights that the modes of the files give."""
    prefix = WITHOUT_RIGHTS if os.geteuid() == 0 else []
    if prefix and shutil.which("setpriv") is None:
        pytest.skip("root needs setpriv to give up its rights")
    return subprocess.run(
        [*prefix, *COMMAND, *arguments],
        env=environment(f"sqlite:///{file}"),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.accept
@pytest.mark.parametrize("command", [["export"], ["log"], ["show", "1"], ["keys", "list"]])
def test_reading_commands_work_in_a_read_only_folder(
    read_only: Path, command: list[str]
) -> None:
    finished = as_reader(read_only, *command)
    assert (finished.returncode, finished.stderr) == (0, "")
    if command == ["export"]:
        assert finished.stdout == SEED.read_text("utf-8")
    assert list(read_only.parent.iterdir()) == [read_only]


@pytest.mark.accept
def test_base_that_is_served_can_be_exported_by_a_reader(read_only: Path) -> None:
    """The server has more rights; what is in the write-ahead log only is read, too."""
    read_only.parent.chmod(0o755)
    read_only.chmod(0o644)
    with serving(f"sqlite:///{read_only}", scope="write") as client:
        client.post("/v1/focus-areas", json=fictional.focus_area("new"))
        read_only.parent.chmod(0o555)
        for file in read_only.parent.iterdir():
            file.chmod(0o444)
        finished = as_reader(read_only, "export")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert "new" in [area["slug"] for area in json.loads(finished.stdout)["focus_areas"]]


@pytest.mark.accept
def test_writing_into_a_read_only_folder_is_one_clear_line(read_only: Path) -> None:
    finished = as_reader(read_only, "keys", "create", "Rassendyll", "--scope", "read")
    assert finished.returncode == 1
    assert f"{read_only.parent} is no folder that may be written." in finished.stderr
    assert finished.stderr.count("\n") == 1
    assert as_reader(read_only, "migrate").returncode == 0


def test_slow_read_gives_way_to_another_and_is_complete(plain_seeded_url: str) -> None:
    """SQLite would abort a query if the handler of its progress said so."""
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000)"
    with engine_of(plain_seeded_url) as engine:
        with read_session(engine) as session, read_session(engine) as quick_session:
            assert quick_session.scalar(text("SELECT count(*) FROM revision")) == 1
            assert session.scalar(text(f"{count} SELECT sum(i) FROM n")) == 125000250000
        assert not slow_reads._reading
