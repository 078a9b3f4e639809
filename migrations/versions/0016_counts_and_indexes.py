"""The claims about each focus area are counted by modality, too: `env.py` counts all again. Indexes
for pages over very many records."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Name, table and columns.
INDEXES = (
    (
        "ix_citation_document_slug_start_end",
        "citation",
        ["document_slug", "start", "end"],
    ),
    (
        "ix_change_revision_operation",
        "change",
        ["revision", "operation"],
    ),
    (
        "ix_timeline_item_start_kind_start_order_end_order",
        "timeline_item",
        ["start_kind", "start_order", "end_order"],
    ),
)
# The first of these begins with the same column.
REPLACED = "ix_citation_document_slug"


def upgrade() -> None:
    op.execute("DELETE FROM value_count")
    for name, table, columns in INDEXES:
        op.create_index(op.f(name), table, columns)
    op.drop_index(op.f(REPLACED), "citation")


def downgrade() -> None:
    # The version before would not keep them up to date.
    op.execute("DELETE FROM value_count WHERE facet LIKE 'focus_area/%'")
    op.create_index(op.f(REPLACED), "citation", ["document_slug"])
    for name, table, _ in INDEXES:
        op.drop_index(op.f(name), table)
