"""What makes an overlap of dates fast: a class of length for each timeline item, and the days from
which and until which it is on in every reading. Dates are read otherwise, too: all computed columns
are to be computed anew."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEX = "ix_timeline_item_span"


def upgrade() -> None:
    with op.batch_alter_table("timeline_item") as table:
        table.add_column(sa.Column("span", sa.SmallInteger(), nullable=True))
        table.add_column(sa.Column("sure_start", sa.Date(), nullable=True))
        table.add_column(sa.Column("sure_end", sa.Date(), nullable=True))
    # What `app.changes.computed_columns` looks for.
    op.execute("UPDATE timeline_item SET span = -1")
    with op.batch_alter_table("timeline_item") as table:
        table.alter_column("span", existing_type=sa.SmallInteger(), nullable=False)
    op.create_index(
        INDEX,
        "timeline_item",
        ["span", "start_order", "slug", "end_order", "sure_start", "sure_end"],
    )


def downgrade() -> None:
    op.drop_index(INDEX, "timeline_item")
    with op.batch_alter_table("timeline_item") as table:
        for name in ("sure_end", "sure_start", "span"):
            table.drop_column(name)
