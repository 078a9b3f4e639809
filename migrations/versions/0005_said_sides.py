"""Which sides of a timeline item the document itself gives; what is certain follows from it, so all
computed columns are to be computed anew."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SIDES = ("start_said", "end_said")


def upgrade() -> None:
    with op.batch_alter_table("timeline_item") as table:
        for name in SIDES:
            table.add_column(sa.Column(name, sa.Boolean(), nullable=True))
    # What `app.changes.computed_columns` looks for.
    op.execute("UPDATE timeline_item SET span = -1, start_said = false, end_said = false")
    with op.batch_alter_table("timeline_item") as table:
        for name in SIDES:
            table.alter_column(name, existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("timeline_item") as table:
        for name in SIDES:
            table.drop_column(name)
