"""The record that an edit form says, and what is wrong with it, field by field."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.changes.requests import ChangeRequest, parse_requests
from app.changes.validate import validate
from app.curate.records.fields import field_names, has_support, label_of, read_value
from app.curate.records.quotes import PlacedQuote, QuoteFinder
from app.curate.records.state import EditState
from app.errors import (
    AlreadyExists,
    InvalidRecords,
    InvalidRequest,
    KnowledgeBaseError,
    ProblemItem,
    StillReferenced,
)
from app.queries.labels import resolve_label
from app.queries.nearest import suggest_slug
from app.rules.changes import REFERENCES, Change
from app.schemas.record_types import ENTITIES
from app.store.models import MODELS
from app.text.quotes import digest
from app.text.slugs import make_slug

# The slugs of records that are not in the base yet, by type and by slug or name.
Drafted = Mapping[tuple[str, str], str]
NOTHING_DRAFTED: Drafted = {}


@dataclass(frozen=True)
class FormProblem:
    """What is wrong, and the `id` of the control where it is; `key` is the field or the quote."""

    detail: str
    anchor: str = ""
    key: str = ""


class RefusedForm(InvalidRecords):
    """The form cannot be saved as it is. `form_problems` are its problems."""

    def __init__(self, problems: Sequence[FormProblem]) -> None:
        super().__init__("Nothing was written.")
        self.form_problems = problems


@dataclass(frozen=True)
class BuiltRecord:
    """The record as JSON, with its quotes in their places. With problems it may be incomplete."""

    slug: str
    record: Mapping[str, Any]
    quotes: Sequence[PlacedQuote]
    problems: Sequence[FormProblem]
    # The numbers of the quotes that are citations of the record, in their order.
    cited: Sequence[int] = ()


def build_record(
    session: Session,
    state: EditState,
    finder: QuoteFinder | None = None,
    drafted: Drafted = NOTHING_DRAFTED,
) -> BuiltRecord:
    """The record that the form says. Its problems are those that can be told without the rules.

    `finder` knows texts that the base does not hold, `drafted` records that it does not have."""
    quotes = (finder or QuoteFinder(session)).place_all(state.quotes)
    references = _References(session, state, drafted)
    values = {}
    for name in field_names(state.entity):
        values[name] = references.resolve(name, read_value(name, state.values[name]))
    slug = state.slug or _make_slug(session, state, values)
    record = {"slug": slug, **_without_empty(values)}
    if state.text:
        record["text"] = state.text
        record.setdefault("sha256", digest(state.text))
    citations = dict(_write_citations(state, quotes, record))
    if has_support(state.entity):
        record["citations"] = list(citations.values())
    record["derived"] = {
        name: reason
        for name, reason in state.reasons.items()
        if reason and (name in record or not has_support(state.entity))
    }
    problems = [*_find_quote_problems(quotes, citations), *references.problems]
    return BuiltRecord(slug, record, quotes, problems, list(citations))


def fill_texts(finder: QuoteFinder, state: EditState) -> EditState:
    """The form with the words of a quote as the title, name or wording that was left empty, where
    one quote bears it out."""
    placed = finder.place_all(state.quotes)
    filled = {}
    for name in state.entity.create.QUOTED:
        words = []
        for quote in placed:
            if quote.number in state.supports[name] and quote.citation is not None:
                words.append(" ".join(quote.citation.exact.split()))
        if not state.values[name].strip() and len(words) == 1:
            (filled[name],) = words
    return state.with_values(filled, {})


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], {})}


def _make_slug(session: Session, state: EditState, values: Mapping[str, Any]) -> str:
    """A slug that no record of the type has, of the words of the record."""
    main = values[state.entity.main] or state.entity.noun
    slugs = set(session.scalars(select(MODELS[state.entity.type_].slug)))
    return make_slug(main, slugs, state.entity.noun.replace(" ", "-"))


def _write_citations(
    state: EditState,
    quotes: Sequence[PlacedQuote],
    record: Mapping[str, Any],
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The citations by the number of their quote; without those that bear out nothing."""
    for quote in quotes:
        if quote.citation is None:
            continue
        fields = [
            name
            for name in state.values
            if quote.number in state.supports[name] and name in record
        ]
        # In the order that they had, so that a form that says nothing new changes nothing.
        before = [name for name in quote.citation.supports if name in fields]
        supports = [*before, *(name for name in fields if name not in before)]
        if supports:
            yield quote.number, {**quote.citation.model_dump(), "supports": supports}


