"""What is known of one record, with what belongs to it?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.errors import Gone, NotFound
from app.queries.loading import Json, include, load_json
from app.queries.nearest import noun, suggest_slug
from app.queries.pages import read_page
from app.queries.paths import history_path
from app.schemas.filters import PastQuery
from app.schemas.paging import Related
from app.store.revisions import read_last_change

# Records of a relation without bound that a detail shows; the rest is a list of its own.
RELATED_LIMIT = 50


def read_record(
    session: Session, resource: Resource, slug: str, query: PastQuery | None = None
) -> Json:
    """One record and the related ones that the query's `include` names: what the resource's
    `detail` describes.

    Raises NotFound, or Gone if it was deleted."""
    names: Sequence[str] = getattr(query, "include", ())
    record = load_json(session, resource.model, [slug]).get(slug)
    if record is None:
        raise _absent(session, resource, slug)
    include(session, resource.includes, [record], names)
    for name, listing in resource.listings.items():
        if name in names:
            other = listing.resource or resource
            given = {"as_of": query.as_of} if query is not None and query.as_of is not None else {}
            asked = {listing.filter: [slug], "limit": RELATED_LIMIT, **given}
            record[name] = _read_related(session, other, asked)
    return record


def _read_related(session: Session, resource: Resource, asked: Json) -> Json:
    page = read_page(session, resource, resource.query.model_validate(asked))
    return {name: page[name] for name in Related.model_fields}


def _absent(session: Session, resource: Resource, slug: str) -> NotFound | Gone:
    model = resource.model
    last = read_last_change(session, model.__tablename__, slug)
    if last is not None:
        history = history_path(model, slug)
        return Gone(
            f"The {noun(model)} {slug!r} was deleted in revision {last.revision}, "
            f"after version {last.version - 1}. Its history is at {history}.",
            history,
        )
    return NotFound(f"There is no {noun(model)} {slug!r}.{suggest_slug(session, model, slug)}")
