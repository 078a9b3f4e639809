"""Records are found by what they refer to without a look at their tables: the indexes that lead
from a focus area, an office, an initiative or an outcome hold the slug that they lead to."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Table, the column that is looked for, the one that it leads to, and the new index.
INDEXES = [
    *(
        (
            f"{claim}_focus_area",
            "focus_area_slug",
            f"{claim}_slug",
            f"ix_{claim}_focus_area_claims",
        )
        for claim in ("initiative", "expected_outcome", "timeline_item")
    ),
    *(
        (claim, f"{other}_slug", "slug", f"ix_{claim}_{other}_slug_slug")
        for claim, other in (
            ("initiative", "office"),
            ("expected_outcome", "office"),
            ("expected_outcome", "initiative"),
            ("timeline_item", "office"),
            ("timeline_item", "initiative"),
            ("timeline_item", "expected_outcome"),
        )
    ),
]


def upgrade() -> None:
    for table, column, found, name in INDEXES:
        op.create_index(name, table, [column, found])
        op.drop_index(f"ix_{table}_{column}", table)


def downgrade() -> None:
    for table, column, _found, name in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
        op.drop_index(name, table)
