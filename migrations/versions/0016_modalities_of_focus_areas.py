"""The claims about each focus area are counted by modality, too: `env.py` counts all again."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM value_count")


def downgrade() -> None:
    # The version before would not keep them up to date.
    op.execute("DELETE FROM value_count WHERE facet LIKE 'focus_area/%'")
