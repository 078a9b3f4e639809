"""Decisions about one proposal, and taking them back."""

from dataclasses import dataclass
from typing import Literal

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.curate.admission import FormWriteDep
from app.curate.curator import Curator
from app.curate.drafts.addresses import DraftId, draft_address
from app.curate.drafts.review import ReviewQuery, make_review
from app.curate.drafts.wordings import STATES
from app.curate.forms import Form
from app.curate.rendering import curate_response
from app.curate.routing import make_curate_router, see_other
from app.errors import AlreadyExists, InvalidRequest, StaleVersion
from app.http.services import services_of
from app.schemas.drafts import ProposalPatch
from app.store.models import Proposal
from app.store.sessions import read_session
from app.stored_drafts.decide import patch_proposal
from app.stored_drafts.rows import require_draft, require_proposal

router = make_curate_router()
DECISIONS: dict[str, Literal["accepted", "rejected", "proposed"]] = {
    "accept": "accepted",
    "reject": "rejected",
    "reopen": "proposed",
}


@dataclass(frozen=True)
class SentDecision:
    """What the buttons of a card send. `version` is that of the proposal which was shown."""

    number: int
    version: int
    decision: str


@router.post("/drafts/{draft}/decide")
def decide(
    request: Request,
    write: FormWriteDep,
    draft: DraftId,
) -> Response:
    """Decide on a proposal, and go to the next one."""
    sent = read_decision(write.form)

    def operation(session: Session) -> Response:
        # To take an edit back, the record is judged by the text again.
        is_complete = sent.decision == "reopen"
        stored = require_draft(session, draft, is_complete=is_complete)
        proposal = require_proposal(session, draft, sent.number)
        require_version(proposal, sent.version)
        patch = ProposalPatch(state=DECISIONS[sent.decision])
        patch_proposal(
            session,
            stored,
            proposal,
            patch,
            write.curator.name,
        )
        return see_other(draft_address(draft, _find_next(sent)))

    try:
        return write.commit(operation)
    except (StaleVersion, AlreadyExists) as error:
        return _show_again(
            request,
            write.curator,
            draft,
            sent.number,
            error,
        )


def read_decision(form: Form) -> SentDecision:
    """The decision that a form sends. Raises InvalidRequest."""
    decision = form.get("do")
    if decision not in DECISIONS:
        raise InvalidRequest(f"The form decides {decision[:20]!r}. Open the page again.")
    return SentDecision(read_number(form, "number"), read_number(form, "version"), decision)


def read_number(form: Form, name: str) -> int:
    """A number of a form. Raises InvalidRequest."""
    value = form.get(name)
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise InvalidRequest(
            f"Field {name!r} is {value[:20]!r}, and no number. Open the page again."
        )
    return int(value)


def require_version(proposal: Proposal, version: int) -> None:
    """Raise StaleVersion if the proposal is not as it was shown."""
    if proposal.version == version:
        return
    state = STATES[proposal.state].lower()
    author = proposal.decided_by or "somebody"
    raise StaleVersion(
        f"Meanwhile {author} has changed this proposal: it is {state} now. "
        "Here it is as it is; nothing of yours was written."
    )


def _find_next(sent: SentDecision) -> str:
    if sent.decision == "reopen":
        return f"?at={sent.number}"
    return f"?after={sent.number}"


def _show_again(
    request: Request,
    curator: Curator,
    draft_id: str,
    number: int,
    error: StaleVersion | AlreadyExists,
) -> Response:
    """The proposal as it is, with the reason why nothing was decided."""
    with read_session(services_of(request).engine) as session:
        stored = require_draft(session, draft_id)
        view = make_review(
            session,
            stored,
            ReviewQuery(at=number),
            str(error),
        )
        return curate_response(
            request,
            session,
            view,
            curator,
            error.status,
        )
