"""Claims can be duties, have deadlines, recur, be about no office, and have texts too long for an
index. Offices can have no place. Sides without a date come last in descending orders, too."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.store.columns import text_key

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Each claim with its text.
CLAIMS = {"initiative": "title", "expected_outcome": "statement", "timeline_item": "title"}
SORTED_CHARACTERS = 600
MODALITIES = "'occurred', 'stated', 'prospective', 'required', 'recommended'"
OLD_MODALITIES = "'occurred', 'stated', 'prospective', 'recommended'"
END_KINDS = "'dated', 'by', 'open', 'unknown', 'same'"
OLD_END_KINDS = "'dated', 'open', 'unknown', 'same'"
SIDES = ("start", "end")
# What the tables of before cannot hold.
NEW_RECORDS = {
    "have the modality 'required'": [(name, "modality = 'required'") for name in CLAIMS],
    "are about no office": [(name, "office_slug IS NULL") for name in CLAIMS],
    "have no city or no country": [("office", "city IS NULL OR country IS NULL")],
    "have a deadline or recur": [
        ("timeline_item", "end_kind = 'by' OR recurrence IS NOT NULL")
    ],
    "have a text of more than 600 characters": [
        (name, f"length({text}) > {SORTED_CHARACTERS}") for name, text in CLAIMS.items()
    ],
}


def upgrade() -> None:
    add_columns()
    for name, text in CLAIMS.items():
        order = f"{text}_order"
        op.drop_index(f"ix_{name}_{text}_slug", name)
        with op.batch_alter_table(name) as table:
            table.alter_column(
                order, existing_type=text_key(SORTED_CHARACTERS), nullable=False
            )
            table.alter_column("office_slug", existing_type=text_key(80), nullable=True)
            replace_check(table, f"ck_{name}_modality", f"modality IN ({MODALITIES})")
            if name == "timeline_item":
                require_orders(table)
                change_ends(table, END_KINDS, "end_kind IN ('dated', 'by')")
        op.create_index(f"ix_{name}_{order}_slug", name, [order, "slug"])
    for side in SIDES:
        order = f"{side}_order_descending"
        op.create_index(f"ix_timeline_item_{order}_slug", "timeline_item", [order, "slug"])
    change_offices(nullable=True)


def add_columns() -> None:
    for name, text in CLAIMS.items():
        order = f"{text}_order"
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column(order, text_key(SORTED_CHARACTERS), nullable=True))
        op.execute(f"UPDATE {name} SET {order} = substr({text}, 1, {SORTED_CHARACTERS})")
    with op.batch_alter_table("timeline_item") as table:
        table.add_column(sa.Column("recurrence", text_key(), nullable=True))
        for side in SIDES:
            table.add_column(sa.Column(f"{side}_order_descending", sa.Date(), nullable=True))
    op.execute(
        "UPDATE timeline_item SET "
        "start_order_descending = coalesce(start_earliest, '0001-01-01'), "
        "end_order_descending = "
        "CASE WHEN end_kind = 'unknown' THEN '0001-01-01' ELSE end_order END"
    )


def require_orders(table: Any) -> None:
    for side in SIDES:
        table.alter_column(
            f"{side}_order_descending", existing_type=sa.Date(), nullable=False
        )


def change_ends(table: Any, kinds: str, is_dated: str) -> None:
    replace_check(table, "ck_timeline_item_end_kind", f"end_kind IN ({kinds})")
    condition = f"({is_dated}) = (end_edtf IS NOT NULL)"
    replace_check(table, "ck_timeline_item_end_edtf", condition)


def replace_check(table: Any, name: str, condition: str) -> None:
    table.drop_constraint(op.f(name), type_="check")
    table.create_check_constraint(op.f(name), condition)


def change_offices(*, nullable: bool) -> None:
    with op.batch_alter_table("office") as table:
        table.alter_column("city", existing_type=text_key(), nullable=nullable)
        table.alter_column("country", existing_type=text_key(2), nullable=nullable)


def downgrade() -> None:
    refuse_new_records()
    change_offices(nullable=False)
    for side in SIDES:
        op.drop_index(f"ix_timeline_item_{side}_order_descending_slug", "timeline_item")
    for name, text in CLAIMS.items():
        order = f"{text}_order"
        op.drop_index(f"ix_{name}_{order}_slug", name)
        with op.batch_alter_table(name) as table:
            if name == "timeline_item":
                change_ends(table, OLD_END_KINDS, "end_kind = 'dated'")
                for column in ("recurrence", *(f"{side}_order_descending" for side in SIDES)):
                    table.drop_column(column)
            replace_check(table, f"ck_{name}_modality", f"modality IN ({OLD_MODALITIES})")
            table.alter_column("office_slug", existing_type=text_key(80), nullable=False)
            table.drop_column(order)
        op.create_index(f"ix_{name}_{text}_slug", name, [text, "slug"])


def refuse_new_records() -> None:
    connection = op.get_bind()
    for description, places in NEW_RECORDS.items():
        for name, condition in places:
            number = connection.scalar(
                sa.text(f"SELECT count(*) FROM {name} WHERE {condition}")
            )
            if number:
                raise RuntimeError(
                    f"{number} records of {name} {description}, which the schema before cannot "
                    "hold. Change or delete them first."
                )
