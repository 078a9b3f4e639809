"""Guards of what is stored: a change of a schema or a table must come with its migration."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from app.schemas.record_types import ENTITIES
from app.schemas.snapshots import SCHEMA_VERSION
from app.settings import shipped
from app.store.models import Base
from app.store.schema import head_revision, migrate
from app.store.upgrade import alembic_config
from tests.helpers.bases import Bases, engine_of

ROOT = shipped("data").parent
# Of each schema version, a digest of every `…Read` as JSON Schema without its texts.
FINGERPRINTS = ROOT / "tests" / "data" / "read_fingerprints.json"
TEXTS = ("title", "description", "examples")


def without_texts(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            name: without_texts(value) for name, value in schema.items() if name not in TEXTS
        }
    if isinstance(schema, list):
        return [without_texts(value) for value in schema]
    return schema


def fingerprint(type_: str) -> str:
    schema = ENTITIES[type_].read.model_json_schema(mode="serialization")
    text = json.dumps(without_texts(schema), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_records_are_read_as_their_schema_version_says() -> None:
    """Lists are answered from logged snapshots, so a field without a step would be missing there.

    If this fails: raise SCHEMA_VERSION, add a step to `app/schemas/snapshots.py` that reads older
    snapshots as new ones, and add the fingerprints of the new version to the file."""
    current = {type_: fingerprint(type_) for type_ in ENTITIES}
    assert json.loads(FINGERPRINTS.read_text())[str(SCHEMA_VERSION)] == current


def check_constraints(engine: Engine) -> set[tuple[str, str | None, str]]:
    inspector = inspect(engine)
    return {
        (table, check["name"], re.sub(r"\s+", " ", check["sqltext"]))
        for table in Base.metadata.tables
        for check in inspector.get_check_constraints(table)
    }


def test_migrations_make_the_checks_of_the_models(bases: Bases) -> None:
    """Alembic's autogenerate does not compare CHECK constraints."""
    with (
        engine_of(bases.make("blank")) as migrated,
        engine_of(bases.make("blank")) as modelled,
    ):
        migrate(migrated)
        Base.metadata.create_all(modelled)
        assert check_constraints(migrated) == check_constraints(modelled)


NEW_TABLE = '''

class Motto(Base):
    """A fictional table."""

    __tablename__ = "motto"

    slug: Mapped[str] = mapped_column(text_key(80), primary_key=True)
    heard_at: Mapped[datetime]
'''


def recipe() -> list[str]:
    """The commands of CONTRIBUTING under "Write a migration"."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Write a migration")[2]
    block = re.search(r"```console\n(.*?)```", section, re.DOTALL)
    assert block is not None
    return [
        line.removeprefix("$ ") for line in block[1].splitlines() if line.startswith("$ ")
    ]


@pytest.mark.accept
def test_recipe_for_a_migration_works_on_a_fresh_clone(tmp_path: Path) -> None:
    for name in ("app", "migrations", "data", "alembic.ini"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    tables = tmp_path / "app/store/models/access.py"
    tables.write_text(tables.read_text(encoding="utf-8") + NEW_TABLE, encoding="utf-8")
    alembic = tmp_path / ".venv/bin/alembic"
    alembic.parent.mkdir(parents=True)
    alembic.write_text(f'#!/bin/sh\nexec {sys.executable} -m alembic "$@"\n')
    alembic.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    script = "\n".join(["set -e", *recipe()])
    ran = subprocess.run(
        ["sh", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "No new upgrade operations detected" in ran.stdout + ran.stderr
    (written,) = (tmp_path / "migrations/versions").glob("*mottos*.py")
    assert "op.create_table('motto'" in written.read_text(encoding="utf-8")


def test_head_by_file_names_is_the_head_of_alembic() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert head_revision() == scripts.get_current_head()


@pytest.mark.accept
def test_server_starts_without_what_few_requests_need() -> None:
    """Each of them takes a tenth of the start or more."""
    program = "import sys, app.cli.serve; print(*sys.modules, sep='\\n')"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    modules = set(run.stdout.split())
    assert "fastapi" in modules
    assert not modules & {"alembic", "icalendar", "pyarrow", "sqlalchemy.dialects.postgresql"}
