"""Which slug might a misspelt one have meant?"""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NEAREST_OF, suggest
from app.models import Record


def noun(model: type[Record]) -> str:
    """What a record of the model is called in a sentence."""
    return str(model.__tablename__).replace("_", " ")


def near_slugs(session: Session, model: type[Record], slugs: Sequence[str]) -> Sequence[str]:
    """Slugs of nearly the same length as the first of these; none for none."""
    if not slugs:
        return ()
    near = func.abs(func.length(model.slug) - len(slugs[0]))
    return session.scalars(select(model.slug).order_by(near, model.slug).limit(NEAREST_OF)).all()


def suggest_slug(session: Session, model: type[Record], slug: str) -> str:
    """A hint at the nearest slug that there is."""
    return suggest(slug, near_slugs(session, model, [slug]))
