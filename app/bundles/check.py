"""A bundle, checked without a base: by the rules, and against the texts that it quotes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.bundles.read import read_bundle
from app.errors import ProblemItem, UnreadableBundle
from app.rules.changes import Change, citations_of
from app.rules.records import find_record_problems
from app.rules.relations import ExistingRecords, find_base_problems
from app.schemas.record_types import ENTITIES
from app.schemas.write import DocumentCreate
from app.text.quotes import digest

Documents = Mapping[str, DocumentCreate]  # by slug


@dataclass(frozen=True)
class Checked:
    """The number of records, citations and compared citations, and every problem."""

    records: Counter[str]  # by bundle key
    citations: int
    verified: int  # citations compared with a document's text
    problems: list[ProblemItem]


def check_bundle(
    path: Path,
    texts: Sequence[Path] = (),
) -> Checked:
    """Check a bundle without a base: its references resolve within it.

    Each text belongs to the document of the bundle with its SHA-256, and is compared with every
    citation of that document. Raises UnreadableBundle if a file cannot be read."""
    changes, problems = read_bundle(path)
    documents: dict[str, DocumentCreate] = {}
    counts: Counter[str] = Counter()
    cited: Counter[str] = Counter()
    for change in changes:
        counts[ENTITIES[change.type].bundle_key] += 1
        for citation in citations_of(change):
            cited[citation.document_slug] += 1
        if isinstance(change.record, DocumentCreate):
            documents[change.slug] = change.record
    # The texts take the part of a base: the rules compare the citations with them.
    existing = ExistingRecords()
    for text_path in texts:
        problems += _add_text(existing, changes, documents, text_path)
    for change in changes:
        problems += find_record_problems(change)
    problems += find_base_problems(changes, existing)
    verified = 0
    for slug, document in documents.items():
        if document.text is not None or slug in existing.texts:
            verified += cited[slug]
    return Checked(
        records=counts,
        citations=cited.total(),
        verified=verified,
        problems=list(dict.fromkeys(problems)),
    )


def _add_text(
    existing: ExistingRecords,
    changes: Sequence[Change],
    documents: Documents,
    path: Path,
) -> Iterator[ProblemItem]:
    """Add the text of a file to the documents that it belongs to; a problem if there is none."""
    text = read_text(path)
    sha256 = digest(text)
    matching = [slug for slug, document in documents.items() if document.sha256 == sha256]
    if matching:
        existing.texts |= dict.fromkeys(matching, text)
        return
    digests = {document.sha256 for document in documents.values()}
    for difference, variant in _variants(text):
        if digest(variant) in digests:
            detail = (
                f"{path} {difference}, which the cited text has not. Give the text as cited."
            )
            yield ProblemItem(detail)
            return
    yield ProblemItem(
        f"{path} has SHA-256 {sha256}, which no document of the bundle has. Give the text that is "
        "cited, or correct `sha256` and what has moved."
    )
    # A new edition of the only document: the problem of each citation tells what to correct.
    if len(documents) == 1 and _contains_most_quotes(text, changes):
        existing.texts |= dict.fromkeys(documents, text)


def read_text(path: Path) -> str:
    """The exact text of a file. Raises UnreadableBundle."""
    try:
        # As bytes: `read_text` would replace line ends, and so move every position.
        return path.read_bytes().decode()
    except OSError as error:
        raise UnreadableBundle(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise UnreadableBundle(
            f"{path} is not UTF-8: {error.reason} at {error.start}."
        ) from None


def _variants(text: str) -> Iterator[tuple[str, str]]:
    """Texts that read the same, each with what the given text has and the variant lacks."""
    yield "begins with a byte order mark", text.removeprefix("\ufeff")
    yield "has CRLF line ends", text.replace("\r\n", "\n")
    yield "ends in a line break", text.removesuffix("\n")
    yield "lacks a last line break", text + "\n"


def _contains_most_quotes(text: str, changes: Sequence[Change]) -> bool:
    # If most are absent, it is another document, and a problem for each quote would not help.
    present = 0
    absent = 0
    for change in changes:
        for citation in citations_of(change):
            if citation.exact in text:
                present += 1
            else:
                absent += 1
    return present > absent
