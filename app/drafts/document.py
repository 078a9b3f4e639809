"""The records of the document that is drafted, and of the office that is named with it."""

from typing import Any

from app.drafts.records import Statement
from app.drafts.sentences import Span
from app.drafts.source import Source
from app.text.slugs import make_slug

# A text about a body says "we" rarely, in quotations; a text by it says it often.
_MIN_ISSUER_WORDS = 3

Record = dict[str, Any]


def make_document(
    source: Source,
    language_reason: str,
    statement: Statement,
) -> Record:
    """The record of the document; its text is cited, and is not in it."""
    title = source.title.words
    whole = Span(0, len(source.text))
    count = len(list(source.folded.find_all(source.lexicon.issuers, whole)))
    voice = "issuer" if count >= _MIN_ISSUER_WORDS else "about"
    derived = {
        "title": source.title.reason,
        "language": language_reason,
        "voice": f"{count} words such as 'we' show a body that speaks for itself",
    }
    published_on = None
    if statement.said_on is not None:
        published_on = statement.said_on.isoformat()
        derived["published_on"] = statement.said_on_reason
    return {
        "slug": make_slug(title, (), "document"),
        "title": title,
        "author": None,
        "publisher": None,
        "published_on": published_on,
        "language": source.language,
        "source_url": None,
        "voice": voice,
        "sha256": source.file.sha256,
        "identifiers": [],
        "citations": [],
        "derived": derived,
    }


def make_office(slug: str | None) -> Record | None:
    """The record of the office that is named: all that is known of it is its slug."""
    if slug is None:
        return None
    name = slug.replace("-", " ").strip() or slug
    reason = "The words of the slug that was named when the document was drafted"
    return {
        "slug": slug,
        "name": name,
        "organization": name,
        "city": None,
        "country": None,
        "opened_on": None,
        "summary": None,
        "identifiers": [],
        "citations": [],
        "derived": {"name": reason, "organization": reason},
    }