def _find_quote_problems(
    quotes: Sequence[PlacedQuote],
    cited: Container[int],
) -> Iterator[FormProblem]:
    for quote in quotes:
        number = quote.number
        problem = quote.problem
        # A quote that was there and bears out nothing any more is left out without a word.
        is_new = quote.quote.kept is None or not quote.quote.kept.supports
        if problem is None and is_new and number not in cited:
            problem = (
                "No field is borne out by these words. Tick the quote beside a field, or leave it "
                "out by clearing its words."
            )
        if problem is not None:
            yield FormProblem(
                f"Quote {number}: {problem}",
                f"exact-{number}",
                f"exact-{number}",
            )


class _References:
    """Turns the names of records, as a curator types them, into slugs."""

    def __init__(self, session: Session, state: EditState, drafted: Drafted) -> None:
        self.session = session
        self.type_ = state.entity.type_
        self.drafted = drafted
        self.problems: list[FormProblem] = []

    def resolve(self, name: str, value: Any) -> Any:
        """The value with slugs, if the field names records; a name that means none stays."""
        target = REFERENCES.get(name)
        if target is None or not value:
            return value
        if isinstance(value, list):
            return list(dict.fromkeys(self._find(name, target, text) for text in value))
        return self._find(name, target, value)

    def _find(self, field: str, type_: str, text: str) -> str:
        model = MODELS[type_]
        if (type_, text) in self.drafted:
            return self.drafted[type_, text]
        if self.session.scalar(select(model.slug).where(model.slug == text)) is not None:
            return text
        try:
            slug = self._find_by_name(type_, text)
        except InvalidRequest as error:
            self._add(field, str(error))
            return text
        if slug is None:
            suggestion = suggest_slug(self.session, model, text)
            noun = ENTITIES[type_].noun
            self._add(field, f"There is no {noun} {text!r}.{suggestion}")
            return text
        return slug

    def _find_by_name(self, type_: str, text: str) -> str | None:
        if type_ == "focus_area":
            return resolve_label(self.session, text)
        model = MODELS[type_]
        main = getattr(model, model.entity.main)
        slugs = self.session.scalars(select(model.slug).where(main == text).limit(2)).all()
        return slugs[0] if len(slugs) == 1 else None

    def _add(self, field: str, detail: str) -> None:
        self.problems.append(FormProblem(f"{label_of(field)}: {detail}", f"f-{field}", field))


@dataclass(frozen=True)
class CheckedRecord:
    """The record after the rules of the base were applied. Without a `change`, it is so already."""

    built: BuiltRecord
    change: Change | None
    problems: Sequence[FormProblem]


def check_record(
    session: Session,
    state: EditState,
    finder: QuoteFinder,
) -> CheckedRecord:
    """What saving the form would do, and every problem with it; nothing is written."""
    built = build_record(session, state, finder)
    request = make_request(state, built)
    changes, unreadable = parse_requests(session, [request])
    problems = list(built.problems)
    try:
        validate(session, changes, unreadable)
    except (AlreadyExists, InvalidRecords, StillReferenced) as error:
        problems += locate_problems(state, built, error)
    # A problem of a quote or a reference is told once, in the words of the form.
    change = changes[0] if changes else None
    return CheckedRecord(built, change, _without_repeated(problems))


def make_request(state: EditState, built: BuiltRecord) -> ChangeRequest:
    """The change that the form asks for."""
    return ChangeRequest(
        "create" if state.version is None else "update",
        state.entity.type_,
        built.slug,
        dict(built.record),
        version=state.version,
    )


def locate_problems(
    state: EditState,
    built: BuiltRecord,
    error: KnowledgeBaseError,
) -> list[FormProblem]:
    """The problems of a refused record, each with its control in the form."""
    items = error.problems or (ProblemItem(str(error)),)
    return [_locate(state, built, item) for item in items]


def _locate(state: EditState, built: BuiltRecord, item: ProblemItem) -> FormProblem:
    detail = item.detail.removeprefix(f"{state.entity.type_} {built.slug!r}: ")
    path = (item.pointer or "").split("/")[1:]
    match path:
        case ["citations", index, *_] if index.isdecimal() and int(index) < len(built.cited):
            number = built.cited[int(index)]
            anchor = f"exact-{number}"
            return FormProblem(f"Quote {number}: {detail}", anchor, anchor)
        case ["derived", name, *_] | [name, *_] if name in state.values:
            return FormProblem(f"{label_of(name)}: {detail}", f"f-{name}", name)
        case ["slug", *_]:
            return FormProblem(detail, "f-slug", "slug")
        case _:
            return FormProblem(detail)


def _without_repeated(problems: Sequence[FormProblem]) -> list[FormProblem]:
    """The problems, without further ones of a control whose words or name were not found."""
    first: dict[str, FormProblem] = {}
    others = []
    for problem in problems:
        if not problem.key or problem.key not in first:
            first.setdefault(problem.key, problem)
            others.append(problem)
    return others
