"""The sessions of curators in a browser."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import UTCDateTime, text_key

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "curator_session",
        sa.Column("token_sha256", text_key(64), nullable=False),
        sa.Column("key_prefix", text_key(40), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(token_sha256) = 64", name=op.f("ck_curator_session_token_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["key_prefix"],
            ["api_key.prefix"],
            name=op.f("fk_curator_session_key_prefix"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_curator_session")),
    )
    for column in ("expires_at", "key_prefix"):
        op.create_index(op.f(f"ix_curator_session_{column}"), "curator_session", [column])


def downgrade() -> None:
    op.drop_table("curator_session")
