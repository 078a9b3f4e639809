"""Migrations: up, down and up again on both engines, with data present, and what they promise."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Engine,
    MetaData,
    String,
    case,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from app.bundles.write import write_bundle
from app.errors import CannotStart, Unavailable
from app.schemas.record_types import ENTITIES
from app.schemas.snapshots import SCHEMA_VERSION
from app.schemas.timeline import IndexedBounds
from app.store.models import Base, LogEntry, TimelineItem, ValueCount
from app.store.schema import head_revision, migrate, require_schema
from app.store.sessions import read_session
from app.store.upgrade import alembic_config
from tests.helpers import fictional
from tests.helpers.bases import engine_of, filled
from tests.helpers.paths import SEED
from tests.helpers.servers import serving
from tests.helpers.tables import require_agreement

pytestmark = pytest.mark.either_engine


@pytest.fixture
def blank(blank_url: str) -> Iterator[Engine]:
    with engine_of(blank_url) as engine:
        yield engine


def run(engine: Engine, step: Any, *args: str) -> None:
    with engine.connect() as connection:
        config: Config = alembic_config()
        config.attributes["connection"] = connection
        step(config, *args)


def tables(engine: Engine) -> set[str]:
    """Those of the models: the full-text index has a shape for each engine."""
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not name.startswith("search_index")}


@pytest.mark.accept
def test_up_down_and_up_again(blank: Engine) -> None:
    migrate(blank)
    assert tables(blank) == set(Base.metadata.tables)
    run(blank, command.check)
    run(blank, command.downgrade, "base")
    assert set(inspect(blank).get_table_names()) == {"alembic_version"}
    migrate(blank)
    run(blank, command.check)


def test_migrating_again_changes_nothing(seeded: Engine) -> None:
    migrate(seeded)
    with read_session(seeded) as session:
        assert "".join(write_bundle(session)) == SEED.read_text(encoding="utf-8")


COMPUTED = list(IndexedBounds.model_fields)
# The version before the bounds of seasons changed.
FIRST_SCHEMA_VERSION = 1


@pytest.mark.accept
def test_items_from_before_the_spans_get_what_new_ones_have(empty_url: str) -> None:
    columns = f"SELECT slug, {', '.join(COMPUTED)} FROM timeline_item ORDER BY slug"
    with engine_of(filled(empty_url, without_deadlines())) as engine:
        with engine.connect() as connection:
            before = connection.execute(text(columns)).all()
        run(engine, command.downgrade, "0002")
        with engine.begin() as connection:
            # As another reader of dates would have left them.
            items = TimelineItem.__table__.c
            last = case((items.end_latest.is_(None), None), else_=date(2099, 12, 31))
            misread = {
                "edtf": "2001",
                "end_order": date(2001, 12, 31),
                "end_latest": last,
                "approximate": ~items.approximate,
            }
            connection.execute(update(TimelineItem).values(misread))
        migrate(engine)
        with engine.connect() as connection:
            assert connection.execute(text(columns)).all() == before
    assert len({tuple(row)[1:] for row in before}) > 20


def without_deadlines() -> Any:
    """The dated base without what the versions before could not hold."""
    bundle = fictional.dated()
    items = bundle["timeline_items"]
    bundle["timeline_items"] = [item for item in items if item["end_kind"] != "by"]
    return bundle


def test_base_from_before_duties_has_the_same_records_in_the_same_orders(
    empty_url: str,
) -> None:
    columns = "slug, title_order, start_order_descending, end_order_descending"
    items = text(f"SELECT {columns} FROM timeline_item ORDER BY slug")
    bundle = without_deadlines()
    long = fictional.record("timeline_item", "long", title="é" * 600)
    bundle["timeline_items"].append(long)
    with engine_of(filled(empty_url, bundle)) as engine:
        with engine.connect() as connection, read_session(engine) as session:
            before = (connection.execute(items).all(), "".join(write_bundle(session)))
        run(engine, command.downgrade, "0010")
        migrate(engine)
        with engine.connect() as connection, read_session(engine) as session:
            after = (connection.execute(items).all(), "".join(write_bundle(session)))
            sort_keys = {row.slug: row for row in connection.execute(items)}
        assert after == before
    assert sort_keys["long"].title_order == "é" * 600


# What the tables of before cannot hold.
@pytest.mark.parametrize(
    ("type_", "fields", "refusal"),
    [
        ("initiative", {"modality": "required"}, "1 records of initiative have the modality"),
        (
            "expected_outcome",
            {"office_slug": None},
            "1 records of expected_outcome are about",
        ),
        ("office", {"city": None}, "1 records of office have no city"),
        ("timeline_item", {"end_edtf": "2030", "end_kind": "by"}, "have a deadline or recur"),
        ("timeline_item", {"recurrence": "FREQ=YEARLY"}, "have a deadline or recur"),
        ("initiative", {"title": "a" * 601}, "have a text of more than 600 characters"),
    ],
)
def test_downgrade_that_would_lose_a_record_is_refused(
    empty_url: str, type_: str, fields: Any, refusal: str
) -> None:
    key = ENTITIES[type_].bundle_key
    bundle = fictional.base(**{key: [fictional.record(type_, "new", **fields)]})
    with engine_of(filled(empty_url, bundle)) as engine:
        with pytest.raises(RuntimeError, match=refusal):
            run(engine, command.downgrade, "0010")
        with engine.connect() as connection:
            version = connection.scalar(text("SELECT version_num FROM alembic_version"))
            assert version == head_revision()
        migrate(engine)


def test_snapshot_from_before_is_read_as_dates_are_read_now(empty_url: str) -> None:
    """The log is never rewritten; whoever replays it ends with the base all the same."""
    season = {"start_edtf": "2026-24", "end_kind": "same"}
    bundle = fictional.base(timeline_items=[fictional.record("timeline_item", "t", **season)])
    with engine_of(filled(empty_url, bundle)) as engine:
        with Session(engine) as session, session.begin():
            change = session.scalars(select(LogEntry).where(LogEntry.slug == "t")).one()
            assert change.schema_version == SCHEMA_VERSION
            assert change.snapshot is not None
            old = {"end_latest": "2026-12-31", "approximate": False}
            change.snapshot = change.snapshot | old
            change.schema_version = FIRST_SCHEMA_VERSION
        with serving(str(engine.url.render_as_string(hide_password=False))) as client:
            item = client.get("/v1/timeline-items/t").json()
            (logged,) = client.get("/v1/changes?type=timeline_item").json()["items"]
    assert item["end_latest"] == "2027-02-28"
    assert logged["record"] == item


def test_base_from_before_the_full_text_index_gets_the_same_index(seeded: Engine) -> None:
    before = indexed(seeded)
    run(seeded, command.downgrade, "0001")
    migrate(seeded)
    assert indexed(seeded) == before
    assert len(before) == 68


@pytest.mark.accept
def test_base_from_before_the_stored_counts_gets_the_same_counts(seeded: Engine) -> None:
    run(seeded, command.downgrade, "0009")
    migrate(seeded)
    with read_session(seeded) as session:
        require_agreement(session)
        assert session.scalar(select(func.count()).select_from(ValueCount))


STALE_WORDS = {
    "sqlite": "UPDATE search_index SET main = 'stale', words = 'stale'",
    "postgresql": "UPDATE search_index SET stems = 'stale', words = 'stale'",
}


@pytest.mark.accept
def test_labels_and_words_from_before_the_forms_are_found_as_new_ones(empty_url: str) -> None:
    area = fictional.focus_area("article-6-4", name="Article 6.4", aliases=["Förderung"])
    claim = fictional.record("initiative", "i", title="Łódź", focus_area_slugs=[area["slug"]])
    bundle = fictional.base(focus_areas=[area], initiatives=[claim])
    with engine_of(filled(empty_url, bundle)) as engine:
        before = (indexed(engine), label_forms(engine), logged(engine))
        run(engine, command.downgrade, "0007")
        with engine.begin() as connection:
            # As the version before left them: one form, and words without regard to script.
            old_form = "SELECT folded FROM focus_area_label WHERE label = 'Article 6.4'"
            assert connection.scalar(text(old_form)) == "article64"
            connection.execute(text(STALE_WORDS[engine.dialect.name]))
        migrate(engine)
        assert (indexed(engine), label_forms(engine), logged(engine)) == before
    with serving(empty_url, scope="write") as client:
        for query in ("focus_area=article 6.4", "focus_area=Forderung", "q=lodz"):
            page = client.get(f"/v1/initiatives?{query}").raise_for_status().json()
            assert [item["slug"] for item in page["items"]] == ["i"]
            assert page["revision"] == 1
        assert client.get("/v1/initiatives?focus_area=Article 64").status_code == 422
        # What the one form of before did not allow.
        new = fictional.focus_area("article-64", name="Article 64", aliases=["Forderung"])
        client.post("/v1/focus-areas", json=new).raise_for_status()
        page = client.get("/v1/initiatives?focus_area=Forderung").json()
        assert page["query"]["focus_area"][0]["slug"] == "article-64"


# As the version before indexed "环境保护，合作".
SINGLE_CHARACTERS = {
    "sqlite": {"main": "环 境 保 护 合 作 |", "words": "环 境 保 护 合 作"},
    "postgresql": {
        "stems": "'环':1A '境':2A '保':3A '护':4A '合':5A '作':6A",
        "words": "'环' '境' '保' '护' '合' '作'",
    },
}


def test_characters_from_before_their_pairs_are_found_as_new_ones(empty_url: str) -> None:
    claim = fictional.record("initiative", "i", title="环境保护，合作")
    with engine_of(filled(empty_url, fictional.base(initiatives=[claim]))) as engine:
        before = (indexed(engine), logged(engine))
        run(engine, command.downgrade, "0012-1")
        columns = SINGLE_CHARACTERS[engine.dialect.name]
        type_ = "tsvector" if engine.dialect.name == "postgresql" else "text"
        values = ", ".join(f"{name} = CAST(:{name} AS {type_})" for name in columns)
        rowid = "SELECT id FROM search_document WHERE type = 'initiative'"
        statement = text(f"UPDATE search_index SET {values} WHERE rowid = ({rowid})")
        with engine.begin() as connection:
            connection.execute(statement, columns)
        assert indexed(engine) != before[0]
        migrate(engine)
        assert (indexed(engine), logged(engine)) == before
    with serving(empty_url) as client:
        for query, total in (("保护", 1), ("境", 1), ("环境 合作", 1), ("护合", 0)):
            page = client.get("/v1/initiatives", params={"q": query}).json()
            assert (page["total"], page["revision"]) == (total, 1)


def logged(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        entries = connection.execute(text("SELECT revision, type, slug, version FROM change"))
        return sorted(map(tuple, entries))


def label_forms(engine: Engine) -> list[Any]:
    columns = "focus_area_slug, position, label, strict_form, loose_form"
    with engine.connect() as connection:
        statement = text(f"SELECT {columns} FROM focus_area_label ORDER BY 1, 2")
        return list(connection.execute(statement))


def indexed(engine: Engine) -> dict[tuple[str, str], list[Any]]:
    """The words that are kept of each record."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT type, slug, search_index.* FROM search_document "
                "JOIN search_index ON search_index.rowid = search_document.id"
            )
        ).mappings()
        return {
            (row["type"], row["slug"]): [
                row[k] for k in row if k not in ("type", "slug", "rowid")
            ]
            for row in rows
        }


