"""The one write path: versions, the log, all or nothing, and who may write when."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError

from app.bundles.write import write_bundle
from app.catalog import CATALOG
from app.catalog.initiatives import INITIATIVES, InitiativeQuery
from app.changes.apply import apply
from app.errors import InvalidRecords
from app.log.as_of.resolve import resolve_as_of
from app.queries.pages import read_page
from app.queries.records import read_record
from app.rules.changes import Change as Edit
from app.store.models import (
    Citation,
    FocusArea,
    FocusAreaRelated,
    Initiative,
    LogEntry,
    Revision,
)
from app.store.sessions import read_session, write_session
from tests.helpers import fictional
from tests.helpers.bases import PostgresqlBases, engine_of
from tests.helpers.fictional import base, create, delete, update
from tests.helpers.paths import SEED
from tests.helpers.statements import count_statements
from tests.helpers.tables import require_agreement
from tests.helpers.writers import run_writers, write_initiatives


def write(engine: Engine, *changes: Any) -> int:
    with write_session(engine) as session:
        return apply(session, list(changes), "test", "A change").number


def log(engine: Engine) -> list[tuple[int, int, str, str, int]]:
    with read_session(engine) as session:
        rows = session.scalars(
            select(LogEntry).order_by(LogEntry.revision, LogEntry.position)
        )
        return [(c.revision, c.position, c.operation, c.slug, c.version) for c in rows]


def test_versions_grow_and_continue_after_a_deletion(empty: Engine) -> None:
    assert write(empty, *fictional.changes(base())) == 1
    assert write(empty, update("focus_area", "trade", name="Commerce")) == 2
    assert write(empty, delete("focus_area", "trade")) == 3
    assert write(empty, create("focus_area", "trade", name="Trade again")) == 4
    assert [entry for entry in log(empty) if entry[3] == "trade"] == [
        # Before "moats", which is given first and has a broader one.
        (1, 3, "create", "trade", 1),
        (2, 0, "update", "trade", 2),
        (3, 0, "delete", "trade", 3),
        (4, 0, "create", "trade", 4),
    ]
    with read_session(empty) as session:
        assert read_record(session, CATALOG[2], "trade").version == 4


def test_times_do_not_fall_when_the_clock_is_set_back(empty: Engine) -> None:
    write(empty, *fictional.changes(base()))
    with empty.begin() as connection:
        # As if the clock had been an hour fast, to the year.
        connection.execute(
            text("UPDATE revision SET created_at = '2031-05-01 10:00:00.000000'")
        )
        connection.execute(
            text("UPDATE focus_area SET updated_at = '2031-05-01 10:00:00.000000'")
        )
    write(empty, update("focus_area", "trade", name="Commerce"))
    write(empty, update("focus_area", "trade", name="Barter"))
    with read_session(empty) as session:
        revisions = select(Revision.created_at).order_by(Revision.number)
        instants = list(session.scalars(revisions))
        assert instants == sorted(set(instants))
        area = session.get(FocusArea, "trade")
        assert area is not None
        assert area.updated_at == instants[2]
        for number, instant in enumerate(instants, start=1):
            assert resolve_as_of(session, instant.isoformat()).stamp.number == number


def test_tables_hold_what_the_log_says(seeded: Engine) -> None:
    with read_session(seeded) as session:
        require_agreement(session)


def test_change_of_a_citation_or_link_alone_is_a_new_version(seeded: Engine) -> None:
    bundle = json.loads(SEED.read_text(encoding="utf-8"))
    raw = next(r for r in bundle["initiatives"] if r["slug"] == "promote-technology-transfer")
    raw["focus_area_slugs"].reverse()
    raw["citations"].reverse()
    write(seeded, fictional.replacement("initiative", raw))
    with read_session(seeded) as session:
        record = json.loads(read_record(session, INITIATIVES, raw["slug"]).text)
        require_agreement(session)
    assert record["version"] == 2
    assert record["focus_area_slugs"] == raw["focus_area_slugs"]
    assert record["citations"] == [{**cited, "link": None} for cited in raw["citations"]]
    assert record["updated_at"] > record["created_at"]


def test_related_focus_areas_may_swap_places(empty: Engine) -> None:
    areas = [fictional.focus_area(name) for name in ("a", "b", "c")]
    areas[0]["related_slugs"] = ["b", "c"]
    areas[1]["related_slugs"] = areas[2]["related_slugs"] = ["a"]
    for area in areas:
        area["derived"]["related_slugs"] = "fictional"
    write(empty, *fictional.changes({"focus_areas": areas}))
    write(empty, update("focus_area", "a", name="a", related_slugs=["c", "b"]))
    with read_session(empty) as session:
        record = json.loads(read_record(session, CATALOG[2], "a").text)
    assert record["related_slugs"] == ["c", "b"]
    write(empty, *(delete("focus_area", name) for name in ("a", "b", "c")))


def test_claims_are_counted_anew_for_a_focus_area_that_moves(empty: Engine) -> None:
    """Although no claim about it has changed."""
    initiatives = [fictional.record("initiative", "dig", focus_area_slugs=["moats"])]
    write(empty, *fictional.changes(base(initiatives=initiatives)))
    for broader_slugs in (["trade"], [], ["castles", "trade"]):
        write(empty, update("focus_area", "moats", name="moats", broader_slugs=broader_slugs))
        with read_session(empty) as session:
            require_agreement(session)


def test_refused_change_list_leaves_nothing(empty: Engine) -> None:
    write(empty, *fictional.changes(base()))
    valid = create("initiative", "good")
    bad = create("initiative", "bad", office_slug="nowhere")
    with pytest.raises(InvalidRecords):
        write(empty, valid, bad)
    assert [entry[0] for entry in log(empty)] == [1] * 5
    with read_session(empty) as session:
        assert session.scalar(select(func.count()).select_from(Initiative)) == 0


def test_deletion_takes_the_parts_along(seeded: Engine) -> None:
    with read_session(seeded) as session:
        before = session.scalar(select(func.count()).select_from(Citation)) or 0
    write(seeded, delete("initiative", "political-consultations-on-conflicts"))
    with read_session(seeded) as session:
        after = session.scalar(select(func.count()).select_from(Citation)) or 0
    assert before - after == 3


def test_only_a_writing_session_may_write(empty: Engine) -> None:
    with read_session(empty) as session, pytest.raises(RuntimeError, match="write_session"):
        apply(session, fictional.changes(base()), "test", "m")


def test_revision_is_returned_without_asking_for_the_lock_again(empty: Engine) -> None:
    with write_session(empty) as session:
        revision = apply(session, fictional.changes(base()), "test", "m")
        with count_statements(empty) as statements:
            assert (revision.number, revision.author) == (1, "test")
        assert statements.count == 0


def test_reading_session_cannot_write(empty: Engine) -> None:
    with read_session(empty) as session:
        session.add(Revision(number=1, author="x", message="x", created_at=datetime.now(UTC)))
        with pytest.raises((OperationalError, InternalError)):
            session.flush()
    write(empty, *fictional.changes(base()))


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [update("focus_area", "trade", name="x"), delete("focus_area", "trade")],
        [delete("focus_area", "trade"), delete("focus_area", "trade")],
        [Edit("update", "office", "strelsau", create("office", "zenda").record)],
    ],
)
def test_contradictory_change_lists_are_refused(empty: Engine, changes: list[Any]) -> None:
    write(empty, *fictional.changes(base()))
    with pytest.raises(InvalidRecords):
        write(empty, *changes)


@pytest.mark.accept
def test_writers_do_not_rely_on_the_servers_default_isolation(
    postgresql_bases: PostgresqlBases,
) -> None:
    url = postgresql_bases.make("seeded")
    with (
        engine_of(url) as engine,
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
    ):
        name = engine.url.database
        setting = "default_transaction_isolation = 'repeatable read'"
        connection.execute(text(f"ALTER DATABASE {name} SET {setting}"))
    run_writers(url, 3, 5)
    with engine_of(url) as engine, read_session(engine) as session:
        assert session.scalar(select(func.max(Revision.number))) == 16


def integrity(empty: Engine, *rows: Any) -> None:
    with write_session(empty) as session:
        session.add_all(rows)
        session.commit()


def citation_row(**fields: Any) -> Citation:
    words = {"exact": "x", "prefix": "", "suffix": "", "start": 0, "end": 1}
    place = {
        "document_slug": "memorandum",
        "section": [],
        "supports": ["title"],
        "position": 0,
    }
    return Citation(**{**words, **place, **fields})


def test_database_itself_refuses_what_is_not_whole(empty: Engine) -> None:
    write(empty, *fictional.changes(base()))
    refused = [
        citation_row(),
        citation_row(office_slug="strelsau", focus_area_slug="trade"),
        citation_row(office_slug="nowhere"),
        citation_row(office_slug="strelsau", end=0),
        FocusAreaRelated(focus_area_slug="trade", related_slug="moats", position=0),
    ]
    for row in refused:
        with pytest.raises(IntegrityError):
            integrity(empty, row)
    integrity(empty, citation_row(office_slug="strelsau"))


def test_a_read_sees_one_state_while_another_connection_writes(seeded_url: str) -> None:
    with engine_of(seeded_url) as engine:
        with read_session(engine) as session:
            first = read_page(session, INITIATIVES, InitiativeQuery()).fields
            write_initiatives(seeded_url, "written-by-another", 1)
            second = read_page(session, INITIATIVES, InitiativeQuery()).fields
            everything = "".join(write_bundle(session))
        with read_session(engine) as session:
            third = read_page(session, INITIATIVES, InitiativeQuery()).fields
    assert (first["revision"], first["total"]) == (second["revision"], second["total"])
    assert (third["revision"], third["total"]) == (first["revision"] + 1, first["total"] + 1)
    assert "written-by-another" not in everything


@pytest.mark.accept
def test_concurrent_writers_leave_gapless_ordered_revisions(seeded_url: str) -> None:
    run_writers(seeded_url, 3, 10)
    with engine_of(seeded_url) as engine, read_session(engine) as session:
        revisions = session.scalars(select(Revision).order_by(Revision.number)).all()
        written = session.scalar(
            select(func.count())
            .select_from(Initiative)
            .where(Initiative.slug.like("written-%"))
        )
    assert [revision.number for revision in revisions] == list(range(1, 32))
    instants = [revision.created_at for revision in revisions]
    assert instants == sorted(instants)
    assert written == 30


def test_writers_and_readers_do_not_wait_for_each_other(seeded: Engine) -> None:
    with read_session(seeded) as reader:
        before = read_page(reader, INITIATIVES, InitiativeQuery()).fields
        write(seeded, create("focus_area", "castles"))
        after = read_page(reader, INITIATIVES, InitiativeQuery()).fields
        assert after["revision"] == before["revision"]


KILLED = """
import sys, time
from pathlib import Path
from sqlalchemy import event
from app.store.engine import make_engine
from app.bundles.load import load_bundle
from app.settings import Settings

