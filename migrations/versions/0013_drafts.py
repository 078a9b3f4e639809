"""Drafts of documents, the proposals of each, and the runs that made them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.store.columns import JsonText, UTCDateTime, text_key

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ORIGINS = "origin IN ('rule', 'model', 'person')"


def upgrade() -> None:
    create_drafts()
    create_proposals()
    create_runs()


def required(name: str, type_: Any = None) -> sa.Column[Any]:
    return sa.Column(name, type_ or text_key(), nullable=False)


def create_drafts() -> None:
    op.create_table(
        "draft",
        required("id", text_key(16)),
        required("version", sa.Integer()),
        required("file_sha256", text_key(64)),
        required("format", text_key(10)),
        required("extractor", text_key(100)),
        required("sha256", text_key(64)),
        required("utf8", sa.LargeBinary()),
        required("characters", sa.Integer()),
        required("title"),
        required("language", text_key(35)),
        required("options", sa.JSON(none_as_null=True)),
        required("warnings", sa.JSON()),
        required("outline", JsonText()),
        required("left_out", JsonText()),
        required("cued", JsonText()),
        required("created_by"),
        required("created_at", UTCDateTime(timezone=True)),
        required("updated_at", UTCDateTime(timezone=True)),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "format IN ('txt', 'md', 'html', 'docx', 'pdf')", name=op.f("ck_draft_format")
        ),
        sa.CheckConstraint("length(file_sha256) = 64", name=op.f("ck_draft_file_sha256")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_draft_sha256")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_draft_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint(
            "file_sha256",
            "format",
            "extractor",
            name=op.f("uq_draft_file_sha256_format_extractor"),
        ),
    )
    op.create_index(op.f("ix_draft_created_at_id"), "draft", ["created_at", "id"])


def draft_key(table: str) -> tuple[Any, ...]:
    """The columns and constraints of a table whose rows belong to a draft."""
    return (
        required("draft_id", text_key(16)),
        required("number", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["draft.id"],
            name=op.f(f"fk_{table}_draft_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f(f"pk_{table}")),
        sa.CheckConstraint(ORIGINS, name=op.f(f"ck_{table}_origin")),
    )


def create_proposals() -> None:
    op.create_table(
        "proposal",
        *draft_key("proposal"),
        required("version", sa.Integer()),
        required("type", text_key(20)),
        required("state", text_key(10)),
        required("origin", text_key(10)),
        required("rule", text_key(60)),
        required("score", sa.Double()),
        required("flags", JsonText()),
        required("section", JsonText()),
        required("start", sa.Integer()),
        required("end", sa.Integer()),
        required("slug", text_key(80)),
        required("record", sa.JSON(none_as_null=True)),
        sa.Column("original", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("decided_by", text_key(), nullable=True),
        sa.Column("decided_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("published_slug", text_key(80), nullable=True),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.UniqueConstraint(
            "draft_id", "type", "slug", name=op.f("uq_proposal_draft_id_type_slug")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'edited', 'rejected')",
            name=op.f("ck_proposal_state"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_proposal_version")),
        sa.CheckConstraint(
            'start >= 0 AND "end" >= start', name=op.f("ck_proposal_position")
        ),
        sa.CheckConstraint(
            "state <> 'edited' OR original IS NOT NULL", name=op.f("ck_proposal_original")
        ),
        sa.CheckConstraint(
            "(published_slug IS NULL) = (published_revision IS NULL)",
            name=op.f("ck_proposal_published"),
        ),
    )


def create_runs() -> None:
    op.create_table(
        "run",
        *draft_key("run"),
        required("origin", text_key(10)),
        required("extractor", text_key(100)),
        required("started_at", UTCDateTime(timezone=True)),
        required("seconds", sa.Double()),
        required("details", sa.JSON(none_as_null=True)),
    )


def downgrade() -> None:
    op.drop_table("run")
    op.drop_table("proposal")
    op.drop_table("draft")