def declared(engine: Engine) -> Iterator[tuple[str, str, Any]]:
    inspector = inspect(engine)
    for table in sorted(tables(engine)):
        for check in inspector.get_check_constraints(table):
            yield table, "check", (check["name"], " ".join(check["sqltext"].split()))
        for key in inspector.get_foreign_keys(table):
            options = {k: v for k, v in key["options"].items() if v}
            yield table, "key", (key["name"], tuple(key["constrained_columns"]), str(options))
        for index in inspector.get_indexes(table):
            yield (
                table,
                "index",
                (index["name"], tuple(index["column_names"]), index["unique"]),
            )


@pytest.mark.accept
def test_migrations_make_the_constraints_that_the_models_declare(
    bases: Any, empty: Engine
) -> None:
    """`alembic check` does not look at CHECK constraints; this does."""
    with engine_of(bases.make("blank")) as engine:
        Base.metadata.create_all(engine)
        assert set(declared(engine)) == set(declared(empty))


def test_every_constraint_has_a_conventional_name(empty: Engine) -> None:
    names = [what[0] for _, _, what in declared(empty)]
    assert all(
        name and name.split("_")[0] in ("ck", "fk", "ix", "uq", "pk") for name in names
    )


def test_rebuilding_a_table_keeps_what_refers_to_it(seeded: Engine) -> None:
    """SQLite changes a table by replacing it; its children must not go with the old one."""
    before = rows(seeded)
    with seeded.connect() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command_with(config, add_and_drop_a_column)
    assert rows(seeded) == before
    assert before["citation"] > 100


