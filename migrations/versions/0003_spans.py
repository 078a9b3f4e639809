"""What makes an overlap of dates fast: a class of length for each timeline item, and the days from
which and until which it is on in every reading. A season of no hemisphere becomes approximate."""

import re
from bisect import bisect_left
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.db import CHUNK, text_key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SPANS = (1, 31, 92, 184, 366, 731, 1_827, 3_653, 7_305, 18_263, 36_525, 4_000_000)
INDEX = "ix_timeline_item_span"
ITEMS = sa.table(
    "timeline_item",
    sa.column("slug", text_key(80)),
    sa.column("derived", sa.JSON),
    *(sa.column(name, sa.Text) for name in ("start_edtf", "start_kind", "end_edtf", "end_kind")),
    *(
        sa.column(f"{side}_{name}", sa.Date)
        for side in ("start", "end")
        for name in ("earliest", "latest", "order")
    ),
    sa.column("span", sa.SmallInteger),
    sa.column("sure_start", sa.Date),
    sa.column("sure_end", sa.Date),
    sa.column("approximate", sa.Boolean),
)
FILLED = ("span", "sure_start", "sure_end", "approximate")
# A season that names no hemisphere is approximate in itself.
SEASON = re.compile(r"\d{4}-2[1-4]")


def upgrade() -> None:
    with op.batch_alter_table("timeline_item") as table:
        table.add_column(sa.Column("span", sa.SmallInteger(), nullable=True))
        table.add_column(sa.Column("sure_start", sa.Date(), nullable=True))
        table.add_column(sa.Column("sure_end", sa.Date(), nullable=True))
    _fill(op.get_bind())
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


def _fill(connection: sa.Connection) -> None:
    change = (
        ITEMS.update()
        .where(ITEMS.c.slug == sa.bindparam("item"))
        .values({name: sa.bindparam(name) for name in FILLED})
    )
    last = ""
    while True:
        page = ITEMS.select().where(ITEMS.c.slug > last).order_by(ITEMS.c.slug).limit(CHUNK)
        rows = connection.execute(page).mappings().all()
        if not rows:
            return
        connection.execute(change, [{"item": row["slug"], **_compute(row)} for row in rows])
        last = rows[-1]["slug"]


def _compute(row: Any) -> dict[str, Any]:
    length = (row["end_order"] - row["start_order"]).days + 1
    unknown = row["start_kind"] == "unknown"
    derived = row["derived"]
    begun = "start" if row["start_kind"] == "dated" else "end"
    ended = "end" if row["end_kind"] == "dated" else "start"
    open_start = row["start_kind"] == "open" and "start_kind" not in derived
    open_end = row["end_kind"] == "open" and "end_kind" not in derived
    return {
        "span": len(SPANS) if unknown else bisect_left(SPANS, length),
        "sure_start": date(1, 1, 1) if open_start else _sure(row, begun, "latest"),
        "sure_end": date(9999, 12, 31) if open_end else _sure(row, ended, "earliest"),
        "approximate": row["approximate"] or _is_season(row["start_edtf"], row["end_edtf"]),
    }


def _is_season(*sides: str | None) -> bool:
    return any(side is not None and SEASON.fullmatch(side) is not None for side in sides)


def _sure(row: Any, side: str, bound: str) -> date | None:
    edtf = row[f"{side}_edtf"]
    if edtf is None or set(edtf) & set("?~%") or _is_season(edtf):
        return None
    if f"{side}_edtf" in row["derived"]:
        return None
    found: date = row[f"{side}_{bound}"]
    return found
