"""What is known of one record, with what belongs to it?"""

from collections.abc import Sequence
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.errors import Gone, NotFound
from app.queries.loading import include_options, part_options, represent
from app.queries.nearest import noun, suggest_slug
from app.queries.pages import read_page
from app.queries.paths import history_path
from app.queries.revisions import read_last_change
from app.schemas.filters import PastQuery
from app.schemas.paging import Related
from app.schemas.read import RecordRead

# Records of a relation without bound that a detail shows; the rest is a list of its own.
RELATED_LIMIT = 50


def read_record(
    session: Session, resource: Resource, slug: str, query: PastQuery | None = None
) -> RecordRead:
    """One record and the related ones that the query's `include` names.

    Raises NotFound, or Gone if it was deleted."""
    include: Sequence[str] = getattr(query, "include", ())
    record = session.scalar(
        select(resource.model)
        .where(resource.model.slug == slug)
        .options(*part_options(resource.model), *include_options(resource.includes, include))
    )
    if record is None:
        raise _absent(session, resource, slug)
    detail = represent(
        record, resource.detail, [name for name in include if name in resource.includes]
    )
    for name, listing in resource.listings.items():
        if name in include:
            schema = get_args(resource.detail.model_fields[name].annotation)[0]
            other = listing.resource or resource
            given = {"as_of": query.as_of} if query is not None and query.as_of is not None else {}
            asked = {listing.filter: [slug], "limit": RELATED_LIMIT, **given}
            setattr(detail, name, _read_related(session, other, asked, schema))
    return detail


def _read_related(
    session: Session, resource: Resource, asked: dict[str, Any], schema: type[Related[Any]]
) -> Related[Any]:
    page = read_page(session, resource, resource.query.model_validate(asked))
    return schema(
        items=page.items, total=page.total or 0, total_is_exact=page.total_is_exact, next=page.next
    )


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
