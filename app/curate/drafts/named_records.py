"""The document, the offices and the focus areas that the claims of a draft name."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.admission import CuratorDep, FormWriteDep, new_idempotency_key
from app.curate.drafts.addresses import DraftId, draft_address
from app.curate.drafts.decisions import read_number, require_version
from app.curate.drafts.facts import Fact, list_facts, load_named
from app.curate.drafts.review import DraftPage, make_head
from app.curate.errors import list_details
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import InvalidRequest, KnowledgeBaseError
from app.http.session import SessionDep
from app.pages import words
from app.queries.labels import list_labels
from app.rules.changes import REFERENCES
from app.schemas.drafts import ProposalPatch
from app.schemas.filters import Query as QueryModel
from app.schemas.record_types import ENTITIES
from app.store.models import Draft, Office, Proposal
from app.store.sessions import read_session
from app.stored_drafts.decide import patch_proposal
from app.stored_drafts.merging import MERGED_TYPES, find_existing, merge_with
from app.stored_drafts.queue import read_queue
from app.stored_drafts.rows import require_draft, require_proposal

router = make_curate_router()
PAGE_RECORDS = 50
# Names to choose from, in a list that the browser completes.
MAX_CHOICES = 1_000


class RecordsQuery(QueryModel):
    """One page of the records."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True)
class NamedRecord:
    """A record that claims name. `existing` is the record of the base that is used for it; `claims`
    counts the claims that name it, without rejected ones."""

    number: int
    version: int
    type: str
    type_label: str
    title: str
    path: str
    edit_path: str
    state: str
    claims: int
    existing_path: str | None
    reason: str
    published_path: str | None
    facts: tuple[Fact, ...]
    can_merge: bool


@dataclass(frozen=True)
class NamedRecordsPage(DraftPage):
    """What the claims name. `choices` are names of the base, by type."""

    template = "drafts/named_records.html"

    records: tuple[NamedRecord, ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    problems: tuple[str, ...] = ()
    number: int = 1
    has_more: bool = False
    key: str = ""


@router.get("/drafts/{draft}/records")
def show_records(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    draft: DraftId,
    query: Annotated[RecordsQuery, Query()],
) -> Response:
    """What the claims of a draft name, and what the base has of it."""
    page = _make_page(session, draft, query.page)
    return curate_response(
        request,
        session,
        page,
        curator,
    )


@router.post("/drafts/{draft}/records")
def change_record(
    request: Request,
    write: FormWriteDep,
    draft: DraftId,
) -> Response:
    """Take a record for one of the base, leave it out, or take such a decision back."""
    form = write.form
    number = read_number(form, "number")
    page = read_number(form, "page")

    def operation(session: Session) -> Response:
        stored = require_draft(session, draft, is_complete=True)
        proposal = require_proposal(session, draft, number)
        require_version(proposal, read_number(form, "version"))
        author = write.curator.name
        match form.get("do"):
            case "merge":
                merge_with(
                    session,
                    stored,
                    proposal,
                    form.get("label").strip(),
                    author,
                )
            case "reject":
                patch = ProposalPatch(state="rejected")
                patch_proposal(
                    session,
                    stored,
                    proposal,
                    patch,
                    author,
                )
            case "reopen":
                patch = ProposalPatch(state="proposed")
                patch_proposal(
                    session,
                    stored,
                    proposal,
                    patch,
                    author,
                )
            case other:
                raise InvalidRequest(f"The form decides {other[:20]!r}. Open the page again.")
        return see_other(draft_address(draft, f"/records?page={page}#record-{number}"))

    try:
        return write.commit(operation)
    except KnowledgeBaseError as error:
        with read_session(write.request.engine) as session:
            view = _make_page(
                session,
                draft,
                page,
                list_details(error),
            )
            return curate_response(
                request,
                session,
                view,
                write.curator,
                error.status,
            )


def _make_page(
    session: Session,
    draft_id: str,
    number: int,
    problems: tuple[str, ...] = (),
) -> NamedRecordsPage:
    stored = require_draft(session, draft_id)
    head = make_head(stored, read_queue(session, draft_id))
    proposals = session.scalars(
        select(Proposal).where(Proposal.draft_id == draft_id).order_by(Proposal.number)
    ).all()
    uses = _count_uses(proposals)
    choices = dict(_list_choices(session))
    named = [proposal for proposal in proposals if not ENTITIES[proposal.type].is_claim]
    start = (number - 1) * PAGE_RECORDS
    records = []
    for proposal in named[start : start + PAGE_RECORDS]:
        claims = uses[proposal.type, proposal.slug]
        record = _describe(
            session,
            stored,
            proposal,
            claims,
        )
        has_choice = bool(choices.get(proposal.type))
        records.append(replace(record, can_merge=record.can_merge and has_choice))
    return NamedRecordsPage(
        title="Document, office, focus areas",
        head=head,
        records=tuple(records),
        choices=tuple(choices.items()),
        problems=problems,
        number=number,
        has_more=len(named) > start + PAGE_RECORDS,
        key=new_idempotency_key(),
    )


def _count_uses(proposals: Sequence[Proposal]) -> Counter[tuple[str, str]]:
    """How many claims name each record, by type and slug."""
    uses: Counter[tuple[str, str]] = Counter()
    for proposal in proposals:
        if proposal.state == "rejected" or not ENTITIES[proposal.type].is_claim:
            continue
        for citation in proposal.record["citations"][:1]:
            uses["document", citation["document_slug"]] += 1
        for name, type_ in REFERENCES.items():
            value = proposal.record.get(name) or []
            for slug in [value] if isinstance(value, str) else value:
                uses[type_, slug] += 1
    return uses


def _describe(
    session: Session,
    draft: Draft,
    proposal: Proposal,
    claims: int,
) -> NamedRecord:
    entity = ENTITIES[proposal.type]
    path = draft_address(draft.id)
    existing = None
    published_path = None
    if proposal.published_slug is not None:
        published_path = f"/{entity.collection}/{proposal.published_slug}"
    else:
        existing = find_existing(session, draft, proposal)
    named = load_named(session, draft, [])
    return NamedRecord(
        number=proposal.number,
        version=proposal.version,
        type=proposal.type,
        type_label=words.TYPES[proposal.type].label,
        title=proposal.record[entity.main],
        path=f"{path}?at={proposal.number}",
        edit_path=f"{path}/proposals/{proposal.number}/edit",
        state=proposal.state,
        claims=claims,
        existing_path=f"/{entity.collection}/{existing.slug}" if existing else None,
        reason=existing.reason if existing else "",
        published_path=published_path,
        facts=tuple(list_facts(proposal.type, proposal.record, named)),
        can_merge=proposal.type in MERGED_TYPES and published_path is None,
    )


def _list_choices(session: Session) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names of the base that a record can be taken for, by type."""
    names = session.scalars(select(Office.name).order_by(Office.name).limit(MAX_CHOICES))
    yield "office", tuple(names)
    yield "focus_area", tuple(list_labels(session)[:MAX_CHOICES])