inserts = 0

def hold(connection, cursor, statement, *rest):
    global inserts
    inserts += statement.startswith("INSERT")
    if inserts == int(sys.argv[3]) and statement.startswith("INSERT"):
        print("half", flush=True)
        time.sleep(60)

engine = make_engine(Settings(database_url=sys.argv[1]))
event.listen(engine, "after_cursor_execute", hold)
load_bundle(engine, Path(sys.argv[2]), author="killed")
print("done", flush=True)
time.sleep(60)
"""


def is_whole(engine: Engine, records: int) -> bool:
    """Everything of the load is there, or nothing."""
    with read_session(engine) as session:
        logged = session.scalar(select(func.count()).select_from(LogEntry)) or 0
        stored = sum(
            session.scalar(select(func.count()).select_from(resource.model)) or 0
            for resource in CATALOG
        )
        revisions = session.scalar(select(func.count()).select_from(Revision)) or 0
    assert (logged, stored, revisions) in ((0, 0, 0), (records, records, 1))
    return bool(logged)


@pytest.mark.parametrize(("insert", "detail"), [(1, "half"), (12, "half"), (0, "done")])
@pytest.mark.accept
def test_kill_in_the_middle_of_a_load_leaves_all_or_nothing(
    empty_url: str, tmp_path: Path, insert: int, detail: str
) -> None:
    bundle = fictional.many(20)
    records = sum(len(found) for found in bundle.values())
    path = fictional.write(tmp_path / "bundle.json", bundle)
    command = [sys.executable, "-c", KILLED, empty_url, str(path), str(insert)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == f"{detail}\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with engine_of(empty_url) as engine:
        assert is_whole(engine, records) == (detail == "done")
        write(engine, create("office", "zenda"))  # the lock went with the process


def test_base_is_exported_to_a_bundle_that_makes_it_again(seeded: Engine) -> None:
    with read_session(seeded) as session:
        assert "".join(write_bundle(session)) == SEED.read_text(encoding="utf-8")


def test_export_pages_through_a_large_base(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = fictional.many(12)
    write(empty, *fictional.changes(bundle))
    with read_session(empty) as session:
        export = "".join(write_bundle(session))
    monkeypatch.setattr("app.store.rows.CHUNK_ROWS", 5)
    with read_session(empty) as session:
        assert "".join(write_bundle(session)) == export
        assert len(session.identity_map.all_states()) < 20
    exported = json.loads(export)
    for key, records in bundle.items():
        slugs = sorted(record["slug"] for record in records)
        assert [record["slug"] for record in exported[key]] == slugs
