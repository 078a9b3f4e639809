"""The edit form as a page shows it: quotes first, then the fields, each with what bears it out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.admission import new_idempotency_key
from app.curate.records.build import FormProblem
from app.curate.records.fields import (
    Group,
    has_support,
    hint_of,
    is_long,
    label_of,
    list_choices,
)
from app.curate.records.quotes import Choice, PlacedQuote
from app.curate.records.state import EditState, PlacedCitation, TypedQuote
from app.curate.rendering import CuratePage
from app.pages import words
from app.pages.frame import Link
from app.pages.quotes import name_section
from app.rules.changes import REFERENCES
from app.store.models import MODELS, Document

# Names that a browser proposes while one types.
MAX_PROPOSED = 200
_SHORT_CHARACTERS = 22


@dataclass(frozen=True)
class QuoteView:
    """A quote of the form. `place` says where the words were found, `kept` is the citation as the
    form sends it again."""

    number: int
    exact: str
    document: str
    short: str
    place: str | None
    kept: str
    problem: str | None
    choices: tuple[Choice, ...]
    chosen: str
    section: str
    is_by_hand: bool
    prefix: str
    suffix: str
    start: str


@dataclass(frozen=True)
class Control:
    """The control of one field: a line, several, or one of some choices."""

    name: str
    label: str
    text: str
    is_long: bool
    choices: tuple[Link, ...]
    hint: str | None
    proposals: str | None


@dataclass(frozen=True)
class EntryView:
    """An entry of the form: the controls of its fields, and what bears them out."""

    key: str
    label: str
    controls: tuple[Control, ...]
    numbers: frozenset[int]
    reason: str
    problem: str | None


@dataclass(frozen=True)
class EditPage(CuratePage):
    """The form. `notice` tells what was done, `proposals` are names to choose from by type."""

    template = "records/edit.html"

    path: str = ""
    record_path: str | None = None
    name: str = ""
    type_label: str = ""
    state: EditState | None = None
    quotes: tuple[QuoteView, ...] = ()
    entries: tuple[EntryView, ...] = ()
    problems: tuple[FormProblem, ...] = ()
    documents: tuple[Link, ...] = ()
    proposals: Mapping[str, tuple[Link, ...]] | None = None
    has_support: bool = True
    takes_text: bool = False
    notice: str | None = None
    notice_path: str | None = None


def make_edit_page(
    session: Session,
    state: EditState,
    placed: Sequence[PlacedQuote],
    problems: Sequence[FormProblem] = (),
    notice: str | None = None,
    notice_path: str | None = None,
) -> EditPage:
    """The form with its problems, each also beside its control."""
    by_key: dict[str, str] = {}
    for problem in problems:
        if problem.key:
            by_key.setdefault(problem.key, problem.detail)
    documents = list_documents(session)
    titles = {link.path: link.label for link in documents}
    by_number = {quote.number: quote for quote in placed}
    quotes = []
    for quote in state.quotes:
        found = by_number.get(quote.number, PlacedQuote(quote))
        quotes.append(_make_quote(found, titles, by_key))
    entity = state.entity
    path = f"/curate/{entity.collection}/{state.slug}"
    record_path: str | None = f"/{entity.collection}/{state.slug}"
    name = state.values[entity.main].strip() or state.slug
    heading = f"Edit: {name}"
    is_new = state.version is None
    if is_new:
        path = f"/curate/new/{entity.collection}"
        record_path = None
        heading = f"New {entity.noun}"
    if problems:
        heading = f"Error: {heading}"
    return EditPage(
        title=heading,
        path=path,
        record_path=record_path,
        name=name,
        type_label=words.TYPES[entity.type_].label,
        state=state,
        quotes=tuple(quotes),
        entries=tuple(_make_entries(state, by_key)),
        problems=tuple(problems),
        documents=tuple(documents),
        proposals=_list_proposals(session, state),
        has_support=has_support(entity),
        takes_text=is_new and not has_support(entity),
        notice=notice,
        notice_path=notice_path,
    )


def list_documents(session: Session) -> list[Link]:
    """The documents to quote, by title: the first of them. The path of a link is the slug."""
    statement = select(Document.title, Document.slug).order_by(Document.title, Document.slug)
    rows = session.execute(statement.limit(MAX_PROPOSED))
    return [Link(row.title, row.slug) for row in rows]


def _list_proposals(session: Session, state: EditState) -> dict[str, tuple[Link, ...]]:
    """For each type that a field names, slugs with their names: the first of them."""
    types = {REFERENCES[name] for name in state.values if name in REFERENCES}
    proposals = {}
    for type_ in sorted(types):
        model = MODELS[type_]
        main = getattr(model, model.entity.main)
        statement = select(model.slug, main.label("name")).order_by(model.slug)
        rows = session.execute(statement.limit(MAX_PROPOSED))
        proposals[type_] = tuple(Link(row.name, row.slug) for row in rows)
    return proposals


def _make_quote(
    found: PlacedQuote,
    titles: Mapping[str, str],
    problems: Mapping[str, str],
) -> QuoteView:
    quote, citation = found.quote, found.citation
    number = quote.number
    problem = found.problem
    listed = problems.get(f"exact-{number}")
    if problem is None and listed is not None:
        problem = listed.removeprefix(f"Quote {number}: ")
    return QuoteView(
        number=number,
        exact=citation.exact if citation is not None else quote.exact,
        document=quote.document,
        short=shorten(citation.exact if citation is not None else quote.exact),
        place=_describe_place(citation, titles.get(quote.document, quote.document)),
        kept=_write_kept(quote, citation),
        problem=problem,
        choices=found.choices,
        chosen=quote.place,
        section=quote.section,
        is_by_hand=found.needs_place or bool(quote.start),
        prefix=quote.prefix,
        suffix=quote.suffix,
        start=quote.start,
    )


def _write_kept(quote: TypedQuote, citation: PlacedCitation | None) -> str:
    kept = citation or quote.kept
    return kept.model_dump_json() if kept is not None else ""


def _describe_place(citation: PlacedCitation | None, title: str) -> str | None:
    if citation is None:
        return None
    where = "at the top"
    if citation.section:
        where = f"under “{name_section(citation.section, title)}”"
    return f"{where}, characters {citation.start}–{citation.end}"


def shorten(text: str) -> str:
    """The first words of a quote, for the label of a box."""
    line = " ".join(text.split())
    if len(line) <= _SHORT_CHARACTERS:
        return line
    start = line[:_SHORT_CHARACTERS]
    whole_words, _, _ = start.rpartition(" ")
    return f"{whole_words or start}…"


def _make_entries(state: EditState, problems: Mapping[str, str]) -> Iterator[EntryView]:
    for group in state.groups:
        controls = [_make_control(state, group, name) for name in group.names]
        yield EntryView(
            key=group.key,
            label=group.label,
            controls=tuple(controls),
            numbers=state.supports[group.names[0]],
            reason=_first_of(state.reasons, group),
            problem=_first_of(problems, group) or None,
        )


def _first_of(texts: Mapping[str, str], group: Group) -> str:
    """The first text that a field of the group has."""
    for name in group.names:
        if texts.get(name):
            return texts[name]
    return ""


def _make_control(state: EditState, group: Group, name: str) -> Control:
    text = state.values[name]
    label = label_of(name) if len(group.names) > 1 else group.label
    choices = [Link(words.name_value(value), value) for value in list_choices(name)]
    return Control(
        name=name,
        label=label,
        text=text,
        is_long=is_long(text) or name in ("aliases", "identifiers", "label_languages"),
        choices=tuple(choices),
        hint=hint_of(name),
        proposals=REFERENCES.get(name) if not name.endswith("_slugs") else None,
    )


def list_hidden(state: EditState) -> list[tuple[str, str]]:
    """The fields of the form as they were sent, for a page that sends them again."""
    pairs = [("message", state.message), ("text", state.text), *state.context.items()]
    if state.version is None:
        pairs.append(("slug", state.slug))
    else:
        pairs.append(("version", str(state.version)))
    pairs += [("joined", side) for side in state.joined]
    for group in state.groups:
        for name in group.names:
            pairs.append((f"value-{name}", state.values[name]))
        first = group.names[0]
        reason = next(
            (state.reasons[name] for name in group.names if state.reasons[name]), ""
        )
        pairs.append((f"why-{group.key}", reason))
        pairs += [
            (f"by-{group.key}", str(number)) for number in sorted(state.supports[first])
        ]
    for quote in state.quotes:
        pairs += _list_quote_fields(quote)
    return [(name, value) for name, value in pairs if value]


def _list_quote_fields(quote: TypedQuote) -> Iterator[tuple[str, str]]:
    number = quote.number
    for part in ("exact", "document", "place", "section", "prefix", "suffix", "start"):
        yield f"{part}-{number}", getattr(quote, part)
    if quote.kept is not None:
        yield f"kept-{number}", quote.kept.model_dump_json()


def fresh_key() -> str:
    """An idempotency key for a form that is about to be shown."""
    return new_idempotency_key()
