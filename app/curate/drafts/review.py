"""The review: the text of a draft beside the card of one proposal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import Query, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.admission import CuratorDep, new_idempotency_key
from app.curate.drafts.addresses import DraftId, draft_address
from app.curate.drafts.cards import Card, list_evidence, make_card
from app.curate.drafts.facts import load_named
from app.curate.drafts.marked_parts import MarkedGroup, ProposalMark, mark_part
from app.curate.drafts.wordings import STATES
from app.curate.rendering import CuratePage, curate_response
from app.curate.routing import make_curate_router
from app.errors import NotFound
from app.http.session import SessionDep
from app.pages.frame import Link
from app.schemas.filters import Query as QueryModel
from app.schemas.record_types import ENTITIES
from app.store.models import Draft, Proposal
from app.stored_drafts.groups import count_together
from app.stored_drafts.queue import Queue, QueuedProposal, read_queue
from app.stored_drafts.rows import require_draft, require_proposal
from app.stored_drafts.texts import DraftText, Part, load_draft_text

router = make_curate_router()
ProposalNumber = Annotated[int | None, Field(ge=1, le=2**31 - 1)]


class ReviewQuery(QueryModel):
    """Which proposal is shown: the one named by `at`, or the next in the queue after another one.
    `part` is the part of the text, if it is not that of the proposal."""

    at: ProposalNumber = None
    after: ProposalNumber = None
    part: ProposalNumber = None


@dataclass(frozen=True)
class Progress:
    """How many claims of a draft are decided. `publishable` are accepted and not yet published."""

    total: int
    undecided: int
    doubtful: int
    accepted: int
    rejected: int
    publishable: int

    @property
    def decided(self) -> int:
        """The number of claims that somebody has decided on."""
        return self.total - self.undecided


@dataclass(frozen=True)
class DraftHead:
    """What every page of a draft shows of it. `warnings` are reasons to compare the text with the
    file."""

    id: str
    path: str
    title: str
    language: str
    version: int
    warnings: tuple[str, ...]
    published_revision: int | None
    progress: Progress

    @property
    def links(self) -> tuple[Link, ...]:
        """The other pages of the draft."""
        return (
            Link("Claims", self.path),
            Link("Many at once", f"{self.path}/groups"),
            Link(f"Decided ({self.progress.decided})", f"{self.path}/decided"),
            Link("Something is missing", f"{self.path}/missed"),
            Link("What was left out", f"{self.path}/coverage"),
            Link("Document, office, focus areas", f"{self.path}/records"),
            Link("Publish…", f"{self.path}/publish"),
        )


@dataclass(frozen=True)
class DraftPage(CuratePage):
    """A page of one draft. Its template extends `drafts/base.html`. `is_below` tells that the
    review leads to it."""

    is_below: ClassVar[bool] = True

    head: DraftHead | None = None

    @property
    def draft(self) -> DraftHead:
        """The draft of the page."""
        assert self.head is not None
        return self.head


@dataclass(frozen=True)
class Notice:
    """The decision that was made last, which can be taken back."""

    number: int
    version: int
    state_label: str
    title: str


@dataclass(frozen=True)
class ReviewPage(DraftPage):
    """One part of the text with the card of a proposal; no card if everything is decided."""

    template = "drafts/review.html"
    is_below: ClassVar[bool] = False

    card: Card | None = None
    notice: Notice | None = None
    part: int = 1
    parts: int = 1
    part_start: int = 0
    groups: tuple[MarkedGroup, ...] = ()
    together: tuple[Link, ...] = ()
    key: str = ""
    problem: str | None = None


@router.get("/drafts/{draft}")
def show_review(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    draft: DraftId,
    query: Annotated[ReviewQuery, Query()],
) -> Response:
    """The next claim to decide on, in its place in the text."""
    view = make_review(session, require_draft(session, draft), query)
    return curate_response(
        request,
        session,
        view,
        curator,
    )


def make_head(draft: Draft, queue: Queue) -> DraftHead:
    """The head of the pages of a draft."""
    states = queue.count_states()
    progress = Progress(
        total=len(queue.claims),
        undecided=len(queue.undecided),
        doubtful=queue.count_doubts(),
        accepted=states["accepted"] + states["edited"],
        rejected=states["rejected"],
        publishable=queue.count_publishable(),
    )
    return DraftHead(
        id=draft.id,
        path=draft_address(draft.id),
        title=" ".join(draft.title.split()),
        language=draft.language,
        version=draft.version,
        warnings=tuple(draft.warnings),
        published_revision=draft.published_revision,
        progress=progress,
    )


def make_review(
    session: Session,
    draft: Draft,
    query: ReviewQuery,
    problem: str | None = None,
) -> ReviewPage:
    """The page of the review. Raises NotFound for a proposal or part that the draft lacks."""
    queue = read_queue(session, draft.id)
    text = load_draft_text(session, draft.id)
    queued = _choose(queue, draft, query)
    part = _choose_part(text, queued, query.part)
    proposals = _list_proposals_of_part(session, draft.id, part)
    proposal = None
    card = None
    together: tuple[Link, ...] = ()
    if queued is not None:
        proposal = require_proposal(session, draft.id, queued.number)
        named = load_named(session, draft, [proposal.record])
        card = make_card(proposal, queue, named)
        together = tuple(
            _list_groups(
                queued,
                queue,
                text,
                draft_address(draft.id),
            )
        )
    marks = list(_list_marks(proposals, proposal))
    head = make_head(draft, queue)
    return ReviewPage(
        title=f"Review of “{head.title}”",
        head=head,
        card=card,
        notice=_make_notice(session, draft, query.after),
        part=part.number,
        parts=len(text.parts),
        groups=mark_part(text.text, part, marks),
        together=together,
        key=new_idempotency_key(),
        problem=problem,
    )


def _choose(
    queue: Queue,
    draft: Draft,
    query: ReviewQuery,
) -> QueuedProposal | None:
    if query.at is None:
        return queue.next_after(query.after)
    queued = queue.find(query.at)
    if queued is None:
        raise NotFound(f"The draft {draft.id!r} has no proposal {query.at}.")
    return queued


def _choose_part(
    text: DraftText,
    queued: QueuedProposal | None,
    number: int | None,
) -> Part:
    if number is None:
        return text.part_at(queued.start if queued is not None else 0)
    if number > len(text.parts):
        raise NotFound(f"The text has {len(text.parts)} parts, and no part {number}.")
    return text.parts[number - 1]


def _list_proposals_of_part(
    session: Session,
    draft_id: str,
    part: Part,
) -> Sequence[Proposal]:
    statement = select(Proposal).where(
        Proposal.draft_id == draft_id,
        Proposal.start < part.end,
        Proposal.end > part.start,
    )
    return session.scalars(statement.order_by(Proposal.number)).all()


def _list_marks(
    proposals: Sequence[Proposal],
    current: Proposal | None,
) -> Iterator[ProposalMark]:
    """The words of the claims, and those that support the fields of the one that is shown."""
    for proposal in proposals:
        is_current = current is not None and proposal.number == current.number
        if not is_current and not ENTITIES[proposal.type].is_claim:
            continue
        yield ProposalMark(
            start=proposal.start,
            end=proposal.end,
            number=proposal.number,
            modality=proposal.record.get("modality"),
            state=proposal.state,
            is_current=is_current,
        )
    if current is not None:
        for start, end in list_evidence(current):
            yield ProposalMark(start, end)


def _list_groups(
    queued: QueuedProposal,
    queue: Queue,
    text: DraftText,
    path: str,
) -> Iterator[Link]:
    """The claims that can be decided on together with this one."""
    if not queued.is_claim:
        return
    for kind, count in count_together(queued, queue, text):
        label = f"{count} of this {kind}"
        yield Link(label, f"{path}/groups?kind={kind}&with_claim={queued.number}")


def _make_notice(
    session: Session,
    draft: Draft,
    number: int | None,
) -> Notice | None:
    """What became of the proposal that was shown before."""
    if number is None:
        return None
    proposal = session.get(Proposal, (draft.id, number))
    if proposal is None or proposal.state == "proposed":
        return None
    return Notice(
        number=number,
        version=proposal.version,
        state_label=STATES[proposal.state],
        title=proposal.record[ENTITIES[proposal.type].main],
    )
