"""Citations have links, also in snapshots of before: each is made from the address that the document
had at the revision of the snapshot."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.store.columns import CHUNK_ROWS, text_key
from app.text.text_fragments import make_link

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Snapshot = dict[str, Any]
# The versions of snapshots before and after, which differ by the links only.
OLD_SCHEMA = 4
NEW_SCHEMA = 5
CHANGE = sa.table(
    "change",
    sa.column("revision", sa.Integer()),
    sa.column("position", sa.Integer()),
    sa.column("type", text_key()),
    sa.column("slug", text_key(80)),
    sa.column("schema_version", sa.Integer()),
    sa.column("snapshot", sa.JSON(none_as_null=True)),
)
KEY = (CHANGE.c.revision, CHANGE.c.position)


class Addresses:
    """The `source_url` of each document at each revision."""

    def __init__(self) -> None:
        self.revisions: dict[str, list[int]] = defaultdict(list)
        self.urls: dict[str, list[str | None]] = defaultdict(list)
        for entry in list_entries(CHANGE.c.type == "document"):
            self.revisions[entry.slug].append(entry.revision)
            self.urls[entry.slug].append(entry.snapshot.get("source_url"))

    def find(self, slug: str, number: int) -> str | None:
        """The address at the revision."""
        count = bisect_right(self.revisions[slug], number)
        return self.urls[slug][count - 1] if count else None


def upgrade() -> None:
    addresses = Addresses()

    def add_links(entry: Any) -> Snapshot:
        snapshot: Snapshot = entry.snapshot
        for citation in snapshot["citations"]:
            source_url = addresses.find(citation["document_slug"], entry.revision)
            citation["link"] = make_link(source_url, SimpleNamespace(**citation))
        return snapshot

    rewrite(add_links)
    # Snapshots of earlier schemas lack other fields, too, which are added when they are read.
    replace_schema(OLD_SCHEMA, NEW_SCHEMA)


def downgrade() -> None:
    rewrite(remove_links)
    replace_schema(NEW_SCHEMA, OLD_SCHEMA)


def remove_links(entry: Any) -> Snapshot:
    snapshot: Snapshot = entry.snapshot
    for citation in snapshot["citations"]:
        citation.pop("link", None)
    return snapshot


def replace_schema(old: int, new: int) -> None:
    statement = sa.update(CHANGE).where(CHANGE.c.schema_version == old)
    op.get_bind().execute(statement.values(schema_version=new))


def rewrite(change: Callable[[Any], Snapshot]) -> None:
    """Replace the snapshot of each entry by what the function makes of it."""
    revision_column, position_column = KEY
    statement = (
        sa.update(CHANGE)
        .where(
            revision_column == sa.bindparam("number"),
            position_column == sa.bindparam("place"),
        )
        .values(snapshot=sa.bindparam("changed"))
    )
    for entries in partition_entries(sa.true()):
        rows = []
        for entry in entries:
            key = {"number": entry.revision, "place": entry.position}
            rows.append({**key, "changed": change(entry)})
        if rows:
            op.get_bind().execute(statement, rows)


def list_entries(condition: Any) -> Iterator[Any]:
    for entries in partition_entries(condition):
        yield from entries


def partition_entries(condition: Any) -> Iterator[Sequence[Any]]:
    """The entries but for deletions in the order of the log, at most CHUNK_ROWS at a time."""
    last = (0, -1)
    while True:
        statement = sa.select(CHANGE).where(condition, sa.tuple_(*KEY) > last)
        entries = op.get_bind().execute(statement.order_by(*KEY).limit(CHUNK_ROWS)).all()
        yield [entry for entry in entries if entry.snapshot is not None]
        if len(entries) < CHUNK_ROWS:
            return
        last = (entries[-1].revision, entries[-1].position)
