"""Characters of scripts without spaces are indexed in pairs. The search documents of before have
them one by one, so all are made again by `env.py`, and left empty here."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM search_index")
    op.execute("DELETE FROM search_document")


def downgrade() -> None:
    # The version before finds none of the pairs. `communique reindex` makes the words that it does.
    pass
