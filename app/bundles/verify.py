"""Do the citations of a base stand in the texts of its documents?"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bundles.check import read_text
from app.errors import InvalidRequest
from app.queries.verification import verify_citations
from app.schemas.validation_messages import short_repr
from app.schemas.verification import Verification, Verified
from app.store.models import Document
from app.text.quotes import digest


def verify_base(session: Session, texts: Sequence[Path]) -> list[Verification]:
    """What became of the citations of each document in its text; without texts, in those that the
    base holds itself.

    A text is known by its SHA-256; to the only document of a base any text is taken to belong.
    Raises UnreadableBundle for a file that cannot be read, InvalidRequest for a text that is of no
    document."""
    if not texts:
        held = session.scalars(select(Document).where(Document.text.is_not(None)))
        return [verify_citations(session, one, one.text or "") for one in held.all()]
    found = []
    for path in texts:
        text = read_text(path)
        for document in _find_documents(session, path, text):
            found.append(verify_citations(session, document, text))
    return found


def _find_documents(session: Session, path: Path, text: str) -> Sequence[Document]:
    same = session.scalars(select(Document).where(Document.sha256 == digest(text))).all()
    if same:
        return same
    first = session.scalars(select(Document).order_by(Document.slug).limit(2)).all()
    if len(first) == 1:
        return first
    raise InvalidRequest(
        f"{path} has SHA-256 {digest(text)}, which no document of the base has. "
        "POST /v1/documents/{slug}/verify takes it as the text of the one that you name."
    )


def describe_verification(found: Verification) -> Iterator[str]:
    """What was found, in lines to read; only the first one if all is right."""
    counts = found.counts
    yield (
        f"{found.document_slug}: {len(found.items)} citations, {counts.match} as they stand, "
        f"{counts.moved} moved, {counts.missing} missing"
    )
    if not found.is_cited_text:
        yield f"  The text has SHA-256 {found.sha256}; the document says another."
    for item in found.items:
        if item.status != "match":
            yield f"  {item.url} citation {item.citation}: {_say(item)}"


def _say(item: Verified) -> str:
    if item.moved is not None:
        return f"{short_repr(item.exact)} moved to {item.moved.start}–{item.moved.end}."
    near = f" The nearest is {short_repr(item.nearest.exact)}." if item.nearest is not None else ""
    return f"{short_repr(item.exact)} is missing.{near}"
