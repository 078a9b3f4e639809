"""What an edit form holds: the values as typed, the quotes, and which of them bear out which field.

A form is complete in itself: the server keeps nothing between two requests of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from app.curate.forms import Form
from app.curate.records.fields import SIDES, Group, field_names, list_groups, write_value
from app.schemas.record_types import ENTITIES, Entity
from app.schemas.write import Citation, RecordCreate

MAX_QUOTES = 1_000
_QUOTE_FIELD = re.compile(r"exact-([1-9][0-9]{0,3})")


class PlacedCitation(Citation):
    """A citation whose supported fields the form says. `supports` is the order that they had."""

    supports: list[str] = []


@dataclass(frozen=True)
class TypedQuote:
    """A quote of the form. `exact` are the words as typed, `place` is the passage that was chosen.
    `kept` is the citation that it was before, or was found to be; it holds while the words stay.
    The other fields are only for a document without a text in the base."""

    number: int
    exact: str
    document: str
    place: str = ""
    kept: PlacedCitation | None = None
    section: str = ""
    prefix: str = ""
    suffix: str = ""
    start: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether no words were typed, so that the quote is left out."""
        return not self.exact.strip()


@dataclass(frozen=True)
class EditState:
    """`slug` is empty for a new record whose slug is made of its words, `version` None for a new
    record. `supports` are the numbers of the quotes that bear out a field."""

    entity: Entity
    slug: str
    version: int | None
    quotes: tuple[TypedQuote, ...]
    values: Mapping[str, str]
    reasons: Mapping[str, str]
    supports: Mapping[str, frozenset[int]]
    joined: tuple[str, ...]
    message: str = ""
    # The text of a new document, if it is given.
    text: str = ""
    # What the wording of a time depends on: the day it counts from, the year, the fiscal year.
    context: Mapping[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> list[Group]:
        """The entries of the form."""
        return list_groups(self.entity, self.joined)

    def next_number(self) -> int:
        """The number of a quote that is added."""
        return 1 + max((quote.number for quote in self.quotes), default=0)

    def with_quote(self, document: str) -> "EditState":
        """The form with an empty quote more."""
        quote = TypedQuote(self.next_number(), "", document)
        return replace(self, quotes=(*self.quotes, quote))

    def with_values(
        self, values: Mapping[str, str], reasons: Mapping[str, str]
    ) -> "EditState":
        """The form with other values and reasons of some fields."""
        return replace(
            self,
            values={**self.values, **values},
            reasons={**self.reasons, **reasons},
        )


def read_state(entity: Entity, slug: str, form: Form) -> EditState:
    """What a form says that was sent."""
    joined = tuple(side for side in SIDES if side in form.get_all("joined"))
    values = {}
    reasons = {}
    supports = {}
    for group in list_groups(entity, joined):
        numbers = frozenset(
            int(number) for number in form.get_all(f"by-{group.key}") if number.isdecimal()
        )
        for name in group.names:
            values[name] = form.get(f"value-{name}")
            reasons[name] = form.get(f"why-{group.key}").strip()
            supports[name] = numbers
    version = form.get("version")
    return EditState(
        entity=entity,
        slug=slug or form.get("slug").strip(),
        version=int(version) if version.isdecimal() else None,
        quotes=tuple(_read_quotes(form)),
        values=values,
        reasons=reasons,
        supports=supports,
        joined=joined,
        message=form.get("message").strip(),
        text=form.get("text"),
        context={name: form.get(name).strip() for name in ("anchor", "year", "fiscal")},
    )


def _read_quotes(form: Form) -> Iterator[TypedQuote]:
    numbers = set()
    for name, _ in form.fields:
        match = _QUOTE_FIELD.fullmatch(name)
        if match is not None:
            numbers.add(int(match[1]))
    for number in sorted(numbers)[:MAX_QUOTES]:
        parts = {
            part: form.get(f"{part}-{number}")
            for part in ("exact", "document", "place", "section", "prefix", "suffix", "start")
        }
        yield TypedQuote(number=number, kept=_read_kept(form, number), **parts)


def _read_kept(form: Form, number: int) -> PlacedCitation | None:
    try:
        return PlacedCitation.model_validate_json(form.get(f"kept-{number}"))
    except ValidationError:
        # It is only a shortcut: without it the words are looked for again.
        return None


def make_state(entity: Entity, record: RecordCreate, version: int | None) -> EditState:
    """The form of a record as it is."""
    quotes = []
    numbers: dict[str, set[int]] = {}
    for number, citation in enumerate(record.citations, start=1):
        # Without the link, which the base makes.
        curated = citation.model_dump(include=set(Citation.model_fields))
        kept = PlacedCitation.model_validate(curated)
        quote = TypedQuote(number, citation.exact, citation.document_slug, kept=kept)
        quotes.append(quote)
        for name in citation.supports:
            numbers.setdefault(name, set()).add(number)
    raw = record.model_dump(mode="json")
    names = field_names(entity)
    supports = {name: frozenset(numbers.get(name, ())) for name in names}
    reasons = {name: record.derived.get(name, "") for name in names}
    return EditState(
        entity=entity,
        slug=record.slug,
        version=version,
        quotes=tuple(quotes),
        values={name: write_value(name, raw[name]) for name in names},
        reasons=reasons,
        supports=supports,
        joined=_find_joined(raw, supports, reasons),
    )


def _find_joined(
    raw: Mapping[str, Any],
    supports: Mapping[str, frozenset[int]],
    reasons: Mapping[str, str],
) -> tuple[str, ...]:
    """The sides whose kind and date have the same support, and so share an entry."""
    joined = []
    for side, (kind, edtf) in SIDES.items():
        if kind not in raw:
            continue
        is_same = supports[kind] == supports[edtf] and reasons[kind] == reasons[edtf]
        if is_same or raw[edtf] is None:
            joined.append(side)
    return tuple(joined)


def make_new_state(type_: str, documents: Sequence[str]) -> EditState:
    """The form of a new record, with one quote of the only document there is."""
    entity = ENTITIES[type_]
    names = field_names(entity)
    document = documents[0] if len(documents) == 1 else ""
    joined = tuple(SIDES) if "start_kind" in names else ()
    return EditState(
        entity=entity,
        slug="",
        version=None,
        quotes=(TypedQuote(1, "", document),),
        values=dict.fromkeys(names, ""),
        reasons=dict.fromkeys(names, ""),
        supports=dict.fromkeys(names, frozenset()),
        joined=joined,
    )
