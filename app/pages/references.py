"""Documents as entries of a bibliography: BibTeX, and CSL-JSON (citationstyles.org)."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from app.schemas.read import DocumentRead

# The characters that mean something to TeX. Text beyond ASCII is UTF-8, as biber reads it.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "&%$#_"},
}


def write_bibtex(documents: Sequence[DocumentRead]) -> str:
    """An `@misc` entry for each document, with the fields that it has."""
    return "\n".join(_write_entry(document) for document in documents)


def _write_entry(document: DocumentRead) -> str:
    # Double braces: a style must not change the capitals of a title, nor read a body as a person.
    fields = {
        "title": f"{{{{{_escape(document.title)}}}}}",
        "author": _braced(document.author),
        "publisher": _braced(document.publisher),
    }
    if document.published_on is not None and document.published_earliest is not None:
        fields["year"] = f"{{{document.published_earliest.year}}}"
        fields["date"] = f"{{{document.published_on}}}"
    if document.source_url is not None:
        fields["url"] = f"{{{_escape_url(document.source_url)}}}"
    fields["langid"] = f"{{{document.language}}}"
    lines = [f"  {name} = {value}," for name, value in fields.items() if value is not None]
    return "\n".join([f"@misc{{{document.slug},", *lines, "}\n"])


def _braced(text: str | None) -> str | None:
    if text is None:
        return None
    return f"{{{{{_escape(text)}}}}}"


def _escape(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in text)


def _escape_url(url: str) -> str:
    # Percent-encoded, because no TeX escape is allowed in an address.
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def write_csl(documents: Sequence[DocumentRead]) -> str:
    """The documents as items of CSL-JSON, indented."""
    items = [_make_item(document) for document in documents]
    return to_json(items, indent=2).decode()


def _make_item(document: DocumentRead) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": document.slug,
        "type": "document",
        "title": document.title,
        "language": document.language,
    }
    if document.author is not None:
        item["author"] = [{"literal": document.author}]
    if document.publisher is not None:
        item["publisher"] = document.publisher
    if document.published_earliest is not None:
        item["issued"] = {"date-parts": [_date_parts(document)]}
    if document.source_url is not None:
        item["URL"] = document.source_url
    return item


def _date_parts(document: DocumentRead) -> list[int]:
    """Year, month and day, as far as the date is precise."""
    first = document.published_earliest
    assert first is not None
    match document.published_precision:
        case "day":
            return [first.year, first.month, first.day]
        case "month":
            return [first.year, first.month]
        case _:
            return [first.year]
