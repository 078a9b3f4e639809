"""One record, with the related records that a query includes."""

from collections.abc import Sequence

from pydantic_core import from_json, to_json
from sqlalchemy.orm import Session

from app.catalog.resource import Resource, ReverseRelation
from app.errors import Gone, NotFound
from app.queries.loading import Json, RecordText, load_related, load_texts
from app.queries.nearest import suggest_slug
from app.queries.pages import read_page
from app.queries.paths import history_path
from app.schemas.filters import PastQuery
from app.schemas.paging import Related
from app.store.document_texts import load_text
from app.store.models import Document
from app.store.revisions import read_last_change

# Records of a reverse relation that a detail shows. Their list has all of them.
MAX_RELATED = 50


def read_record(
    session: Session,
    resource: Resource,
    slug: str,
    query: PastQuery | None = None,
) -> RecordText:
    """One record, with the related records that `include` names: the JSON of `resource.detail`.

    Raises NotFound, or Gone if the record was deleted."""
    names: Sequence[str] = getattr(query, "include", ())
    record = _require_text(session, resource, slug)
    if resource.model is Document:
        return _with_text(session, record)
    if not names:
        return record
    (related,) = load_related(session, resource.includes, [record.text], names)
    as_of = query.as_of if query is not None else None
    for name, relation in resource.listings.items():
        if name in names:
            owner = relation.resource or resource
            related[name] = _read_related(
                session,
                owner,
                relation,
                slug,
                as_of,
            )
    return record._replace(related=related)


def require_record(session: Session, resource: Resource, slug: str) -> Json:
    """One record as lists have it. Raises NotFound, or Gone if it was deleted."""
    record: Json = from_json(_require_text(session, resource, slug).text)
    return record


def _require_text(session: Session, resource: Resource, slug: str) -> RecordText:
    record = load_texts(session, resource.model, [slug]).get(slug)
    if record is None:
        raise _make_error(session, resource, slug)
    return record


def _with_text(session: Session, record: RecordText) -> RecordText:
    """The document with its text, which lists leave out, if the base holds it."""
    text = read_stored_text(session, from_json(record.text))
    if text is None:
        return record
    return record._replace(related={"text": to_json(text).decode()})


def read_stored_text(session: Session, document: Json) -> str | None:
    """The text of a document, given its JSON; None if the base does not hold it."""
    if document["text_length"] is None:
        return None
    return load_text(session.connection(), document["sha256"])


def _read_related(
    session: Session,
    resource: Resource,
    relation: ReverseRelation,
    slug: str,
    as_of: str | None,
) -> str:
    """The first records of the resource that name the record with this slug: a `Related`."""
    parameters: Json = {relation.filter: [slug], "limit": MAX_RELATED}
    # Set only if requested: the path of the next page repeats the parameters that are set.
    if as_of is not None:
        parameters["as_of"] = as_of
    query = resource.query.model_validate(parameters)
    page = read_page(session, resource, query)
    return page.to_json(*[name for name in Related.model_fields if name != "items"])


def _make_error(
    session: Session,
    resource: Resource,
    slug: str,
) -> NotFound | Gone:
    model = resource.model
    noun = model.entity.noun
    deletion = read_last_change(session, resource.type_, slug)
    if deletion is None:
        suggestion = suggest_slug(session, model, slug)
        return NotFound(f"There is no {noun} {slug!r}.{suggestion}")
    reason = (
        f"The {noun} {slug!r} was deleted in revision {deletion.revision}, "
        f"after version {deletion.version - 1}."
    )
    return Gone(reason, history=history_path(model, slug))
