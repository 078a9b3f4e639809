"""Slugs that are similar to a misspelt one."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import MAX_COMPARED_NAMES, suggest
from app.store.models import Record


def near_slugs(
    session: Session,
    model: type[Record],
    slugs: Sequence[str],
) -> Sequence[str]:
    """The slugs of records before and after the first of these slugs: of all records, if the base
    is small. Without slugs, none."""
    if not slugs:
        return ()
    column = model.slug
    before = select(column).where(column < slugs[0]).order_by(column.desc())
    after = select(column).where(column >= slugs[0]).order_by(column)
    preceding = session.scalars(before.limit(MAX_COMPARED_NAMES))
    following = session.scalars(after.limit(MAX_COMPARED_NAMES))
    return [*preceding, *following]


def suggest_slug(
    session: Session,
    model: type[Record],
    slug: str,
) -> str:
    """A sentence that suggests an existing slug, as `errors.suggest` does."""
    return suggest(slug, near_slugs(session, model, [slug]))
