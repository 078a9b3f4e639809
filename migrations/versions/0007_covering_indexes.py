"""Records are found by what they refer to without a look at their tables: the indexes that lead
from a focus area, an office, an initiative or an outcome hold the slug that they lead to."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Table, the column that is looked for, the one that it leads to.
INDEXES = [
    ("initiative_focus_area", "focus_area_slug", "initiative_slug"),
    ("expected_outcome_focus_area", "focus_area_slug", "expected_outcome_slug"),
    ("timeline_item_focus_area", "focus_area_slug", "timeline_item_slug"),
    ("initiative", "office_slug", "slug"),
    ("expected_outcome", "office_slug", "slug"),
    ("expected_outcome", "initiative_slug", "slug"),
    ("timeline_item", "office_slug", "slug"),
    ("timeline_item", "initiative_slug", "slug"),
    ("timeline_item", "expected_outcome_slug", "slug"),
]


def upgrade() -> None:
    for table, column, found in INDEXES:
        op.create_index(f"ix_{table}_{column}_{found}", table, [column, found])
        op.drop_index(f"ix_{table}_{column}", table)


def downgrade() -> None:
    for table, column, found in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
        op.drop_index(f"ix_{table}_{column}_{found}", table)
