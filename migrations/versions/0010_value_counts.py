"""How many claims have each value of a facet is stored with the base. `env.py` counts them."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import text_key

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "value_count"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("type", text_key(), nullable=False),
        sa.Column("facet", text_key(), nullable=False),
        sa.Column("rolled_up", sa.Boolean(), nullable=False),
        sa.Column("value", text_key(80), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.CheckConstraint("records > 0", name=op.f("ck_value_count_records")),
        sa.PrimaryKeyConstraint(
            "type", "facet", "rolled_up", "value", name=op.f("pk_value_count")
        ),
    )
    op.create_index(
        op.f("ix_value_count_type_facet_rolled_up_records"),
        TABLE,
        ["type", "facet", "rolled_up", "records"],
    )


def downgrade() -> None:
    op.drop_table(TABLE)
