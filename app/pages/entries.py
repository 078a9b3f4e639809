"""The fields of a record, each with the words that support it or the reason why it was derived."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.pages import sentences, words
from app.pages.claims import main_text, record_path
from app.pages.frame import Link
from app.pages.quotes import Quote
from app.schemas.read import RecordRead, TimelineItemRead
from app.schemas.write import Identifier

# Of every record, and no field that a document may be silent about.
_NOT_LISTED = frozenset({"slug", "citations", "derived"})
_NEVER_SILENT = frozenset(
    {"identifiers", "aliases", "label_languages", "broader_slugs", "related_slugs"}
)
# The side of a timeline item is one entry.
_SIDES = {"start": ("start_kind", "start_edtf"), "end": ("end_kind", "end_edtf")}
_MAIN_FIELDS = frozenset({"title", "statement", "name", "summary"})


@dataclass(frozen=True)
class Value:
    """The value of a field: a text, links, or a modality; `code` is its formal notation."""

    text: str = ""
    links: tuple[Link, ...] = ()
    modality: str | None = None
    code: str | None = None
    href: str | None = None
    is_large: bool = False


@dataclass(frozen=True)
class Entry:
    """A field of a record. `quotes` are shown here first, `repeated` are shown above already."""

    label: str
    value: Value
    quotes: tuple[Quote, ...]
    repeated: tuple[Quote, ...]
    reason: str | None


@dataclass
class Ledger:
    """The entries of a record, and the labels of what the document does not say."""

    record: RecordRead
    quotes: Sequence[Quote]
    entries: list[Entry] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    shown_numbers: set[int] = field(default_factory=set)

    def fill(
        self,
        names: Sequence[str],
    ) -> None:
        """List the fields with these names, in their order."""
        for name, fields in group_sides(names):
            value = _make_value(self.record, name)
            if value is not None:
                self.entries.append(
                    self._make_entry(
                        name,
                        value,
                        fields,
                    )
                )
            elif name not in _NEVER_SILENT:
                self.silent.append(words.SILENCES.get(name, words.LABELS[name].lower()))

    def _make_entry(
        self,
        name: str,
        value: Value,
        fields: Sequence[str],
    ) -> Entry:
        new: list[Quote] = []
        repeated: list[Quote] = []
        for citation, quote in zip(
            self.record.citations,
            self.quotes,
            strict=True,
        ):
            if set(fields).isdisjoint(citation.supports):
                continue
            if quote.number in self.shown_numbers:
                repeated.append(quote)
            else:
                new.append(quote)
                self.shown_numbers.add(quote.number)
        reasons = [self.record.derived[key] for key in fields if key in self.record.derived]
        return Entry(
            label=words.LABELS[name],
            value=value,
            quotes=tuple(new),
            repeated=tuple(repeated),
            reason=" ".join(dict.fromkeys(reasons)) or None,
        )


def group_sides(names: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """The names of the entries, each with the fields that it shows."""
    side_fields = {key: side for side, keys in _SIDES.items() for key in keys}
    for name in names:
        side = side_fields.get(name)
        if side is None and name not in _NOT_LISTED:
            yield name, (name,)
        elif side is not None and name.endswith("_kind"):
            yield side, _SIDES[side]


def _make_value(
    record: RecordRead,
    name: str,
) -> Value | None:
    """The value of an entry; None if the record has none."""
    if isinstance(record, TimelineItemRead) and name in _SIDES:
        return _make_side(record, name)
    content = getattr(record, name)
    if content is None or content in ([], {}):
        return None
    if name.endswith(("_slug", "_slugs")):
        return Value(links=_make_links(record, name))
    return _make_plain_value(name, content)


def _make_plain_value(
    name: str,
    content: Any,
) -> Value:
    match name:
        case "modality":
            return Value(modality=content)
        case "recurrence":
            return Value(sentences.describe_recurrence(content), code=content)
        case "source_url":
            return Value(content, href=content)
        case "identifiers":
            return Value(", ".join(_name_identifier(item) for item in content))
        case "label_languages":
            return Value(", ".join(f"{label} ({code})" for label, code in content.items()))
        case "aliases":
            return Value(", ".join(content))
        case "kind" | "voice":
            return Value(words.name_value(content))
        case _:
            return Value(str(content), is_large=name in _MAIN_FIELDS)


def _name_identifier(identifier: Identifier) -> str:
    return identifier.text


def _make_side(
    item: TimelineItemRead,
    name: str,
) -> Value | None:
    if name == "start":
        text, code = sentences.name_start(item), item.start_edtf
    else:
        text, code = sentences.name_end(item), item.end_edtf
    return Value(text, code=code)


def _make_links(
    record: RecordRead,
    name: str,
) -> tuple[Link, ...]:
    """Links to the records that a field names, which are included in this one."""
    relation = name.removesuffix("_slug").removesuffix("_slugs")
    if name.endswith("_slugs") and hasattr(record, f"{relation}s"):
        relation = f"{relation}s"
    related = getattr(record, relation)
    if not isinstance(related, list):
        related = [related]
    return tuple(Link(main_text(target), record_path(target)) for target in related)
