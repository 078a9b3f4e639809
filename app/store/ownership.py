"""Is a database one of ours? Another program's database is never given our tables."""

from collections.abc import Collection

# What every base has had since its first migration.
_OUR_TABLES = {"alembic_version", "document", "focus_area", "revision"}
# Tables that the message names.
_MAX_NAMED = 3

SQLITE_TABLES = (
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
    "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
)
# Those of an extension, such as PostGIS, belong to no program.
POSTGRESQL_TABLES = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = current_schema()::regnamespace
AND NOT EXISTS (
    SELECT FROM pg_depend
    WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
)
"""


def describe_foreign(tables: Collection[str]) -> str | None:
    """Why a database with these tables is not ours; None for an empty one, and for ours."""
    foreign = sorted(set(tables) - {"alembic_version"})
    if not foreign or set(tables) >= _OUR_TABLES:
        return None
    names = ", ".join(foreign[:_MAX_NAMED])
    if len(foreign) > _MAX_NAMED:
        names += ", …"
    return f"it has the tables of another program ({names}). Name another database"