def command_with(config: Config, change: Any) -> None:
    """Run `change` as a migration would be: through env.py, in its transaction."""
    script = ScriptDirectory.from_config(config)

    def steps(_revision: Any, context: MigrationContext) -> list[Any]:
        change(Operations(context))
        return []

    with EnvironmentContext(config, script, fn=steps):
        script.run_env()


def add_and_drop_a_column(operations: Operations) -> None:
    for table in ("office", "focus_area", "initiative"):
        with operations.batch_alter_table(table, recreate="auto") as batch:
            batch.add_column(Column("extra", String()))
        with operations.batch_alter_table(table, recreate="auto") as batch:
            batch.drop_column("extra")


def rows(engine: Engine) -> dict[str, int]:
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {
            name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0
            for name in metadata.tables
        }


def test_base_newer_than_the_software_is_refused(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CannotStart, match=r"newer Communiqué \(its schema is 9999\)"):
        migrate(empty)
    with pytest.raises(CannotStart, match="does not have this version's schema"):
        require_schema(empty)


def test_base_that_cannot_be_reached_is_one_clear_line() -> None:
    with (
        engine_of("postgresql+psycopg://nobody:secret@127.0.0.1:1/nothing") as engine,
        pytest.raises(Unavailable, match=r"127\.0\.0\.1:1/nothing does not answer") as caught,
    ):
        migrate(engine)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_base_in_a_folder_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with (
        engine_of(f"sqlite:///{tmp_path}/nowhere/base.db") as engine,
        pytest.raises(Unavailable, match="is no folder that may be written"),
    ):
        migrate(engine)


def test_file_that_is_no_base_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "base.db").write_text(
        "This is a text, and longer than the header of a database."
    )
    with (
        engine_of(f"sqlite:///{tmp_path}/base.db") as engine,
        pytest.raises(Unavailable, match="file is not a database"),
    ):
        migrate(engine)
