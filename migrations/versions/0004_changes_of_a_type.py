"""An index for those who follow the changes of some types only."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEX = "ix_change_type_revision_position"


def upgrade() -> None:
    op.create_index(INDEX, "change", ["type", "revision", "position"])


def downgrade() -> None:
    op.drop_index(INDEX, "change")
