"""What was decided about the proposals of a draft, and how it is taken back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.curate.admission import CuratorDep, FormWriteDep, new_idempotency_key
from app.curate.drafts.addresses import DraftId, draft_address
from app.curate.drafts.review import DraftPage, make_head
from app.curate.drafts.wordings import STATES
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import InvalidRequest
from app.http.session import SessionDep
from app.pages import words
from app.schemas.drafts import Decisions
from app.schemas.filters import Query as QueryModel
from app.schemas.record_types import ENTITIES
from app.store.models import Draft, Proposal
from app.stored_drafts.decide import decide_many
from app.stored_drafts.queue import read_queue
from app.stored_drafts.rows import require_draft

router = make_curate_router()
PAGE_DECISIONS = 200


class DecidedQuery(QueryModel):
    """One page of the decisions."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


@dataclass(frozen=True)
class DecidedProposal:
    """A proposal that was decided on. `published_path` is its page in the base, if it is there."""

    number: int
    path: str
    title: str
    type_label: str
    modality: str | None
    state: str
    state_label: str
    published_path: str | None


@dataclass(frozen=True)
class DecisionMade:
    """Proposals that one decision was made about: one, or many at once. `instant` identifies it;
    `open` counts those that can be taken back, because they are not published."""

    instant: str
    author: str
    decided_at: datetime
    open: int
    proposals: tuple[DecidedProposal, ...]


@dataclass(frozen=True)
class DecidedPage(DraftPage):
    """The decisions, the latest first."""

    template = "drafts/decided.html"

    decisions: tuple[DecisionMade, ...] = ()
    number: int = 1
    has_more: bool = False
    key: str = ""


@router.get("/drafts/{draft}/decided")
def show_decided(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    draft: DraftId,
    query: Annotated[DecidedQuery, Query()],
) -> Response:
    """What was decided, the latest first."""
    stored = require_draft(session, draft)
    head = make_head(stored, read_queue(session, draft))
    offset = (query.page - 1) * PAGE_DECISIONS
    statement = _select_decided(stored).offset(offset).limit(PAGE_DECISIONS + 1)
    proposals = session.scalars(statement).all()
    view = DecidedPage(
        title="Decided",
        head=head,
        decisions=tuple(_list_decisions(proposals[:PAGE_DECISIONS], head.path)),
        number=query.page,
        has_more=len(proposals) > PAGE_DECISIONS,
        key=new_idempotency_key(),
    )
    return curate_response(
        request,
        session,
        view,
        curator,
    )


@router.post("/drafts/{draft}/decided")
def take_back(write: FormWriteDep, draft: DraftId) -> Response:
    """Take one decision back: all its proposals are open again, as they were proposed."""
    instant = _read_instant(write.form.get("instant"))

    def operation(session: Session) -> Response:
        stored = require_draft(session, draft, is_complete=True)
        statement = select(Proposal.number).where(
            Proposal.draft_id == draft,
            Proposal.decided_at == instant,
            Proposal.state != "proposed",
            Proposal.published_slug.is_(None),
        )
        numbers = list(session.scalars(statement))
        if not numbers:
            raise InvalidRequest(
                "There is nothing to take back: somebody has done it, or it is published."
            )
        decisions = Decisions(state="proposed", numbers=numbers)
        decide_many(
            session,
            stored,
            decisions,
            write.curator.name,
        )
        return see_other(draft_address(draft, f"?at={min(numbers)}"))

    return write.commit(operation)


def _select_decided(draft: Draft) -> Select[Proposal]:
    return (
        select(Proposal)
        .where(Proposal.draft_id == draft.id, Proposal.state != "proposed")
        .order_by(Proposal.decided_at.desc(), Proposal.number)
    )


def _read_instant(value: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InvalidRequest(f"There is no decision {value[:40]!r}. Open the page again.")
    return instant


def _list_decisions(proposals: Sequence[Proposal], path: str) -> Iterator[DecisionMade]:
    def identify(proposal: Proposal) -> tuple[datetime, str]:
        assert proposal.decided_at is not None
        return proposal.decided_at, proposal.decided_by or ""

    for (decided_at, author), group in groupby(proposals, key=identify):
        decided = tuple(_describe(proposal, path) for proposal in group)
        open_proposals = [proposal for proposal in decided if not proposal.published_path]
        yield DecisionMade(
            instant=decided_at.isoformat(),
            author=author,
            decided_at=decided_at,
            open=len(open_proposals),
            proposals=decided,
        )


def _describe(proposal: Proposal, path: str) -> DecidedProposal:
    entity = ENTITIES[proposal.type]
    published_path = None
    if proposal.published_slug is not None:
        published_path = f"/{entity.collection}/{proposal.published_slug}"
    return DecidedProposal(
        number=proposal.number,
        path=f"{path}?at={proposal.number}",
        title=proposal.record[entity.main],
        type_label=words.TYPES[proposal.type].label,
        modality=proposal.record.get("modality"),
        state=proposal.state,
        state_label=STATES[proposal.state],
        published_path=published_path,
    )
