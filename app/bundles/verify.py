"""The citations of a base, compared with the texts of its documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bundles.files import name_file
from app.bundles.texts import read_as_cited
from app.errors import InvalidRequest, suggest
from app.queries.nearest import near_slugs
from app.queries.verification import verify_citations
from app.schemas.validation_messages import short_repr
from app.schemas.verification import Verification, Verified
from app.store.document_texts import load_text
from app.store.models import Document
from app.text.counting import count_things
from app.text.quotes import digests


@dataclass(frozen=True)
class VerifiedText:
    """One comparison, and what to know of the file that it was made with."""

    verification: Verification
    note: str | None = None


def verify_base(
    session: Session,
    paths: Sequence[Path],
    named_paths: Mapping[str, Path] = MappingProxyType({}),
) -> list[VerifiedText]:
    """Compare the citations of each document with its text: from these files, or without any, from
    the base.

    A named file is the text of the document with that slug. Any other is matched to its document by
    SHA-256; if the base has only one document, any file is its text. Raises UnreadableBundle for a
    file that cannot be read, InvalidRequest for one that matches no document."""
    verified = []
    if not paths and not named_paths:
        with_text = select(Document).where(Document.text_sha256.is_not(None))
        for document in session.scalars(with_text).all():
            text = load_text(session.connection(), document.sha256)
            verified.append(VerifiedText(verify_citations(session, document, text)))
    for path in paths:
        text, note = read_as_cited(path, _read_digests(session))
        for document in _find_documents(session, path, text):
            verified.append(VerifiedText(verify_citations(session, document, text), note))
    for slug, path in named_paths.items():
        document = _find_document(session, slug)
        text, note = read_as_cited(path, {document.sha256})
        verified.append(VerifiedText(verify_citations(session, document, text), note))
    return verified


def _read_digests(session: Session) -> set[str]:
    return set(session.scalars(select(Document.sha256)))


def _find_document(session: Session, slug: str) -> Document:
    document = session.get(Document, slug)
    if document is None:
        hint = suggest(slug, near_slugs(session, Document, [slug]))
        raise InvalidRequest(f"The base has no document {slug!r}.{hint}")
    return document


def _find_documents(
    session: Session,
    path: Path,
    text: str,
) -> Sequence[Document]:
    accepted = digests(text)
    with_digest = select(Document).where(Document.sha256.in_(accepted))
    matching = session.scalars(with_digest).all()
    if matching:
        return matching
    # Two rows are enough to know that there is more than one document.
    documents = session.scalars(select(Document).order_by(Document.slug).limit(2)).all()
    if len(documents) == 1:
        return documents
    raise InvalidRequest(
        f"{name_file(path)} has SHA-256 {accepted[0]}, which no document of the base has. "
        f"Say which document it is a text of: --document SLUG={path}."
    )


def describe_verification(verification: Verification) -> Iterator[str]:
    """Lines for a person; only the first one if every citation matches."""
    counts = verification.counts
    yield (
        f"{verification.document_slug}: {count_things(len(verification.items), 'citation')}, "
        f"{counts.match} as they stand, {counts.moved} moved, {counts.missing} missing"
    )
    if not verification.is_cited_text:
        yield f"  The text has SHA-256 {verification.sha256}; the document says another."
    for item in verification.items:
        if item.status != "match":
            yield f"  {item.url} citation {item.citation}: {_describe(item)}"


def _describe(item: Verified) -> str:
    quote = short_repr(item.exact)
    nearest = item.nearest
    detail = f"{quote} is missing."
    if item.moved is not None:
        detail = f"{quote} moved to {item.moved.start}–{item.moved.end}."
    elif item.status == "moved" and nearest is not None:
        end = nearest.start + len(nearest.exact)
        detail = (
            f"{quote} stands at {nearest.start}–{end}, but its heading is no line of the text. "
            "Choose its section."
        )
    elif nearest is not None:
        detail += f" The nearest is {short_repr(nearest.exact)}."
    if item.difference is not None:
        detail += f" {item.difference}"
    return detail
