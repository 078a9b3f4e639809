"""Records with their parts, and the log of revisions."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import UTCDateTime, text_key

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TEXT, INSTANT = text_key(), UTCDateTime()


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("slug", text_key(80), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("author", TEXT),
        sa.Column("publisher", TEXT),
        sa.Column("published_on", sa.Date()),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("source_url", TEXT),
        sa.Column("voice", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("text", TEXT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("derived", sa.JSON(), nullable=False),
        sa.CheckConstraint("voice IN ('issuer', 'about')", name=op.f("ck_document_voice")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_document_sha256")),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 80", name=op.f("ck_document_slug")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_document_version")),
        sa.PrimaryKeyConstraint("slug", name="pk_document"),
    )
    op.create_index("ix_document_created_at_slug", "document", ["created_at", "slug"])
    op.create_index("ix_document_title_slug", "document", ["title", "slug"])
    op.create_index("ix_document_updated_at_slug", "document", ["updated_at", "slug"])

    op.create_table(
        "focus_area",
        sa.Column("slug", text_key(80), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("derived", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 80", name=op.f("ck_focus_area_slug")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_focus_area_version")),
        sa.PrimaryKeyConstraint("slug", name="pk_focus_area"),
    )
    op.create_index("ix_focus_area_created_at_slug", "focus_area", ["created_at", "slug"])
    op.create_index("ix_focus_area_name_slug", "focus_area", ["name", "slug"])
    op.create_index("ix_focus_area_updated_at_slug", "focus_area", ["updated_at", "slug"])

    op.create_table(
        "office",
        sa.Column("slug", text_key(80), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("city", TEXT, nullable=False),
        sa.Column("country", text_key(2), nullable=False),
        sa.Column("opened_on", sa.Date()),
        sa.Column("summary", TEXT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("derived", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(country) = 2", name=op.f("ck_office_country")),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 80", name=op.f("ck_office_slug")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_office_version")),
        sa.PrimaryKeyConstraint("slug", name="pk_office"),
    )
    op.create_index("ix_office_created_at_slug", "office", ["created_at", "slug"])
    op.create_index("ix_office_name_slug", "office", ["name", "slug"])
    op.create_index("ix_office_updated_at_slug", "office", ["updated_at", "slug"])

    op.create_table(
        "revision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revision_number")),
        sa.PrimaryKeyConstraint("number", name="pk_revision"),
    )
    op.create_index("ix_revision_created_at", "revision", ["created_at"])

    op.create_table(
        "change",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("slug", text_key(80), nullable=False),
        sa.Column("operation", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.JSON(none_as_null=True)),
        sa.CheckConstraint(
            "(operation = 'delete') = (snapshot IS NULL)", name=op.f("ck_change_snapshot")
        ),
        sa.CheckConstraint(
            "operation IN ('create', 'update', 'delete')", name=op.f("ck_change_operation")
        ),
        sa.ForeignKeyConstraint(["revision"], ["revision.number"], name="fk_change_revision"),
        sa.PrimaryKeyConstraint("revision", "position", name="pk_change"),
    )
    op.create_index(
        "ix_change_type_slug_version", "change", ["type", "slug", "version"], unique=True
    )

    op.create_table(
        "focus_area_broader",
        sa.Column("focus_area_slug", text_key(80), nullable=False),
        sa.Column("broader_slug", text_key(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "focus_area_slug <> broader_slug", name=op.f("ck_focus_area_broader_not_itself")
        ),
        sa.ForeignKeyConstraint(
            ["broader_slug"],
            ["focus_area.slug"],
            name="fk_focus_area_broader_broader_slug",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["focus_area_slug"],
            ["focus_area.slug"],
            name="fk_focus_area_broader_focus_area_slug",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "focus_area_slug", "broader_slug", name="pk_focus_area_broader"
        ),
    )
    op.create_index(
        "ix_focus_area_broader_broader_slug", "focus_area_broader", ["broader_slug"]
    )

    op.create_table(
        "focus_area_label",
        sa.Column("focus_area_slug", text_key(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("folded", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["focus_area_slug"],
            ["focus_area.slug"],
            name="fk_focus_area_label_focus_area_slug",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("focus_area_slug", "position", name="pk_focus_area_label"),
    )
    op.create_index("ix_focus_area_label_folded", "focus_area_label", ["folded"])

    op.create_table(
        "focus_area_related",
        sa.Column("focus_area_slug", text_key(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("related_slug", text_key(80), nullable=False),
        sa.CheckConstraint(
            "focus_area_slug <> related_slug", name=op.f("ck_focus_area_related_not_itself")
        ),
        sa.ForeignKeyConstraint(
            ["focus_area_slug"],
            ["focus_area.slug"],
            name="fk_focus_area_related_focus_area_slug",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["related_slug", "focus_area_slug"],
            ["focus_area_related.focus_area_slug", "focus_area_related.related_slug"],
            name="fk_focus_area_related_mirror",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["related_slug"],
            ["focus_area.slug"],
            name="fk_focus_area_related_related_slug",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("focus_area_slug", "position", name="pk_focus_area_related"),
        sa.UniqueConstraint(
            "focus_area_slug",
            "related_slug",
            name="uq_focus_area_related_focus_area_slug_related_slug",
        ),
    )
    op.create_index(
        "ix_focus_area_related_related_slug", "focus_area_related", ["related_slug"]
    )

    op.create_table(
        "initiative",
        sa.Column("slug", text_key(80), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("modality", TEXT, nullable=False),
        sa.Column("office_slug", text_key(80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("derived", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('objective', 'initiative', 'cooperation', 'recommendation')",
            name=op.f("ck_initiative_kind"),
        ),
        sa.CheckConstraint(
            "modality IN ('occurred', 'stated', 'prospective', 'recommended')",
            name=op.f("ck_initiative_modality"),
        ),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 80", name=op.f("ck_initiative_slug")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_initiative_version")),
        sa.ForeignKeyConstraint(
            ["office_slug"], ["office.slug"], name="fk_initiative_office_slug"
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_initiative"),
    )
    op.create_index("ix_initiative_created_at_slug", "initiative", ["created_at", "slug"])
    op.create_index("ix_initiative_office_slug", "initiative", ["office_slug"])
    op.create_index("ix_initiative_title_slug", "initiative", ["title", "slug"])
    op.create_index("ix_initiative_updated_at_slug", "initiative", ["updated_at", "slug"])

    op.create_table(
        "expected_outcome",
        sa.Column("slug", text_key(80), nullable=False),
        sa.Column("statement", TEXT, nullable=False),
        sa.Column("initiative_slug", text_key(80)),
        sa.Column("modality", TEXT, nullable=False),
        sa.Column("office_slug", text_key(80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("derived", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "modality IN ('occurred', 'stated', 'prospective', 'recommended')",
            name=op.f("ck_expected_outcome_modality"),
        ),
        sa.CheckConstraint(
            "length(slug) BETWEEN 1 AND 80", name=op.f("ck_expected_outcome_slug")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_expected_outcome_version")),
        sa.ForeignKeyConstraint(
            ["initiative_slug"],
            ["initiative.slug"],
            name="fk_expected_outcome_initiative_slug",
        ),
        sa.ForeignKeyConstraint(
            ["office_slug"], ["office.slug"], name="fk_expected_outcome_office_slug"
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_expected_outcome"),
    )
    op.create_index(
        "ix_expected_outcome_created_at_slug", "expected_outcome", ["created_at", "slug"]
    )
    op.create_index(
        "ix_expected_outcome_initiative_slug", "expected_outcome", ["initiative_slug"]
    )
    op.create_index("ix_expected_outcome_office_slug", "expected_outcome", ["office_slug"])
    op.create_index(
        "ix_expected_outcome_statement_slug", "expected_outcome", ["statement", "slug"]
    )
    op.create_index(
        "ix_expected_outcome_updated_at_slug", "expected_outcome", ["updated_at", "slug"]
    )

    op.create_table(
        "initiative_focus_area",
        sa.Column("initiative_slug", text_key(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("focus_area_slug", text_key(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["focus_area_slug"],
            ["focus_area.slug"],
            name="fk_initiative_focus_area_focus_area_slug",
        ),
        sa.ForeignKeyConstraint(
            ["initiative_slug"],
            ["initiative.slug"],
            name="fk_initiative_focus_area_initiative_slug",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "initiative_slug", "focus_area_slug", name="pk_initiative_focus_area"
        ),
    )
    op.create_index(
        "ix_initiative_focus_area_focus_area_slug",
        "initiative_focus_area",
        ["focus_area_slug"],
    )

    op.create_table(
        "expected_outcome_focus_area",
        sa.Column("expected_outcome_slug", text_key(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("focus_area_slug", text_key(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["expected_outcome_slug"],
            ["expected_outcome.slug"],
            name="fk_expected_outcome_focus_area_expected_outcome_slug",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["focus_area_slug"],
            ["focus_area.slug"],
            name="fk_expected_outcome_focus_area_focus_area_slug",
        ),
        sa.PrimaryKeyConstraint(
            "expected_outcome_slug", "focus_area_slug", name="pk_expected_outcome_focus_area"
        ),
    )
    op.create_index(
        "ix_expected_outcome_focus_area_focus_area_slug",
        "expected_outcome_focus_area",
        ["focus_area_slug"],
    )

    op.create_table(
        "timeline_item",
        sa.Column("slug", text_key(80), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("initiative_slug", text_key(80)),
        sa.Column("expected_outcome_slug", text_key(80)),
        sa.Column("wording", TEXT, nullable=False),
        sa.Column("start_edtf", TEXT),
        sa.Column("start_kind", TEXT, nullable=False),
        sa.Column("end_edtf", TEXT),
        sa.Column("end_kind", TEXT, nullable=False),
        sa.Column("edtf", TEXT),
        sa.Column("start_earliest", sa.Date()),
        sa.Column("start_latest", sa.Date()),
        sa.Column("start_precision", TEXT),
        sa.Column("end_earliest", sa.Date()),
        sa.Column("end_latest", sa.Date()),
        sa.Column("end_precision", TEXT),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("start_order", sa.Date(), nullable=False),
        sa.Column("end_order", sa.Date(), nullable=False),
        sa.Column("modality", TEXT, nullable=False),
        sa.Column("office_slug", text_key(80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("derived", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(end_kind = 'dated') = (end_edtf IS NOT NULL)",
            name=op.f("ck_timeline_item_end_edtf"),
        ),
        sa.CheckConstraint(
            "(start_kind = 'dated') = (start_edtf IS NOT NULL)",
            name=op.f("ck_timeline_item_start_edtf"),
        ),
        sa.CheckConstraint(
            "end_kind <> 'same' OR start_kind = 'dated'",
            name=op.f("ck_timeline_item_end_same"),
        ),
        sa.CheckConstraint(
            "end_kind IN ('dated', 'open', 'unknown', 'same')",
            name=op.f("ck_timeline_item_end_kind"),
        ),
        sa.CheckConstraint(
            "end_precision IN ('day', 'month', 'season', 'quarter', 'half', 'year', 'decade', 'century')",
            name=op.f("ck_timeline_item_end_precision"),
        ),
        sa.CheckConstraint(
            "modality IN ('occurred', 'stated', 'prospective', 'recommended')",
            name=op.f("ck_timeline_item_modality"),
        ),
        sa.CheckConstraint(
            "start_kind IN ('dated', 'open', 'unknown')",
            name=op.f("ck_timeline_item_start_kind"),
        ),
        sa.CheckConstraint(
            "start_precision IN ('day', 'month', 'season', 'quarter', 'half', 'year', 'decade', 'century')",
            name=op.f("ck_timeline_item_start_precision"),
        ),
        sa.CheckConstraint(
            "end_earliest <= end_latest", name=op.f("ck_timeline_item_end_bounds")
        ),
        sa.CheckConstraint(
            "length(slug) BETWEEN 1 AND 80", name=op.f("ck_timeline_item_slug")
        ),
        sa.CheckConstraint(
            "start_earliest <= end_latest", name=op.f("ck_timeline_item_order")
        ),
        sa.CheckConstraint(
            "start_earliest <= start_latest", name=op.f("ck_timeline_item_start_bounds")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_timeline_item_version")),
        sa.ForeignKeyConstraint(
            ["expected_outcome_slug"],
            ["expected_outcome.slug"],
            name="fk_timeline_item_expected_outcome_slug",
        ),
        sa.ForeignKeyConstraint(
            ["initiative_slug"], ["initiative.slug"], name="fk_timeline_item_initiative_slug"
        ),
        sa.ForeignKeyConstraint(
            ["office_slug"], ["office.slug"], name="fk_timeline_item_office_slug"
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_timeline_item"),
    )
    op.create_index(
        "ix_timeline_item_created_at_slug", "timeline_item", ["created_at", "slug"]
    )
    op.create_index("ix_timeline_item_end_order_slug", "timeline_item", ["end_order", "slug"])
    op.create_index(
        "ix_timeline_item_expected_outcome_slug", "timeline_item", ["expected_outcome_slug"]
    )
    op.create_index("ix_timeline_item_initiative_slug", "timeline_item", ["initiative_slug"])
    op.create_index("ix_timeline_item_office_slug", "timeline_item", ["office_slug"])
    op.create_index(
        "ix_timeline_item_start_order_slug", "timeline_item", ["start_order", "slug"]
    )
    op.create_index("ix_timeline_item_title_slug", "timeline_item", ["title", "slug"])
    op.create_index(
        "ix_timeline_item_updated_at_slug", "timeline_item", ["updated_at", "slug"]
    )

    op.create_table(
        "citation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document_slug", text_key(80), nullable=False),
        sa.Column("section", sa.JSON(), nullable=False),
        sa.Column("exact", TEXT, nullable=False),
        sa.Column("prefix", TEXT, nullable=False),
        sa.Column("suffix", TEXT, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("supports", sa.JSON(), nullable=False),
        sa.Column("office_slug", text_key(80)),
        sa.Column("focus_area_slug", text_key(80)),
        sa.Column("initiative_slug", text_key(80)),
        sa.Column("expected_outcome_slug", text_key(80)),
        sa.Column("timeline_item_slug", text_key(80)),
        sa.CheckConstraint(
            "CASE WHEN office_slug IS NULL THEN 0 ELSE 1 END + CASE WHEN focus_area_slug IS NULL THEN 0 ELSE 1 END + CASE WHEN initiative_slug IS NULL THEN 0 ELSE 1 END + CASE WHEN expected_outcome_slug IS NULL THEN 0 ELSE 1 END + CASE WHEN timeline_item_slug IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_citation_one_record"),
        ),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_citation_position")),
        sa.ForeignKeyConstraint(
            ["document_slug"], ["document.slug"], name="fk_citation_document_slug"
        ),
        sa.ForeignKeyConstraint(
            ["expected_outcome_slug"],
            ["expected_outcome.slug"],
            name="fk_citation_expected_outcome_slug",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["focus_area_slug"],
            ["focus_area.slug"],
            name="fk_citation_focus_area_slug",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["initiative_slug"],
            ["initiative.slug"],
            name="fk_citation_initiative_slug",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["office_slug"],
            ["office.slug"],
            name="fk_citation_office_slug",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["timeline_item_slug"],
            ["timeline_item.slug"],
            name="fk_citation_timeline_item_slug",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_citation"),
    )
    op.create_index("ix_citation_document_slug", "citation", ["document_slug"])
    op.create_index(
        "ix_citation_expected_outcome_slug", "citation", ["expected_outcome_slug"]
    )
    op.create_index("ix_citation_focus_area_slug", "citation", ["focus_area_slug"])
    op.create_index("ix_citation_initiative_slug", "citation", ["initiative_slug"])
    op.create_index("ix_citation_office_slug", "citation", ["office_slug"])
    op.create_index("ix_citation_timeline_item_slug", "citation", ["timeline_item_slug"])

    op.create_table(
        "timeline_item_focus_area",
        sa.Column("timeline_item_slug", text_key(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("focus_area_slug", text_key(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["focus_area_slug"],
            ["focus_area.slug"],
            name="fk_timeline_item_focus_area_focus_area_slug",
        ),
        sa.ForeignKeyConstraint(
            ["timeline_item_slug"],
            ["timeline_item.slug"],
            name="fk_timeline_item_focus_area_timeline_item_slug",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "timeline_item_slug", "focus_area_slug", name="pk_timeline_item_focus_area"
        ),
    )
    op.create_index(
        "ix_timeline_item_focus_area_focus_area_slug",
        "timeline_item_focus_area",
        ["focus_area_slug"],
    )


def downgrade() -> None:
    # Children first.
    op.drop_table("timeline_item_focus_area")
    op.drop_table("citation")
    op.drop_table("timeline_item")
    op.drop_table("expected_outcome_focus_area")
    op.drop_table("initiative_focus_area")
    op.drop_table("expected_outcome")
    op.drop_table("initiative")
    op.drop_table("focus_area_related")
    op.drop_table("focus_area_label")
    op.drop_table("focus_area_broader")
    op.drop_table("change")
    op.drop_table("revision")
    op.drop_table("office")
    op.drop_table("focus_area")
    op.drop_table("document")
