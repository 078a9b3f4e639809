"""One proposal as a card: the record, the words for it, and what is asked about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.curate.drafts.facts import Fact, NamedRecords, list_facts
from app.curate.drafts.wordings import STATES, name_flag, name_section
from app.pages import words
from app.schemas.record_types import ENTITIES
from app.store.models import Proposal
from app.stored_drafts.queue import Queue

_MAIN_FIELDS = frozenset({"title", "statement", "name"})


@dataclass(frozen=True)
class Card:
    """A proposal. `version` is that of the proposal which is shown: a decision about another one is
    refused. `published_path` is its page in the base, once it is there."""

    number: int
    version: int
    type_label: str
    position: int
    title: str
    modality: str | None
    section: str
    doubts: tuple[str, ...]
    notes: tuple[str, ...]
    facts: tuple[Fact, ...]
    rule: str
    state: str
    state_label: str
    decided_by: str | None
    decided_at: datetime | None
    original_title: str | None
    published_path: str | None

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on it."""
        return self.state == "proposed"


def make_card(
    proposal: Proposal,
    queue: Queue,
    named: NamedRecords,
) -> Card:
    """The card of a proposal."""
    entity = ENTITIES[proposal.type]
    record = proposal.record
    queued = queue.find(proposal.number)
    doubts = queued.doubts if queued is not None else ()
    notes = [flag for flag in proposal.flags if flag not in doubts]
    published_path = None
    if proposal.published_slug is not None:
        published_path = f"/{entity.collection}/{proposal.published_slug}"
    return Card(
        number=proposal.number,
        version=proposal.version,
        type_label=words.TYPES[proposal.type].label,
        position=queue.position(proposal.number),
        title=record[entity.main],
        modality=record.get("modality"),
        section=name_section(tuple(proposal.section)),
        doubts=tuple(name_flag(flag) for flag in doubts),
        notes=tuple(name_flag(flag) for flag in notes),
        facts=tuple(list_facts(proposal.type, record, named)),
        rule=proposal.rule,
        state=proposal.state,
        state_label=STATES[proposal.state],
        decided_by=proposal.decided_by,
        decided_at=proposal.decided_at,
        original_title=_find_original_title(proposal, entity.main),
        published_path=published_path,
    )


def _find_original_title(proposal: Proposal, main: str) -> str | None:
    """What the proposal was called before it was edited, if it is called otherwise now."""
    original: dict[str, Any] | None = proposal.original
    if original is None or original[main] == proposal.record[main]:
        return None
    title: str = original[main]
    return title


def list_evidence(proposal: Proposal) -> list[tuple[int, int]]:
    """The positions of the words that support other fields than what names the record."""
    spans = []
    for citation in proposal.record["citations"]:
        span = (citation["start"], citation["end"])
        is_main = not _MAIN_FIELDS.isdisjoint(citation["supports"])
        if not is_main and span not in spans:
            spans.append(span)
    return spans
