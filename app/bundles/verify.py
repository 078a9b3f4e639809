"""The citations of a base, compared with the texts of its documents."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bundles.check import read_text
from app.errors import InvalidRequest
from app.queries.verification import verify_citations
from app.schemas.validation_messages import short_repr
from app.schemas.verification import Verification, Verified
from app.store.document_texts import load_text
from app.store.models import Document
from app.text.quotes import digest


def verify_base(session: Session, paths: Sequence[Path]) -> list[Verification]:
    """Compare the citations of each document with its text: from these files, or without any, from
    the base.

    A file is matched to its document by SHA-256; if the base has only one document, any file is
    its text. Raises UnreadableBundle for a file that cannot be read, InvalidRequest for one that
    matches no document."""
    verifications = []
    if not paths:
        with_text = select(Document).where(Document.text_sha256.is_not(None))
        for document in session.scalars(with_text).all():
            text = load_text(session.connection(), document.sha256)
            verifications.append(verify_citations(session, document, text))
    for path in paths:
        text = read_text(path)
        for document in _find_documents(session, path, text):
            verifications.append(verify_citations(session, document, text))
    return verifications


def _find_documents(
    session: Session,
    path: Path,
    text: str,
) -> Sequence[Document]:
    sha256 = digest(text)
    matching = session.scalars(select(Document).where(Document.sha256 == sha256)).all()
    if matching:
        return matching
    # Two rows are enough to know that there is more than one document.
    documents = session.scalars(select(Document).order_by(Document.slug).limit(2)).all()
    if len(documents) == 1:
        return documents
    raise InvalidRequest(
        f"{path} has SHA-256 {sha256}, which no document of the base has. "
        "POST /v1/documents/{slug}/verify takes it as the text of the one that you name."
    )


def describe_verification(verification: Verification) -> Iterator[str]:
    """Lines for a person; only the first one if every citation matches."""
    counts = verification.counts
    yield (
        f"{verification.document_slug}: {len(verification.items)} citations, "
        f"{counts.match} as they stand, {counts.moved} moved, {counts.missing} missing"
    )
    if not verification.is_cited_text:
        yield f"  The text has SHA-256 {verification.sha256}; the document says another."
    for item in verification.items:
        if item.status != "match":
            yield f"  {item.url} citation {item.citation}: {_describe(item)}"


def _describe(item: Verified) -> str:
    if item.moved is not None:
        return f"{short_repr(item.exact)} moved to {item.moved.start}–{item.moved.end}."
    detail = f"{short_repr(item.exact)} is missing."
    if item.nearest is not None:
        detail += f" The nearest is {short_repr(item.nearest.exact)}."
    return detail
