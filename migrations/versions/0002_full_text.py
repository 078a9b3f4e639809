"""The full-text index, with the words of every record that is there."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.db import text_key
from app.fulltext import compose, create_index, drop_index, store

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AT_ONCE = 500


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", text_key(), nullable=False),
        sa.Column("slug", text_key(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_document"),
    )
    op.create_index(
        "ix_search_document_type_slug", "search_document", ["type", "slug"], unique=True
    )
    connection = op.get_bind()
    create_index(connection)
    labels: dict[str, list[str]] = {}
    for slug, label in connection.execute(
        sa.text(
            "SELECT focus_area_slug, label FROM focus_area_label ORDER BY position = 0, position"
        )
    ):
        labels.setdefault(slug, []).append(label)
    for records in _each_record(connection):
        store(
            connection,
            {(type_, record["slug"]): compose(type_, record, labels) for type_, record in records},
        )


def _each_record(connection: sa.Connection) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """The records of the base as the log has them, some at a time."""
    change = sa.table(
        "change",
        *(sa.column(name) for name in ("type", "slug", "version")),
        sa.column("snapshot", sa.JSON),
    )
    last = (
        sa.select(change.c.type, change.c.slug, sa.func.max(change.c.version).label("version"))
        .group_by(change.c.type, change.c.slug)
        .subquery()
    )
    after = ("", "")
    while True:
        rows = connection.execute(
            sa.select(change.c.type, change.c.slug, change.c.snapshot)
            .join(
                last,
                sa.and_(
                    last.c.type == change.c.type,
                    last.c.slug == change.c.slug,
                    last.c.version == change.c.version,
                ),
            )
            .where(sa.tuple_(change.c.type, change.c.slug) > sa.tuple_(*map(sa.literal, after)))
            .order_by(change.c.type, change.c.slug)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        yield [(row.type, row.snapshot) for row in rows if row.snapshot is not None]
        after = (rows[-1].type, rows[-1].slug)


def downgrade() -> None:
    drop_index(op.get_bind())
    op.drop_table("search_document")
