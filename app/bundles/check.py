"""A bundle, checked without a base: by the rules, and against the texts that it quotes."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from app.bundles.files import name_file
from app.bundles.read import read_bundle
from app.bundles.texts import read_as_cited
from app.errors import InvalidRequest, ProblemItem, suggest
from app.rules.changes import Change, citations_of
from app.rules.records import find_record_problems
from app.rules.relations import ExistingRecords, find_base_problems
from app.schemas.record_types import ENTITIES
from app.schemas.write import DocumentCreate
from app.text.quotes import digests
from app.text.spelling import fold_spelling

Documents = Mapping[str, DocumentCreate]  # by slug


@dataclass(frozen=True)
class Checked:
    """The number of records, citations and compared citations, every problem, and what to know of
    the files."""

    records: Counter[str]  # by bundle key
    citations: int
    verified: int  # citations compared with a document's text
    problems: list[ProblemItem]
    notes: list[str] = field(default_factory=list)


def check_bundle(
    path: Path,
    texts: Sequence[Path] = (),
    named_texts: Mapping[str, Path] = MappingProxyType({}),
) -> Checked:
    """Check a bundle without a base: its references resolve within it.

    Each text belongs to the document of the bundle with its SHA-256, each named text to the
    document with that slug; it is compared with every citation of that document. Raises
    UnreadableBundle if a file cannot be read, InvalidRequest for the slug of no document."""
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
    texts_of_bundle = _Texts(changes, documents)
    for text_path in texts:
        problems += texts_of_bundle.add(text_path)
    for slug, text_path in named_texts.items():
        problems += texts_of_bundle.add_named(slug, text_path)
    for change in changes:
        problems += find_record_problems(change)
    problems += find_base_problems(changes, texts_of_bundle.existing)
    compared = [slug for slug in documents if texts_of_bundle.has_text(slug)]
    return Checked(
        records=counts,
        citations=cited.total(),
        verified=sum(cited[slug] for slug in compared),
        problems=list(dict.fromkeys(problems)),
        notes=texts_of_bundle.notes,
    )


class _Texts:
    """The texts that are compared with a bundle. They take the part of a base: the rules compare
    the citations with them."""

    def __init__(self, changes: Sequence[Change], documents: Documents) -> None:
        self.existing = ExistingRecords()
        self.notes: list[str] = []
        self._changes = changes
        self._documents = documents

    def add(self, path: Path) -> Iterator[ProblemItem]:
        """Add the text of a file to the documents with its digest; a problem if there is none."""
        cited_digests = {document.sha256 for document in self._documents.values()}
        text = self._read(path, cited_digests)
        accepted = digests(text)
        matching = [
            slug for slug, document in self._documents.items() if document.sha256 in accepted
        ]
        self.existing.texts |= dict.fromkeys(matching, text)
        if matching:
            return
        detail = (
            f"{name_file(path)} has SHA-256 {accepted[0]}, which no document of the bundle has. "
            "Give the text that is cited, or correct `sha256` and what has moved."
        )
        if len(self._documents) > 1:
            detail += f" To say which document it is: --document SLUG={path}."
        yield ProblemItem(detail)
        # A new edition of the only document: the problem of each citation tells what to correct.
        if len(self._documents) == 1 and _contains_most_quotes(text, self._changes):
            self.existing.texts |= dict.fromkeys(self._documents, text)

    def add_named(self, slug: str, path: Path) -> Iterator[ProblemItem]:
        """Add the text of a file to the document with this slug; a problem if it is another
        edition."""
        document = self._documents.get(slug)
        if document is None:
            hint = suggest(slug, self._documents)
            raise InvalidRequest(f"The bundle has no document {slug!r}.{hint}")
        text = self._read(path, {document.sha256})
        self.existing.texts[slug] = text
        accepted = digests(text)
        if document.sha256 not in accepted:
            yield ProblemItem(
                f"{name_file(path)} has SHA-256 {accepted[0]}, and document {slug!r} has "
                f"{document.sha256}. Correct `sha256` and what has moved."
            )

    def has_text(self, slug: str) -> bool:
        """Whether the text of the document is known, from a file or from the bundle."""
        return slug in self.existing.texts or self._documents[slug].text is not None

    def _read(self, path: Path, cited_digests: Container[str]) -> str:
        text, note = read_as_cited(path, cited_digests)
        if note is not None:
            self.notes.append(note)
        return text


def _contains_most_quotes(text: str, changes: Sequence[Change]) -> bool:
    # If most are absent, it is another document, and a problem for each quote would not help.
    present = 0
    absent = 0
    folded = fold_spelling(text)
    for change in changes:
        for citation in citations_of(change):
            if fold_spelling(citation.exact) in folded:
                present += 1
            else:
                absent += 1
    return present > absent
