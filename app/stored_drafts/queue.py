"""The order in which a person decides on the claims of a draft, and what is left to decide."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.schemas.record_types import ENTITIES
from app.store.models import Proposal

# Every sentence of prose has this flag, so it is no reason to look at one before another.
PROSE = "prose"


@dataclass(frozen=True)
class QueuedProposal:
    """A proposal without its record, which is the longest part of it."""

    number: int
    type: str
    state: str
    rule: str
    score: float
    flags: tuple[str, ...]
    section: tuple[str, ...]
    start: int
    end: int
    is_published: bool

    @property
    def is_claim(self) -> bool:
        """Whether a person decides on it: other records are published where a claim needs them."""
        return ENTITIES[self.type].is_claim

    @property
    def is_decided(self) -> bool:
        """Whether somebody has decided on it."""
        return self.state != "proposed"

    @property
    def doubts(self) -> tuple[str, ...]:
        """The flags for which the proposal is looked at before others."""
        return tuple(flag for flag in self.flags if flag != PROSE)


class Queue:
    """The proposals of a draft: claims with a doubt first, then in the order of the text."""

    def __init__(self, proposals: Iterable[QueuedProposal]) -> None:
        self.proposals: Sequence[QueuedProposal] = sorted(proposals, key=_rank)
        self.claims = [proposal for proposal in self.proposals if proposal.is_claim]
        self.undecided = [claim for claim in self.claims if not claim.is_decided]
        self._by_number = {proposal.number: proposal for proposal in self.proposals}

    def find(self, number: int) -> QueuedProposal | None:
        """The proposal with the number; None if there is none."""
        return self._by_number.get(number)

    def next_after(self, number: int | None) -> QueuedProposal | None:
        """The undecided claim that follows a proposal in the queue. After the last one the queue
        begins again, so one that was put off comes back; None if all are decided."""
        if not self.undecided:
            return None
        before = self.find(number) if number is not None else None
        if before is None:
            return self.undecided[0]
        for claim in self.undecided:
            if _rank(claim) > _rank(before):
                return claim
        return self.undecided[0]

    def position(self, number: int) -> int:
        """The place of a claim among the undecided ones, from 1; 0 if it is not among them."""
        numbers = [claim.number for claim in self.undecided]
        return numbers.index(number) + 1 if number in numbers else 0

    def count_states(self) -> Counter[str]:
        """The number of claims by state."""
        return Counter(claim.state for claim in self.claims)

    def count_doubts(self) -> int:
        """The number of undecided claims with a doubt."""
        return sum(1 for claim in self.undecided if claim.doubts)

    def count_publishable(self) -> int:
        """The number of accepted claims that are not published yet."""
        accepted = (claim for claim in self.claims if claim.state in ("accepted", "edited"))
        return sum(1 for claim in accepted if not claim.is_published)


def _rank(proposal: QueuedProposal) -> tuple[bool, int, int, int]:
    return (not proposal.doubts, proposal.start, proposal.end, proposal.number)


def read_queue(session: Session, draft_id: str) -> Queue:
    """The queue of a draft."""
    return Queue(_read_proposals(session, draft_id))


def _read_proposals(session: Session, draft_id: str) -> Iterator[QueuedProposal]:
    columns = (
        Proposal.number,
        Proposal.type,
        Proposal.state,
        Proposal.rule,
        Proposal.score,
        Proposal.flags,
        Proposal.section,
        Proposal.start,
        Proposal.end,
        Proposal.published_slug,
    )
    statement = select(*columns).where(Proposal.draft_id == draft_id)
    for row in session.execute(statement):
        yield QueuedProposal(
            number=row.number,
            type=row.type,
            state=row.state,
            rule=row.rule,
            score=row.score,
            flags=tuple(row.flags),
            section=tuple(row.section),
            start=row.start,
            end=row.end,
            is_published=row.published_slug is not None,
        )
