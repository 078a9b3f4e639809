"""The records that match the words of a search, found once for several statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.catalog.resource import Resource
from app.queries.filters import Filters
from app.store.fulltext import find
from app.store.models import SearchDocument

# Values of a statement: with more matches, each statement searches itself.
MAX_MATCHES = 1_000
# The slug of no record.
_NO_SLUG = ""


@dataclass(frozen=True)
class Matches:
    """Filters, and the slugs of each type that match their words; None without words, and for more
    than MAX_MATCHES."""

    filters: Filters
    slugs: Mapping[str, Sequence[str]] | None

    def of(self, resource: Resource) -> Filters:
        """Filters with the same records of the resource, by slug in the place of the words."""
        if self.slugs is None:
            return self.filters
        slugs = self.slugs.get(resource.type_, ())
        requested = self.filters.values.get("slug")
        if requested is not None:
            slugs = [slug for slug in slugs if slug in requested]
        values = {**self.filters.values, "slug": list(slugs) or [_NO_SLUG]}
        return replace(self.filters, values=values, terms=None)


def find_matches(session: Session, filters: Filters) -> Matches:
    """The matches of the words among all records."""
    if filters.terms is None:
        return Matches(filters, None)
    documents = find(filters.dialect, filters.terms, SearchDocument.type, SearchDocument.slug)
    rows = session.connection().execute(documents.limit(MAX_MATCHES + 1)).all()
    if len(rows) > MAX_MATCHES:
        return Matches(filters, None)
    slugs = defaultdict(list)
    for type_, slug, *_ in rows:
        slugs[type_].append(slug)
    return Matches(filters, slugs)
