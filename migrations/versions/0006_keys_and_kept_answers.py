"""Who may write, and the answers to requests that may be sent again."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import UTCDateTime, text_key

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("prefix", text_key(40), nullable=False),
        sa.Column("name", text_key(200), nullable=False),
        sa.Column("scope", text_key(), nullable=False),
        sa.Column("sha256", text_key(64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("last_used_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "scope IN ('read', 'write', 'admin')", name=op.f("ck_api_key_scope")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_api_key_sha256")),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_api_key")),
    )
    op.create_table(
        "kept_answer",
        sa.Column("sender", text_key(40), nullable=False),
        sa.Column("key", text_key(255), nullable=False),
        sa.Column("fingerprint", text_key(64), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", text_key(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "key", name=op.f("pk_kept_answer")),
    )
    op.create_index(op.f("ix_kept_answer_started_at"), "kept_answer", ["started_at"])


def downgrade() -> None:
    op.drop_table("kept_answer")
    op.drop_table("api_key")
