"""Files with the texts of documents, and the text that a digest means."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.bundles.files import name_file, read_file
from app.errors import ProblemItem
from app.rules.changes import Change
from app.schemas.write import DocumentCreate
from app.text.quotes import digests


@dataclass(frozen=True)
class BundleFiles:
    """A bundle, and files with texts of its documents: those of the documents with their SHA-256,
    and those named by slug."""

    path: Path
    texts: Sequence[Path] = ()
    named_texts: Mapping[str, Path] = field(default_factory=dict)


def add_texts(
    records: Sequence[Change],
    files: BundleFiles,
) -> tuple[list[Change], list[ProblemItem]]:
    """The records of a bundle, with the texts in the documents that they belong to.

    A text that no document of the bundle cites is a problem. Raises UnreadableBundle."""
    digests_by_slug: dict[str, str] = {}
    for change in records:
        if isinstance(change.record, DocumentCreate):
            digests_by_slug[change.slug] = change.record.sha256
    texts_by_slug: dict[str, str] = {}
    problems = []
    for path in files.texts:
        matching = _find_cited(path, digests_by_slug)
        texts_by_slug |= matching
        if not matching:
            problems.append(_not_cited(path, "no document of the bundle has"))
    for slug, path in files.named_texts.items():
        matching = _find_cited(path, {slug: digests_by_slug.get(slug, "")})
        texts_by_slug |= matching
        if not matching:
            problems.append(_not_cited(path, f"no document {slug!r} of the bundle has"))
    return [_with_text(change, texts_by_slug) for change in records], problems


def _find_cited(
    path: Path,
    digests_by_slug: Mapping[str, str],
) -> dict[str, str]:
    """The text for each document that cites it."""
    text, _ = read_as_cited(path, set(digests_by_slug.values()))
    accepted = digests(text)
    return {slug: text for slug, sha256 in digests_by_slug.items() if sha256 in accepted}


def _not_cited(path: Path, reason: str) -> ProblemItem:
    sha256, _ = digests(read_file(path))
    return ProblemItem(
        f"{name_file(path)} has SHA-256 {sha256}, which {reason}. Give the text that is cited."
    )


def _with_text(
    change: Change,
    texts_by_slug: Mapping[str, str],
) -> Change:
    text = texts_by_slug.get(change.slug)
    if text is None or not isinstance(change.record, DocumentCreate):
        return change
    record = change.record.model_copy(update={"text": text})
    return replace(change, record=record)


def read_as_cited(path: Path, cited_digests: Container[str]) -> tuple[str, str | None]:
    """The text of a file, and how the file differs from the text that is cited, if only its line
    ends do: then the text is the cited one, which has the positions that citations give.

    Raises UnreadableBundle."""
    text = read_file(path)
    for difference, variant in _list_variants(text):
        is_cited = any(sha256 in cited_digests for sha256 in digests(variant))
        if is_cited and not difference:
            return text, None
        if is_cited:
            note = (
                f"{name_file(path)} {difference}, which the cited text has not. "
                "The citations were compared with the text as cited."
            )
            return variant, note
    return text, None


def _list_variants(text: str) -> Iterator[tuple[str, str]]:
    """Texts that read the same, each with what the given text has and the variant lacks."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    line_ends = "CR" if "\r" in text else "LF"
    if "\r\n" in text:
        line_ends = "CRLF"
    yield "", text
    for variant in (unix, unix.replace("\n", "\r\n"), unix.replace("\n", "\r")):
        if variant != text:
            yield f"has {line_ends} line ends", variant
    for variant in (unix, unix.replace("\n", "\r\n")):
        also = f"has {line_ends} line ends, and " if variant != text else ""
        shorter = variant.removesuffix("\n").removesuffix("\r")
        yield f"{also}ends in a line break", shorter
        yield f"{also}lacks a last line break", variant + "\n"
        yield f"{also}lacks a last line break", variant + "\r\n"
