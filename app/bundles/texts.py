"""Files with the texts of documents, and the text that a digest means."""

from collections.abc import Container, Iterator
from pathlib import Path

from app.bundles.files import name_file, read_file
from app.text.quotes import digests


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
