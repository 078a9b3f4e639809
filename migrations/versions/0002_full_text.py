"""The full-text index. It is left empty: `env.py` fills it once the base has the newest schema."""

import sqlalchemy as sa
from alembic import op

from app.store.columns import text_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The `ascii` tokenizer leaves every other letter as it is: what it gets was folded before.
SQLITE = (
    """
    CREATE VIRTUAL TABLE search_index USING fts5(
        main, labels, rest, joined, words, tokenize = "ascii tokenchars '|'", prefix = '2 3 4'
    )
    """,
)
POSTGRESQL = (
    """
    CREATE TABLE search_index (
        rowid integer CONSTRAINT pk_search_index PRIMARY KEY
            CONSTRAINT fk_search_index_rowid REFERENCES search_document (id),
        stems tsvector NOT NULL,
        words tsvector NOT NULL
    )
    """,
    "CREATE INDEX ix_search_index_stems ON search_index USING gin (stems)",
    "CREATE INDEX ix_search_index_words ON search_index USING gin (words)",
)


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", text_key(), nullable=False),
        sa.Column("slug", text_key(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_document"),
    )
    op.create_index(
        "ix_search_document_type_slug", "search_document", ["type", "slug"], unique=True
    )
    connection = op.get_bind()
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    op.execute("DROP TABLE search_index")
    op.drop_table("search_document")
