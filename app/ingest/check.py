"""Is a bundle whole by itself, and does it quote its documents as they stand?"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import Problem, UnreadableBundle
from app.ingest.bundle import read_bundle
from app.quotes import digest
from app.rules.bases import Known, find_base_problems
from app.rules.changes import Change
from app.rules.records import find_record_problems
from app.schemas.write import BUNDLE_KEYS, Citation, DocumentCreate

Documents = Mapping[Change, DocumentCreate]


@dataclass(frozen=True)
class Checked:
    """What was looked at, and all that is wrong with it."""

    records: Counter[str]  # by bundle key
    citations: int
    verified: int  # citations compared with a document's text
    problems: list[Problem]


def check_bundle(path: Path, texts: Sequence[Path] = ()) -> Checked:
    """Judge a bundle without a base: its references resolve within it.

    Each text is a document of the bundle, known by its SHA-256; every citation of that document
    is compared with it. Raises UnreadableBundle if a file cannot be read at all."""
    changes, problems = read_bundle(path)
    documents = {c: c.record for c in changes if isinstance(c.record, DocumentCreate)}
    known = Known()
    for text in texts:
        problems += _take_text(known, documents, text)
    for change in changes:
        problems += find_record_problems(change)
    problems += find_base_problems(changes, known)
    cited = [c.document_slug for change in changes for c in _citations(change)]
    return Checked(
        records=Counter(BUNDLE_KEYS[change.type] for change in changes),
        citations=len(cited),
        verified=sum(slug in _all_texts(known.texts, documents) for slug in cited),
        problems=problems,
    )


def _citations(change: Change) -> Sequence[Citation]:
    return change.record.citations or () if change.record else ()


def _all_texts(given: Mapping[str, str], documents: Documents) -> set[str]:
    return set(given) | {record.slug for record in documents.values() if record.text is not None}


def _take_text(known: Known, documents: Documents, path: Path) -> Iterator[Problem]:
    """Find the document whose text the file holds; a single document needs no finding."""
    try:
        # As bytes: reading as text would fold line ends and move every position.
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableBundle(f"{path} cannot be read as UTF-8 text: {error}.") from None
    found = digest(text)
    match = [change for change, record in documents.items() if record.sha256 == found]
    if not match and len(documents) == 1:
        match = list(documents)
        yield match[0].problem(
            "/sha256", f"{path} has SHA-256 {found}. Set it, if this is the text that is cited."
        )
    if match:
        known.texts[match[0].slug] = text
    else:
        yield Problem(
            f"{path} has SHA-256 {found}, which none of the {len(documents)} documents has. "
            "Correct `sha256` of the one that it is."
        )
