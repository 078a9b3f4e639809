"""Two versions of a record, field by field: the values, and the words that support them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.pages import sentences, words
from app.pages.entries import group_sides
from app.pages.picture import Picture, make_picture
from app.pages.reference_names import Names, name_references
from app.rules.changes import REFERENCES
from app.schemas.read import DocumentRead, RecordRead, TimelineItemRead
from app.schemas.record_types import ENTITIES


@dataclass(frozen=True)
class FieldVersion:
    """A field in one version; an empty value is one that the document does not say."""

    value: str
    modality: str | None
    quotes: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True)
class FieldChange:
    """A field before and after; `is_value_same` tells that only its support changed."""

    label: str
    before: FieldVersion
    after: FieldVersion
    is_value_same: bool


_NAME_SIDE = {"start": sentences.name_start, "end": sentences.name_end}
_ABSENT = FieldVersion(
    "",
    None,
    (),
    None,
)


def compare(
    type_: str,
    before: RecordRead | None,
    after: RecordRead | None,
    names: Names,
) -> tuple[list[FieldChange], list[str]]:
    """The fields that differ, and the labels of those that do not. `names` are those of the records
    that both versions refer to."""
    changes = []
    unchanged = []
    for name, fields in group_sides(list(ENTITIES[type_].create.model_fields)):
        version_before = read_field(
            before,
            name,
            fields,
            names,
        )
        version_after = read_field(
            after,
            name,
            fields,
            names,
        )
        label = words.LABELS[name]
        if version_before == version_after:
            unchanged.append(label.lower())
            continue
        is_value_same = version_before.value == version_after.value
        changes.append(
            FieldChange(
                label,
                version_before,
                version_after,
                is_value_same,
            )
        )
    return changes, unchanged


def read_field(
    record: RecordRead | None,
    name: str,
    fields: Sequence[str],
    names: Names,
) -> FieldVersion:
    """An entry of a record in one version, or of none."""
    if record is None:
        return _ABSENT
    quotes = []
    for citation in record.citations:
        if not set(fields).isdisjoint(citation.supports):
            quotes.append(" ".join(citation.exact.split()))
    reasons = [record.derived[key] for key in fields if key in record.derived]
    return FieldVersion(
        value=_describe_value(
            record,
            name,
            names,
        ),
        modality=getattr(
            record,
            name,
            None,
        )
        if name == "modality"
        else None,
        quotes=tuple(dict.fromkeys(quotes)),
        reason=" ".join(dict.fromkeys(reasons)) or None,
    )


def _describe_value(
    record: RecordRead,
    name: str,
    names: Names,
) -> str:
    if isinstance(record, TimelineItemRead) and name in _NAME_SIDE:
        return _NAME_SIDE[name](record)
    if isinstance(record, DocumentRead) and name == "text":
        return _describe_text(record)
    content: Any = getattr(record, name)
    if content is None:
        return ""
    if name in REFERENCES:
        return name_references(
            names,
            name,
            content,
        )
    match name:
        case "identifiers":
            return ", ".join(identifier.text for identifier in content)
        case "label_languages":
            return ", ".join(f"{label} ({code})" for label, code in content.items())
        case _ if isinstance(content, list):
            return ", ".join(content)
        case _:
            return words.name_value(str(content))


def _describe_text(document: DocumentRead) -> str:
    """The length of the text: the log has texts by their digest, and may be without one."""
    if document.text_length is None:
        return ""
    return words.count_things(document.text_length, "character")


def compare_dates(
    before: RecordRead | None,
    after: RecordRead | None,
) -> Picture | None:
    """The dates before and after, on one axis, if they differ."""
    items = [record for record in (before, after) if isinstance(record, TimelineItemRead)]
    picture = make_picture(items)
    drawings = {row.drawing for row in picture.rows}
    if picture.axis is None or len(drawings) < 2:
        return None
    return picture
