"""Decisions about many claims at once: those of a section, a table or a rule."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.curate.admission import CuratorDep, FormWriteDep, new_idempotency_key
from app.curate.drafts.addresses import DraftId, draft_address
from app.curate.drafts.decisions import DECISIONS
from app.curate.drafts.review import DraftPage, make_head
from app.curate.drafts.wordings import name_flag, name_section
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import InvalidRequest
from app.http.session import SessionDep
from app.schemas.drafts import Decisions
from app.schemas.filters import Query as QueryModel
from app.schemas.record_types import ENTITIES
from app.store.models import Draft, Proposal
from app.stored_drafts.decide import decide_many
from app.stored_drafts.groups import Group, GroupKind, find_group, list_groups
from app.stored_drafts.queue import read_queue
from app.stored_drafts.rows import require_draft
from app.stored_drafts.texts import DraftText, load_draft_text

router = make_curate_router()
# Claims that a group shows; a document of one table may have thousands.
MAX_SHOWN_CLAIMS = 200


class BulkQuery(QueryModel):
    """The groups of which kind are listed; with a claim, only those that it belongs to."""

    kind: GroupKind = "section"
    with_claim: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None


@dataclass(frozen=True)
class GroupedClaim:
    """An undecided claim in a group."""

    path: str
    title: str
    type: str
    modality: str
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class GroupView:
    """A group with its undecided claims. `key` identifies it in the form."""

    kind: str
    key: str
    label: str
    total: int
    undecided: int
    acceptable: int
    claims: tuple[GroupedClaim, ...]


@dataclass(frozen=True)
class BulkPage(DraftPage):
    """The groups of a draft. `is_part` tells that only those of one claim are listed."""

    template = "drafts/bulk.html"

    kind: str = "section"
    groups: tuple[GroupView, ...] = ()
    is_part: bool = False
    finished: int = 0
    key: str = ""


@router.get("/drafts/{draft}/groups")
def show_groups(
    request: Request,
    session: SessionDep,
    curator: CuratorDep,
    draft: DraftId,
    query: Annotated[BulkQuery, Query()],
) -> Response:
    """The groups of claims, each with the buttons that decide on all of it."""
    stored = require_draft(session, draft)
    queue = read_queue(session, draft)
    text = load_draft_text(session, draft)
    groups = list_groups(queue, text, query.kind)
    if query.with_claim is not None:
        groups = [group for group in groups if _has(group, query.with_claim)]
    opened = [group for group in groups if group.undecided]
    titles = _read_titles(session, stored, opened)
    view = BulkPage(
        title="Many at once",
        head=make_head(stored, queue),
        kind=query.kind,
        groups=tuple(
            _describe(
                group,
                text,
                stored,
                titles,
            )
            for group in opened
        ),
        is_part=query.with_claim is not None,
        finished=len(groups) - len(opened),
        key=new_idempotency_key(),
    )
    return curate_response(
        request,
        session,
        view,
        curator,
    )


@router.post("/drafts/{draft}/groups")
def decide_group(write: FormWriteDep, draft: DraftId) -> Response:
    """Accept or reject all undecided claims of a group. Those with a doubt are never accepted
    together: they stay undecided."""
    form = write.form
    decision = form.get("do")
    if decision not in ("accept", "reject"):
        raise InvalidRequest(f"The form decides {decision[:20]!r}. Open the page again.")

    def operation(session: Session) -> Response:
        stored = require_draft(session, draft)
        queue = read_queue(session, draft)
        text = load_draft_text(session, draft)
        group = find_group(
            queue,
            text,
            form.get("kind"),
            form.get("key"),
        )
        claims = group.acceptable if decision == "accept" else group.undecided
        numbers = [claim.number for claim in claims]
        if numbers:
            decisions = Decisions(state=DECISIONS[decision], numbers=numbers)
            decide_many(
                session,
                stored,
                decisions,
                write.curator.name,
            )
        return see_other(draft_address(draft, "/decided#latest"))

    return write.commit(operation)


def _has(group: Group, number: int) -> bool:
    return any(claim.number == number for claim in group.claims)


def _read_titles(
    session: Session,
    draft: Draft,
    groups: list[Group],
) -> dict[int, tuple[str, str]]:
    """The title and the modality of each undecided claim that is shown, by its number."""
    numbers: list[int] = []
    for group in groups:
        numbers += [claim.number for claim in group.undecided[:MAX_SHOWN_CLAIMS]]
    titles = {}
    statement = select(Proposal.number, Proposal.type, Proposal.record)
    statement = statement.where(Proposal.draft_id == draft.id, Proposal.state == "proposed")
    shown_numbers = set(numbers)
    for row in session.execute(statement):
        if row.number in shown_numbers:
            title = row.record[ENTITIES[row.type].main]
            titles[row.number] = (title, row.record["modality"])
    return titles


def _describe(
    group: Group,
    text: DraftText,
    draft: Draft,
    titles: dict[int, tuple[str, str]],
) -> GroupView:
    claims = []
    for claim in group.undecided[:MAX_SHOWN_CLAIMS]:
        title, modality = titles[claim.number]
        claims.append(
            GroupedClaim(
                path=draft_address(draft.id, f"?at={claim.number}"),
                title=title,
                type=ENTITIES[claim.type].noun,
                modality=modality,
                doubts=tuple(name_flag(flag) for flag in claim.doubts),
            )
        )
    return GroupView(
        kind=group.kind,
        key=group.key,
        label=_name(group, text),
        total=len(group.claims),
        undecided=len(group.undecided),
        acceptable=len(group.acceptable),
        claims=tuple(claims),
    )


def _name(group: Group, text: DraftText) -> str:
    """The headings of a section, the first row of a table, or the rule."""
    match group.kind:
        case "section":
            return name_section(group.claims[0].section)
        case "table":
            start, _ = text.tables[int(group.key)]
            row, _, _ = text.text[start : start + 200].partition("\n")
            return f"Table {int(group.key) + 1}: {row.strip(' |')}"
        case "rule":
            return f"Rule “{group.key}”"
