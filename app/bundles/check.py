"""Is a bundle whole by itself, and does it quote its documents as they stand?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.bundles.read import read_bundle
from app.errors import ProblemItem, UnreadableBundle
from app.rules.changes import Change, citations_of
from app.rules.records import find_record_problems
from app.rules.relations import ExistingRecords, find_base_problems
from app.schemas.entities import ENTITIES
from app.schemas.write import DocumentCreate
from app.text.quotes import digest

Documents = Mapping[Change, DocumentCreate]


@dataclass(frozen=True)
class Checked:
    """What was looked at, and all that is wrong with it."""

    records: Counter[str]  # by bundle key
    citations: int
    verified: int  # citations compared with a document's text
    problems: list[ProblemItem]


def check_bundle(path: Path, texts: Sequence[Path] = ()) -> Checked:
    """Judge a bundle without a base: its references resolve within it.

    Each text is a document of the bundle, known by its SHA-256; every citation of that document
    is compared with it. Raises UnreadableBundle if a file cannot be read at all."""
    changes, problems = read_bundle(path)
    documents = {c: c.record for c in changes if isinstance(c.record, DocumentCreate)}
    known = ExistingRecords()
    for text in texts:
        problems += _take_text(known, changes, documents, text)
    for change in changes:
        problems += find_record_problems(change)
    problems += find_base_problems(changes, known)
    cited = [c.document_slug for change in changes for c in citations_of(change)]
    own = {record.slug for record in documents.values() if record.text is not None}
    return Checked(
        records=Counter(ENTITIES[change.type].bundle_key for change in changes),
        citations=len(cited),
        verified=sum(slug in known.texts or slug in own for slug in cited),
        problems=list(dict.fromkeys(problems)),
    )


def _take_text(
    known: ExistingRecords, changes: Sequence[Change], documents: Documents, path: Path
) -> Iterator[ProblemItem]:
    """Find the documents whose text the file holds; a single document needs no finding."""
    text = read_text(path)
    found = digest(text)
    match = [change for change, record in documents.items() if record.sha256 == found]
    if match:
        known.texts |= {change.slug: text for change in match}
        return
    sha256s = {record.sha256 for record in documents.values()}
    for name, plain in _variants(text):
        if digest(plain) in sha256s:
            yield ProblemItem(
                f"{path} {name}, which the cited text has not. Give the text as cited."
            )
            return
    yield ProblemItem(
        f"{path} has SHA-256 {found}, which no document of the bundle has. Give the text that is "
        "cited, or correct `sha256` and what has moved."
    )
    if len(documents) == 1 and _is_much_the_same(text, changes):
        known.texts[next(iter(documents)).slug] = text


def read_text(path: Path) -> str:
    """The text of a document as it stands. Raises UnreadableBundle."""
    try:
        # As bytes: reading as text would fold line ends and move every position.
        return path.read_bytes().decode()
    except OSError as error:
        raise UnreadableBundle(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise UnreadableBundle(f"{path} is not UTF-8: {error.reason} at {error.start}.") from None


def _variants(text: str) -> Iterator[tuple[str, str]]:
    """Ways in which a copy of a text differs though it reads the same."""
    yield "begins with a byte order mark", text.removeprefix("\ufeff")
    yield "has CRLF line ends", text.replace("\r\n", "\n")
    yield "ends in a line break", text.removesuffix("\n")
    yield "lacks a last line break", text + "\n"


def _is_much_the_same(text: str, changes: Sequence[Change]) -> bool:
    """Whether most quotes are in it somewhere: else naming each that is not would say nothing."""
    quotes = [quote.exact for change in changes for quote in citations_of(change)]
    return sum(quote in text for quote in quotes) * 2 > len(quotes)
