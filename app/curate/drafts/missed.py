"""What the rules have missed: a person selects or types its words, and it becomes a proposal."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.curate.admission import CuratorDep, FormWrite, FormWriteDep, new_idempotency_key
from app.curate.curator import Curator
from app.curate.drafts.addresses import DraftId, draft_address, go_to
from app.curate.drafts.decisions import read_number
from app.curate.drafts.review import DraftPage, make_head
from app.curate.errors import list_details
from app.curate.forms import Form
from app.curate.rendering import curate_response
from app.curate.routing import make_router
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
from app.stored_drafts.texts import DraftText, load_draft_text
from app.text.places import Places, find_places, show_place

router = make_router()
TYPES = ("initiative", "expected_outcome", "timeline_item", "focus_area")


class MissedQuery(QueryModel):
    """Words that are filled in: from one position of the text to another."""

    start: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None
    end: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None


@dataclass(frozen=True)
class MissedPage(DraftPage):
    """The form. `places` are where the typed words stand, if that is to be chosen."""

    template = "drafts/missed.html"

    typed: dict[str, str] = field(default_factory=dict)
    types: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    places: Places | None = None
    key: str = ""


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
    return curate_response(request, session, view, curator)


@router.post("/drafts/{draft}/missed")
def add(request: Request, write: FormWriteDep, draft: DraftId) -> Response:
    """Propose what was missed. It is accepted, and shown with all that was filled in."""
    max_proposals = services_of(request).settings.draft_max_proposals

    def operation(session: Session) -> Response:
        text = load_draft_text(session, draft)
        create = _read_proposal(write.form, text)
        stored = require_draft(session, draft, is_complete=True)
        number = add_proposal(session, stored, create, max_proposals, write.curator.name)
        return go_to(request, draft_address(draft, f"?at={number}"))

    try:
        return write.commit(operation)
    except _NotPlaced as error:
        return _ask(request, write, draft, error, error.places)
    except KnowledgeBaseError as error:
        return _ask(request, write, draft, error, None)


class _NotPlaced(InvalidRequest):
    """The words do not stand in the text once."""

    def __init__(self, detail: str, places: Places) -> None:
        super().__init__(detail)
        self.places = places


def _read_proposal(form: Form, text: DraftText) -> ProposalCreate:
    """The proposal that a form asks for. Raises InvalidRequest."""
    type_ = form.get("type")
    if type_ not in TYPES:
        raise InvalidRequest("Choose what the words are: an initiative, an outcome, a date …")
    start, end = _find_span(form, text.text)
    return ProposalCreate.model_validate({"type": type_, "start": start, "end": end})


def _find_span(form: Form, text: str) -> tuple[int, int]:
    """Where the words stand: the place that was selected or chosen, else the only one."""
    typed = form.get("words")
    place = form.get("place")
    if place:
        start, _, end = place.partition("-")
        chosen = Form((("start", start), ("end", end)))
        span = (read_number(chosen, "start"), read_number(chosen, "end"))
        # The words count where they were typed anew after a place was chosen.
        if not typed.strip() or text[slice(*span)].split() == typed.split():
            return span
        places = find_places(text, typed)
        if span in {(found.start, found.end) for found in (*places.places, *places.nearest)}:
            return span
    if not typed.strip():
        raise InvalidRequest("No words are given. Type them as they stand in the text.")
    places = find_places(text, typed)
    if places.count == 1:
        return places.places[0].start, places.places[0].end
    detail = "These words do not stand in the text. Here are the nearest passages."
    if not places.nearest:
        detail = "These words do not stand in the text, and nothing in it is like them."
    if places.count > 1:
        detail = (
            f"These words stand in the text {places.count} times. Choose which are meant."
        )
    raise _NotPlaced(detail, places)


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


def _ask(
    request: Request,
    write: FormWrite,
    draft_id: str,
    error: KnowledgeBaseError,
    places: Places | None,
) -> Response:
    """The form again, with what is wrong, and the places to choose from."""
    curator: Curator = write.curator
    typed = dict(write.form.fields)
    with read_session(services_of(request).engine) as session:
        if places is None and typed.get("place"):
            places = _keep_place(load_draft_text(session, draft_id).text, typed["place"])
        view = _make_page(session, draft_id, typed, list_details(error), places)
        return curate_response(request, session, view, curator, error.status)


def _keep_place(text: str, place: str) -> Places | None:
    """The place that was chosen already, so that it need not be chosen again."""
    start, _, end = place.partition("-")
    if not (start.isdecimal() and end.isdecimal()):
        return None
    shown = show_place(text, int(start), int(end))
    return Places(1, (shown,), ())
