"""Which slug might a misspelt one have meant?"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import MAX_COMPARED_NAMES, suggest
from app.store.models import Record


def noun(model: type[Record]) -> str:
    """What a record of the model is called in a sentence."""
    return str(model.__tablename__).replace("_", " ")


def near_slugs(session: Session, model: type[Record], slugs: Sequence[str]) -> Sequence[str]:
    """Slugs before and after the first of these: in a base that is not large, all of them; none
    for none."""
    if not slugs:
        return ()
    slug = model.slug
    before = select(slug).where(slug < slugs[0]).order_by(slug.desc()).limit(MAX_COMPARED_NAMES)
    after = select(slug).where(slug >= slugs[0]).order_by(slug).limit(MAX_COMPARED_NAMES)
    return [*session.scalars(before), *session.scalars(after)]


def suggest_slug(session: Session, model: type[Record], slug: str) -> str:
    """A hint at the nearest slug that there is."""
    return suggest(slug, near_slugs(session, model, [slug]))
