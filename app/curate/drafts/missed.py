"""What the rules have missed: a person selects or types its words, and it becomes a proposal."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.curate.admission import CuratorDep, FormWrite, FormWriteDep, new_idempotency_key
from app.curate.drafts.addresses import DraftId, draft_address
from app.curate.drafts.decisions import read_number
from app.curate.drafts.review import DraftPage, make_head
from app.curate.errors import list_details
from app.curate.forms import Form
from app.curate.records.passages import (
    MAX_PASSAGES,
    Passage,
    choose,
    find_nearest,
    find_passages,
    words_around,
)
from app.curate.records.quotes import Choice
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import InvalidRequest, KnowledgeBaseError
from app.http.services import services_of
from app.http.session import SessionDep
from app.pages import words
from app.schemas.drafts import ProposalCreate
from app.schemas.filters import Query as QueryModel
from app.store.sessions import read_session
from app.stored_drafts.missed import add_proposal
from app.stored_drafts.queue import read_queue
from app.stored_drafts.rows import require_draft
from app.stored_drafts.texts import load_draft_text
from app.text.cited_text import CitedText

router = make_curate_router()
TYPES = ("initiative", "expected_outcome", "timeline_item", "focus_area")


class MissedQuery(QueryModel):
    """Words that are filled in: from one position of the text to another."""

    start: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None
    end: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None


@dataclass(frozen=True)
class Places:
    """Where the typed words stand, or the nearest passages to them, to choose from. `count` is the
    number of all places; 0 if these are the nearest passages."""

    count: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class MissedPage(DraftPage):
    """The form. `places` are to be chosen from, if the words do not stand in the text once."""

    template = "drafts/missed.html"

    typed: dict[str, str] = field(default_factory=dict)
    types: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    places: Places | None = None
    key: str = ""


class _NotPlaced(InvalidRequest):
    """The words do not stand in the text once."""

    def __init__(
        self,
        detail: str,
        places: Places,
    ) -> None:
        super().__init__(detail)
        self.places = places


@router.get("/drafts/{draft}/missed")
def show_form(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    draft: DraftId,
    query: Annotated[MissedQuery, Query()],
) -> Response:
    """The form for the words of a claim that was missed."""
    typed = {"type": "initiative"}
    if query.start is not None and query.end is not None:
        text = load_draft_text(session, draft).text
        typed["words"] = text[query.start : query.end]
        typed["place"] = f"{query.start}-{query.end}"
    view = _make_page(session, draft, typed)
    return curate_response(
        request,
        session,
        view,
        curator,
    )


@router.post("/drafts/{draft}/missed")
def add(
    request: Request,
    write: FormWriteDep,
    draft: DraftId,
) -> Response:
    """Propose what was missed. It is accepted, and shown with all that was filled in."""
    max_proposals = services_of(request).settings.draft_max_proposals

    def operation(session: Session) -> Response:
        text = load_draft_text(session, draft).text
        create = _read_proposal(write.form, text)
        stored = require_draft(session, draft, is_complete=True)
        number = add_proposal(
            session,
            stored,
            create,
            max_proposals,
            write.curator.name,
        )
        return see_other(draft_address(draft, f"?at={number}"))

    try:
        return write.commit(operation)
    except KnowledgeBaseError as error:
        return _ask_again(
            request,
            write,
            draft,
            error,
        )


def _read_proposal(form: Form, text: str) -> ProposalCreate:
    """The proposal that a form asks for. Raises InvalidRequest."""
    type_ = form.get("type")
    if type_ not in TYPES:
        raise InvalidRequest("Choose what the words are: an initiative, an outcome, a date …")
    passage = _find_passage(form, text)
    create = {"type": type_, "start": passage.start, "end": passage.end}
    return ProposalCreate.model_validate(create)


def _find_passage(form: Form, text: str) -> Passage:
    """Where the words stand: the place that was selected or chosen, else the only one."""
    typed = form.get("words")
    selected = _read_place(form)
    if selected is not None:
        words = text[selected.start : selected.end]
        # The words count where they were typed anew after the place was chosen.
        if not typed.strip() or words.split() == typed.split():
            return selected
    if not typed.strip():
        raise InvalidRequest("No words are given. Type them as they stand in the text.")
    passages = find_passages(typed, CitedText(text))
    if len(passages) == 1:
        return passages[0]
    nearest = passages or find_nearest(typed, text)
    chosen = choose(nearest, form.get("place"))
    if chosen is not None:
        return chosen
    choices = tuple(_make_choice(passage, text) for passage in nearest[:MAX_PASSAGES])
    detail = f"These words stand in the text {len(passages)} times. Choose which are meant."
    if not passages:
        detail = "These words do not stand in the text. Here are the nearest passages."
    raise _NotPlaced(detail, Places(len(passages), choices))


def _read_place(form: Form) -> Passage | None:
    """The place that a form names, such as `120-148`. Raises InvalidRequest."""
    place = form.get("place")
    if not place:
        return None
    start, _, end = place.partition("-")
    pair = Form((("start", start), ("end", end)))
    return Passage(read_number(pair, "start"), read_number(pair, "end"))


def _make_choice(passage: Passage, text: str) -> Choice:
    before, after = words_around(passage, text)
    exact = " ".join(text[passage.start : passage.end].split())
    return Choice(
        passage.value,
        before,
        exact,
        after,
    )


def _make_page(
    session: Session,
    draft_id: str,
    typed: dict[str, str],
    problems: tuple[str, ...] = (),
    places: Places | None = None,
) -> MissedPage:
    stored = require_draft(session, draft_id)
    head = make_head(stored, read_queue(session, draft_id))
    return MissedPage(
        title="Something is missing",
        head=head,
        typed=typed,
        types=tuple((type_, words.TYPES[type_].label) for type_ in TYPES),
        problems=problems,
        places=places,
        key=new_idempotency_key(),
    )


def _ask_again(
    request: Request,
    write: FormWrite,
    draft_id: str,
    error: KnowledgeBaseError,
) -> Response:
    """The form again, with what is wrong, and the places to choose from."""
    typed = dict(write.form.fields)
    places = error.places if isinstance(error, _NotPlaced) else None
    with read_session(services_of(request).engine) as session:
        view = _make_page(
            session,
            draft_id,
            typed,
            list_details(error),
            places,
        )
        return curate_response(
            request,
            session,
            view,
            write.curator,
            error.status,
        )
