"""Corrections of a proposal: quotes first, then the fields, as for a record of the base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request, Response
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.admission import CuratorDep, FormDep, FormWriteDep, new_idempotency_key
from app.curate.curator import Curator
from app.curate.drafts.addresses import DraftId, Number, draft_address
from app.curate.drafts.decisions import require_version
from app.curate.drafts.quoting import make_finder
from app.curate.records.build import (
    BuiltRecord,
    Drafted,
    FormProblem,
    RefusedForm,
    build_record,
    locate_problems,
)
from app.curate.records.dates import read_dates
from app.curate.records.state import EditState, make_state, read_state
from app.curate.records.view import EditPage, make_edit_page
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import AlreadyExists, InvalidRecords, InvalidRequest, KnowledgeBaseError
from app.http.services import services_of
from app.http.session import SessionDep
from app.pages.frame import Link
from app.schemas.drafts import ProposalPatch
from app.schemas.record_types import ENTITIES, Entity
from app.store.models import Draft, Proposal
from app.store.sessions import read_session
from app.stored_drafts.decide import patch_proposal
from app.stored_drafts.rows import require_draft, require_proposal

router = make_curate_router()
_NAMED_TYPES = ("office", "focus_area", "initiative", "expected_outcome")


@dataclass(frozen=True)
class ProposalEditPage(EditPage):
    """The form of a proposal. `save_path` is where it is saved, `back_path` where it was opened."""

    template = "drafts/edit.html"

    save_path: str = ""
    back_path: str = ""
    draft_path: str = ""
    draft_title: str = ""
    key: str = ""


@dataclass(frozen=True)
class _Edited:
    """A proposal with its draft, as a request finds them."""

    session: Session
    draft: Draft
    proposal: Proposal

    @property
    def entity(self) -> Entity:
        """The type of the record."""
        return ENTITIES[self.proposal.type]


@router.get("/drafts/{draft}/proposals/{number}/edit")
def show_form(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    draft: DraftId,
    number: Number,
) -> Response:
    """The form of a proposal as it is now."""
    edited = _find(session, draft, number)
    proposal = edited.proposal
    try:
        record = edited.entity.create.model_validate(proposal.record)
    except ValidationError:
        # Such a record is not proposed; its type may be of an earlier version.
        raise InvalidRequest(f"The record of proposal {number} cannot be read.") from None
    state = make_state(edited.entity, record, proposal.version)
    return _respond(
        request,
        curator,
        edited,
        state,
    )


@router.post("/drafts/{draft}/proposals/{number}/edit")
def continue_form(
    request: Request,
    session: SessionDep,
    sent: FormDep,
    draft: DraftId,
    number: Number,
) -> Response:
    """The form again, with what its button asks for."""
    edited = _find(session, draft, number)
    state = read_state(edited.entity, edited.proposal.slug, sent.form)
    problems: Sequence[FormProblem] = ()
    match sent.form.get("do"):
        case "add":
            state = state.with_quote(_find_document(edited))
        case "when":
            state, problems = read_dates(state, edited.draft.language)
    return _respond(
        request,
        sent.curator,
        edited,
        state,
        problems,
    )


@router.post("/drafts/{draft}/proposals/{number}/save")
def save_form(
    request: Request,
    write: FormWriteDep,
    draft: DraftId,
    number: Number,
) -> Response:
    """Accept the proposal with the record that the form says."""

    def operation(session: Session) -> Response:
        edited = _find(session, draft, number)
        state = read_state(edited.entity, edited.proposal.slug, write.form)
        require_version(edited.proposal, state.version or 0)
        built = _build(edited, state)
        if built.problems:
            raise RefusedForm(built.problems)
        patch = ProposalPatch(record=_make_patch(edited, built.record))
        patch_proposal(
            session,
            edited.draft,
            edited.proposal,
            patch,
            write.curator.name,
        )
        place = f"?after={number}" if edited.entity.is_claim else "/records"
        return see_other(draft_address(draft, place))

    try:
        return write.commit(operation)
    except KnowledgeBaseError as error:
        with read_session(services_of(request).engine) as session:
            edited = _find(session, draft, number)
            state = read_state(edited.entity, edited.proposal.slug, write.form)
            problems = _list_problems(edited, state, error)
            # With the version that is there now, the form can be sent again.
            state = replace(state, version=edited.proposal.version)
            return _respond(
                request,
                write.curator,
                edited,
                state,
                problems,
                error.status,
            )


def _find(
    session: Session,
    draft_id: str,
    number: int,
) -> _Edited:
    """The proposal. Raises NotFound, or AlreadyExists once it is published."""
    draft = require_draft(session, draft_id, is_complete=True)
    proposal = require_proposal(session, draft_id, number)
    if proposal.published_slug is not None:
        raise AlreadyExists(
            f"Proposal {number} is published. Correct the record {proposal.published_slug!r}."
        )
    return _Edited(session, draft, proposal)


def _find_document(edited: _Edited) -> str:
    """The slug of the document of the draft."""
    statement = select(Proposal.slug).where(
        Proposal.draft_id == edited.draft.id, Proposal.type == "document"
    )
    slug: str = edited.session.scalars(statement).one()
    return slug


def _list_drafted(edited: _Edited) -> tuple[Drafted, Mapping[str, tuple[Link, ...]]]:
    """The records of the draft that a form may name, by slug and name; and to choose from."""
    statement = select(Proposal.type, Proposal.slug, Proposal.record).where(
        Proposal.draft_id == edited.draft.id,
        Proposal.type.in_(_NAMED_TYPES),
        Proposal.state != "rejected",
    )
    drafted: dict[tuple[str, str], str] = {}
    links: dict[str, list[Link]] = {}
    for row in edited.session.execute(statement.order_by(Proposal.number)):
        name = row.record[ENTITIES[row.type].main]
        drafted.setdefault((row.type, name), row.slug)
        drafted[row.type, row.slug] = row.slug
        links.setdefault(row.type, []).append(Link(name, row.slug))
    return drafted, {type_: tuple(items) for type_, items in links.items()}


def _build(edited: _Edited, state: EditState) -> BuiltRecord:
    finder = make_finder(edited.session, edited.draft, _find_document(edited))
    drafted, _ = _list_drafted(edited)
    return build_record(
        edited.session,
        state,
        finder,
        drafted,
    )


def _make_patch(edited: _Edited, record: Mapping[str, Any]) -> dict[str, Any]:
    """The merge patch that makes the record of the proposal this one (RFC 7396)."""
    before = edited.proposal.record
    patch = {name: record.get(name) for name in before if name not in ("slug", "derived")}
    for name, value in patch.items():
        if value is None and isinstance(before[name], list):
            patch[name] = []
    derived: dict[str, str | None] = dict.fromkeys(before["derived"])
    return {**patch, "derived": {**derived, **record["derived"]}}


def _list_problems(
    edited: _Edited,
    state: EditState,
    error: KnowledgeBaseError,
) -> Sequence[FormProblem]:
    if isinstance(error, RefusedForm):
        return error.form_problems
    if isinstance(error, InvalidRecords):
        return locate_problems(state, _build(edited, state), _without_prefix(error))
    return [FormProblem(str(error))]


def _without_prefix(error: InvalidRecords) -> InvalidRecords:
    """The error with pointers into the record, which stands below `/record` in a patch."""
    problems = []
    for problem in error.problems:
        pointer = (problem.pointer or "").removeprefix("/record")
        problems.append(replace(problem, pointer=pointer))
    return InvalidRecords(str(error), problems)


def _respond(
    request: Request,
    curator: Curator,
    edited: _Edited,
    state: EditState,
    problems: Sequence[FormProblem] = (),
    status: int | None = None,
) -> Response:
    """The page of the form."""
    document = _find_document(edited)
    finder = make_finder(edited.session, edited.draft, document)
    placed = finder.place_all(state.quotes)
    page = make_edit_page(
        edited.session,
        state,
        placed,
        problems,
    )
    draft, number = edited.draft, edited.proposal.number
    _, drafted_links = _list_drafted(edited)
    proposals = dict(page.proposals or {})
    for type_ in proposals:
        proposals[type_] = (*drafted_links.get(type_, ()), *proposals[type_])
    fields = vars(page) | {
        "path": draft_address(draft.id, f"/proposals/{number}/edit"),
        "record_path": None,
        "documents": (Link(draft.title, document),),
        "proposals": proposals,
    }
    back = f"?at={number}" if edited.entity.is_claim else f"/records#record-{number}"
    view = ProposalEditPage(
        **fields,
        save_path=draft_address(draft.id, f"/proposals/{number}/save"),
        back_path=draft_address(draft.id, back),
        draft_path=draft_address(draft.id),
        draft_title=" ".join(draft.title.split()),
        key=new_idempotency_key(),
    )
    if status is None:
        status = InvalidRecords.status if problems else 200
    return curate_response(
        request,
        edited.session,
        view,
        curator,
        status,
    )
