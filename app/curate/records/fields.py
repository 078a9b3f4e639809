"""The fields of a record in a form: which control each has, and its value as text and as JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from app import vocabulary as v
from app.pages import words
from app.rules.changes import NEVER_SUPPORTED
from app.schemas.record_types import Entity
from app.schemas.write import DocumentCreate

# Fields without an entry of their own: the text of a document is as long as a book.
_TEXT_FIELDS = ("text",)
# The two sides of a timeline item, each with its kind and its date.
SIDES: Mapping[str, tuple[str, str]] = {
    "start": ("start_kind", "start_edtf"),
    "end": ("end_kind", "end_edtf"),
}
_LABELS = {
    "start_kind": "Start: what is said",
    "start_edtf": "Start: the date",
    "end_kind": "End: what is said",
    "end_edtf": "End: the date",
}
CHOICES: Mapping[str, Any] = {
    "kind": v.Kind,
    "voice": v.Voice,
    "modality": v.Modality,
    "start_kind": v.StartKind,
    "end_kind": v.EndKind,
}
_HINTS = {
    "focus_area_slugs": "Slugs or any of their names, with commas between them.",
    "broader_slugs": "Slugs or names of focus areas, with commas between them.",
    "related_slugs": "Slugs or names of focus areas. Each of two has to name the other.",
    "aliases": "One name a line.",
    "label_languages": "One a line: a name and the code of its language, as in Berufsbildung = de.",
    "identifiers": "One a line: scheme:value.",
    "country": "Two letters (ISO 3166-1): JO.",
    "opened_on": "As precisely as it is known: 2023-05-17, 2023-05, 2023 or 2023~ (EDTF).",
    "published_on": "As precisely as it is known: 2023-05-17, 2023-05, 2023 or 2023~ (EDTF).",
    "start_edtf": "EDTF: 2025-09-16, 2025-09, 2025-36 (its fourth quarter), 2025, 2025~.",
    "end_edtf": "EDTF: 2025-09-16, 2025-09, 2025-36 (its fourth quarter), 2025, 2025~.",
    "recurrence": "FREQ=YEARLY, FREQ=MONTHLY;INTERVAL=3 (RFC 5545).",
    "language": "Its code (BCP 47): en.",
    "sha256": "Of the text in UTF-8. It is computed from the text, if you give that.",
}
# Values longer than this have more than one row.
_LINE_CHARACTERS = 90


@dataclass(frozen=True)
class Group:
    """Fields that share an entry, and so the quotes and the reason that support them."""

    key: str
    label: str
    names: tuple[str, ...]


def list_groups(entity: Entity, joined: Sequence[str]) -> list[Group]:
    """The entries of a record in their order. `joined` are the sides that are one entry."""
    groups = []
    for name in entity.create.model_fields:
        if name in NEVER_SUPPORTED or name in _TEXT_FIELDS:
            continue
        side, _, part = name.partition("_")
        is_joined = side in joined and name in SIDES.get(side, ())
        if not is_joined:
            groups.append(Group(name, label_of(name), (name,)))
        elif part == "kind":
            groups.append(Group(side, words.LABELS[side], SIDES[side]))
    return groups


def field_names(entity: Entity) -> list[str]:
    """The fields of a record that have a control."""
    return [name for group in list_groups(entity, ()) for name in group.names]


def label_of(name: str) -> str:
    """The label of a field, or of an entry."""
    return _LABELS.get(name) or words.LABELS[name]


def hint_of(name: str) -> str | None:
    """How the value of a field is written."""
    return _HINTS.get(name)


def is_long(text: str) -> bool:
    """Whether a value needs more than one row."""
    return len(text) > _LINE_CHARACTERS or "\n" in text


def list_choices(name: str) -> tuple[str, ...]:
    """The values of a field with a vocabulary; none for any other field."""
    if name not in CHOICES:
        return ()
    return get_args(CHOICES[name])


def has_support(entity: Entity) -> bool:
    """Whether fields of the record are supported by quotes: a document is what others quote."""
    return entity.create is not DocumentCreate


# --- Values as text, and back -----------------------------------------------------------------


def write_value(name: str, value: Any) -> str:
    """The value of a field as its control shows it."""
    if value is None:
        return ""
    match name:
        case "identifiers":
            return "\n".join(f"{item['scheme']}:{item['value']}" for item in value)
        case "label_languages":
            return "\n".join(f"{label} = {code}" for label, code in value.items())
        case "aliases":
            return "\n".join(value)
        case _ if isinstance(value, list):
            return ", ".join(value)
        case _:
            return str(value)


def read_value(name: str, text: str) -> Any:
    """The value that a control says; None, or an empty list, for an empty one."""
    reader = _READERS.get(name)
    if reader is not None:
        return reader(text)
    return text.strip() or None


def _read_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_names(text: str) -> list[str]:
    """Names with commas or line ends between them."""
    parts = text.replace("\n", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def _read_identifiers(text: str) -> list[dict[str, str]]:
    identifiers = []
    for line in _read_lines(text):
        scheme, _, value = line.partition(":")
        identifiers.append({"scheme": scheme.strip(), "value": value.strip()})
    return identifiers


def _read_languages(text: str) -> dict[str, str]:
    languages = {}
    for line in _read_lines(text):
        label, _, code = line.rpartition("=")
        languages[label.strip()] = code.strip()
    return languages


_READERS: Mapping[str, Callable[[str], Any]] = {
    "identifiers": _read_identifiers,
    "label_languages": _read_languages,
    "aliases": _read_lines,
    "focus_area_slugs": read_names,
    "broader_slugs": read_names,
    "related_slugs": read_names,
}
