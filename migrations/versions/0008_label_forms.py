"""Labels have two forms: a strict one that belongs to one focus area, and a loose one that may be
typed for it. Words are found otherwise, too: labels and search documents are computed again by
`env.py`, and left empty here."""

import unicodedata

import sqlalchemy as sa
from alembic import op

from app.store.columns import text_key

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = "focus_area_label"
FORMS = ("strict_form", "loose_form")


def upgrade() -> None:
    op.drop_index("ix_focus_area_label_folded", TABLE)
    with op.batch_alter_table(TABLE) as table:
        table.drop_column("folded")
        for name in FORMS:
            # What `app.changes.computed_columns` looks for.
            table.add_column(sa.Column(name, text_key(), nullable=False, server_default=""))
    with op.batch_alter_table(TABLE) as table:
        for name in FORMS:
            table.alter_column(name, existing_type=text_key(), server_default=None)
    op.create_index("ix_focus_area_label_loose_form", TABLE, ["loose_form"])
    op.execute("DELETE FROM search_index")
    op.execute("DELETE FROM search_document")


def downgrade() -> None:
    # Search documents stay: the version before finds most words in them, too.
    op.drop_index("ix_focus_area_label_loose_form", TABLE)
    with op.batch_alter_table(TABLE) as table:
        for name in FORMS:
            table.drop_column(name)
        table.add_column(sa.Column("folded", text_key(), nullable=False, server_default=""))
    with op.batch_alter_table(TABLE) as table:
        table.alter_column("folded", existing_type=text_key(), server_default=None)
    _fold_labels()
    op.create_index("ix_focus_area_label_folded", TABLE, ["folded"])


def _fold_labels() -> None:
    labels = sa.table(
        TABLE,
        sa.column("focus_area_slug", sa.String()),
        sa.column("position", sa.Integer()),
        sa.column("label", sa.String()),
        sa.column("folded", sa.String()),
    )
    statement = (
        sa.update(labels)
        .where(
            labels.c.focus_area_slug == sa.bindparam("slug"),
            labels.c.position == sa.bindparam("place"),
        )
        .values(folded=sa.bindparam("form"))
    )
    connection = op.get_bind()
    rows = []
    for row in connection.execute(sa.select(labels)).all():
        rows.append(
            {"slug": row.focus_area_slug, "place": row.position, "form": _fold(row.label)}
        )
    if rows:
        connection.execute(statement, rows)


def _fold(label: str) -> str:
    """The only form of a label before this version: its letters and digits without marks."""
    folded = unicodedata.normalize("NFKD", label).casefold()
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in decomposed if unicodedata.category(char)[0] in "LN")
