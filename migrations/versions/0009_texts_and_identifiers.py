"""The texts of documents leave the tables and the log: each is stored once, by its digest. Records
have the identifiers that their sources give them. Documents and offices have dates of any precision
(EDTF) with their bounds. Labels have languages."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.store.columns import text_key

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TYPES = (
    "document",
    "office",
    "focus_area",
    "initiative",
    "expected_outcome",
    "timeline_item",
)
# The dates of records, each with its table.
DATES = (("published", "document"), ("opened", "office"))
PRECISIONS = "'day', 'month', 'season', 'quarter', 'half', 'year', 'decade', 'century'"
DOCUMENT = sa.table(
    "document",
    sa.column("slug", text_key(80)),
    sa.column("sha256", text_key()),
    sa.column("text", text_key()),
    sa.column("text_sha256", text_key()),
)
DOCUMENT_TEXT = sa.table(
    "document_text",
    sa.column("sha256", text_key(64)),
    sa.column("utf8", sa.LargeBinary()),
)
CHANGE = sa.table(
    "change",
    sa.column("revision", sa.Integer()),
    sa.column("position", sa.Integer()),
    sa.column("type", text_key()),
    sa.column("snapshot", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    move_texts()
    for type_ in TYPES:
        create_identifiers(type_)
    for event, table in DATES:
        add_bounds(event, table)
    with op.batch_alter_table("focus_area_label") as batch:
        batch.add_column(sa.Column("language", text_key(), nullable=True))


def add_bounds(event: str, name: str) -> None:
    day, first, last, order, precision = date_columns(event)
    # The first day is what was the date, so it keeps its values; a cast to or from a date would
    # lose them on SQLite, which has no such type.
    with op.batch_alter_table(name) as table:
        table.alter_column(day, existing_type=sa.Date(), new_column_name=first)
    with op.batch_alter_table(name) as table:
        for column in (last, order):
            table.add_column(sa.Column(column, sa.Date(), nullable=True))
        for column in (day, precision):
            table.add_column(sa.Column(column, text_key(), nullable=True))
    text = first
    if op.get_bind().dialect.name == "postgresql":
        text = f"to_char({first}, 'YYYY-MM-DD')"
    op.execute(
        f"UPDATE {name} SET {day} = {text}, {last} = {first}, "
        f"{precision} = CASE WHEN {first} IS NOT NULL THEN 'day' END, "
        f"{order} = coalesce({first}, '9999-12-31')"
    )
    with op.batch_alter_table(name) as table:
        table.alter_column(order, existing_type=sa.Date(), nullable=False)
        table.create_check_constraint(
            op.f(f"ck_{name}_{precision}"), f"{precision} IN ({PRECISIONS})"
        )
        table.create_check_constraint(op.f(f"ck_{name}_{event}_bounds"), f"{first} <= {last}")
    op.create_index(f"ix_{name}_{order}_slug", name, [order, "slug"])


def remove_bounds(event: str, name: str) -> None:
    """What is less precise than a day becomes its first day."""
    day, first, last, order, precision = date_columns(event)
    op.drop_index(f"ix_{name}_{order}_slug", name)
    with op.batch_alter_table(name) as table:
        for check in (precision, f"{event}_bounds"):
            table.drop_constraint(op.f(f"ck_{name}_{check}"), type_="check")
        for column in (day, last, order, precision):
            table.drop_column(column)
    with op.batch_alter_table(name) as table:
        table.alter_column(first, existing_type=sa.Date(), new_column_name=day)


def date_columns(event: str) -> list[str]:
    return [f"{event}_{part}" for part in ("on", "earliest", "latest", "order", "precision")]


def create_identifiers(type_: str) -> None:
    table = f"{type_}_identifier"
    owner = f"{type_}_slug"
    op.create_table(
        table,
        sa.Column(owner, text_key(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scheme", text_key(60), nullable=False),
        sa.Column("value", text_key(300), nullable=False),
        sa.ForeignKeyConstraint(
            [owner], [f"{type_}.slug"], name=f"fk_{table}_{owner}", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(owner, "position", name=f"pk_{table}"),
        sa.UniqueConstraint(owner, "scheme", "value", name=f"uq_{table}_scheme_value"),
    )
    op.create_index(f"ix_{table}_value", table, ["value", "scheme", owner])


def move_texts() -> None:
    op.create_table(
        "document_text",
        sa.Column("sha256", text_key(64), nullable=False),
        sa.Column("utf8", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_document_text_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_document_text")),
    )
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("text_sha256", text_key(64), nullable=True))
    move_texts_out_of_the_log()
    # Every text of the table is in the log, too.
    op.execute("UPDATE document SET text_sha256 = sha256 WHERE text IS NOT NULL")
    with op.batch_alter_table("document") as table:
        table.drop_column("text")
        table.create_foreign_key(
            op.f("fk_document_text_sha256"), "document_text", ["text_sha256"], ["sha256"]
        )
        table.create_check_constraint(op.f("ck_document_text"), "text_sha256 = sha256")


def move_texts_out_of_the_log() -> None:
    """The snapshots of documents keep the length of their text in its place."""
    connection = op.get_bind()
    for entry in list_document_entries():
        snapshot = entry.snapshot
        text = snapshot.pop("text", None)
        if text is None:
            continue
        sha256 = snapshot["sha256"]
        is_stored = sa.select(DOCUMENT_TEXT.c.sha256).where(DOCUMENT_TEXT.c.sha256 == sha256)
        if connection.scalar(is_stored) is None:
            row = {"sha256": sha256, "utf8": text.encode()}
            connection.execute(sa.insert(DOCUMENT_TEXT), row)
        write_snapshot(entry, {**snapshot, "text_length": len(text)})


def move_texts_into_the_log() -> None:
    for entry in list_document_entries():
        if entry.snapshot.get("text_length") is not None:
            text = read_text(entry.snapshot["sha256"])
            write_snapshot(entry, {**entry.snapshot, "text": text})


def list_document_entries() -> Iterator[Any]:
    """The entries of documents that are not deletions, each read by itself: all of their texts
    might not fit in memory."""
    connection = op.get_bind()
    keys = sa.select(CHANGE.c.revision, CHANGE.c.position).where(CHANGE.c.type == "document")
    for number, position in connection.execute(keys).all():
        entry = connection.execute(
            sa.select(CHANGE).where(
                CHANGE.c.revision == number,
                CHANGE.c.position == position,
            )
        ).one()
        if entry.snapshot is not None:
            yield entry


def write_snapshot(entry: Any, snapshot: dict[str, Any]) -> None:
    statement = sa.update(CHANGE).where(
        CHANGE.c.revision == entry.revision,
        CHANGE.c.position == entry.position,
    )
    op.get_bind().execute(statement.values(snapshot=snapshot))


def read_text(sha256: str) -> str:
    statement = sa.select(DOCUMENT_TEXT.c.utf8).where(DOCUMENT_TEXT.c.sha256 == sha256)
    utf8: bytes = op.get_bind().scalars(statement).one()
    return utf8.decode()


def downgrade() -> None:
    with op.batch_alter_table("focus_area_label") as batch:
        batch.drop_column("language")
    for event, table in DATES:
        remove_bounds(event, table)
    for type_ in TYPES:
        op.drop_table(f"{type_}_identifier")
    move_texts_back()


def move_texts_back() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("text", text_key(), nullable=True))
    move_texts_into_the_log()
    connection = op.get_bind()
    held = sa.select(DOCUMENT.c.slug, DOCUMENT.c.sha256)
    held = held.where(DOCUMENT.c.text_sha256.is_not(None))
    for slug, sha256 in connection.execute(held).all():
        statement = sa.update(DOCUMENT).where(DOCUMENT.c.slug == slug)
        connection.execute(statement.values(text=read_text(sha256)))
    with op.batch_alter_table("document") as table:
        table.drop_constraint(op.f("ck_document_text"), type_="check")
        table.drop_constraint(op.f("fk_document_text_sha256"), type_="foreignkey")
        table.drop_column("text_sha256")
    op.drop_table("document_text")
